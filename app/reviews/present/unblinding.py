"""What was asked to be shown, by whom and why, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.proposals.models import Proposal
from app.reviews import policy
from app.reviews.models import Review, Unblinding
from app.reviews.present.parts import Badge, MoveView
from app.reviews.visibility import Blind
from app.web.filters import instant, translate
from workflows.machine import Offer
from workflows.unblinding import UnblindingState


@dataclass(frozen=True)
class AskedLine:
    """One request with its decision."""

    what: str
    reason: str
    asked_by: str
    decided_by: str
    decided: str
    state: Badge
    moves: tuple[MoveView, ...]


@dataclass(frozen=True)
class UnblindingView:
    """The page of a proposal's unblinding; ``choices`` are empty where nothing is hidden."""

    id: str
    reference: str
    lines: tuple[AskedLine, ...]
    choices: list[tuple[str, str]]


def unblinding_view(
    proposal: Proposal, reviews: Iterable[Review], asked: Sequence[tuple[Unblinding, Iterable[Offer]]]
) -> UnblindingView:
    """Put the page together; reviewers stand under their pseudonyms."""
    return UnblindingView(
        id=str(proposal.id),
        reference=proposal.reference,
        lines=tuple(_line(one, offers, proposal.call.zone) for one, offers in asked),
        choices=_choices(policy.blind_of(proposal), reviews),
    )


def _choices(blind: Blind, reviews: Iterable[Review]) -> list[tuple[str, str]]:
    if blind is Blind.OPEN:
        return []
    applicant = [("applicant", gettext("Who applies, to the reviewers"))] if blind is Blind.DOUBLE else []
    shown = [(str(r.id), gettext("Who %(name)s is", name=r.pseudonym)) for r in reviews]
    return [("", gettext("Choose one")), *applicant, *shown]


def _line(one: Unblinding, offers: Iterable[Offer], zone: str) -> AskedLine:
    state = UnblindingState(one.state)
    named = gettext("Who %(name)s is", name=one.review.pseudonym) if one.review else ""
    return AskedLine(
        what=named or gettext("Who applies, to the reviewers"),
        reason=one.reason,
        asked_by=one.requested_by_name,
        decided_by=one.decided_by_name,
        decided=instant(one.decided_at, zone),
        state=Badge(translate(state.label), state.category.value),
        moves=tuple(_move(offer, one) for offer in offers),
    )


def _move(offer: Offer, one: Unblinding) -> MoveView:
    return MoveView(
        name=f"{offer.move.name}-{one.id}",
        label=translate(offer.move.label),
        url=url_for("reviews.move_unblinding", unblinding_id=one.id, name=offer.move.name),
        refusal=translate(offer.refusal),
        needs_reason=offer.move.reason,
        tone=offer.move.tone,
        version=one.version,
    )
