"""The pages of the call editor, made for a document as it is now: which parts there are, and what each asks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.calls.drafting.fields import Page
from app.calls.drafting.pages import around, basics, rules, scoring, windows
from app.calls.drafting.pages.known import stages_of


def pages_of(document: Mapping[str, Any]) -> tuple[Page, ...]:
    """Every page, in the order in which a call is written."""
    numbers = range(len(stages_of(document)))
    return (
        basics.basics(document),
        basics.stages(document),
        *(basics.form(document, number) for number in numbers),
        *(scoring.rubric(document, number) for number in numbers),
        *(scoring.checks(document, number) for number in numbers),
        rules.rules(document),
        windows.windows(document),
        around.process(document),
        around.links(document),
        around.contacts(document),
        around.quiz(document),
    )


def page_of(document: Mapping[str, Any], part: str) -> Page | None:
    """One page by its name in the address."""
    return next((page for page in pages_of(document) if page.part == part), None)


def part_of(pages: tuple[Page, ...], path: str) -> Page:
    """The page on which a place of the document is mended; what nobody owns is mended with the basics."""
    return max(pages, key=lambda page: page.owned(path))
