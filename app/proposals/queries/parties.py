"""Who stands behind proposals: the organisations that apply or partner, and the funder's own partners."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, contains_eager

from app.calls.models import Call
from app.extensions import db
from app.identity.models import Membership, Person
from app.proposals.models import (
    ConflictOfInterest,
    FunderPartner,
    Proposal,
    ProposalParty,
    SealedSubmission,
    StageSubmission,
    SuggestedConflict,
)
from app.proposals.queries.records import visible_to


def parties_of(proposal_id: uuid.UUID) -> list[ProposalParty]:
    """The organisations of a proposal, the applicant first, then by name."""
    query = select(ProposalParty).where(ProposalParty.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(ProposalParty.kind, ProposalParty.name_key)))


def parties_of_programme(programme_id: uuid.UUID, ids: Collection[uuid.UUID] | None = None) -> list[ProposalParty]:
    """The organisations of every proposal of a programme, or of some; in a fixed order."""
    query = (
        select(ProposalParty)
        .join(Proposal, Proposal.id == ProposalParty.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.programme_id == programme_id)
        .order_by(ProposalParty.proposal_id, ProposalParty.kind, ProposalParty.name_key)
    )
    return list(db.session.scalars(query if ids is None else query.where(ProposalParty.proposal_id.in_(ids))))


def neighbours_of(programme_id: uuid.UUID, name_keys: Collection[str]) -> list[tuple[str, uuid.UUID, str, str]]:
    """(folded name, proposal, folded name of another party, its name) of who stood in proposals beside these names."""
    theirs, other = aliased(ProposalParty), aliased(ProposalParty)
    query = (
        select(theirs.name_key, other.proposal_id, other.name_key, other.name)
        .join(other, other.proposal_id == theirs.proposal_id)
        .join(Proposal, Proposal.id == theirs.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(Call.programme_id == programme_id, theirs.name_key.in_(name_keys), other.name_key != theirs.name_key)
        .order_by(other.name_key, other.proposal_id)
    )
    return [(r[0], r[1], r[2], r[3]) for r in db.session.execute(query)] if name_keys else []


def funder_partners(programme_id: uuid.UUID) -> list[FunderPartner]:
    """The funder's own partner organisations, by name."""
    query = select(FunderPartner).where(FunderPartner.programme_id == programme_id)
    return list(db.session.scalars(query.order_by(FunderPartner.name_key)))


def suggestions_between(
    person_ids: Collection[uuid.UUID] | None, proposal_ids: Collection[uuid.UUID] | None
) -> list[SuggestedConflict]:
    """Suggested conflicts of these people with these proposals, withdrawn and dismissed ones too; nothing given means all."""
    query = select(SuggestedConflict)
    if person_ids is not None:
        query = query.where(SuggestedConflict.person_id.in_(person_ids))
    if proposal_ids is not None:
        query = query.where(SuggestedConflict.proposal_id.in_(proposal_ids))
    return list(db.session.scalars(query.order_by(SuggestedConflict.id)))


def proposals_of_organisations(ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Ids of the proposals of some organisations that were submitted once."""
    query = select(Proposal.id).where(Proposal.organisation_id.in_(ids), Proposal.id.in_(_sealed()))
    return list(db.session.scalars(query.order_by(Proposal.id))) if ids else []


def _sealed() -> Select[uuid.UUID]:
    return select(StageSubmission.proposal_id).where(StageSubmission.sealed_number > 0)


def proposals_sealed_by(stage_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Ids of the proposals of some stage submissions."""
    query = select(StageSubmission.proposal_id).where(StageSubmission.id.in_(stage_ids)).distinct()
    return list(db.session.scalars(query)) if stage_ids else []


def newest_sealed_of(proposal_id: uuid.UUID) -> SealedSubmission | None:
    """The newest sealed version of a proposal's last sealed stage."""
    query = (
        select(SealedSubmission)
        .join(StageSubmission, StageSubmission.id == SealedSubmission.stage_submission_id)
        .where(StageSubmission.proposal_id == proposal_id)
        .order_by(StageSubmission.position.desc(), SealedSubmission.number.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def addresses_of_members(organisation_id: uuid.UUID) -> list[str]:
    """The confirmed addresses of an organisation's members, by address."""
    query = (
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.email_verified_at.is_not(None))
        .order_by(Person.email)
    )
    return list(db.session.scalars(query))


def open_suggestions_of_call(call_id: uuid.UUID, person_id: uuid.UUID) -> list[SuggestedConflict]:
    """What the records suggest in a call and nobody has decided, without the proposals closed to who asks; by reference."""
    query = (
        select(SuggestedConflict)
        .join(SuggestedConflict.proposal)
        .join(SuggestedConflict.person)
        .where(
            Proposal.call_id == call_id,
            SuggestedConflict.withdrawn_at.is_(None),
            SuggestedConflict.dismissed_at.is_(None),
            ~exists().where(
                ConflictOfInterest.person_id == SuggestedConflict.person_id,
                ConflictOfInterest.proposal_id == SuggestedConflict.proposal_id,
            ),
            *visible_to(person_id),
        )
        .options(contains_eager(SuggestedConflict.proposal), contains_eager(SuggestedConflict.person))
        .order_by(Proposal.reference, Person.name, SuggestedConflict.basis)
    )
    return list(db.session.scalars(query))
