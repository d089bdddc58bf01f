"""Rows of decisions and votes; what is loaded with them and in which order is stated here."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union_all
from sqlalchemy.orm import joinedload, raiseload

from app.calls.models import Call, CallStage
from app.core.types import Actor
from app.decisions.models import Decision, Vote
from app.extensions import db
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal, SealedSubmission, StageSubmission
from app.reviews import queries as reviews_queries
from app.reviews import sheet
from app.reviews.models import Review
from app.reviews.sheet import Sheet
from workflows.funding_decision import DecisionState
from workflows.proposal_lifecycle import ProposalState

COMMITTED = (DecisionState.RATIFIED, DecisionState.ANNOUNCED)
UNDECIDED = (ProposalState.ASSESSING, ProposalState.DECIDING)
BEFORE_COMMITTEE = (ProposalState.APPLYING, ProposalState.ASSESSING, ProposalState.WITHDRAWN)


@dataclass(frozen=True)
class Result:
    """One proposal before the committee: its final reviews with their sheets, its decision, the votes of this round."""

    proposal: Proposal
    decision: Decision | None
    reviews: tuple[tuple[Review, Sheet], ...]
    votes: tuple[Vote, ...]
    sealed: SealedSubmission | None


def _whole() -> Select[Decision]:
    """Decisions with the proposal, its call with stages, its organisation and its stages, without the long forms."""
    proposal = joinedload(Decision.proposal, innerjoin=True)
    no_form = raiseload(CallStage.form_version)
    return select(Decision).options(
        proposal.joinedload(Proposal.call, innerjoin=True).selectinload(Call.stages).options(no_form),
        proposal.joinedload(Proposal.organisation, innerjoin=True),
        proposal.selectinload(Proposal.stages).options(
            joinedload(StageSubmission.call_stage, innerjoin=True).options(no_form),
            raiseload(StageSubmission.form_version),
        ),
    )


def get_decision(decision_id: uuid.UUID) -> Decision | None:
    """One decision."""
    return db.session.scalar(_whole().where(Decision.id == decision_id))


def decision_of(proposal_id: uuid.UUID) -> Decision | None:
    """The decision on a proposal, in whatever state: never for an applicant's eyes."""
    return db.session.scalar(_whole().where(Decision.proposal_id == proposal_id))


def announced_decision_of(proposal_id: uuid.UUID) -> Decision | None:
    """The decision on a proposal once it is announced: what an applicant may see."""
    announced = DecisionState.ANNOUNCED.value
    return db.session.scalar(_whole().where(Decision.proposal_id == proposal_id, Decision.state == announced))


def decisions_of_call(call_id: uuid.UUID) -> list[Decision]:
    """Every decision of a call, by the reference of the proposal."""
    query = _whole().join(Proposal, Proposal.id == Decision.proposal_id).where(Decision.call_id == call_id)
    return list(db.session.scalars(query.order_by(Proposal.reference)))


def votes_of(decisions: Collection[Decision]) -> dict[uuid.UUID, list[Vote]]:
    """Decision id → the votes of its present round, oldest first."""
    rounds = {decision.id: decision.round for decision in decisions}
    found: dict[uuid.UUID, list[Vote]] = defaultdict(list)
    query = select(Vote).where(Vote.decision_id.in_(rounds)).order_by(Vote.created_at, Vote.id)
    for vote in db.session.scalars(query) if rounds else ():
        if vote.round == rounds[vote.decision_id]:
            found[vote.decision_id].append(vote)
    return found


def all_votes_of(decision_id: uuid.UUID) -> list[Vote]:
    """The votes of every round, the newest round first."""
    query = select(Vote).where(Vote.decision_id == decision_id)
    return list(db.session.scalars(query.order_by(Vote.round.desc(), Vote.created_at, Vote.id)))


def vote_of(decision: Decision, member_id: uuid.UUID) -> Vote | None:
    """A member's vote in the present round."""
    return db.session.scalar(
        select(Vote).where(Vote.decision_id == decision.id, Vote.member_id == member_id, Vote.round == decision.round)
    )


def committed_minor(call_id: uuid.UUID) -> int:
    """The sum of the awards of a call that are ratified or announced."""
    query = select(func.coalesce(func.sum(Decision.amount_minor), 0))
    return int(db.session.scalar(query.where(Decision.call_id == call_id, Decision.state.in_(COMMITTED))) or 0)


def budget_left_minor(call: Call) -> int:
    """What ratified and announced awards leave of a call's budget."""
    return call.budget_minor - committed_minor(call.id)


def planned_minor(call_id: uuid.UUID) -> int:
    """The sum of all awards of a call, also those that are only proposed."""
    query = select(func.coalesce(func.sum(Decision.amount_minor), 0)).where(Decision.call_id == call_id)
    return int(db.session.scalar(query) or 0)


def is_tabled(proposal: Proposal) -> bool:
    """Whether the committee may read the reviews: before, some reviewer may still be scoring."""
    return ProposalState(proposal.state) not in BEFORE_COMMITTEE


def count_undecided(call_id: uuid.UUID) -> int:
    """Proposals of a call that still wait for an announced decision."""
    return _count(Proposal.call_id == call_id, Proposal.state.in_(UNDECIDED))


def count_undecided_seen(call_id: uuid.UUID, actor: Actor) -> int:
    """The same, without those this person has a conflict with."""
    if actor.person_id is None:
        return count_undecided(call_id)
    seen = proposals_queries.visible_to(actor.person_id)
    return _count(Proposal.call_id == call_id, Proposal.state.in_(UNDECIDED), *seen)


def count_tabled(call_id: uuid.UUID) -> int:
    """Proposals of a call that wait for the committee, whoever asks."""
    return _count(Proposal.call_id == call_id, Proposal.state == ProposalState.DECIDING.value)


def _count(*where: Any) -> int:
    return db.session.scalar(select(func.count(Proposal.id)).where(*where)) or 0


def count_awards_announced(call_id: uuid.UUID) -> int:
    """How many announced awards a call has."""
    query = select(func.count(Decision.id)).where(
        Decision.call_id == call_id, Decision.outcome == "awarded", Decision.state == DecisionState.ANNOUNCED.value
    )
    return db.session.scalar(query) or 0


def results_of_call(call_id: uuid.UUID, actor: Actor) -> list[Result]:
    """What the committee has before it, without the proposals this person has a conflict with. As many queries for any length."""
    found = proposals_queries.proposals_of_call(call_id, actor)
    proposals = [p for p in found if ProposalState(p.state) not in BEFORE_COMMITTEE]
    ids = [p.id for p in proposals]
    decisions = {d.proposal_id: d for d in decisions_of_call(call_id)}
    votes = votes_of(list(decisions.values()))
    final = reviews_queries.final_reviews_of_call(call_id)
    entries = reviews_queries.entries_of([r.id for r in final])
    sealed = proposals_queries.latest_sealed_of_proposals(ids)
    return [
        Result(
            proposal=p,
            decision=decisions.get(p.id),
            reviews=tuple((r, sheet.read(entries[r.id])) for r in final if r.proposal_id == p.id),
            votes=tuple(votes[decisions[p.id].id]) if p.id in decisions else (),
            sealed=sealed.get(p.id),
        )
        for p in proposals
        if p.id in decisions or p.state == ProposalState.DECIDING.value
    ]


def records_closed_to(person_id: uuid.UUID) -> CompoundSelect[tuple[uuid.UUID]]:
    """Ids of the proposals that a conflict of interest closes to a person, and of their stages, reviews and decisions.

    Those of the person's own organisation are not among them: an applicant reads what was said about them.
    """
    closed = proposals_queries.closed_by_conflict(person_id)
    parts = (StageSubmission, Review, Decision)
    return union_all(*closed.selects, *(select(part.id).where(part.proposal_id.in_(closed)) for part in parts))
