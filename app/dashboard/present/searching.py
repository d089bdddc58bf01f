"""The page of a search: what was typed with its flaws, what was found, the help, the searches kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.core.types import Money
from app.dashboard.models import SavedSearch
from app.dashboard.present import links
from app.dashboard.queries.searching import SORTS
from app.dashboard.searching import WORDS, Flaw, Kind, Parsed
from app.web.downloads import Cell
from app.web.filters import instant, number, translate, whole_money
from app.web.pagination import page_number
from workflows.funding_decision import DecisionState
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

PER_PAGE = 50
COLUMNS = (
    ("reference", N_("Proposal"), ""),
    ("org", N_("Organisation"), ""),
    ("", N_("State"), ""),
    ("amount", N_("Asked for"), "num"),
    ("reviews", N_("Reviews in"), "num"),
    ("score", N_("Mean"), "num"),
    ("spread", N_("Spread"), "num"),
    ("due", N_("Next due"), ""),
)


@dataclass(frozen=True)
class Mark:
    """A state as word, shape and colour."""

    label: str
    category: str


@dataclass(frozen=True)
class FoundRow:
    """One proposal found."""

    id: str
    reference: str
    title: str
    href: str
    organisation: str
    call: str
    state: Mark
    amount: str
    reviews: str
    reviews_url: str
    mean: str
    spread: str
    due: str
    late: int


@dataclass(frozen=True)
class FlawView:
    """One flaw: the sentence, and what was typed cut into before, here and after."""

    text: str
    before: str
    here: str
    after: str
    mended_url: str
    mended: str


@dataclass(frozen=True)
class KeptView:
    """A search that is kept, by the reader or shared by somebody."""

    name: str
    href: str
    words: str
    by: str
    shared: bool
    forget_url: str


@dataclass(frozen=True)
class SearchView:
    """The whole page."""

    q: str
    sort: str
    flaws: tuple[FlawView, ...]
    rows: tuple[FoundRow, ...]
    columns: tuple[dict[str, str], ...]
    total: int
    kept: tuple[KeptView, ...]
    words: tuple[tuple[str, str, str, str], ...]
    csv_url: str
    xlsx_url: str
    label: str
    prev_url: str
    next_url: str


def sort_of(raw: str) -> str:
    """A known order, or none."""
    return raw if raw.removeprefix("-") in SORTS else ""


def search_view(
    parsed: Parsed, sort: str, rows: Sequence[Any], total: int, kept: Iterable[SavedSearch], person_id: uuid.UUID | None
) -> SearchView:
    """The page of a search, good or flawed."""
    page, at = page_number(), _addresses(parsed.typed, sort)
    return SearchView(
        q=parsed.typed,
        sort=sort,
        flaws=tuple(_flaw(flaw, parsed.typed) for flaw in parsed.flaws),
        rows=tuple(_row(row) for row in rows),
        columns=tuple(_column(*column, sort, at) for column in COLUMNS),
        total=total,
        kept=tuple(_kept(one, person_id) for one in kept),
        words=help_words(),
        csv_url=at("dashboard.export_csv"),
        xlsx_url=at("dashboard.export_xlsx"),
        label=gettext("Page %(page)s of %(pages)s", page=page, pages=max(1, -(-total // PER_PAGE))),
        prev_url=at(page=page - 1) if page > 1 else "",
        next_url=at(page=page + 1) if page * PER_PAGE < total else "",
    )


def _addresses(typed: str, sort: str) -> Callable[..., str]:
    """Addresses of this search: another page, another order, a file."""

    def at(endpoint: str = "dashboard.search", **changes: Any) -> str:
        values = {"q": typed, "sort": sort, **changes}
        return url_for(endpoint, **{name: value for name, value in values.items() if value})

    return at


def _column(name: str, label: str, kind: str, sort: str, at: Callable[..., str]) -> dict[str, str]:
    column = {"label": gettext(label), "kind": kind}
    if name:
        column["href"] = at(sort=f"-{name}" if sort == name else name)
        column["sort"] = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    return column


def _flaw(flaw: Flaw, typed: str) -> FlawView:
    mended = typed[: _word_start(flaw, typed)] + flaw.suggestion + typed[flaw.end :] if flaw.suggestion else ""
    return FlawView(
        text=gettext(flaw.message, **flaw.params) if flaw.params else gettext(flaw.message),
        before=typed[: flaw.at][-80:],
        here=typed[flaw.at : flaw.end][:80],
        after=typed[flaw.end :][:80],
        mended_url=url_for("dashboard.search", q=mended) if mended else "",
        mended=mended[:200],
    )


def _word_start(flaw: Flaw, typed: str) -> int:
    """A suggestion with a colon stands for the whole term, else for what is marked."""
    if ":" not in flaw.suggestion:
        return flaw.at
    start = flaw.at
    while start > 0 and not typed[start - 1].isspace() and typed[start - 1] not in "(-":
        start -= 1
    return start


def _row(row: Any) -> FoundRow:
    points, spread = mean_of(row), None if row.spread is None else Decimal(row.spread) / 100
    asked = None if row.requested_minor is None else Money.from_minor(row.requested_minor, row.currency)
    return FoundRow(
        id=str(row.id),
        reference=row.reference,
        title=row.title,
        href=links.proposal(row.id),
        organisation=row.organisation,
        call=row.call,
        state=state_of(row),
        amount=whole_money(asked),
        reviews=f"{row.reviews} / {row.asked}",
        reviews_url=links.reviews_of(row.id) if row.state != ProposalState.APPLYING.value else "",
        mean="" if points is None else number(round(points, 2)),
        spread="" if spread is None else number(spread),
        due=instant(row.due_at, row.zone) if row.due_at else "",
        late=row.late,
    )


def mean_of(row: Any) -> Decimal | None:
    """Points, or nothing without a review."""
    return Decimal(int(row.points)) / (100 * row.reviews) if row.reviews else None


def state_of(row: Any) -> Mark:
    """While it applies the state of its newest stage, later that of the proposal."""
    applying = row.state == ProposalState.APPLYING.value
    state: Any = StageState(row.stage_state) if applying else ProposalState(row.state)
    return Mark(translate(state.label), state.category.value)


def _kept(one: SavedSearch, person_id: uuid.UUID | None) -> KeptView:
    own = one.person_id == person_id
    return KeptView(
        name=one.name,
        href=url_for("dashboard.search", q=one.words, sort=one.sort or None),
        words=one.words,
        by="" if own else one.person.name,
        shared=one.shared,
        forget_url=url_for("dashboard.forget_search", search_id=one.id) if own else "",
    )


def help_words() -> tuple[tuple[str, str, str, str], ...]:
    """(example, meaning, what it may be, address that runs the example) of every word, in the language's own order."""
    return tuple(
        (word.example, gettext(word.meaning), _may_be(word), url_for("dashboard.search", q=word.example))
        for word in WORDS.values()
    )


def _may_be(word: Any) -> str:
    kinds = {
        Kind.TEXT: gettext("any text"),
        Kind.NUMBER: gettext("a number, with : < <= > >= or a range 1..5"),
        Kind.DATE: gettext("days like 7d, or a date like 2026-06-30 with : < <= > >="),
        Kind.YES_NO: gettext("yes or no"),
    }
    known = sorted(word.codes)
    listed = ", ".join(known) if len(known) < 60 else gettext("two letters")
    found = listed if word.kind is Kind.CODE else kinds[word.kind]
    return f"{found}, {', '.join(sorted(word.may_be))}" if word.may_be else found


EXPORT = (
    N_("Reference"), N_("Title"), N_("Organisation"), N_("Call"), N_("State"), N_("Asked for"), N_("Currency"),
    N_("Countries"), N_("Minerals"), N_("Funding window"), N_("Submitted"), N_("Reviews in"), N_("Reviewers asked"),
    N_("To come"), N_("Overdue"), N_("Mean"), N_("Spread"), N_("Next due"), N_("Decision"), N_("State of the decision"),
)  # fmt: skip


def export_heads() -> list[str]:
    """The heads of the columns, in the reader's language."""
    return [gettext(head) for head in EXPORT]


def export_row(row: Any) -> list[Cell]:
    """One row with typed cells."""
    mean = mean_of(row)
    requested = None if row.requested_minor is None else Money.from_minor(row.requested_minor, row.currency).amount
    decided = translate(DecisionState(row.decision_state).label) if row.decision_state else ""
    return [
        row.reference, row.title, row.organisation, row.call, state_of(row).label, requested, row.currency,
        ", ".join(row.countries), ", ".join(row.minerals), row.funding_window, row.submitted_at, row.reviews, row.asked,
        row.open, row.late, None if mean is None else round(mean, 2),
        None if row.spread is None else Decimal(row.spread) / 100, row.due_at, row.outcome or "", decided,
    ]  # fmt: skip
