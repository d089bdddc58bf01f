"""Moves of the whole proposal: on to assessment, out of it, withdrawn, taken up again, and what a decision brings."""

from __future__ import annotations

from typing import Any

from app.core import clock, transitions
from app.core.types import SYSTEM_ACTOR, Actor
from app.proposals import policy
from app.proposals.models import Proposal, StageSubmission
from app.proposals.services import deadlines
from app.proposals.services.facts import fire_stage, refuse, refuse_unless_applying
from app.proposals.services.form_changes import catch_up, hold_form
from workflows.machine import N_, Refusal
from workflows.proposal_lifecycle import ProposalFacts, ProposalState
from workflows.proposal_submission import StageFacts, StageState
from workflows.stage_guards import stage_is_open

FOLLOWING = {"awarded": "award", "reserve": "reserve", "declined": "decline"}
STANDS = (StageState.ACCEPTED, StageState.ADVISED, StageState.INELIGIBLE, StageState.WITHDRAWN)


def proposal_facts(proposal: Proposal, **more: Any) -> ProposalFacts:
    """Facts of a proposal; counts of reviews and outcomes are given by those who know them."""
    last = max(stage.position for stage in proposal.call.stages)
    accepted = any(s.position == last and s.state == StageState.ACCEPTED for s in proposal.stages)
    return ProposalFacts(**{"final_stage_accepted": accepted, **more})


def _fire(
    proposal: Proposal, move: str, actor: Actor, *, reason: str = "", expected_version: int | None = None, **facts: Any
) -> None:
    transitions.fire(
        proposal,
        move,
        actor=actor,
        relations=policy.relations(actor, proposal),
        facts=lambda: proposal_facts(proposal, **facts),
        expected_version=expected_version,
        reason=reason,
        payload={"call_id": proposal.call_id},
    )


def assess(proposal: Proposal) -> None:
    """Pass a proposal on to assessment after its last stage was accepted."""
    _fire(proposal, "assess", SYSTEM_ACTOR)


def exclude(*, proposal: Proposal, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """Decline a proposal without a decision: it is not eligible. While it applies, only screening leads here."""
    if proposal.state == ProposalState.APPLYING and actor is not SYSTEM_ACTOR:
        refuse(Refusal(N_("Find its stage not eligible in screening instead, with the failed checks as the reasons.")))
    _fire(proposal, "exclude", actor, reason=reason, expected_version=expected_version)


def table_for_decision(*, proposal: Proposal, actor: Actor, reviews_final: int, reviews_wanted: int) -> None:
    """Put an assessed proposal before the committee, once its reviews are in."""
    _fire(proposal, "table", actor, reviews_final=reviews_final, reviews_wanted=reviews_wanted)


def follow_outcome(*, proposal: Proposal, outcome: str) -> None:
    """Bring the proposal into the state that an announced decision says (``awarded``, ``reserve``, ``declined``)."""
    _fire(proposal, FOLLOWING[outcome], SYSTEM_ACTOR, announced_outcome=outcome)


def withdraw(*, proposal: Proposal, reason: str, actor: Actor, expected_version: int | None = None) -> None:
    """Withdraw a proposal for a reason; the stage that is still under way is withdrawn with it."""
    was_applying = proposal.state == ProposalState.APPLYING
    if was_applying and proposal.stages[-1].state not in STANDS:
        fire_stage(proposal.stages[-1], "withdraw", SYSTEM_ACTOR, reason=reason)
    _fire(proposal, "withdraw", actor, reason=reason, expected_version=expected_version)


def revive(*, proposal: Proposal, actor: Actor, expected_version: int | None = None) -> None:
    """Take a withdrawn proposal up again, while the stage it would go on with is open, with the form given out now."""
    refuse(why_not_revive(proposal))
    last = proposal.stages[-1]
    version = hold_form(last.call_stage)
    _fire(proposal, "revive", actor, expected_version=expected_version)
    if last.state == StageState.WITHDRAWN:
        refuse_unless_applying(proposal)
        fire_stage(last, "revive", SYSTEM_ACTOR)
        catch_up(submission=last, version=version, actor=actor)


def why_not_revive(proposal: Proposal) -> Refusal | None:
    """Nothing, or why a withdrawn proposal can no longer be taken up."""
    last = proposal.stages[-1]
    if last.state == StageState.ACCEPTED and not last.call_stage.gives_advice:
        return Refusal(N_("It was withdrawn during assessment and cannot be taken up again."))
    stage = last.call_stage if last.state == StageState.WITHDRAWN else _stage_after(last)
    if stage is None:
        return Refusal(N_("There is no stage left to go on with."))
    closes_at = deadlines.closes_at(last) if stage is last.call_stage else deadlines.closes_to_begin(proposal, stage)
    return stage_is_open(StageFacts(clock.now(), stage.opens_at, closes_at))


def _stage_after(submission: StageSubmission) -> Any:
    later = [s for s in submission.proposal.call.stages if s.position > submission.position]
    return min(later, key=lambda s: s.position) if later else None
