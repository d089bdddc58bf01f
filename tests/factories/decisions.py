"""Decisions in any state, made through the services."""

from __future__ import annotations

from typing import Any

from app.calls.models import Call
from app.core.types import Money
from app.decisions import queries, services
from app.decisions.models import Decision
from app.identity.models import Person
from app.proposals.models import Proposal
from tests.factories.identity import actor_of, make_staff
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, reload

STATES = ("proposed", "endorsed", "ratified", "announced")


def make_member(call: Call, **over: Any) -> Person:
    """A member of the committee."""
    return make_staff(call.programme, "committee_member", **over)


def make_manager(call: Call) -> Person:
    """A manager of the programme."""
    return make_staff(call.programme, "manager")


def make_decision(
    *,
    proposal: Proposal | None = None,
    call: Call | None = None,
    state: str = "proposed",
    outcome: str = "awarded",
    amount: Money | None = None,
    proposer: Person | None = None,
    **over: Any,
) -> Decision:
    """A decision that went through the moves up to ``state``; an award gets all that was asked unless ``amount`` is given."""
    assert state in STATES, state
    proposal = proposal or make_assessed_proposal(call=call or make_assessing_call(), state="deciding")
    proposer = proposer or make_staff(proposal.call.programme, "officer")
    decision = services.propose(
        proposal=reload(proposal),
        outcome=outcome,
        amount=(amount or proposal.requested) if outcome == "awarded" else None,
        rationale=over.get("rationale", "It ranks high."),
        conditions=over.get("conditions", ""),
        feedback=over.get("feedback", ""),
        actor=actor_of(proposer),
    )
    found = queries.get_decision(decision.id)
    assert found is not None
    walk(found, state)
    return found


def walk(decision: Decision, state: str) -> None:
    """Bring a proposed decision to a state."""
    call = decision.proposal.call
    wanted = STATES.index(state)
    if wanted >= 1:
        for _ in range(call.process["quorum"]):
            services.vote(decision=decision, choice="for", actor=actor_of(make_member(call)))
    if wanted >= 2:
        services.ratify(decision=decision, actor=actor_of(make_manager(call)))
    if wanted >= 3:
        services.announce(decisions=[decision], actor=actor_of(make_manager(call)))
