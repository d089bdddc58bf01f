"""Basics, stages with their dates, and the form of a stage. Pure."""

from __future__ import annotations

from app.calls.drafting.fields import Block, Field, Page, Rows
from app.calls.drafting.pages.known import Map, languages_of, stages_of, words_of
from workflows.machine import N_

LANGUAGES = (("en", N_("English")), ("fr", N_("French")), ("es", N_("Spanish")))


BASIC = ("programme", "languages", "title", "summary", "code", "reference_prefix", "currency", "budget", "minerals")


def basics(document: Map) -> Page:
    blocks = (
        Block(N_("Words"), _words(languages_of(document))),
        Block(N_("Names"), _names()),
        Block(N_("Money and scope"), _money()),
    )
    return Page("basics", N_("Basics"), (*BASIC, "contact"), blocks)


def _words(spoken: tuple[str, ...]) -> tuple[Field, ...]:
    hint = N_("Every text must stand in each of them. Adding one lists the texts that lack it.")
    return (
        Field("languages", "choices", N_("Languages of the call"), hint, LANGUAGES),
        Field("title", "line", N_("Title"), languages=spoken),
        Field("summary", "text", N_("Summary"), N_("Two or three sentences for lists."), languages=spoken),
    )


def _names() -> tuple[Field, ...]:
    hint = N_("With EPRM-27, the first proposal is EPRM-27-0001.")
    return (
        Field("code", "code", N_("Code"), N_("It stands in the address of the call, like EPRM-2027."), width="s"),
        Field("reference_prefix", "code", N_("How references begin"), hint, width="s"),
    )


def _money() -> tuple[Field, ...]:
    hint = N_("An e-mail address that somebody reads.")
    return (
        Field("currency", "code", N_("Currency"), N_("Three letters, like EUR."), width="xs"),
        Field("budget", "amount", N_("Budget"), N_("The most that all grants together may be."), width="s"),
        Field("minerals", "choices", N_("Minerals in scope"), options="minerals"),
        Field("contact", "line", N_("Address for questions"), hint, width="m"),
    )


def stages(document: Map) -> Page:
    found = stages_of(document)
    zone = Field(
        "timezone",
        "line",
        N_("Time zone"),
        N_("All dates of the call are read as clocks there show them, like Europe/Amsterdam."),
        "zones",
        width="m",
    )
    key = "full_proposal" if not found else f"stage_{len(found) + 1}"
    rows = Rows(
        "stages",
        N_("Stages"),
        N_("Add a stage"),
        tuple(_stage(document, number, stage) for number, stage in enumerate(found)),
        {"key": key},
        N_("One to five, in the order in which applicants pass them. Each closes no earlier than the one before it."),
        most=5,
    )
    own = ("timezone", "stages", *(f"stages[{number}]" for number in range(len(found))))
    return Page("stages", N_("Stages and dates"), own, (Block(N_("Dates"), (zone,)), Block("", (rows,))))


def _stage(document: Map, number: int, stage: Map) -> Block:
    path, spoken = f"stages[{number}]", languages_of(document)
    parts = (
        Field(f"{path}.title", "line", N_("Title"), languages=spoken),
        Field(f"{path}.key", "line", N_("Short name"), N_("For addresses and files, like full_proposal."), width="s"),
        Field(f"{path}.opens", "wall", N_("Opens"), width="s"),
        Field(f"{path}.closes", "wall", N_("Closes"), N_("What arrives at this instant or later is late."), width="s"),
        Field(
            f"{path}.answer_by",
            "wall",
            N_("Applicants hear by"),
            N_("The advice, or in the last stage the decision. They see this date; leave it empty to promise none."),
            optional=True,
            width="s",
        ),
        Field(
            f"{path}.advice",
            "flag",
            N_("Ends with advice, positive or negative"),
            N_("Applicants may go on after either."),
            default=False,
        ),
        Field(
            f"{path}.screens_on_receipt",
            "flag",
            N_("Screened as it comes in"),
            N_("Applicants need not wait for the closing time."),
            default=False,
        ),
    )
    return Block(N_("Stage %(number)s"), parts, number + 1, words_of(stage.get("title"), document), path)


def form(document: Map, number: int) -> Page:
    """The form has a page of its own, which asks where it comes from, and the form builder."""
    return Page(f"form-{number}", N_("Form"), (f"stages[{number}].form",), stage=number)
