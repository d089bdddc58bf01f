"""Who holds which relation to a proposal, and which relations may do what. State is the workflow's business, not ours."""

from __future__ import annotations

import uuid
from functools import singledispatch
from typing import Any

from app.calls import policy as calls_policy
from app.calls.models import Call, StandardQuestion
from app.core.types import SYSTEM_ACTOR, Actor
from app.identity import policy as identity_policy
from app.identity import queries as identity_queries
from app.identity.addresses import email_key
from app.identity.models import Organisation, Person
from app.proposals import queries
from app.proposals.models import Proposal, ProposalInvitation, ProposalTransfer, StageSubmission, Upload
from workflows.actors import (
    AUDITOR,
    COMMITTEE_MEMBER,
    CONTRIBUTOR,
    EDITOR,
    LEAD,
    MANAGER,
    OFFICER,
    OWNER,
    SIGNATORY,
    STAFF,
    VIEWER,
)

APPLICANT_SIDE = frozenset({OWNER, EDITOR, VIEWER, SIGNATORY, CONTRIBUTOR, LEAD})
PROGRAMME_SIDE = frozenset({MANAGER, OFFICER, COMMITTEE_MEMBER, AUDITOR})
WRITERS = frozenset({OWNER, EDITOR})
SELF = frozenset({"self"})

ACTIONS: dict[str, frozenset[str]] = {
    "proposal.start": SELF,
    "proposal.list_own": SELF,
    "proposal.create": WRITERS,
    "proposal.view": APPLICANT_SIDE | PROGRAMME_SIDE,
    "proposal.view_own": APPLICANT_SIDE,
    "proposal.upload": SELF,
    "proposal.edit": WRITERS | {CONTRIBUTOR},
    "proposal.begin_stage": WRITERS,
    "proposal.comment": APPLICANT_SIDE,
    "proposal.remind_signers": WRITERS,
    "proposal.move_organisation": frozenset({OWNER}),
    "proposal.manage_team": frozenset({OWNER, LEAD}),
    "proposal.join": SELF,
    "proposal.refuse_lead": SELF | {OWNER, LEAD},
    "proposal.move": APPLICANT_SIDE | STAFF,
    "proposal.message": WRITERS | STAFF,
    "proposal.declare_conflict": PROGRAMME_SIDE,
    "proposal.list_call": STAFF | {AUDITOR},
    "proposal.remind_drafts": STAFF,
    "proposal.extend": frozenset({MANAGER}),
    "proposal.screen": STAFF,
    "proposal.view_screening": STAFF | {AUDITOR},
    "proposal.record_conflict": STAFF,
    "standard.report": STAFF | {AUDITOR},
}


def relations(actor: Actor, thing: Any) -> frozenset[str]:
    """The relations of a person to a proposal, a stage of it, a call, an organisation or themselves."""
    return identity_policy.relations_of(actor, thing, _relations)


@singledispatch
def _relations(_thing: Any, _actor: Actor) -> frozenset[str]:
    return frozenset()


@_relations.register
def _to_self(person: Person, actor: Actor) -> frozenset[str]:
    return SELF if person.id == actor.person_id else frozenset()


@_relations.register
def _to_organisation(organisation: Organisation, actor: Actor) -> frozenset[str]:
    return identity_policy.organisation_relations(actor, organisation.id) & APPLICANT_SIDE


@_relations.register
def _to_call(call: Call, actor: Actor) -> frozenset[str]:
    return identity_policy.programme_relations(actor, call.programme_id) & PROGRAMME_SIDE


@_relations.register
def _to_standard(standard: StandardQuestion, actor: Actor) -> frozenset[str]:
    return calls_policy.relations(actor, standard) & PROGRAMME_SIDE


@_relations.register
def _to_proposal(proposal: Proposal, actor: Actor) -> frozenset[str]:
    return _to_part(proposal, actor, any(stage.sealed_number for stage in proposal.stages))


@_relations.register
def _to_stage(submission: StageSubmission, actor: Actor) -> frozenset[str]:
    return _to_part(submission.proposal, actor, submission.sealed_number > 0)


@_relations.register
def _to_upload(upload: Upload, actor: Actor) -> frozenset[str]:
    """An upload belongs to who began it, as long as that person may write where it goes."""
    may_write = _to_stage(upload.stage_submission, actor) & ACTIONS["proposal.edit"]
    return SELF if may_write and upload.created_by_id == actor.person_id else frozenset()


def _to_part(proposal: Proposal, actor: Actor, is_sealed: bool) -> frozenset[str]:
    """The programme's side begins with a sealed version, and never exists for a person with a conflict of interest."""
    as_applicant = _as_applicant(proposal, actor)
    if not is_sealed or actor.person_id is None or queries.has_conflict(actor.person_id, proposal):
        return as_applicant
    programme_id: uuid.UUID = proposal.call.programme_id
    return as_applicant | (identity_policy.programme_relations(actor, programme_id) & PROGRAMME_SIDE)


def _as_applicant(proposal: Proposal, actor: Actor) -> frozenset[str]:
    """What a person is on the applicant's side: by the organisation, by a part in this very proposal, by leading it."""
    held = identity_policy.organisation_relations(actor, proposal.organisation_id) & APPLICANT_SIDE
    if OWNER in held or actor.person_id is None:
        return held
    if held & WRITERS and proposal.lead_id == actor.person_id:
        held |= {LEAD}
    part = queries.part_in(actor.person_id, proposal.id)
    return held | {part.role} if part else held


def may_write(actor: Actor, submission: StageSubmission, section_id: str) -> bool:
    """Whether a person may write in a section at all; whether it is open is the stage's business."""
    held = relations(actor, submission)
    if held & WRITERS or actor is SYSTEM_ACTOR:
        return True
    part = queries.part_in(actor.person_id, submission.proposal_id) if actor.person_id else None
    return part is not None and CONTRIBUTOR in held and f"{submission.call_stage.key}/{section_id}" in part.sections


@_relations.register
def _to_invitation(invitation: ProposalInvitation, actor: Actor) -> frozenset[str]:
    """Who manages the proposal's team, and the person with the invited, confirmed address."""
    person = identity_queries.get_person(actor.person_id)
    addressed = person and person.email_verified_at and email_key(person.email) == invitation.email_key
    return _as_applicant(invitation.proposal, actor) | (SELF if addressed else frozenset())


@_relations.register
def _to_transfer(transfer: ProposalTransfer, actor: Actor) -> frozenset[str]:
    """The applicant's side, and the member who is asked to lead."""
    held = _as_applicant(transfer.proposal, actor)
    return held | SELF if transfer.to_person_id == actor.person_id else held


def side_of(held: frozenset[str]) -> str:
    """Which side of the thread a person with these relations speaks for."""
    return "applicant" if held & APPLICANT_SIDE else "programme"
