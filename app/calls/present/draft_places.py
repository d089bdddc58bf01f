"""What is missing or wrong in an unfinished call, told where its field is not beside it: with its place in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.calls.drafting import Page, paths
from app.calls.drafting.pages.known import words_of
from app.calls.present.building.overview import told
from app.calls.present.draft_fields import block_title, sentence
from app.calls.strict import Flaw
from app.web.filters import translate

IN_FORM = re.compile(
    r"(?P<form>.*\.form)\.sections\[(?P<section>\d+)\](\.questions\[(?P<question>\d+)\])?\.?(?P<rest>.*)"
)


def flaw_line(flaw: Flaw, page: Page) -> str:
    """A flaw where its field is not beside it: the field's label, then the sentence."""
    found = [field for field in page.fields() if paths.within(flaw.path, field.path)]
    label = translate(max(found, key=lambda field: len(field.path)).label) if found else ""
    language = flaw.path.rpartition(".")[2] if found and found[0].languages else ""
    names = {"en": gettext("English"), "fr": gettext("French"), "es": gettext("Spanish")}
    where = f"{label} ({names[language]})" if language in names else label
    steps = " › ".join(filter(None, (_row_of(flaw, page), where)))
    return f"{steps}: {sentence(flaw)}" if steps else sentence(flaw)


def _row_of(flaw: Flaw, page: Page) -> str:
    """The innermost row of a list in which the flaw lies, as the page calls it: there may be several like it."""
    found = [row for rows in page.lists() for row in rows.rows if row.path and paths.within(flaw.path, row.path)]
    return block_title(max(found, key=lambda row: len(row.path))) if found else ""


def said(flaw: Flaw, page: Page, document: Mapping[str, Any]) -> str:
    """In a form the section and the question say the place; elsewhere the field's label says it."""
    if not page.part.startswith("form-"):
        return flaw_line(flaw, page)
    place = IN_FORM.match(flaw.path)
    if place is None:
        return f"{flaw.path.partition('.form')[2].strip('.')}: {sentence(flaw)}".removeprefix(": ")
    steps, here = [], f"{place['form']}.sections[{place['section']}]"
    steps.append(_name_of(document, here, "title", gettext("Section %(number)s", number=int(place["section"]) + 1)))
    if place["question"]:
        here += f".questions[{place['question']}]"
        steps.append(
            _name_of(document, here, "label", gettext("Question %(number)s", number=int(place["question"]) + 1))
        )
    steps.extend(told([(place["rest"], flaw)], [str(code) for code in document.get("languages") or ()]))
    return " › ".join(steps)


def _name_of(document: Mapping[str, Any], path: str, name: str, otherwise: str) -> str:
    return words_of(paths.get(document, f"{path}.{name}"), document) or otherwise
