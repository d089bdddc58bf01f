"""The funder's own partner organisations: their people judge no proposal of another partner unseen."""

from __future__ import annotations

from app.core import audit
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Programme
from app.proposals import queries as proposals_queries
from app.proposals.models import FunderPartner
from app.proposals.parties import base_key, domain_of, name_key
from workflows.machine import N_


def add_funder_partner(*, programme: Programme, name: str, website: str, actor: Actor) -> FunderPartner:
    """Note a partner of the funder. Twice is refused, whatever the spelling."""
    key = name_key(name)
    if not key:
        raise Invalid(N_("Give the name of the organisation."), field="name")
    if any(partner.name_key == key for partner in proposals_queries.funder_partners(programme.id)):
        raise Invalid(N_("This organisation is on the list."), field="name")
    partner = FunderPartner(
        programme_id=programme.id,
        name=name.strip(),
        name_key=key,
        base_key=base_key(name),
        domain=domain_of(website),
    )
    db.session.add(partner)
    db.session.flush()
    audit.record(programme, "programme.partner_added", actor, name=partner.name)
    return partner


def remove_funder_partner(*, programme: Programme, partner: FunderPartner, actor: Actor) -> None:
    """Take a partner of the funder off the list."""
    db.session.delete(partner)
    db.session.flush()
    audit.record(programme, "programme.partner_removed", actor, name=partner.name)
