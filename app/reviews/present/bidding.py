"""What a reviewer bids on while reviewers are found."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.proposals.models import Proposal
from app.reviews import vocabulary
from app.reviews.models import ReviewBid
from app.reviews.present.parts import title_of
from workflows.machine import N_


@dataclass(frozen=True)
class BidRow:
    """A proposal by its names alone: in a double-blind call by its title."""

    id: str
    reference: str
    title: str
    organisation: str
    partners: tuple[str, ...]
    bids: tuple[tuple[str, str, bool], ...]


def bid_rows(
    call: Call,
    proposals: Collection[Proposal],
    partners: Mapping[uuid.UUID, tuple[str, ...]],
    said: Mapping[uuid.UUID, ReviewBid],
) -> tuple[BidRow, ...]:
    """What a reviewer sees while reviewers are found."""
    blind = call.process.get("blind") == "double"
    return tuple(
        BidRow(
            id=str(proposal.id),
            reference=proposal.reference,
            title=proposal.title,
            organisation="" if blind else proposal.organisation.name,
            partners=() if blind else partners.get(proposal.id, ()),
            bids=_bids(said.get(proposal.id)),
        )
        for proposal in proposals
    )


def _bids(said: ReviewBid | None) -> tuple[tuple[str, str, bool], ...]:
    labels = {**vocabulary.BID_LABELS, vocabulary.CONFLICT: N_("I have a conflict of interest")}
    return tuple((code, gettext(label), said is not None and said.value == code) for code, label in labels.items())


def calls_to_bid_in(calls: Iterable[Call]) -> tuple[tuple[str, str], ...]:
    """(title, address) of the calls in which reviewers are being found."""
    return tuple((title_of(call.title), url_for("reviews.bids", call_id=call.id)) for call in calls)
