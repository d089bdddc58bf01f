"""The team of a proposal: members of the organisation, collaborators, open invitations, who may sign."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import text
from app.core.types import Actor
from app.identity import queries as identity_queries
from app.identity.models import Membership
from app.proposals import policy, queries
from app.proposals.models import Proposal, ProposalCollaborator, ProposalInvitation, ProposalTransfer
from app.web.filters import day
from workflows.actors import EDITOR, OWNER
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

ROLE_NAMES = {
    "owner": N_("Owner"),
    "editor": N_("Editor"),
    "contributor": N_("Section contributor"),
    "viewer": N_("Viewer"),
    "signatory": N_("Signatory"),
}
ROLE_LABELS = {
    "contributor": N_("Section contributor: reads everything, writes the sections you choose"),
    "editor": N_("Editor: writes all sections"),
    "viewer": N_("Viewer: reads everything, comments, changes nothing"),
    "signatory": N_("Signatory: reads everything, signs off where the call wants a second person"),
}


@dataclass(frozen=True)
class Member:
    """A person of the team; ``change_url`` is for who manages it."""

    name: str
    email: str
    role: str
    sections: tuple[str, ...]
    since: str
    is_you: bool
    is_lead: bool
    change_url: str = ""


@dataclass(frozen=True)
class Invited:
    """An open invitation, as those see it who manage the team, or as the invited person does."""

    id: uuid.UUID
    email: str
    role: str
    sections: tuple[str, ...]
    until: str
    proposal: str
    organisation: str
    call: str
    invited_by: str


@dataclass(frozen=True)
class Offer:
    """The open question to a member whether they will lead."""

    to: str
    asked_by: str
    is_mine: bool
    accept_url: str
    refuse_url: str


@dataclass(frozen=True)
class TeamPage:
    """Who works on a proposal, and what the reader may do about it."""

    proposal_id: uuid.UUID
    reference: str
    title: str
    organisation: str
    members: tuple[Member, ...]
    collaborators: tuple[Member, ...]
    invitations: tuple[Invited, ...]
    wants_sign_off: bool
    signers: tuple[str, ...]
    may_manage: bool
    may_leave: bool
    may_move: bool
    offer: Offer | None
    remind_url: str


def team_page(proposal: Proposal, actor: Actor, language: str) -> TeamPage:
    """The team as one of it sees it; only who manages it sees who is invited."""
    held = policy.relations(actor, proposal)
    manages = bool(held & policy.ACTIONS["proposal.manage_team"])
    titles = section_titles(proposal, language)
    members = identity_queries.members_of(proposal.organisation_id)
    found = queries.collaborators_of(proposal.id)
    invited = queries.open_invitations(proposal_id=proposal.id) if manages else []
    wants = bool(proposal.call.process.get("sign_off"))
    return TeamPage(
        proposal_id=proposal.id,
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        members=tuple(_member(one, proposal, actor) for one in members),
        collaborators=tuple(_collaborator(one, proposal, actor, titles, manages) for one in found),
        invitations=tuple(invitation_view(one, language, titles) for one in invited),
        wants_sign_off=wants,
        signers=tuple(person.name for person in queries.signing_among(members, found)) if wants else (),
        may_manage=manages,
        may_leave=any(one.person_id == actor.person_id for one in found),
        may_move=OWNER in held and not any(stage.sealed_number for stage in proposal.stages),
        offer=_offer(queries.open_transfer(proposal.id), actor, manages),
        remind_url=_remind_url(proposal, held),
    )


def _offer(transfer: ProposalTransfer | None, actor: Actor, manages: bool) -> Offer | None:
    mine = transfer is not None and transfer.to_person_id == actor.person_id
    if transfer is None or not (mine or manages):
        return None
    return Offer(
        to=transfer.to_person.name,
        asked_by=transfer.asked_by_name,
        is_mine=mine,
        accept_url=url_for("proposals.accept_lead", ident=transfer.id),
        refuse_url=url_for("proposals.refuse_lead", ident=transfer.id),
    )


def _remind_url(proposal: Proposal, held: frozenset[str]) -> str:
    """Where those who may sign are reminded, while something waits for them."""
    latest = proposal.stages[-1]
    waits = proposal.state == ProposalState.APPLYING and latest.state == StageState.AWAITING_SIGN_OFF
    if not waits or not held & policy.ACTIONS["proposal.remind_signers"]:
        return ""
    return url_for("proposals.remind_signers", proposal_id=proposal.id, key=latest.call_stage.key)


def leaders(proposal: Proposal) -> list[tuple[str, str]]:
    """The members who could lead the proposal and do not yet."""
    members = identity_queries.members_of(proposal.organisation_id, OWNER, EDITOR)
    return [(str(m.person_id), m.person.name) for m in members if m.person_id != proposal.lead_id]


def other_organisations(proposal: Proposal, actor: Actor) -> list[tuple[str, str]]:
    """The other organisations of which this person is owner."""
    if actor.person_id is None:
        return []
    owned = {ident for ident, role in identity_queries.memberships_of(actor.person_id).items() if role == OWNER}
    if owned <= {proposal.organisation_id}:
        return []
    found = identity_queries.organisations_of(actor.person_id)
    return [(str(o.id), o.name) for o in found if o.id in owned and o.id != proposal.organisation_id]


def _member(member: Membership, proposal: Proposal, actor: Actor) -> Member:
    return Member(
        name=member.person.name,
        email=member.person.email,
        role=gettext(ROLE_NAMES[member.role]),
        sections=(),
        since=day(member.created_at),
        is_you=member.person_id == actor.person_id,
        is_lead=member.person_id == proposal.lead_id,
    )


def _collaborator(
    one: ProposalCollaborator, proposal: Proposal, actor: Actor, titles: Mapping[str, str], manages: bool
) -> Member:
    url = url_for("proposals.collaborator", proposal_id=proposal.id, ident=one.id) if manages else ""
    return Member(
        name=one.person.name,
        email=one.person.email,
        role=gettext(ROLE_NAMES[one.role]),
        sections=_named(one.sections, titles),
        since=day(one.since),
        is_you=one.person_id == actor.person_id,
        is_lead=False,
        change_url=url,
    )


def section_titles(proposal: Proposal, language: str) -> dict[str, str]:
    """``stage/section`` → the title of the section, with its stage where the call has several."""
    stages = {stage.key: text(stage.title, language) for stage in proposal.call.stages}
    return {
        f"{key}/{section.id}": f"{stages[key]}: {title}" if len(stages) > 1 else title
        for key, form in queries.forms_of(proposal)
        for section in form.sections
        for title in [text(section.title, language)]
    }


def _named(sections: Collection[str], titles: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of sections; one that a changed form no longer has is left out."""
    return tuple(titles[name] for name in sections if name in titles)


def invitation_view(invitation: ProposalInvitation, language: str, titles: Mapping[str, str] | None = None) -> Invited:
    """One open invitation."""
    proposal = invitation.proposal
    return Invited(
        id=invitation.id,
        email=invitation.email,
        role=gettext(ROLE_NAMES[invitation.role]),
        sections=_named(invitation.sections, titles or {}),
        until=day(invitation.expires_at),
        proposal=proposal.title,
        organisation=proposal.organisation.name,
        call=text(proposal.call.title, language),
        invited_by=invitation.invited_by_name,
    )


def role_choices(proposal: Proposal, actor: Actor) -> list[tuple[str, str]]:
    """The roles that this person may give; only owners let somebody sign."""
    may_sign = OWNER in policy.relations(actor, proposal)
    return [(role, gettext(label)) for role, label in ROLE_LABELS.items() if role != "signatory" or may_sign]


@dataclass(frozen=True)
class PartView:
    """One collaborator, to be changed or removed."""

    proposal_id: uuid.UUID
    ident: uuid.UUID
    reference: str
    name: str
    email: str
    since: str


def part_view(proposal: Proposal, one: ProposalCollaborator) -> PartView:
    """A collaborator as who manages the team sees them."""
    return PartView(proposal.id, one.id, proposal.reference, one.person.name, one.person.email, day(one.since))
