"""Invitations into an organisation: mailed, accepted by the invited person only, withdrawn by an owner."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import addresses, queries
from app.identity.models import MEMBER_ROLES, Invitation, Membership, Organisation, Person
from app.identity.services import attempts, tokens
from app.identity.services.newcomers import refuse_unconfirmed
from app.identity.services.organisations import add_member
from workflows.machine import N_

LIFETIME = timedelta(days=14)


def invite_member(*, organisation: Organisation, email: str, role: str, actor: Actor) -> Invitation:
    """Invite an address; an open invitation to the same address is replaced. The mail goes out by the outbox."""
    try:
        wanted = addresses.normal_email(email)
    except ValueError as error:
        raise Invalid(N_("Write an e-mail address like name@example.org."), field="email") from error
    if role not in MEMBER_ROLES:
        raise Invalid(N_("There is no such role."), field="role")
    refuse_unconfirmed(actor, "email")
    transitions.lock(organisation)
    key = addresses.email_key(wanted)
    if key in {m.person.email_key for m in queries.members_of(organisation.id)}:
        raise Invalid(N_("This person is a member already."), field="email")
    count_invitation(organisation.id)
    _end(Invitation.organisation_id == organisation.id, Invitation.email_key == key)
    return _write(organisation, wanted, key, role, actor)


def count_invitation(organisation_id: uuid.UUID) -> None:
    """Count one more invitation that an organisation sends, whatever into; raises ``TooManyAttempts`` beyond the limit."""
    attempts.refuse_beyond(attempts.INVITATIONS_OF_ORGANISATION, str(organisation_id))
    attempts.count(attempts.INVITATIONS_OF_ORGANISATION, str(organisation_id))


def _write(organisation: Organisation, email: str, key: str, role: str, actor: Actor) -> Invitation:
    token = tokens.new_token()
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        email_key=key,
        role=role,
        token_hash=tokens.token_hash(token),
        invited_by_id=actor.person_id,
        expires_at=clock.now() + LIFETIME,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(
        organisation, "organisation.member_invited", actor, invitation_id=str(invitation.id), email=email, role=role
    )
    outbox.publish("invitation.sent", invitation, actor, token_path=f"/invitations/{token}")
    return invitation


def accept_invitation(*, invitation: Invitation, person: Person, actor: Actor) -> Membership:
    """Join by an invitation to one's own confirmed address; it works once, whoever else tries at the same moment."""
    organisation = queries.get_organisation(invitation.organisation_id)
    if organisation is None or person.email_key != invitation.email_key or person.email_verified_at is None:
        raise tokens.DeadLink()
    transitions.lock(organisation)
    usable = (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    use = update(Invitation).where(Invitation.id == invitation.id, *usable).values(accepted_at=clock.now())
    if affected(use) != 1:
        raise tokens.DeadLink()
    return add_member(organisation=organisation, person=person, role=invitation.role, actor=actor)


def withdraw_invitation(*, invitation: Invitation, actor: Actor) -> None:
    """Make an invitation useless."""
    organisation = queries.get_organisation(invitation.organisation_id)
    if organisation is None:
        raise NotFound()
    transitions.lock(organisation)
    if not _end(Invitation.id == invitation.id):
        raise Invalid(N_("This invitation was accepted or withdrawn already."))
    audit.record(
        organisation,
        "organisation.invitation_withdrawn",
        actor,
        invitation_id=str(invitation.id),
        email=invitation.email,
    )


def _end(*which: ColumnElement[bool]) -> int:
    open_ones = update(Invitation).where(*which, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return affected(open_ones.values(withdrawn_at=clock.now()))
