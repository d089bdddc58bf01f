"""The score sheet as a file, and what a returned one would change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.core import clock
from app.reviews.models import Review
from app.reviews.offline import Line, Returned, differences
from app.reviews.present.parts import locale
from app.reviews.present.sheet import CriterionView, SheetView
from app.reviews.sheet import NOT_APPLICABLE
from app.web.filters import instant
from app.web.security import external_url


@dataclass(frozen=True)
class OfflineSheet:
    """The whole sheet as it stands in an HTML file."""

    language: str
    made: str
    return_url: str
    file_name: str
    sheet: SheetView


@dataclass(frozen=True)
class DifferenceView:
    """One field that the file fills in otherwise; ``error``: why it cannot be taken over."""

    name: str
    label: str
    now: str
    packed: str
    taken: bool
    is_newer: bool
    error: str


@dataclass(frozen=True)
class ReturnedView:
    """Everything a returned sheet would change, before anything is; ``pack``: the file again, for the next step."""

    review_id: str
    reference: str
    version: int
    pack: str
    differences: tuple[DifferenceView, ...]


def offline_sheet(review: Review, sheet: SheetView) -> OfflineSheet:
    """What stands around the fields in an HTML file."""
    return OfflineSheet(
        language=locale(),
        made=instant(clock.now(), review.proposal.call.zone),
        return_url=external_url("reviews.offline", review_id=review.id),
        file_name=f"{sheet.reference}-{gettext('score sheet')}.html",
        sheet=sheet,
    )


def lines_of(sheet: SheetView) -> list[Line]:
    """Every field of the sheet in its order, as the rows of a workbook and of a comparison."""
    return list(_lines(sheet))


def values_in(sheet: SheetView) -> dict[str, str]:
    """Every field of the sheet with what it shows."""
    return {line.name: line.value for line in _lines(sheet)}


def labels_in(sheet: SheetView) -> dict[str, str]:
    """Every field of the sheet with its name in words."""
    return {line.name: line.label for line in _lines(sheet)}


def _lines(sheet: SheetView) -> Iterator[Line]:
    for section in sheet.sections:
        for criterion in section.criteria:
            yield from _criterion(criterion)
        text = section.comment
        yield Line(text.name, gettext("Comment on %(section)s", section=section.label), "", text.value)
    for row in sheet.remarks:
        yield Line(row.remark.name, f"{row.label} · {row.amount}", gettext("Remark"), row.remark.value)
    for text, label, hint in (
        (
            sheet.comment_to_applicant,
            gettext("Comment to the applicant"),
            gettext("Sent with the result, without your name"),
        ),
        (sheet.note_to_staff, gettext("Confidential note"), gettext("Never shown to the applicant")),
        (sheet.recommended, gettext("Amount you recommend"), sheet.currency),
    ):
        yield Line(text.name, label, hint, text.value)


def _criterion(criterion: CriterionView) -> Iterator[Line]:
    scale = "\n".join(f"{step.value}: {step.label}" for step in criterion.steps)
    anchors = "\n".join(f"{score}: {text}" for score, text in criterion.anchors)
    hint = "\n".join(filter(None, (criterion.help, criterion.worth, scale, anchors)))
    choices = tuple(step.value for step in criterion.steps)
    yield Line(criterion.score.name, f"{criterion.code} · {criterion.label}", hint, criterion.score.value, choices)
    label = gettext("Reason for %(code)s", code=criterion.code)
    yield Line(criterion.reason.name, label, "", criterion.reason.value)


def returned_view(
    sheet: SheetView, returned: Returned, take: frozenset[str] | None = None, problems: Mapping[str, str] | None = None
) -> ReturnedView:
    """The fields side by side. ``take``: what was ticked; before that, what only the file changed."""
    lines = {line.name: line for line in lines_of(sheet)}
    found = differences(returned, {name: line.value for name, line in lines.items()})
    return ReturnedView(
        review_id=sheet.id,
        reference=sheet.reference,
        version=sheet.version,
        pack=json.dumps({"base": dict(returned.base), "fields": dict(returned.fields)}, ensure_ascii=False),
        differences=tuple(
            DifferenceView(
                name=one.name,
                label=lines[one.name].label,
                now=_shown(one.now),
                packed=_shown(one.packed),
                taken=one.is_newer if take is None else one.name in take,
                is_newer=one.is_newer,
                error=(problems or {}).get(one.name, ""),
            )
            for one in found
        ),
    )


def _shown(value: str) -> str:
    return gettext("Not applicable") if value == NOT_APPLICABLE else value


def page_links(review: Review) -> dict[str, str]:
    """Where the page of a sheet's files leads."""
    names = {"page": "reviews.offline_page", "workbook": "reviews.offline_workbook", "url": "reviews.return_offline"}
    return {key: url_for(endpoint, review_id=review.id) for key, endpoint in names.items()}
