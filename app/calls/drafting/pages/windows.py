"""Funding windows: parts of the budget for some countries, minerals or themes. Pure."""

from __future__ import annotations

from app.calls.drafting.fields import Block, Field, Page, Rows
from app.calls.drafting.pages.known import Map, languages_of, question_options, rows_of, words_of
from workflows.machine import N_


def windows(document: Map) -> Page:
    found = rows_of(document, "rules.windows")
    rows = Rows(
        "rules.windows",
        N_("Funding windows"),
        N_("Add a window"),
        tuple(_window(document, number, row) for number, row in enumerate(found)),
        hint=N_("Their budgets together are no more than the call's. Empty: the budget is for all alike."),
    )
    question = Field(
        "rules.answers.window",
        "questions",
        N_("The question in which a proposal names its window"),
        N_("A choice of exactly the windows above."),
        question_options(document, ("choice",)),
        optional=not found,
    )
    blocks = (Block("", (rows,)), *((Block(N_("In the form"), (question,)),) if found else ()))
    own = ("rules.windows", "rules.answers.window")
    return Page("windows", N_("Funding windows"), own, blocks, optional=True)


def _window(document: Map, number: int, window: Map) -> Block:
    path, all_of_the_call = f"rules.windows[{number}]", N_("None chosen means all of the call.")
    parts = (
        Field(f"{path}.label", "line", N_("Name"), languages=languages_of(document)),
        Field(f"{path}.code", "line", N_("Short name"), N_("Small letters, like great_lakes."), width="s"),
        Field(f"{path}.budget", "amount", N_("Budget"), width="s"),
        Field(f"{path}.countries", "choices", N_("Countries"), all_of_the_call, "countries_in_scope", optional=True),
        Field(f"{path}.minerals", "choices", N_("Minerals"), all_of_the_call, "minerals_in_scope", optional=True),
        _themes(document, path, len(rows_of(window.get("themes")))),
    )
    return Block(N_("Window %(number)s"), parts, number + 1, words_of(window.get("label"), document), path)


def _themes(document: Map, path: str, count: int) -> Rows:
    return Rows(
        f"{path}.themes",
        N_("Themes"),
        N_("Add a theme"),
        tuple(_theme(document, f"{path}.themes[{number}]", number) for number in range(count)),
        most=20,
    )


def _theme(document: Map, path: str, number: int) -> Block:
    text = Field(path, "line", N_("Theme"), languages=languages_of(document))
    return Block(N_("Theme %(number)s"), (text,), number + 1, "", path)
