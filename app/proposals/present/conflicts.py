"""Conflicts of interest as the programme's officers read them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from app.proposals.models import CLOSING_BASES, ConflictOfInterest, SuggestedConflict
from app.web.filters import day, translate
from workflows.machine import N_

BASES = {
    "organisation": N_("Works for the applicant"),
    "partner": N_("Works for a partner of the proposal"),
    "email_domain": N_("The e-mail address belongs to the applicant"),
    "country_office": N_("Works for another office of a party"),
    "past_collaboration": N_("Stood beside a party in another proposal"),
    "funder_partner": N_("Both belong to the funder's own partners"),
}


@dataclass(frozen=True)
class ConflictRow:
    """One recorded conflict of interest."""

    who: str
    basis: str
    when: str
    note: str


@dataclass(frozen=True)
class SuggestionRow:
    """What the records suggest about one person. ``closes``: the proposal is closed to the person until it is dismissed."""

    id: str
    who: str
    basis: str
    evidence: str
    closes: bool
    dismissed: str
    reason: str


def conflict_rows(conflicts: Iterable[ConflictOfInterest], names: Mapping[uuid.UUID, str]) -> tuple[ConflictRow, ...]:
    """Recorded conflicts of interest, for the programme's officers."""
    bases = {"declared": gettext("Declared"), "recorded_by_staff": gettext("Recorded by the programme")}
    return tuple(ConflictRow(names.get(c.person_id, ""), bases[c.basis], day(c.created_at), c.note) for c in conflicts)


def suggestion_rows(found: Iterable[SuggestedConflict], recorded: Collection[uuid.UUID]) -> tuple[SuggestionRow, ...]:
    """Suggested conflicts of people who have none on record; those dismissed last."""
    rows = sorted((s for s in found if s.person_id not in recorded), key=lambda s: s.dismissed_at is not None)
    return tuple(suggestion_row(s) for s in rows)


def suggestion_row(suggestion: SuggestedConflict) -> SuggestionRow:
    """One suggestion in words."""
    return SuggestionRow(
        id=str(suggestion.id),
        who=suggestion.person.name,
        basis=translate(BASES[suggestion.basis]),
        evidence=suggestion.evidence,
        closes=suggestion.basis in CLOSING_BASES,
        dismissed=day(suggestion.dismissed_at) if suggestion.dismissed_at else "",
        reason=suggestion.reason,
    )
