"""Pieces that several pages about decisions show: badges, votes, moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.decisions.models import Decision, Vote
from app.decisions.present.words import OUTCOME_CATEGORIES, OUTCOME_LABELS
from app.proposals.models import Proposal
from app.reviews.present.parts import Badge, MoveView, title_of
from app.web.filters import money, translate
from workflows.funding_decision import DecisionState
from workflows.machine import Offer

NO_BUTTON = frozenset({"endorse"})


@dataclass(frozen=True)
class Heading:
    """A proposal above a form."""

    id: str
    reference: str
    title: str
    organisation: str
    requested: str
    url: str
    call: str
    call_url: str


@dataclass(frozen=True)
class Tally:
    """How the votes of a round stand."""

    votes_for: int
    votes_against: int
    abstained: int
    quorum: int

    @property
    def text(self) -> str:
        return gettext(
            "%(for)s for, %(against)s against, %(abstained)s abstained; %(quorum)s needed",
            **{
                "for": self.votes_for,
                "against": self.votes_against,
                "abstained": self.abstained,
                "quorum": self.quorum,
            },
        )


def short_tally(counted: Tally) -> str:
    """The same for a narrow column."""
    return gettext(
        "%(for)s for, %(against)s against",
        **{"for": counted.votes_for, "against": counted.votes_against},
    )


def heading(proposal: Proposal) -> Heading:
    return Heading(
        id=str(proposal.id),
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        requested=money(proposal.requested),
        url=url_for("decisions.show", proposal_id=proposal.id),
        call=title_of(proposal.call.title),
        call_url=url_for("decisions.of_call", call_id=proposal.call_id),
    )


def tally(votes: Iterable[Vote], quorum: int) -> Tally:
    """Count the votes."""
    choices = [vote.choice for vote in votes]
    return Tally(choices.count("for"), choices.count("against"), choices.count("abstain"), quorum)


def state_badge(decision: Decision) -> Badge:
    state = DecisionState(decision.state)
    return Badge(translate(state.label), state.category.value)


def outcome_badge(outcome: str) -> Badge:
    return Badge(translate(OUTCOME_LABELS[outcome]), OUTCOME_CATEGORIES[outcome])


def amount_text(decision: Decision) -> str:
    """The amount of an award, or nothing."""
    return money(decision.amount) if decision.amount_minor else ""


def moves(decision: Decision, offers: Iterable[Offer]) -> tuple[MoveView, ...]:
    """The moves of a decision; revising and announcing have pages of their own."""
    pages = {
        "revise": url_for("decisions.revise", decision_id=decision.id),
        "announce": url_for("decisions.announce", call_id=decision.call_id),
    }
    return tuple(
        MoveView(
            name=offer.move.name,
            label=translate(offer.move.label),
            url=url_for("decisions.move", decision_id=decision.id, name=offer.move.name),
            refusal=translate(offer.refusal),
            needs_reason=offer.move.reason,
            tone=offer.move.tone,
            version=decision.version,
            fields_url=pages.get(offer.move.name, ""),
        )
        for offer in offers
        if offer.move.name not in NO_BUTTON
    )
