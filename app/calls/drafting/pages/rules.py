"""The rules that figures can keep or break, and the questions in which the figures stand. Pure."""

from __future__ import annotations

from app.calls.drafting.fields import Block, Field, Options, Page, Rows
from app.calls.drafting.pages.known import Map, languages_of, option, question_options, questions, rows_of
from workflows.machine import N_

CODE_NAMES: Options = (
    ("grant_min", N_("Least grant")),
    ("grant_max", N_("Largest grant")),
    ("rate", N_("Share of the total costs")),
    ("balance", N_("Sources equal costs")),
    ("own_contribution", N_("Own contribution")),
    ("in_kind", N_("Contribution in kind")),
    ("partners", N_("Number of partners")),
    ("lead", N_("One partner leads")),
    ("organisation_kinds", N_("Kinds of organisation")),
    ("supply_chain", N_("Partner from the supply chain")),
    ("duration", N_("Duration")),
    ("minerals", N_("Minerals in scope")),
    ("countries", N_("Countries in scope")),
    ("caps", N_("Caps on budget lines")),
    ("window", N_("Funding window")),
)
KINDS: Options = (
    ("company", N_("companies")),
    ("ngo_international", N_("international NGOs")),
    ("ngo_national", N_("national NGOs")),
    ("knowledge_institution", N_("knowledge institutions")),
    ("public_body", N_("public bodies")),
    ("semi_public_body", N_("semi-public bodies")),
    ("cooperative_asm", N_("miners' cooperatives")),
    ("industry_association", N_("industry associations")),
)
FIGURES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("grant", N_("Grant asked for"), ("money", "budget", "decimal")),
    ("total", N_("Total costs"), ("budget", "money")),
    ("cash", N_("Own contribution in cash"), ("money", "budget")),
    ("in_kind", N_("Own contribution in kind"), ("money", "budget")),
    ("duration", N_("Duration in months"), ("integer", "decimal")),
    ("minerals", N_("Minerals"), ("minerals",)),
    ("countries", N_("Countries"), ("countries",)),
    ("partners", N_("Partners"), ("partners", "table", "group")),
)
SOURCE_HINT = N_("Where the rule comes from; the public page shows it.")


def rules(document: Map) -> Page:
    blocks = (
        Block(N_("Size of the grant"), (*_grant(), *_source("grant"))),
        Block(N_("Share of the costs"), (_rates(document), *_source("rates"))),
        Block(N_("Own contribution"), _own(document)),
        Block(N_("Who may apply"), _who()),
        Block(N_("Duration"), (*_duration(), *_source("duration"))),
        Block(N_("Countries"), (*_countries(), *_source("countries"))),
        Block(N_("Caps on budget lines"), (_caps(document),)),
        Block(N_("What stops nobody"), (_screening(),)),
        Block(N_("Rules for people"), (_notes(document),)),
        Block(
            N_("Where the figures stand"), _figures(document), hint=N_("A rule speaks only when its question is named.")
        ),
    )
    return Page("rules", N_("Rules"), ("rules",), blocks, optional=True)


def _source(rule: str) -> tuple[Field, ...]:
    return (Field(f"rules.{rule}.source", "line", N_("Source"), SOURCE_HINT, optional=True, width="m"),)


def _grant() -> tuple[Field, ...]:
    return (
        Field("rules.grant.min", "amount", N_("Least grant"), optional=True, width="s"),
        Field("rules.grant.max", "amount", N_("Largest grant"), optional=True, width="s"),
    )


def _rates(document: Map) -> Rows:
    found = range(len(rows_of(document, "rules.rates.steps")))
    return Rows(
        "rules.rates.steps",
        N_("Steps"),
        N_("Add a step"),
        tuple(_rate(number) for number in found),
        hint=N_("The highest share of the total costs for a grant up to an amount. The last step has no amount."),
        most=10,
    )


def _rate(number: int) -> Block:
    path = f"rules.rates.steps[{number}]"
    parts = (
        Field(f"{path}.up_to", "amount", N_("For a grant up to"), optional=True, width="s"),
        Field(f"{path}.percent", "integer", N_("Percent of the total costs"), width="xs"),
    )
    return Block(N_("Step %(number)s"), parts, number + 1, "", path)


def _own(document: Map) -> tuple[Field, ...]:
    kinds = (("true", N_("In cash or in kind")), ("false", N_("In cash only")))
    return (
        Field("rules.own_contribution.in_kind", "truth", N_("Own contribution"), options=kinds, optional=True),
        Field(
            "rules.own_contribution.min_percent",
            "integer",
            N_("Own contribution at least, in percent of the total costs"),
            optional=True,
            width="xs",
        ),
        Field(
            "rules.own_contribution.excluded",
            "text",
            N_("What does not count"),
            optional=True,
            languages=languages_of(document),
        ),
        *_source("own_contribution"),
        Field("rules.balance", "flag", N_("Grant and own contribution together are the total costs"), default=False),
    )


def _who() -> tuple[Field, ...]:
    return (
        Field("rules.partners.min", "integer", N_("Partners at least"), optional=True, width="xs"),
        *_source("partners"),
        Field(
            "rules.organisation_kinds.allowed",
            "choices",
            N_("Kinds of organisation that may apply"),
            N_("None chosen means all."),
            KINDS,
            optional=True,
        ),
        *_source("organisation_kinds"),
        Field(
            "rules.supply_chain.above",
            "amount",
            N_("Above this grant, a partner from the supply chain"),
            optional=True,
            width="s",
        ),
        *_source("supply_chain"),
    )


def _duration() -> tuple[Field, ...]:
    return (
        Field("rules.duration.min", "integer", N_("Months at least"), optional=True, width="xs"),
        Field("rules.duration.max", "integer", N_("Months at most"), optional=True, width="xs"),
    )


def _countries() -> tuple[Field, ...]:
    label, hint = N_("Countries in scope"), N_("None chosen means all.")
    return (Field("rules.countries.allowed", "choices", label, hint, "countries", optional=True),)


def _caps(document: Map) -> Rows:
    budgets = (q for q in questions(document) if q.get("kind") == "budget")
    lines = tuple(dict(option(line, document) for q in budgets for line in rows_of(q.get("lines"))).items())
    found = range(len(rows_of(document, "rules.caps")))
    hint = N_("A share of the direct costs: of all lines without a cap.")
    return Rows("rules.caps", N_("Caps"), N_("Add a cap"), tuple(_cap(n, lines) for n in found), hint=hint, most=20)


def _cap(number: int, lines: Options) -> Block:
    path = f"rules.caps[{number}]"
    parts = (
        Field(f"{path}.line", "choice", N_("Budget line"), options=lines),
        Field(f"{path}.percent", "integer", N_("Percent at most"), width="xs"),
        Field(f"{path}.source", "line", N_("Source"), SOURCE_HINT, optional=True, width="m"),
    )
    return Block(N_("Cap %(number)s"), parts, number + 1, "", path)


def _screening() -> Field:
    return Field(
        "rules.left_to_screening",
        "choices",
        N_("Rules that do not stop submitting"),
        N_("A broken rule stops submitting. These only speak for a failed check, and a person decides."),
        CODE_NAMES,
        optional=True,
    )


def _notes(document: Map) -> Rows:
    spoken = languages_of(document)
    found = range(len(rows_of(document, "rules.notes")))
    return Rows(
        "rules.notes",
        N_("Notes"),
        N_("Add a note"),
        tuple(
            Block(
                N_("Note %(number)s"),
                (Field(f"rules.notes[{n}]", "text", N_("Text"), languages=spoken),),
                n + 1,
                "",
                f"rules.notes[{n}]",
            )
            for n in found
        ),
        hint=N_("Rules that no figure can tell."),
        most=20,
    )


def _figures(document: Map) -> tuple[Field, ...]:
    asked = tuple(
        Field(f"rules.answers.{name}", "questions", label, options=_places(document, kinds), optional=True)
        for name, label, kinds in FIGURES
    )
    return (*asked, *_columns(document))


def _places(document: Map, kinds: tuple[str, ...]) -> Options:
    """The questions in which a figure may stand; of a budget with several sources of money, also one source alone."""
    found: dict[str, str] = {}
    for ident, label in question_options(document, kinds):
        found[ident] = label
        budgets = (q for q in questions(document) if q.get("id") == ident and q.get("kind") == "budget")
        for source in (row for budget in budgets for row in rows_of(budget.get("sources"))):
            name, words = option(source, document)
            if name and "budget" in kinds:
                found[f"{ident}.{name}"] = f"{label} › {words}"
    return tuple(found.items())


def _columns(document: Map) -> tuple[Field, ...]:
    """Columns of the partners' table, and the answer that marks the one who leads."""
    tables = [q for q in questions(document) if q.get("kind") in {"partners", "table", "group"}]
    columns = [c for table in tables for c in rows_of(table.get("columns") or table.get("questions"))]
    named = tuple(dict(option(c, document) for c in columns).items())
    roles = tuple(dict(option(o, document) for c in columns for o in rows_of(c.get("options"))).items())
    return (
        Field("rules.answers.role_column", "choice", N_("Partners: column of the role"), options=named, optional=True),
        Field("rules.answers.lead", "choice", N_("Partners: the role of the lead"), options=roles, optional=True),
        Field(
            "rules.answers.kind_column", "choice", N_("Partners: kind of organisation"), options=named, optional=True
        ),
        Field(
            "rules.answers.supply_chain_column",
            "choice",
            N_("Partners: whether in the supply chain"),
            options=named,
            optional=True,
        ),
    )
