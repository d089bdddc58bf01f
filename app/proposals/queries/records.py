"""Whole proposals: one, those of organisations, and the programme's list of a call."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import immediateload, joinedload, lazyload, raiseload, selectinload

from app.calls.models import Call, CallStage
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.proposals import progress
from app.proposals.models import Proposal, StageSubmission
from app.proposals.queries.screening import closed_by_conflict
from app.proposals.queries.teamwork import collaborations_of, joined_by
from workflows.proposal_lifecycle import ProposalState


def whole(forms: bool = True) -> tuple[Any, ...]:
    """A proposal with call, programme, organisation, all stages and times; lists leave the long forms out."""
    times = joinedload(Proposal.extensions) if forms else selectinload(Proposal.extensions)
    return (_with_call(forms), times, *_parts(forms))


def _with_call(forms: bool) -> Any:
    shape = () if forms else (raiseload(CallStage.form_version),)
    return joinedload(Proposal.call).options(joinedload(Call.programme), selectinload(Call.stages).options(*shape))


def _parts(forms: bool) -> tuple[Any, ...]:
    shape = () if forms else (raiseload(CallStage.form_version),)
    written = () if forms else (raiseload(StageSubmission.form_version),)
    stages = joinedload(Proposal.stages) if forms else selectinload(Proposal.stages)
    return (
        joinedload(Proposal.organisation),
        stages.options(
            joinedload(StageSubmission.call_stage).options(*shape), immediateload(StageSubmission.proposal), *written
        ),
    )


def get_proposal(proposal_id: uuid.UUID, fresh: bool = False) -> Proposal | None:
    """One proposal with call, organisation and stages; ``fresh`` reads again what this session already holds."""
    query = select(Proposal).where(Proposal.id == proposal_id).options(*whole())
    query = query.execution_options(populate_existing=True) if fresh else query
    return db.session.scalars(query).unique().one_or_none()


def proposal_by_reference(reference: str) -> Proposal | None:
    """One proposal by its public reference."""
    query = select(Proposal).where(Proposal.reference == reference).options(*whole())
    return db.session.scalars(query).unique().one_or_none()


def proposals_by_id(ids: Collection[uuid.UUID]) -> list[Proposal]:
    """Several proposals, by reference."""
    query = select(Proposal).where(Proposal.id.in_(ids)).options(*whole(forms=False)).order_by(Proposal.reference)
    return list(db.session.scalars(query)) if ids else []


def proposals_of_person(person_id: uuid.UUID) -> list[Proposal]:
    """What the person's organisations applied for, and what the person works on besides, newest first."""
    own = list(identity_queries.memberships_of(person_id))
    query = (
        select(Proposal)
        .where(Proposal.organisation_id.in_(own) | Proposal.id.in_(list(collaborations_of(person_id))))
        .options(*whole(forms=False))
        .order_by(Proposal.created_at.desc(), Proposal.id)
    )
    return list(db.session.scalars(query))


def latest_state() -> Any:
    """The state of a proposal's newest stage, as a column of a query on proposals."""
    return (
        select(StageSubmission.state)
        .where(StageSubmission.proposal_id == Proposal.id)
        .order_by(StageSubmission.position.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )


def visible_to(person_id: uuid.UUID) -> tuple[Any, ...]:
    """Conditions under which the programme's people see a proposal: sealed once, and no conflict of interest."""
    sealed = (
        select(StageSubmission.id)
        .where(StageSubmission.proposal_id == Proposal.id, StageSubmission.sealed_number > 0)
        .exists()
    )
    own = list(identity_queries.memberships_of(person_id))
    return (
        sealed,
        Proposal.id.not_in(closed_by_conflict(person_id)),
        Proposal.id.not_in(joined_by(person_id)),
        Proposal.organisation_id.not_in(own),
    )


def list_of_call(
    call_id: uuid.UUID,
    person_id: uuid.UUID,
    *,
    state: str = "",
    stage: str = "",
    stage_state: str = "",
    ball: str = "",
    window: str = "",
    words: str = "",
    times: bool = True,
    call: bool = True,
) -> Select[tuple[Proposal]]:
    """The query behind the programme's list: filters on state, stage reached, its state, window, and words of title or reference.

    Without ``times``, what single applicants were given more is not loaded; without ``call``, the page has it already.
    """
    query = select(Proposal).where(Proposal.call_id == call_id, *visible_to(person_id))
    if state:
        query = query.where(Proposal.state == state)
    if stage_state:
        query = query.where(latest_state() == stage_state)
    if window:
        query = query.where(Proposal.funding_window == window)
    if ball:
        query = query.where(_held_by(ball))
    if stage:
        query = query.where(_stage_reached() == stage)
    if words:
        pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(Proposal.title.ilike(pattern, escape="\\") | Proposal.reference.ilike(pattern, escape="\\"))
    loads = (selectinload(Proposal.extensions),) if times else ()
    loads += (_with_call(False) if call else lazyload(Proposal.call), *_parts(False))
    return query.options(*loads).order_by(Proposal.reference)


def _stage_reached() -> Any:
    """The key of the stage that a proposal came to last."""
    return (
        select(CallStage.key)
        .join(StageSubmission, StageSubmission.call_stage_id == CallStage.id)
        .where(StageSubmission.proposal_id == Proposal.id)
        .order_by(StageSubmission.position.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )


def _held_by(party: str) -> Any:
    """The condition that a party has to act next; the same rule as ``progress.holder``."""
    applying = Proposal.state == ProposalState.APPLYING.value
    if party == progress.APPLICANT:
        return applying & latest_state().in_([s.value for s in progress.APPLICANT_STAGES])
    if party == progress.COMMITTEE:
        return Proposal.state == ProposalState.DECIDING.value
    screening = applying & latest_state().in_([s.value for s in progress.PROGRAMME_STAGES])
    return (Proposal.state == ProposalState.ASSESSING.value) | screening


def proposals_of_call(call_id: uuid.UUID, actor: Actor, *, call_is_loaded: bool = False) -> list[Proposal]:
    """Every submitted proposal of a call that this person may see: those with a conflict of interest are left out.

    ``call_is_loaded``: the page holds the call with its stages already, and asks for no deadline of single applicants.
    """
    if actor.person_id is None:
        return []
    return list(db.session.scalars(list_of_call(call_id, actor.person_id, times=False, call=not call_is_loaded)))


def count_drafts(call_id: uuid.UUID) -> int:
    """How many proposals of a call were started and never submitted; nothing more of them is for the programme to see."""
    sealed = select(StageSubmission.proposal_id).where(StageSubmission.sealed_number > 0)
    query = select(func.count(Proposal.id)).where(Proposal.call_id == call_id, Proposal.id.not_in(sealed))
    return db.session.scalar(query) or 0
