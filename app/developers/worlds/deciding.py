"""The decision on a proposal: proposed, voted on, ratified by another person, announced."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from app.core.types import Money
from app.decisions import queries, services
from app.decisions.models import Decision
from app.developers.worlds.diary import WorldError
from app.developers.worlds.specifications import DecisionSpec
from app.developers.worlds.story import Story
from workflows.funding_decision import DecisionState

D = DecisionState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = {
    "awarded": "Among the best of the call on every count that the reviewers scored.",
    "reserve": "Good enough to be funded, but below the line that the budget draws.",
    "declined": "The reviewers' points stay below what the call asks for.",
}
FEEDBACK = "Thank you for your proposal. The committee's reasons are given above."


def default_decision(outcome: str) -> DecisionSpec:
    """An announced decision with this outcome."""
    return DecisionSpec(D.ANNOUNCED.value, outcome, "", "", "", "", {}, {})


def plan_decision(story: Story, told: DecisionSpec) -> None:
    """Put down the steps of the decision as far as it comes."""
    reached = tuple(D).index(D(told.reaches))
    story.step(told.at, "propose", DAY, "decision proposed", partial(_propose, story, told))
    for member, choice in _votes(story, told, reached).items():
        words = f"{member} votes {choice}"
        story.step(told.at, f"vote_{member}", 2 * HOUR, words, partial(_vote, story, member, choice))
    if reached >= tuple(D).index(D.RATIFIED):
        story.step(told.at, "ratify", DAY, "decision ratified", partial(_ratify, story))
    if reached >= tuple(D).index(D.ANNOUNCED):
        story.step(told.at, "announce", DAY, "decision announced", partial(_announce, story))


def _votes(story: Story, told: DecisionSpec, reached: int) -> dict[str, str]:
    """The told votes; without any, as many votes for it as the quorum wants once it is endorsed."""
    if told.votes or not reached:
        return dict(told.votes)
    quorum = int(story.call.process["quorum"])
    members = story.programme.roles.get("committee_member", ())
    if len(members) < quorum:
        raise WorldError(f"programme {story.programme.code}: the quorum is {quorum}, but {len(members)} people vote.")
    return dict.fromkeys(members[:quorum], "for")


def _propose(story: Story, told: DecisionSpec) -> None:
    proposal = story.proposal()
    asked = proposal.requested or Money(Decimal(0), proposal.currency)
    awarded = Money(Decimal(told.amount), proposal.currency) if told.amount else asked
    services.propose(
        proposal=proposal,
        outcome=told.outcome,
        amount=awarded if told.outcome == "awarded" else Money(Decimal(0), proposal.currency),
        rationale=told.rationale or WORDS[told.outcome],
        conditions=told.conditions,
        feedback=told.feedback or FEEDBACK,
        actor=story.officer(),
    )


def _vote(story: Story, member: str, choice: str) -> None:
    services.vote(decision=_decision(story), choice=choice, note="", actor=story.register.actor(member))


def _ratify(story: Story) -> None:
    services.ratify(decision=_decision(story), actor=story.manager())


def _announce(story: Story) -> None:
    services.announce(decisions=[_decision(story)], actor=story.manager())


def _decision(story: Story) -> Decision:
    found = queries.decision_of(story.proposal().id)
    if found is None:
        raise WorldError(f"proposal {story.spec.key}: no decision was proposed.")
    return found
