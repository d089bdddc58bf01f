"""Inviting people from outside the organisation to work on one proposal: mailed, accepted by that person only, withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity import addresses
from app.identity import queries as identity_queries
from app.identity import services as identity
from app.identity.models import Person
from app.proposals import policy, queries
from app.proposals.models import COLLABORATOR_ROLES, Proposal, ProposalCollaborator, ProposalInvitation
from app.proposals.services.facts import refuse_strangers
from workflows.actors import CONTRIBUTOR, OWNER, SIGNATORY
from workflows.machine import N_
from workflows.proposal_submission import StageState

LIFETIME = timedelta(days=14)
FINAL = frozenset({StageState.ACCEPTED.value, StageState.ADVISED.value, StageState.INELIGIBLE.value})


def invite_collaborator(
    *, proposal: Proposal, email: str, role: str, sections: Collection[str], actor: Actor
) -> ProposalInvitation:
    """Invite an address into one proposal; an open invitation to the same address is replaced. The outbox mails it."""
    refuse_strangers(actor, proposal, "proposal.manage_team")
    wanted = _address(email)
    allowed = checked_part(proposal, role, sections, actor)
    identity.refuse_unconfirmed(actor, "email")
    transitions.lock(proposal)
    key = addresses.email_key(wanted)
    if key in {c.person.email_key for c in queries.collaborators_of(proposal.id)}:
        raise Invalid(N_("This person works on the proposal already. Change the role below."), field="email")
    owners = identity_queries.members_of(proposal.organisation_id, OWNER)
    if key in {m.person.email_key for m in owners}:
        raise Invalid(N_("This person is an owner of the organisation and may do everything already."), field="email")
    identity.count_invitation(proposal.organisation_id)
    _end(ProposalInvitation.proposal_id == proposal.id, ProposalInvitation.email_key == key)
    return _write(proposal, wanted, role, allowed, actor)


def _address(email: str) -> str:
    try:
        return addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error


def parts_to_give(proposal: Proposal, held: Collection[str] = ()) -> list[str]:
    """The sections that somebody may be given to write, as ``stage/section``: none of a stage whose answers are final.

    ``held`` are those that a person has already; they stay.
    """
    final = {stage.call_stage.key for stage in proposal.stages if stage.state in FINAL}
    names = ((key, f"{key}/{section.id}") for key, form in queries.forms_of(proposal) for section in form.sections)
    return [name for key, name in names if key not in final or name in held]


def checked_part(
    proposal: Proposal, role: str, sections: Collection[str], actor: Actor, held: Collection[str] = ()
) -> list[str]:
    """The sections of a part, in order, once role and sections are found in order; only owners let somebody sign."""
    if role not in COLLABORATOR_ROLES:
        raise Invalid(N_("There is no such role."), field="role")
    if role == SIGNATORY and OWNER not in policy.relations(actor, proposal):
        raise Invalid(N_("Only an owner of the organisation may let somebody sign for it."), field="role")
    if role != CONTRIBUTOR:
        return []
    chosen = [name for name in parts_to_give(proposal, held) if name in set(sections)]
    if not chosen:
        raise Invalid(N_("Choose at least one section that this person writes."), field="sections")
    return chosen


def _write(proposal: Proposal, email: str, role: str, sections: list[str], actor: Actor) -> ProposalInvitation:
    token = identity.new_token()
    invitation = ProposalInvitation(
        proposal=proposal,
        email=email,
        email_key=addresses.email_key(email),
        role=role,
        sections=sections,
        token_hash=identity.token_hash(token),
        invited_by_id=actor.person_id,
        invited_by_name=actor.name,
        expires_at=clock.now() + LIFETIME,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(proposal, "proposal.collaborator_invited", actor, invitation=invitation.id, role=role)
    outbox.publish("collaborator.invited", invitation, actor, token_path=f"/proposals/invitations/{token}")
    return invitation


def accept_collaboration(*, invitation: ProposalInvitation, person: Person, actor: Actor) -> ProposalCollaborator:
    """Join by an invitation to one's own confirmed address; it works once, whoever else tries at the same moment."""
    if person.email_key != invitation.email_key or person.email_verified_at is None:
        raise identity.DeadLink()
    proposal = invitation.proposal
    transitions.lock(proposal)
    usable = (ProposalInvitation.id == invitation.id, ProposalInvitation.expires_at > clock.now(), *_unsettled())
    if affected(update(ProposalInvitation).where(*usable).values(accepted_at=clock.now())) != 1:
        raise identity.DeadLink()
    return _join(proposal, person, invitation, actor)


def _join(proposal: Proposal, person: Person, invitation: ProposalInvitation, actor: Actor) -> ProposalCollaborator:
    """A part is one row for ever: who comes back takes up the old one."""
    row = queries.collaborator_row(proposal.id, person.id)
    if row is None:
        row = ProposalCollaborator(proposal_id=proposal.id, person_id=person.id)
        db.session.add(row)
    row.role, row.sections = invitation.role, list(invitation.sections)
    row.since, row.ended_at = clock.now(), None
    db.session.flush()
    queries.forget_parts()
    audit.record(proposal, "proposal.collaborator_joined", actor, person=person.id, name=person.name, role=row.role)
    return row


def withdraw_collaboration(*, invitation: ProposalInvitation, actor: Actor) -> None:
    """Make an invitation useless."""
    refuse_strangers(actor, invitation.proposal, "proposal.manage_team")
    transitions.lock(invitation.proposal)
    if not _end(ProposalInvitation.id == invitation.id):
        raise Invalid(N_("This invitation was accepted or withdrawn already."))
    audit.record(invitation.proposal, "proposal.invitation_withdrawn", actor, invitation=invitation.id)


def _unsettled() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ProposalInvitation.accepted_at.is_(None), ProposalInvitation.withdrawn_at.is_(None)


def _end(*which: ColumnElement[bool]) -> int:
    open_ones = update(ProposalInvitation).where(*which, *_unsettled())
    return affected(open_ones.values(withdrawn_at=clock.now()))
