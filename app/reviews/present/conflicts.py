"""Conflicts of interest that the records suggest, and the funder's own partners, as staff read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from app.calls.models import Call
from app.identity.models import Programme
from app.proposals.models import FunderPartner, SuggestedConflict
from app.proposals.present.conflicts import SuggestionRow, suggestion_row
from app.reviews.present.parts import title_of


@dataclass(frozen=True)
class SuggestionsView:
    """The suggestions of a call: (reference, title, link, suggestion)."""

    title: str
    call_url: str
    partners_url: str
    rows: tuple[tuple[str, str, str, SuggestionRow], ...]


@dataclass(frozen=True)
class PartnersView:
    """The funder's partners: (id, name, domain)."""

    programme_id: str
    title: str
    rows: tuple[tuple[str, str, str], ...]


def suggestions_view(call: Call, found: Iterable[SuggestedConflict]) -> SuggestionsView:
    """Each leads to the page of its proposal, where it is decided."""
    return SuggestionsView(
        title=title_of(call.title),
        call_url=url_for("reviews.of_call", call_id=call.id),
        partners_url=url_for("reviews.partners", programme_id=call.programme_id),
        rows=tuple(
            (
                s.proposal.reference,
                s.proposal.title,
                url_for("proposals.conflicts", proposal_id=s.proposal_id, _anchor=f"suggested-{s.id}"),
                suggestion_row(s),
            )
            for s in found
        ),
    )


def partners_view(programme: Programme, partners: Iterable[FunderPartner]) -> PartnersView:
    """The list by name."""
    return PartnersView(str(programme.id), programme.name, tuple((str(p.id), p.name, p.domain) for p in partners))
