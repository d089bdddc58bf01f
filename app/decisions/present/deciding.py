"""One decision as the committee and the staff see it, with the reviews under their pseudonyms."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls.rubric import Rubric
from app.core import clock
from app.decisions.models import Decision, Vote
from app.decisions.present.parts import Tally, amount_text, moves, outcome_badge, state_badge, tally
from app.decisions.present.words import CHOICE_CATEGORIES, CHOICE_LABELS
from app.proposals.models import Proposal
from app.reviews import policy as reviews_policy
from app.reviews import scoring
from app.reviews.models import Review
from app.reviews.present import OtherSheet, standing_sheet
from app.reviews.present.parts import Badge, Ball, MoveView, points, title_of
from app.reviews.services import Standing
from app.reviews.sheet import Sheet
from app.reviews.visibility import Part, Viewer
from app.web.filters import instant, money, translate
from workflows.funding_decision import DecisionState
from workflows.machine import Offer

WHOSE = {
    DecisionState.PROPOSED: "committee",
    DecisionState.ENDORSED: "manager",
    DecisionState.RATIFIED: "manager",
}


@dataclass(frozen=True)
class VoteLine:
    """One vote."""

    member: str
    choice: Badge
    note: str
    round: int


@dataclass(frozen=True)
class DecisionPart:
    """What is proposed, ratified or announced."""

    id: str
    outcome: Badge
    state: Badge
    amount: str
    rationale: str
    conditions: str
    feedback: str
    round: int
    proposed_by: str
    ratified: str
    announced: str
    tally: Tally
    votes: tuple[VoteLine, ...]
    earlier: tuple[VoteLine, ...]
    voting: bool
    my_choice: str
    ball: Ball | None
    moves: tuple[MoveView, ...]


@dataclass(frozen=True)
class CaseView:
    """A proposal before the committee: facts, reviews, and the decision if there is one."""

    id: str
    reference: str
    title: str
    organisation: str
    call: str
    call_url: str
    requested: str
    mean: str
    spread: str
    diverges: bool
    below: tuple[str, ...]
    reviews: tuple[OtherSheet, ...]
    consensus: str
    decision: DecisionPart | None
    deciding: bool


def case_view(
    proposal: Proposal,
    rubric: Rubric,
    reviews: Sequence[tuple[Review, Sheet]],
    standings: Sequence[Standing],
    consensus: str,
    decision: DecisionPart | None,
    deciding: bool,
) -> CaseView:
    """Put the page together."""
    totals = [scoring.weighted_total(rubric, sheet.scores) for _, sheet in reviews]
    means = scoring.mean_by_section([scoring.points_by_section(rubric, sheet.scores) for _, sheet in reviews])
    summary = scoring.summary(totals, rubric.divergence)
    return CaseView(
        id=str(proposal.id),
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        call=title_of(proposal.call.title),
        call_url=url_for("decisions.of_call", call_id=proposal.call_id),
        requested=money(proposal.requested),
        mean=points(summary.mean),
        spread=points(summary.spread),
        diverges=summary.diverges,
        below=scoring.below_minimums(rubric, means) if reviews else (),
        reviews=tuple(_blocks(standings, rubric)),
        consensus=consensus,
        decision=decision,
        deciding=deciding,
    )


def _blocks(standings: Sequence[Standing], rubric: Rubric) -> Iterable[OtherSheet]:
    """What the committee may see of each review: by pseudonym, and by name where the call or two people allow it."""
    for standing in standings:
        seen = reviews_policy.parts(standing.review, Viewer.COMMITTEE)
        if Part.SHEET in seen:
            person = standing.review.reviewer.name if Part.REVIEWER in seen else ""
            yield standing_sheet(standing, rubric, standing.review.pseudonym, person)


def decision_part(
    decision: Decision,
    votes: Sequence[Vote],
    names: Mapping[uuid.UUID, str],
    me: uuid.UUID | None,
    offers: Iterable[Offer],
) -> DecisionPart:
    """The decision with its votes of every round and what this person can do about it."""
    now = [vote for vote in votes if vote.round == decision.round]
    mine = next((vote for vote in now if vote.member_id == me), None)
    return DecisionPart(
        id=str(decision.id),
        outcome=outcome_badge(decision.outcome),
        state=state_badge(decision),
        amount=amount_text(decision),
        rationale=decision.rationale,
        conditions=decision.conditions,
        feedback=decision.feedback,
        round=decision.round,
        proposed_by=names.get(decision.proposed_by_id, ""),
        ratified=_by_and_when(decision, names),
        announced=instant(decision.announced_at),
        tally=tally(now, decision.proposal.call.process["quorum"]),
        votes=tuple(_vote(vote, names) for vote in now),
        earlier=tuple(_vote(vote, names) for vote in votes if vote.round != decision.round),
        voting=DecisionState(decision.state) is DecisionState.PROPOSED,
        my_choice=translate(CHOICE_LABELS[mine.choice]) if mine else "",
        ball=_ball(decision),
        moves=moves(decision, offers),
    )


def _by_and_when(decision: Decision, names: Mapping[uuid.UUID, str]) -> str:
    if decision.ratified_by_id is None:
        return ""
    return f"{names.get(decision.ratified_by_id, '')}, {instant(decision.ratified_at)}"


def _vote(vote: Vote, names: Mapping[uuid.UUID, str]) -> VoteLine:
    choice = Badge(translate(CHOICE_LABELS[vote.choice]), CHOICE_CATEGORIES[vote.choice])
    return VoteLine(names.get(vote.member_id, ""), choice, vote.note, vote.round)


def _ball(decision: Decision) -> Ball | None:
    whose = WHOSE.get(DecisionState(decision.state))
    if whose is None:
        return None
    who = gettext("the committee") if whose == "committee" else gettext("a manager")
    return Ball(who, max(0, (clock.now() - decision.state_changed_at).days))
