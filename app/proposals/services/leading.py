"""Who leads a proposal, and to which organisation it belongs: handed over, accepted by the one who is asked, moved."""

from __future__ import annotations

from sqlalchemy import update

from app.core import audit, clock, outbox, transitions
from app.core.db import affected
from app.core.errors import Conflict, Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Organisation, Person
from app.proposals import policy, queries
from app.proposals.models import Proposal, ProposalCollaborator, ProposalTransfer, StageSubmission
from app.proposals.services.facts import refuse, refuse_strangers, refuse_unless_applying
from workflows.actors import EDITOR, OWNER, VIEWER
from workflows.machine import N_, Refusal
from workflows.proposal_submission import StageState


def offer_lead(*, proposal: Proposal, person: Person, actor: Actor) -> ProposalTransfer:
    """Ask a member who writes for the organisation to lead the proposal; an earlier question is taken back."""
    refuse_strangers(actor, proposal, "proposal.manage_team")
    transitions.lock(proposal)
    if person.id == proposal.lead_id:
        raise Invalid(N_("This person leads the proposal already."), field="person")
    if not _may_lead(proposal, person):
        raise Invalid(N_("Choose an owner or an editor of the organisation."), field="person")
    _settle(ProposalTransfer.proposal_id == proposal.id, outcome="withdrawn")
    transfer = ProposalTransfer(
        proposal=proposal, to_person=person, asked_by_id=actor.person_id, asked_by_name=actor.name, outcome="open"
    )
    db.session.add(transfer)
    db.session.flush()
    audit.record(proposal, "proposal.lead_offered", actor, person=person.id, name=person.name)
    if person.id == actor.person_id:
        accept_lead(transfer=transfer, actor=actor)
    else:
        outbox.publish("proposal.lead_offered", transfer, actor)
    return transfer


def _may_lead(proposal: Proposal, person: Person) -> bool:
    return identity_queries.memberships_of(person.id).get(proposal.organisation_id) in {OWNER, EDITOR}


def accept_lead(*, transfer: ProposalTransfer, actor: Actor) -> None:
    """Lead the proposal from now on; only the person who was asked, once, while still a member who writes."""
    proposal, person = transfer.proposal, transfer.to_person
    if person.id != actor.person_id or not _may_lead(proposal, person):
        raise NotFound()
    transitions.lock(proposal)
    if not _settle(ProposalTransfer.id == transfer.id, outcome="accepted"):
        raise Conflict(N_("This question was answered or taken back already."))
    before, proposal.lead_id = proposal.lead_id, person.id
    db.session.flush()
    audit.record(proposal, "proposal.lead_changed", actor, before=before, person=person.id, name=person.name)


def refuse_lead(*, transfer: ProposalTransfer, actor: Actor) -> None:
    """Say no as the one who was asked, or take the question back as one who manages the team."""
    proposal = transfer.proposal
    own = transfer.to_person_id == actor.person_id
    if not own:
        refuse_strangers(actor, proposal, "proposal.manage_team")
    transitions.lock(proposal)
    if not _settle(ProposalTransfer.id == transfer.id, outcome="declined" if own else "withdrawn"):
        raise Conflict(N_("This question was answered or taken back already."))
    audit.record(proposal, "proposal.lead_refused", actor, person=transfer.to_person_id)


def _settle(which: object, *, outcome: str) -> int:
    open_ones = update(ProposalTransfer).where(which, ProposalTransfer.outcome == "open")  # type: ignore[arg-type]
    return affected(open_ones.values(outcome=outcome, settled_at=clock.now()))


def move_to_organisation(*, proposal: Proposal, organisation: Organisation, actor: Actor) -> None:
    """Move a draft to another organisation of which the person is owner too, before anything of it was submitted.

    Members of the organisation it leaves have seen the draft: to them it is as if they had worked on it and left.
    """
    here, there = (policy.relations(actor, thing) for thing in (proposal, organisation))
    if OWNER not in here or OWNER not in there:
        raise NotFound()
    transitions.lock(proposal)
    refuse_unless_applying(proposal)
    if proposal.organisation_id == organisation.id:
        raise Invalid(N_("The proposal belongs to this organisation already."), field="organisation")
    if any(stage.sealed_number or stage.state != StageState.DRAFT for stage in proposal.stages):
        refuse(Refusal(N_("Only a draft of which nothing was submitted can be moved to another organisation.")))
    before = proposal.organisation
    _remember_readers(proposal, organisation)
    _settle(ProposalTransfer.proposal_id == proposal.id, outcome="withdrawn")
    proposal.organisation = organisation
    if identity_queries.memberships_of(proposal.lead_id).get(organisation.id) not in {OWNER, EDITOR}:
        assert actor.person_id is not None
        proposal.lead_id = actor.person_id
    db.session.flush()
    queries.forget_parts()
    names = {"before": before.name, "name": organisation.name}
    audit.record(proposal, "proposal.moved", actor, **names, from_id=before.id, to_id=organisation.id)


def _remember_readers(proposal: Proposal, organisation: Organisation) -> None:
    """Who could read the draft as a member, and no longer can, stays on the applicant's side of it."""
    staying = {m.person_id for m in identity_queries.members_of(organisation.id)}
    known = {c.person_id for c in queries.every_part_in(proposal.id)}
    now = clock.now()
    for member in identity_queries.members_of(proposal.organisation_id):
        if member.person_id not in staying | known:
            part = {"role": VIEWER, "sections": [], "since": now, "ended_at": now}
            db.session.add(ProposalCollaborator(proposal_id=proposal.id, person_id=member.person_id, **part))


def remind_signers(*, submission: StageSubmission, actor: Actor) -> None:
    """Write once more to those who may sign; once a day is enough."""
    refuse_strangers(actor, submission, "proposal.remind_signers")
    if submission.state != StageState.AWAITING_SIGN_OFF:
        refuse(Refusal(N_("Nothing waits for a signature now.")))
    key = f"proposal.sign_off_reminder:{submission.id}:{clock.now().date().isoformat()}"
    if outbox.publish("proposal.sign_off_reminder", submission, actor, dedupe_key=key) is None:
        refuse(Refusal(N_("They were reminded today already.")))
    audit.record(submission, "stage_submission.signers_reminded", actor)
