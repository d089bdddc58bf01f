"""How the call is run, and what it tells beside: documents, sources, contacts, the eligibility quiz. Pure."""

from __future__ import annotations

from app.calls.drafting.fields import Block, Field, Page, Rows
from app.calls.drafting.pages.known import Map, languages_of, rows_of, words_of
from workflows.machine import N_

BLIND = (
    ("none", N_("Open: applicants may learn who reviews")),
    ("single", N_("Applicants do not learn who reviews")),
    ("double", N_("Reviewers do not learn who applies either")),
)


def process(document: Map) -> Page:
    blocks = (
        Block(N_("Applying"), _applying()),
        Block(N_("Reviewing"), _reviewing()),
        Block(N_("Deciding and paying"), _deciding()),
    )
    return Page("process", N_("Process"), ("process",), blocks, optional=True)


def _applying() -> tuple[Field, ...]:
    return (
        _switch("practice", N_("Anyone may try the form before it opens; nothing counts"), True),
        _switch("sign_off", N_("A second person of the applicant signs off before submitting"), False),
        _days(
            "late_minutes",
            N_("Minutes of grace after the deadline"),
            N_("For drafts begun before it; up to 120. Empty or 0 is a hard deadline."),
        ),
        _days("correction_days", N_("Days for corrections of a returned proposal"), N_("10 if you leave it empty.")),
        Field(
            "process.questions_until",
            "wall",
            N_("Questions about the call are taken until"),
            N_("In the zone of the call. Until the first stage closes if you leave it empty."),
            optional=True,
            width="s",
        ),
    )


def _reviewing() -> tuple[Field, ...]:
    label, hint = N_("Who knows whom"), N_("Applicants do not learn who reviews, if you choose nothing.")
    return (
        _days("reviews_wanted", N_("Final reviews before a proposal is tabled"), N_("2 if you leave it empty.")),
        _days("review_days", N_("Days for a review"), N_("14 if you leave it empty.")),
        Field("process.blind", "choice", label, hint, BLIND, optional=True),
        _switch("discussion", N_("Reviewers talk about totals that lie far apart"), False),
        _switch("training", N_("Reviewers score the training cases before they begin"), False),
    )


def _deciding() -> tuple[Field, ...]:
    hint = N_("With commas between them, like 30, 30, 40; they add up to 100. Empty means all at once.")
    return (
        _days("quorum", N_("Votes that endorse a decision"), N_("2 if you leave it empty.")),
        _switch("reserve_list", N_("Good proposals without money wait on a reserve list"), True),
        Field("process.tranches", "numbers", N_("Tranches in percent"), hint, optional=True, width="m"),
    )


def _switch(name: str, label: str, default: bool) -> Field:
    return Field(f"process.{name}", "flag", label, default=default)


def _days(name: str, label: str, hint: str) -> Field:
    return Field(f"process.{name}", "integer", label, hint, optional=True, width="xs")


def links(document: Map) -> Page:
    rows = Rows(
        "documents",
        N_("Documents"),
        N_("Add a document"),
        tuple(_link(document, n, row) for n, row in enumerate(rows_of(document, "documents"))),
    )
    sources = Field("sources", "lines", N_("Sources"), N_("Where the rules come from, one a line."), optional=True)
    blocks = (Block("", (rows,)), Block(N_("Sources"), (sources,)))
    return Page("documents", N_("Documents and sources"), ("documents", "sources"), blocks, optional=True)


def _link(document: Map, number: int, row: Map) -> Block:
    path = f"documents[{number}]"
    parts = (
        Field(f"{path}.title", "line", N_("Title"), languages=languages_of(document)),
        Field(f"{path}.url", "url", N_("Address"), N_("It begins with https://."), width="l"),
    )
    return Block(N_("Document %(number)s"), parts, number + 1, words_of(row.get("title"), document), path)


def contacts(document: Map) -> Page:
    rows = Rows(
        "contacts",
        N_("People to ask"),
        N_("Add a person"),
        tuple(_contact(document, n, row) for n, row in enumerate(rows_of(document, "contacts"))),
        hint=N_("They stand on the public page."),
        most=20,
    )
    return Page("contacts", N_("Contacts"), ("contacts",), (Block("", (rows,)),), optional=True)


def _contact(document: Map, number: int, row: Map) -> Block:
    path = f"contacts[{number}]"
    parts = (
        Field(f"{path}.name", "line", N_("Name"), width="m"),
        Field(f"{path}.role", "line", N_("What they can be asked"), optional=True, languages=languages_of(document)),
        Field(f"{path}.email", "email", N_("E-mail address"), width="m"),
    )
    return Block(N_("Person %(number)s"), parts, number + 1, str(row.get("name", "")), path)


def quiz(document: Map) -> Page:
    found = rows_of(document, "quiz")
    rows = Rows(
        "quiz",
        N_("Questions"),
        N_("Add a question"),
        tuple(_question(document, n, row) for n, row in enumerate(found)),
        {"id": f"question_{len(found) + 1}", "right": "yes"},
    )
    intro = N_("Anybody may answer these with yes or no to learn whether the call fits. Nothing of it is kept.")
    return Page("quiz", N_("Eligibility quiz"), ("quiz",), (Block("", (rows,)),), intro, optional=True)


def _question(document: Map, number: int, row: Map) -> Block:
    path, spoken = f"quiz[{number}]", languages_of(document)
    answers = (("yes", N_("Yes")), ("no", N_("No")))
    parts = (
        Field(f"{path}.text", "line", N_("Question"), languages=spoken),
        Field(f"{path}.right", "choice", N_("The answer that fits the call"), options=answers),
        Field(f"{path}.why", "text", N_("What the other answer means, and what to do"), languages=spoken),
        Field(f"{path}.id", "line", N_("Short name"), N_("Small letters, each once."), width="s"),
    )
    return Block(N_("Question %(number)s"), parts, number + 1, words_of(row.get("text"), document), path)
