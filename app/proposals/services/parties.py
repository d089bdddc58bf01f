"""Keeping who stands behind a proposal, and what staff do with conflicts of interest that the records suggest."""

from __future__ import annotations

import uuid
from collections import Counter

from app.core import audit, clock
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Organisation
from app.proposals import queries
from app.proposals.models import ConflictOfInterest, Proposal, ProposalParty, SuggestedConflict
from app.proposals.parties import base_key, domain_of, name_key
from app.proposals.partners import partner_names
from app.proposals.services.conversation import record_conflict
from app.proposals.services.facts import refuse_strangers
from app.proposals.snapshot import read
from workflows.machine import N_


def sync_parties(proposal: Proposal) -> None:
    """Bring the parties up to the newest sealed version and to what the organisation is called now."""
    wanted = _parties_now(proposal)
    known = {(party.kind, party.name_key): party for party in queries.parties_of(proposal.id)}
    for key, party in known.items():
        if key not in wanted:
            db.session.delete(party)
    for key, (name, domain, country) in wanted.items():
        row = known.get(key)
        if row is None:
            kind, folded = key
            row = ProposalParty(proposal_id=proposal.id, kind=kind, name_key=folded, base_key=base_key(name))
            db.session.add(row)
        row.name, row.domain, row.country = name, domain, country
    db.session.flush()


def _parties_now(proposal: Proposal) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(kind, folded name) → (name, domain, country)."""
    organisation = proposal.organisation
    found = {
        ("applicant", name_key(organisation.name)): (organisation.name, _domain(organisation), organisation.country)
    }
    sealed = queries.newest_sealed_of(proposal.id)
    snapshot = read(sealed.snapshot) if sealed else None
    form = queries.form_by_hash(snapshot.form_sha256) if snapshot else None
    for name in partner_names(form, snapshot.answers) if form and snapshot else ():
        key = name_key(name)
        if key and ("applicant", key) not in found:
            found.setdefault(("partner", key), (name[:300], "", ""))
    return found


def _domain(organisation: Organisation) -> str:
    """That of the website; without one, the one that most members' addresses have."""
    own = domain_of(organisation.website)
    if own:
        return own
    counted = Counter(filter(None, map(domain_of, queries.addresses_of_members(organisation.id))))
    return counted.most_common(1)[0][0] if counted else ""


def dismiss_suggestion(*, proposal: Proposal, suggestion: SuggestedConflict, reason: str, actor: Actor) -> None:
    """Say, with a reason, that what the records suggest is no conflict of interest."""
    refuse_strangers(actor, proposal, "proposal.record_conflict")
    if not reason.strip():
        raise Invalid(N_("Say why this is no conflict of interest."), field="reason")
    if suggestion.dismissed_at is not None or suggestion.withdrawn_at is not None:
        raise Conflict()
    if suggestion.person_id == actor.person_id:
        raise Invalid(N_("Somebody else decides about your own conflicts of interest."), field="reason")
    suggestion.dismissed_at, suggestion.dismissed_by_id = clock.now(), actor.person_id
    suggestion.reason = reason.strip()
    db.session.flush()
    queries.forget_conflicts()
    _tell_trail(proposal, "proposal.conflict_dismissed", suggestion, actor)


def confirm_suggestion(
    *, proposal: Proposal, suggestion: SuggestedConflict, note: str, actor: Actor
) -> ConflictOfInterest:
    """Record what the records suggest as a conflict of interest, for good."""
    refuse_strangers(actor, proposal, "proposal.record_conflict")
    return record_conflict(
        proposal=proposal, person_id=suggestion.person_id, basis="recorded_by_staff", note=note, actor=actor
    )


def _tell_trail(proposal: Proposal, action: str, suggestion: SuggestedConflict, actor: Actor) -> None:
    person: uuid.UUID = suggestion.person_id
    audit.record(proposal, action, actor, reason=suggestion.reason, person=person, basis=suggestion.basis)
