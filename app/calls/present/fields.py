"""One field of a form as templates need it: label and help in one language, options, the parts of a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from flask_babel import get_locale, gettext

from app.calls.form_schema import PARTS, TABLES, Problem, Question, is_empty, text
from app.calls.form_schema.conditions import KnownRow
from app.calls.form_schema.places import NEW_SITE, cell_of_point
from app.calls.present.sites import Options, SitePick, site_name
from app.calls.vocabulary import COUNTRIES
from app.core.types import Money
from app.mines.present import cell_text
from app.mines.vocabulary import MINERALS
from app.web.filters import day, number, translate
from workflows.machine import N_, Refusal

Errors = Mapping[str, list[str]]
PART_LABELS = {
    "country": N_("Country"),
    "region": N_("Region"),
    "site": N_("Mine site of the registry, by its reference"),
    "name": N_("or the name of a site that is not in the registry"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
}


class Row(tuple):  # type: ignore[type-arg]
    """The cells of one row, with the row's own name (a budget line) and the key its fields have."""

    title: str = ""
    key: str = ""
    removable: bool = False


@dataclass(frozen=True)
class CheckView:
    """A check of the form beside its question; ``speaks`` when it finds something wrong now."""

    id: str
    message: str
    speaks: bool


@dataclass(frozen=True)
class SumView:
    """One sum of a budget; ``key`` names it for the script that keeps it up to date."""

    key: str
    label: str
    amount: Money
    share: str


@dataclass(frozen=True)
class QuestionView:
    """One question with its answer, for ``components/answers.html``. ``parts``: the inputs of one that has several."""

    id: str
    name: str
    kind: str
    label: str
    help: str = ""
    required: bool = True
    value: Any = None
    options: Options = ()
    limit: int | None = None
    limit_unit: str = "characters"
    tolerance: int = 0
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    checks: tuple[CheckView, ...] = ()
    saved_state: str | None = None
    files: tuple[Any, ...] = ()
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    sums: tuple[SumView, ...] = ()
    parts: tuple[Any, ...] = ()
    currency: str = ""
    can_add: bool = False
    can_remove: bool = False
    max_files: int = 1
    accept: str = ""
    hidden: bool = False
    is_public: bool = False
    may_be_required: bool = False
    sites: SitePick | None = None

    @property
    def speaking(self) -> tuple[str, ...]:
        """Everything that is wrong here, the form's own checks too."""
        return (*self.errors, *(check.message for check in self.checks if check.speaks))


def head(question: Question, language: str, name: str) -> dict[str, Any]:
    """What asking and reading have in common."""
    return {
        "id": "q-" + name.replace(".", "-"),
        "name": name,
        "kind": _shape(question.kind),
        "label": text(question.label, language),
        "help": text(question.help, language),
        "limit": question.limit,
        "limit_unit": question.limit_unit,
        "tolerance": question.tolerance,
        "currency": question.currency,
        "max_files": question.max_files,
        "is_public": question.for_public() is not None,
        "accept": ",".join("." + ending for ending in question.file_types),
    }


def _shape(kind: str) -> str:
    """The kinds that look alike have one name in templates."""
    return kind if kind == "group" else "table" if kind in {*TABLES, "budget"} else kind


def errors_by_name(question: Question, problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Sentences by name of the field they belong to; the form's checks are shown apart."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        if problem.question_id == question.id and not problem.check:
            found.setdefault(problem.name or question.id, []).append(problem_text(problem))
    return found


def problem_text(problem: Problem) -> str:
    """The sentence of a problem in the reader's language."""
    language = str(get_locale() or "en")
    if problem.texts:
        return text(problem.texts, language)
    return translate(Refusal(problem.message, problem.in_language(language)))


def cell(column: Question, name: str, value: Any, language: str, errors: Errors, row: KnownRow | None) -> QuestionView:
    """One cell of a row to be filled in; ``row`` decides whether it is asked there."""
    return QuestionView(
        **head(column, language, name),
        required=row.requires(column) if row else column.required,
        hidden=row is not None and not row.shows(column),
        value=value,
        options=options_of(column, language),
        errors=tuple(errors.get(name, ())),
        parts=parts_view(column, name, value),
    )


def parts_view(question: Question, name: str, value: Any) -> tuple[QuestionView, ...]:
    """The inputs of a region, a site or a point."""
    known = value if isinstance(value, dict) else {}
    return tuple(_part(question, name, part, known.get(part)) for part in PARTS.get(question.kind, ()))


def _part(question: Question, name: str, part: str, value: Any) -> QuestionView:
    kind = "country" if part == "country" else "short_text"
    options = country_options() if part == "country" else ()
    ident = f"{name}.{part}"
    return QuestionView(
        id="q-" + ident.replace(".", "-"),
        name=ident,
        kind="listed" if part == "site" else kind,
        label=gettext(PART_LABELS[part]),
        required=question.required and question.kind != "site",
        value="" if part == "site" and value == NEW_SITE else value,
        options=options,
    )


def options_of(question: Question, language: str) -> Options:
    """What can be chosen, in the reader's language."""
    if question.kind == "budget":
        return ()
    if question.options:
        return tuple((option.id, text(option.label, language)) for option in question.options)
    if question.kind in {"country", "countries"}:
        return country_options()
    return mineral_options() if question.kind in {"mineral", "minerals"} else ()


def country_options() -> Options:
    """Every country by its name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    return tuple(sorted(((code, names.get(code, code)) for code in COUNTRIES), key=lambda pair: pair[1]))


def mineral_options() -> Options:
    """Every mineral by its name in the reader's language."""
    return tuple((code, gettext(mineral.label)) for code, mineral in MINERALS.items())


def mineral_names(codes: Iterable[str]) -> list[str]:
    """The names of some minerals in the reader's language."""
    return [gettext(MINERALS[code].label) if code in MINERALS else code for code in codes]


def chosen(question: Question, answer: Any, language: str) -> Options:
    """Only the options that were chosen: a reader needs no list of 250 countries."""
    wanted = {str(v) for v in answer} if isinstance(answer, list) else {str(answer)}
    return tuple(option for option in options_of(question, language) if option[0] in wanted)


def reading_value(question: Question, answer: Any) -> Any:
    """An answer in the reader's way of writing."""
    if is_empty(answer) or question.kind in {*TABLES, "budget"}:
        return None
    if question.kind == "money" and isinstance(answer, dict):
        return Money(Decimal(answer["amount"]), answer["currency"])
    if question.kind == "integer" and isinstance(answer, int):
        return number(answer)
    if question.kind == "date":
        return _written_day(answer)
    return _place(question.kind, answer) if question.kind in PARTS and isinstance(answer, dict) else answer


def _place(kind: str, answer: Mapping[str, Any]) -> str:
    """A place in words. Of a point, everybody reads its cell and nothing more."""
    if kind == "point":
        found = cell_of_point(answer)
        return cell_text(found.lat10, found.lon10) if found else gettext("A position that cannot be read")
    names = Locale.parse(str(get_locale() or "en")).territories
    country = names.get(str(answer.get("country")), str(answer.get("country") or ""))
    where = [str(answer[part]) for part in ("name", "region") if answer.get(part)]
    words = ", ".join([*where, country] if country else where)
    if kind == "region":
        return words
    if answer.get("site") and answer["site"] != NEW_SITE:
        known = site_name(str(answer["site"]))
        return f"{known} ({answer['site']})" if known else str(answer["site"])
    return gettext("%(site)s (not in the registry)", site=words)


def _written_day(answer: Any) -> str:
    try:
        return day(date.fromisoformat(answer))
    except (TypeError, ValueError):
        return str(answer)
