"""What pages about accounts and organisations show of people and organisations."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel import Locale
from flask_babel import get_locale, gettext

from app.core.types import Actor
from app.identity.models import Invitation, Membership, Organisation, Person
from config import Settings
from workflows.actors import OWNER
from workflows.machine import N_

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "es": "Español"}
KINDS = {
    "company": N_("Company"),
    "ngo_international": N_("International non-governmental organisation"),
    "ngo_national": N_("National non-governmental organisation"),
    "knowledge_institution": N_("Knowledge institution"),
    "public_body": N_("Public body"),
    "semi_public_body": N_("Semi-public body"),
    "cooperative_asm": N_("Cooperative or association of small-scale miners"),
    "industry_association": N_("Industry association"),
}
PILLAR_LABELS = {
    "government": N_("Government"),
    "supply_chain": N_("Supply chain"),
    "civil_society": N_("Civil society"),
}
MEMBER_ROLE_LABELS = {
    "owner": N_("Owner: manages members, submits and signs"),
    "editor": N_("Editor: writes proposals and reports"),
    "viewer": N_("Viewer: reads everything, changes nothing"),
}
MEMBER_ROLE_NAMES = {"owner": N_("Owner"), "editor": N_("Editor"), "viewer": N_("Viewer")}


@dataclass(frozen=True)
class AccountView:
    """A person's own account."""

    name: str
    email: str
    signed_in_browsers: int
    is_confirmed: bool
    others_begun: bool


@dataclass(frozen=True)
class BegunView:
    """What was begun with one's own address in an account that never confirmed it."""

    id: uuid.UUID
    name: str
    since: datetime
    organisations: tuple[str, ...]


@dataclass(frozen=True)
class MemberView:
    """A member in the list of an organisation's people."""

    id: uuid.UUID
    name: str
    email: str
    role: str
    role_name: str
    since: datetime
    is_you: bool


@dataclass(frozen=True)
class InvitationView:
    """An open invitation."""

    id: uuid.UUID
    organisation: str
    email: str
    role_name: str
    expires_at: datetime


@dataclass(frozen=True)
class OrganisationLine:
    """An organisation in the list of one's own."""

    id: uuid.UUID
    name: str
    country: str
    role_name: str


@dataclass(frozen=True)
class OrganisationView:
    """An organisation's profile with its people. ``invitations`` is for owners."""

    id: uuid.UUID
    name: str
    facts: tuple[tuple[str, str], ...]
    website: str
    members: tuple[MemberView, ...]
    invitations: tuple[InvitationView, ...]
    my_role: str


@dataclass(frozen=True)
class DemoAccount:
    """A sign-in of the demonstration, shown beside the form in development."""

    email: str
    name: str
    role: str


@dataclass(frozen=True)
class DemoHint:
    """The demonstration's sign-ins, which share one password; empty without a demonstration."""

    accounts: tuple[DemoAccount, ...] = ()
    password: str = ""


def country_name(code: str) -> str:
    """The country's name in the reader's language."""
    locale = get_locale() or Locale("en")
    return str(locale.territories.get(code, code))


def account_view(person: Person, sessions: int, *, others_begun: bool) -> AccountView:
    """The account page's facts."""
    return AccountView(person.name, person.email, sessions, person.email_verified_at is not None, others_begun)


def begun_views(
    newcomers: Sequence[Person], organisations: Mapping[uuid.UUID, Sequence[Organisation]]
) -> tuple[BegunView, ...]:
    """What each of these accounts began."""
    return tuple(
        BegunView(one.id, one.name, one.created_at, tuple(o.name for o in organisations.get(one.id, ())))
        for one in newcomers
    )


def member_view(membership: Membership, viewer: Actor) -> MemberView:
    """One member."""
    person = membership.person
    return MemberView(
        membership.id,
        person.name,
        person.email,
        membership.role,
        gettext(MEMBER_ROLE_NAMES[membership.role]),
        membership.created_at,
        person.id == viewer.person_id,
    )


def invitation_view(invitation: Invitation) -> InvitationView:
    """One open invitation."""
    return InvitationView(
        invitation.id,
        invitation.organisation.name,
        invitation.email,
        gettext(MEMBER_ROLE_NAMES[invitation.role]),
        invitation.expires_at,
    )


def organisation_line(organisation: Organisation, role: str) -> OrganisationLine:
    """One line of the list."""
    return OrganisationLine(
        organisation.id, organisation.name, country_name(organisation.country), gettext(MEMBER_ROLE_NAMES[role])
    )


def organisation_view(
    organisation: Organisation, members: list[Membership], invitations: list[Invitation], role: str, viewer: Actor
) -> OrganisationView:
    """The profile as a member sees it; only owners see who is invited."""
    registered = organisation.registration_number or gettext("None: %(reason)s", reason=_reason(organisation))
    facts = (
        (gettext("Country"), country_name(organisation.country)),
        (gettext("Kind"), gettext(KINDS[organisation.kind])),
        (gettext("Speaks for"), gettext(PILLAR_LABELS[organisation.pillar])),
        (gettext("Register number"), registered),
    )
    return OrganisationView(
        organisation.id,
        organisation.name,
        facts,
        organisation.website,
        tuple(member_view(m, viewer) for m in members),
        tuple(invitation_view(i) for i in invitations) if role == OWNER else (),
        role,
    )


def _reason(organisation: Organisation) -> str:
    return organisation.no_registration_reason or gettext("no reason given")


def demo_hint(settings: Settings) -> DemoHint:
    """The demonstration's sign-ins that its loader left in the data folder; nothing in production or without a demo."""
    path: Path = settings.data_dir / "demo-accounts.json"
    if settings.is_production or not path.is_file():
        return DemoHint()
    entries: list[dict[str, str]] = json.loads(path.read_text())
    accounts = tuple(DemoAccount(e["email"], e["name"], e.get("role", "")) for e in entries)
    return DemoHint(accounts, entries[0]["password"] if entries else "")
