"""The library of standard questions: the list, one question with the calls that ask it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import get_locale, gettext

from app.calls import building
from app.calls.building import Document
from app.calls.form_schema import text
from app.calls.models import Call, StandardQuestion
from app.calls.present.building import words
from app.calls.present.building.fields import label_of
from app.calls.present.parts import language_of
from app.web.filters import day

REPORT = "proposals.standard_report"  # the answers of all calls together


@dataclass(frozen=True)
class StandardCard:
    """A question of the library in a list."""

    code: str
    label: str
    kind: str
    scope: str
    retired: str
    url: str


@dataclass(frozen=True)
class Use:
    """A form that asks it."""

    call: str
    stage: str
    question: str
    label: str
    url: str


@dataclass(frozen=True)
class StandardPage:
    """A question of the library."""

    card: StandardCard
    version: int
    texts: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    uses: tuple[Use, ...]
    report_url: str
    promoted: str


def standard_cards(standards: Iterable[StandardQuestion]) -> tuple[StandardCard, ...]:
    return tuple(standard_card(standard) for standard in standards)


def standard_card(standard: StandardQuestion) -> StandardCard:
    """One in a list."""
    return StandardCard(
        code=standard.code,
        label=label_of(standard.document, str(get_locale() or "en")),
        kind=words.kind_label(str(standard.document.get("kind", ""))),
        scope=standard.programme.name if standard.programme else gettext("Every programme"),
        retired=gettext("Retired on %(day)s", day=day(standard.retired_at)) if standard.retired_at else "",
        url=url_for("calls.standard", code=standard.code),
    )


def standard_page(standard: StandardQuestion, calls: Sequence[Call]) -> StandardPage:
    """One with the forms in use that ask it, among these calls."""
    language = str(get_locale() or "en")
    options = standard.document.get("options") or ()
    known = REPORT in current_app.view_functions
    return StandardPage(
        card=standard_card(standard),
        version=standard.version,
        texts=tuple((standard.document.get("label") or {}).items()),
        options=tuple((str(o.get("id")), text(o.get("label"), language)) for o in options),
        uses=tuple(use for call in calls for use in _uses(standard.code, call)),
        report_url=url_for(REPORT, code=standard.code) if known else "",
        promoted=gettext(
            "Put into the library by %(name)s on %(day)s.",
            name=standard.created_by_name,
            day=day(standard.created_at),
        ),
    )


def _uses(code: str, call: Call) -> Iterable[Use]:
    language = language_of(call)
    for stage in call.stages:
        for question in _asking(code, stage.form_version.document):
            url = url_for("calls.form_question", code=call.code, key=stage.key, id=question["id"])
            yield Use(call.code, text(stage.title, language), question["id"], label_of(question, language), url)


def _asking(code: str, document: Document) -> list[Document]:
    return [question for question in building.questions(document) if question.get("standard") == code]
