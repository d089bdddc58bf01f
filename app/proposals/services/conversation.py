"""The thread between applicant and programme, and conflicts of interest."""

from __future__ import annotations

import uuid

from app.core import audit, outbox
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity.services import refuse_unconfirmed
from app.mines.services import refuse_position
from app.proposals import policy, queries
from app.proposals.models import CONFLICT_BASES, ConflictOfInterest, Proposal, ProposalMessage
from app.proposals.services.facts import refuse, refuse_strangers
from workflows.machine import N_, Refusal

LONGEST_MESSAGE = 10_000


def post_message(*, proposal: Proposal, text: str, actor: Actor) -> ProposalMessage:
    """Write into a proposal's thread; the other side is told. Before something is submitted, nobody would read it."""
    refuse_strangers(actor, proposal, "proposal.message")
    if not any(stage.sealed_number for stage in proposal.stages):
        refuse(
            Refusal(
                N_("The programme sees a proposal once it is submitted. Write to the contact of the call until then.")
            )
        )
    if not text.strip():
        raise Invalid(N_("Write a message first."), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(N_("Use at most %(most)s characters."), field="text", most=LONGEST_MESSAGE)
    refuse_position(text, "text")
    refuse_unconfirmed(actor, "text")
    side = policy.side_of(policy.relations(actor, proposal))
    message = ProposalMessage(
        proposal_id=proposal.id, side=side, author_id=actor.person_id, author_name=actor.name, text=text.strip()
    )
    db.session.add(message)
    db.session.flush()
    audit.record(proposal, "proposal.message_posted", actor, side=side, message=message.id)
    outbox.publish("proposal.message_posted", proposal, actor, side=side, message_id=message.id)
    return message


def record_conflict(
    *, proposal: Proposal, person_id: uuid.UUID, basis: str, note: str, actor: Actor
) -> ConflictOfInterest:
    """Record that a person must not see or judge a proposal; it closes every way there at once. Twice is once."""
    if basis not in CONFLICT_BASES:
        raise NotFound()
    known = next((c for c in queries.conflicts_of(proposal.id) if c.person_id == person_id), None)
    if known is not None:
        return known
    conflict = ConflictOfInterest(
        person_id=person_id, proposal_id=proposal.id, basis=basis, note=note.strip(), recorded_by_id=actor.person_id
    )
    db.session.add(conflict)
    db.session.flush()
    queries.forget_conflicts()
    audit.record(proposal, "proposal.conflict_recorded", actor, person=person_id, basis=basis)
    return conflict
