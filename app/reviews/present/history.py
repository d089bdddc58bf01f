"""What a reviewer did before, in words, and the certificate of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext, ngettext

from app.core import clock
from app.reviews.history import Past
from app.reviews.models import ConfidentialityAgreement
from app.reviews.present.parts import Badge, locale, points, title_of
from app.web.filters import day


def past_facts(past: Past) -> tuple[tuple[str, str], ...]:
    """(label, value): asked, handed in, late, stepped back, distance from the others."""
    far = gettext("%(points)s points on average", points=points(past.distance)) if past.distance is not None else ""
    return (
        (gettext("Asked"), str(past.asked)),
        (gettext("Handed in"), str(past.delivered)),
        (gettext("Handed in late"), str(past.late)),
        (gettext("Declined or stepped back"), str(past.stepped_back)),
        (gettext("Away from the other reviewers"), far),
    )


def agreement_badge(agreed: bool | None) -> Badge:
    """Whether the present agreement is signed, if the reader may know it."""
    if agreed is None:
        return Badge(gettext("Agreement not shown to you"), "waiting")
    if agreed:
        return Badge(gettext("Agreement signed"), "done")
    return Badge(gettext("Agreement not signed"), "waiting")


def signed_by(agreements: Iterable[ConfidentialityAgreement], sha256: str) -> frozenset[uuid.UUID]:
    """Who signed the present wording."""
    return frozenset(one.person_id for one in agreements if one.text_sha256 == sha256)


def certificate_links(
    programme_id: uuid.UUID, person_id: uuid.UUID, rows: Sequence[Any]
) -> tuple[tuple[str, str], ...]:
    """(year, address) of each year in which a review was handed in, the newest first."""
    years = sorted({_year(row) for row in rows}, reverse=True)
    return tuple(
        (str(year), url_for("reviews.certificate", programme_id=programme_id, person_id=person_id, year=year))
        for year in years
    )


def _year(row: Any) -> int:
    return int(row.submitted_at.astimezone(ZoneInfo(row.zone)).year)


def certificate_paper(programme: str, name: str, year: int, rows: Sequence[Any]) -> dict[str, Any] | None:
    """What the certificate of a year says: how many reviews in which call, and nothing that names a proposal."""
    counted = Counter(row.call_id for row in rows if _year(row) == year)
    if not counted:
        return None
    titles = {row.call_id: title_of(row.title) for row in rows}
    total = counted.total()
    return {
        "language": locale(),
        "title": gettext("Certificate of review"),
        "programme": programme,
        "name": name,
        "says": ngettext(
            "%(name)s handed in %(num)s review of a proposal in %(year)s.",
            "%(name)s handed in %(num)s reviews of proposals in %(year)s.",
            total,
            name=name,
            year=year,
        ),
        "columns": [gettext("Call"), gettext("Reviews")],
        "calls": [[titles[ident], str(count)] for ident, count in counted.items()],
        "silent": gettext("Which proposals they were stays confidential."),
        "made": gettext("Made on %(day)s", day=day(clock.now())),
    }
