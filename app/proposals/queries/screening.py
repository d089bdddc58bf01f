"""What surrounds a proposal: threshold checks, advice, the thread, the history, conflicts of interest."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import CompoundSelect, Select, event, func, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from app.core.audit import AuditEntry
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.proposals.models import (
    CLOSING_BASES,
    Advice,
    ConflictOfInterest,
    Proposal,
    ProposalMessage,
    ScreeningCheck,
    StageSubmission,
    SuggestedConflict,
)
from app.proposals.queries.teamwork import CONFLICTS, joined_by, left_by


def checks_of(submission_id: uuid.UUID) -> list[ScreeningCheck]:
    """The threshold checks of a stage by code, T2 before T10."""
    query = (
        select(ScreeningCheck)
        .where(ScreeningCheck.stage_submission_id == submission_id)
        .order_by(func.length(ScreeningCheck.code), ScreeningCheck.code)
    )
    return list(db.session.scalars(query))


def names_of_deciders(checks: Iterable[ScreeningCheck]) -> dict[uuid.UUID, str]:
    """The names of the people who decided threshold checks."""
    ids = {check.decided_by_id for check in checks if check.decided_by_id}
    return identity_queries.names_of(ids) if ids else {}


def advice_on(submission_id: uuid.UUID) -> Advice | None:
    """The advice on a stage, given or still being written."""
    return db.session.scalar(select(Advice).where(Advice.stage_submission_id == submission_id))


def advice_of(proposal: Proposal) -> Advice | None:
    """The newest advice that was given on a proposal."""
    query = (
        select(Advice)
        .join(StageSubmission, StageSubmission.id == Advice.stage_submission_id)
        .where(StageSubmission.proposal_id == proposal.id, Advice.given_at.is_not(None))
        .order_by(StageSubmission.position.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def messages_of(proposal_id: uuid.UUID) -> list[ProposalMessage]:
    """The thread of a proposal, oldest first."""
    query = (
        select(ProposalMessage)
        .where(ProposalMessage.proposal_id == proposal_id)
        .order_by(ProposalMessage.created_at, ProposalMessage.id)
    )
    return list(db.session.scalars(query))


def audit_of(proposal: Proposal) -> list[AuditEntry]:
    """What happened to a proposal and its stages, newest first."""
    subjects = [proposal.id, *(stage.id for stage in proposal.stages)]
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_type.in_(("proposal", "stage_submission")), AuditEntry.subject_id.in_(subjects))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return list(db.session.scalars(query))


def closed_by_conflict(person_id: uuid.UUID) -> CompoundSelect[tuple[uuid.UUID]]:
    """Ids of the proposals with a conflict of interest of this person, recorded or found in the records and not dismissed,
    and of those of whose side they were once.

    Not of those of whose side they are, as a member of the organisation or as a collaborator: these are the person's own.
    """
    return union_all(*_closing(person_id))


def _closing(person_id: uuid.UUID) -> tuple[Select[uuid.UUID], ...]:
    theirs = aliased(Proposal)
    recorded = select(ConflictOfInterest.proposal_id).where(ConflictOfInterest.person_id == person_id)
    left = identity_queries.organisations_left_by(person_id)
    of_left = select(theirs.id).where(theirs.organisation_id.in_(left), theirs.id.not_in(joined_by(person_id)))
    return recorded, _found(person_id), of_left, left_by(person_id)


def _found(person_id: uuid.UUID) -> Select[uuid.UUID]:
    """Ids of the proposals that the records close to a person until staff dismiss it."""
    return select(SuggestedConflict.proposal_id).where(
        SuggestedConflict.person_id == person_id,
        SuggestedConflict.basis.in_(CLOSING_BASES),
        SuggestedConflict.dismissed_at.is_(None),
        SuggestedConflict.withdrawn_at.is_(None),
    )


def conflicted_proposal_ids(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """What ``closed_by_conflict`` asks for, and what the person works on; read once for each session."""
    cache: dict[uuid.UUID, frozenset[uuid.UUID]] = db.session().info.setdefault(CONFLICTS, {})
    if person_id not in cache:
        closed: Iterable[uuid.UUID] = db.session.scalars(union_all(*_closing(person_id), joined_by(person_id)))
        cache[person_id] = frozenset(closed)
    return cache[person_id]


def forget_conflicts() -> None:
    """Read conflicts anew after one was recorded."""
    db.session().info.pop(CONFLICTS, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_after_transaction(session: Any, transaction: Any) -> None:
    """What was known in one transaction says nothing about the next."""
    if transaction.parent is None:
        session.info.pop(CONFLICTS, None)


def has_conflict(person_id: uuid.UUID, proposal: Proposal) -> bool:
    """A recorded conflict of interest, or a place on the applicant's side, now or at any time before."""
    return proposal.organisation_id in identity_queries.memberships_of(
        person_id
    ) or proposal.id in conflicted_proposal_ids(person_id)


def suggestions_on(proposal_id: uuid.UUID) -> list[SuggestedConflict]:
    """The conflicts of interest that the records suggest on a proposal, their people loaded; not those withdrawn since."""
    query = (
        select(SuggestedConflict)
        .join(SuggestedConflict.person)
        .where(SuggestedConflict.proposal_id == proposal_id, SuggestedConflict.withdrawn_at.is_(None))
        .options(contains_eager(SuggestedConflict.person))
        .order_by(Person.name, SuggestedConflict.basis, SuggestedConflict.id)
    )
    return list(db.session.scalars(query))


def get_suggestion(ident: uuid.UUID) -> SuggestedConflict | None:
    """One suggested conflict of interest."""
    return db.session.get(SuggestedConflict, ident)


def doubtful_pairs(proposal_ids: Collection[uuid.UUID]) -> frozenset[tuple[uuid.UUID, uuid.UUID]]:
    """(person, proposal) of every suggested conflict that nobody has dismissed: none of them is asked to review."""
    query = select(SuggestedConflict.person_id, SuggestedConflict.proposal_id).where(
        SuggestedConflict.proposal_id.in_(proposal_ids),
        SuggestedConflict.dismissed_at.is_(None),
        SuggestedConflict.withdrawn_at.is_(None),
    )
    return (
        frozenset((row.person_id, row.proposal_id) for row in db.session.execute(query))
        if proposal_ids
        else frozenset()
    )


def conflicts_of(proposal_id: uuid.UUID) -> list[ConflictOfInterest]:
    """The conflicts of interest recorded on a proposal, oldest first."""
    query = (
        select(ConflictOfInterest)
        .where(ConflictOfInterest.proposal_id == proposal_id)
        .order_by(ConflictOfInterest.created_at, ConflictOfInterest.id)
    )
    return list(db.session.scalars(query))
