"""More time in one stage for one applicant alone, with a reason; nobody else hears of it."""

from __future__ import annotations

from datetime import datetime

from app.calls.document import WALL
from app.calls.models import Call, CallStage
from app.core import audit, clock, outbox
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Organisation
from app.proposals import queries
from app.proposals.models import Proposal, StageExtension
from app.proposals.services.deadlines import closes_for_newcomers, closes_to_begin
from app.proposals.services.facts import acting_person, refuse, refuse_strangers
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Refusal
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

Applicant = tuple[Organisation, Proposal | None]
TAKES_MORE_TIME = frozenset({CallState.PUBLISHED.value, CallState.OPEN.value, CallState.CLOSED.value})
STILL_THEIRS = frozenset({StageState.DRAFT, StageState.AWAITING_SIGN_OFF, StageState.SUBMITTED, StageState.WITHDRAWN})


def extend_for_applicant(
    *, call: Call, stage: CallStage, applicant: str, wall: datetime, reason: str, actor: Actor
) -> StageExtension:
    """Give one applicant a later closing time (wall clock in the call's zone): a reference, or an organisation's name."""
    refuse_strangers(actor, call, "proposal.extend")
    if not takes_more_time(call):
        refuse(Refusal(N_("More time can be given from the publication of a call until its assessment begins.")))
    if not reason.strip():
        raise Invalid(N_("Say why; the applicant will read it."), field="reason")
    organisation, proposal = _applicant(call, applicant.strip(), actor)
    found = [proposal] if proposal else queries.proposals_of_applicant(call.id, organisation.id)
    instant = clock.from_wall_time(wall, call.zone)
    before = _present_closing(stage, organisation, found)
    if instant <= max(before, clock.now()):
        raise Invalid(N_("The new closing time must be later than theirs is now, and in the future."), field="day")
    return _grant(stage, organisation, proposal, found, instant, wall, reason.strip(), actor)


def takes_more_time(call: Call) -> bool:
    """Whether a call is in a state in which its deadlines still mean something."""
    return call.state in TAKES_MORE_TIME


def _applicant(call: Call, typed: str, actor: Actor) -> Applicant:
    """Whom the words mean. What is closed to the person who asks does not exist for them."""
    proposal = queries.proposal_by_reference(typed.upper())
    if proposal is not None and proposal.call_id == call.id and not _is_barred(actor, proposal.organisation, proposal):
        _refuse_if_past_applying(proposal)
        return proposal.organisation, proposal
    named = [o for o in queries.organisations_named(typed) if not _is_barred(actor, o)]
    if len(named) == 1:
        return named[0], None
    if named:
        raise Invalid(N_("Several organisations have this name: give the reference instead."), field="applicant")
    raise Invalid(
        N_("There is no proposal in this call with this reference, and no organisation of this name."),
        field="applicant",
    )


def _is_barred(actor: Actor, organisation: Organisation, proposal: Proposal | None = None) -> bool:
    """Who belongs to the applicant, or has a conflict of interest with the proposal, gives it no time."""
    person_id = acting_person(actor)
    own = organisation.id in identity_queries.memberships_of(person_id)
    return own or (proposal is not None and queries.has_conflict(person_id, proposal))


def _refuse_if_past_applying(proposal: Proposal) -> None:
    if proposal.state not in {ProposalState.APPLYING, ProposalState.WITHDRAWN}:
        raise Invalid(
            N_("This proposal has left the phase of applying; more time would change nothing."), field="applicant"
        )


def _present_closing(stage: CallStage, organisation: Organisation, found: list[Proposal]) -> datetime:
    """The latest closing time that the applicant has in the stage now."""
    own = (closes_to_begin(proposal, stage) for proposal in found)
    return max([closes_for_newcomers(stage, {organisation.id}), *own])


def _grant(
    stage: CallStage,
    organisation: Organisation,
    proposal: Proposal | None,
    found: list[Proposal],
    instant: datetime,
    wall: datetime,
    reason: str,
    actor: Actor,
) -> StageExtension:
    _refuse_if_being_checked(stage, proposal)
    granted = StageExtension(
        call_stage_id=stage.id,
        organisation_id=organisation.id,
        proposal_id=proposal.id if proposal else None,
        closes_at=instant,
        closes_wall=wall.strftime(WALL),
        reason=reason,
        granted_by_id=acting_person(actor),
        granted_by_name=actor.name,
    )
    db.session.add(granted)
    db.session.flush()
    detail = {"stage": stage.key, "new": granted.closes_wall, "until": instant.isoformat()}
    audit.record(granted, "stage_extension.granted", actor, reason=reason, **detail)
    for one in found:
        audit.record(one, "proposal.extended", actor, reason=reason, **detail)
        db.session.expire(one, ["extensions"])
    outbox.publish("extension.granted", granted, actor)
    return granted


def _refuse_if_being_checked(stage: CallStage, proposal: Proposal | None) -> None:
    """A stage that is being checked, or has its answer, is no longer the applicant's to write."""
    begun = next((s for s in proposal.stages if s.call_stage_id == stage.id), None) if proposal else None
    if begun is not None and begun.state not in STILL_THEIRS:
        raise Invalid(
            N_("This stage is being checked or has its answer; return it for corrections instead."), field="stage"
        )
