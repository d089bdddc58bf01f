"""The rubric and the threshold checks of a stage. Pure."""

from __future__ import annotations

from app.calls.checks import FACTS
from app.calls.drafting.fields import Block, Field, Page, Rows
from app.calls.drafting.pages.known import Map, languages_of, option, question_options, rows_of, sections, words_of
from app.calls.drafting.pages.rules import CODE_NAMES
from workflows.machine import N_

FACT_NAMES = {
    "advice_received": N_("Advice on the earlier stage was received"),
    "received_in_time": N_("Received in time"),
}


def rubric(document: Map, number: int) -> Page:
    """Scale, limits and sections of criteria; without a rubric the page only offers ways to begin one."""
    path, spoken = f"stages[{number}].rubric", languages_of(document)
    scale = Rows(
        f"{path}.scale",
        N_("Scale"),
        N_("Add a score"),
        tuple(_step(path, place, spoken) for place in range(len(rows_of(document, f"{path}.scale")))),
        hint=N_("Scores from the lowest to the highest, each with the words that anchor it."),
        most=11,
    )
    found = rows_of(document, f"{path}.sections")
    parts = Rows(
        f"{path}.sections",
        N_("Sections"),
        N_("Add a section"),
        tuple(_section(document, number, place, row) for place, row in enumerate(found)),
        hint=N_("A total below the least points of a section fails the whole proposal."),
        most=20,
    )
    blocks = (Block("", (scale,)), Block(N_("Limits"), _limits(path)), Block("", (parts,)))
    return Page(f"rubric-{number}", N_("Rubric"), (path,), blocks, optional=True, stage=number)


def _step(path: str, place: int, spoken: tuple[str, ...]) -> Block:
    row = f"{path}.scale[{place}]"
    parts = (
        Field(f"{row}.score", "integer", N_("Score"), width="xs"),
        Field(f"{row}.label", "line", N_("What it means"), languages=spoken),
    )
    return Block(N_("Score %(number)s"), parts, place + 1, "", row)


def _limits(path: str) -> tuple[Field, ...]:
    return (
        Field(f"{path}.pass", "integer", N_("Points needed in all"), optional=True, width="xs"),
        Field(
            f"{path}.justify",
            "numbers",
            N_("Scores that need a reason"),
            N_("With commas between them, like 1, 2, 5."),
            optional=True,
            width="s",
        ),
        Field(
            f"{path}.divergence",
            "integer",
            N_("Totals further apart than this are flagged"),
            N_("In points; empty means never."),
            optional=True,
            width="xs",
        ),
        Field(
            f"{path}.ties",
            "words",
            N_("Of equal totals, the one with more points here comes first"),
            N_("Codes of sections in order, like A, C."),
            optional=True,
            width="s",
        ),
    )


def _section(document: Map, number: int, place: int, section: Map) -> Block:
    path, spoken = f"stages[{number}].rubric.sections[{place}]", languages_of(document)
    found = rows_of(section.get("criteria"))
    criteria = Rows(
        f"{path}.criteria",
        N_("Criteria"),
        N_("Add a criterion"),
        tuple(_criterion(document, number, f"{path}.criteria[{n}]", n, row) for n, row in enumerate(found)),
    )
    parts = (
        Field(f"{path}.code", "line", N_("Code"), N_("A capital letter first, like A."), width="xs"),
        Field(f"{path}.label", "line", N_("Name"), languages=spoken),
        Field(f"{path}.max", "integer", N_("Points at most"), N_("The criteria add up to this."), width="xs"),
        Field(f"{path}.minimum", "integer", N_("Points at least"), optional=True, width="xs"),
        criteria,
    )
    return Block(N_("Section %(number)s"), parts, place + 1, words_of(section.get("label"), document), path)


def _criterion(document: Map, number: int, path: str, place: int, criterion: Map) -> Block:
    spoken = languages_of(document)
    there = tuple(option(section, document) for section in sections(document, number))
    parts = (
        Field(f"{path}.code", "line", N_("Code"), N_("Like A1."), width="xs"),
        Field(f"{path}.label", "line", N_("What is judged"), languages=spoken),
        Field(f"{path}.help", "text", N_("Help for reviewers"), optional=True, languages=spoken),
        Field(f"{path}.max", "integer", N_("Points at most"), width="xs"),
        Field(
            f"{path}.sections",
            "choices",
            N_("Sections of the form that bear on it"),
            options=there,
            optional=True,
        ),
        Rows(
            f"{path}.anchors",
            N_("What scores mean for this criterion"),
            N_("Say what a score means"),
            tuple(
                _anchor(document, f"{path}.anchors[{n}]", n, row)
                for n, row in enumerate(rows_of(criterion.get("anchors")))
            ),
            most=11,
        ),
    )
    return Block(N_("Criterion %(number)s"), parts, place + 1, words_of(criterion.get("label"), document), path)


def _anchor(document: Map, path: str, place: int, anchor: Map) -> Block:
    parts = (
        Field(f"{path}.score", "integer", N_("Score"), width="xs"),
        Field(f"{path}.text", "line", N_("What it means"), languages=languages_of(document)),
    )
    return Block(N_("Score %(number)s"), parts, place + 1, str(anchor.get("score", "")), path)


def checks(document: Map, number: int) -> Page:
    path = f"stages[{number}].checks"
    rows = Rows(
        path,
        N_("Threshold checks"),
        N_("Add a check"),
        tuple(_check(document, number, place, row) for place, row in enumerate(rows_of(document, path))),
        most=60,
    )
    intro = N_(
        "They come first and are answered yes or no. Assay suggests an answer where it can; a person decides each."
    )
    return Page(
        f"checks-{number}", N_("Threshold checks"), (path,), (Block("", (rows,)),), intro, optional=True, stage=number
    )


def _check(document: Map, number: int, place: int, check: Map) -> Block:
    path, spoken = f"stages[{number}].checks[{place}]", languages_of(document)
    facts = tuple((name, FACT_NAMES[name]) for name in FACTS)
    parts = (
        Field(f"{path}.code", "line", N_("Code"), N_("Like T1."), width="xs"),
        Field(f"{path}.label", "line", N_("What must be so"), languages=spoken),
        Field(f"{path}.help", "text", N_("Help for the person who decides"), optional=True, languages=spoken),
        Field(f"{path}.rules", "choices", N_("Rules that speak for or against it"), options=CODE_NAMES, optional=True),
        Field(f"{path}.facts", "choices", N_("Facts that must be true"), options=facts, optional=True),
        Field(
            f"{path}.questions",
            "choices",
            N_("Questions that must be answered"),
            options=question_options(document, stage=number),
            optional=True,
        ),
        Field(f"{path}.by_hand", "flag", N_("Never suggest that it is passed"), default=False),
    )
    return Block(N_("Check %(number)s"), parts, place + 1, words_of(check.get("label"), document), path)
