"""The terms of a search as conditions. Each is true or false and never unknown, so that turning it round is exact."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text as SqlText
from sqlalchemy import and_, cast, false, not_, or_, select, true

from app.calls.models import Call
from app.dashboard.searching import And, Node, Not, Or, Term, Text
from app.decisions.models import Decision
from app.identity.models import Organisation, Person
from app.proposals.models import Proposal
from app.reviews.models import Review
from app.reviews.pace import STEPPED_BACK

ZONE = ZoneInfo("Europe/Amsterdam")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ":": lambda a, b: a == b,
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
Phases = Callable[[], Mapping[uuid.UUID, str]]


def condition(node: Node, columns: Any, now: datetime, phases: Phases) -> Any:
    """The condition of a tree; ``phases`` is asked only when the search names one."""
    if isinstance(node, And):
        return and_(true(), *(condition(part, columns, now, phases) for part in node.nodes))
    if isinstance(node, Or):
        return or_(false(), *(condition(part, columns, now, phases) for part in node.nodes))
    if isinstance(node, Not):
        return not_(condition(node.node, columns, now, phases))
    if isinstance(node, Text):
        return or_(
            *(_contains(column, node.text) for column in (Proposal.title, Proposal.reference, Organisation.name))
        )
    if node.word.name == "phase":
        wanted = [call_id for call_id, phase in phases().items() if phase in node.values]
        return Proposal.call_id.in_(wanted)
    return TERMS[node.word.name](node, columns, now)


def _contains(column: Any, text: str) -> Any:
    """Whether a text stands in a column, in any case; the signs of LIKE mean themselves."""
    return column.ilike("%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%", escape="\\")


def _text(column: Any) -> Callable[[Term, Any, datetime], Any]:
    return lambda term, _columns, _now: _contains(column, str(term.values[0]))


def _status(term: Term, columns: Any, _now: datetime) -> Any:
    return or_(Proposal.state.in_(term.values), columns.state.in_(term.values))


def _stage(term: Term, columns: Any, _now: datetime) -> Any:
    return columns.stage == str(term.values[0])


def _window(term: Term, _columns: Any, _now: datetime) -> Any:
    return Proposal.funding_window == ("" if term.special else str(term.values[0]))


def _listed(column: Any) -> Callable[[Term, Any, datetime], Any]:
    """Whether a JSON list of codes holds one of the values; codes have no sign that LIKE would read."""
    return lambda term, _columns, _now: or_(
        *(cast(column, SqlText).contains(f'"{v}"', autoescape=True) for v in term.values)
    )


def _lang(term: Term, columns: Any, _now: datetime) -> Any:
    return columns.lead_locale.in_(term.values)


def _counted(name: str) -> Callable[[Term, Any, datetime], Any]:
    return lambda term, columns, _now: _compared(term, getattr(columns, name), 1, 1)


def _compared(term: Term, column: Any, scale: int, times: Any) -> Any:
    """``column`` against each value times ``scale`` (and ``times``, a column): whole numbers only, so nothing is rounded."""
    if term.special:
        return column.is_(None)
    low = int(Decimal(str(term.values[0])) * scale * 100) * times
    column_100 = column * 100
    if term.op == "..":
        high = int(Decimal(str(term.upto)) * scale * 100) * times
        return and_(column.is_not(None), column_100 >= low, column_100 <= high)
    return and_(column.is_not(None), COMPARE[term.op](column_100, low))


def _amount(term: Term, _columns: Any, _now: datetime) -> Any:
    """In minor units; every currency of the calls here has two decimals."""
    return _compared(term, Proposal.requested_minor, 100, 1)


def _score(term: Term, columns: Any, _now: datetime) -> Any:
    """The mean of n totals is compared as their sum with n times the value."""
    return _compared(term, columns.points, 100, columns.reviews)


def _spread(term: Term, columns: Any, _now: datetime) -> Any:
    return _compared(term, columns.spread, 100, 1)


def _reviewer(term: Term, columns: Any, _now: datetime) -> Any:
    if term.special:
        return columns.asked == 0 if term.special == "none" else columns.asked > 0
    named = select(Review.proposal_id).join(Person, Person.id == Review.reviewer_id)
    live = Review.state.not_in(sorted(STEPPED_BACK))
    return Proposal.id.in_(named.where(live, _contains(Person.name, str(term.values[0]))))


def _review(term: Term, _columns: Any, _now: datetime) -> Any:
    return Proposal.id.in_(select(Review.proposal_id).where(Review.state.in_(term.values)))


def _late(term: Term, columns: Any, _now: datetime) -> Any:
    return columns.late > 0 if term.values[0] else columns.late == 0


def _dated(name: str) -> Callable[[Term, Any, datetime], Any]:
    return lambda term, columns, now: _when(term, getattr(columns, name), now)


def _when(term: Term, column: Any, now: datetime) -> Any:
    """A span of days from now, or days in the zone of the programmes: from the first instant to the last of each."""
    if term.special:
        return column.is_(None)
    first = term.values[0]
    if isinstance(first, timedelta):
        bounds = (now, now + first) if term.word.ahead else (now - first, now)
        return and_(column.is_not(None), column >= bounds[0], column <= bounds[1])
    assert isinstance(first, date)
    start, end = _start(first), _start(first + timedelta(days=1))
    if term.op == "..":
        assert isinstance(term.upto, date)
        return and_(column.is_not(None), column >= start, column < _start(term.upto + timedelta(days=1)))
    tests = {
        "<": (column < start,),
        "<=": (column < end,),
        ">": (column >= end,),
        ">=": (column >= start,),
    }
    return and_(column.is_not(None), *tests.get(term.op, (column >= start, column < end)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _decision(term: Term, _columns: Any, _now: datetime) -> Any:
    if term.special:
        return Decision.id.is_(None)
    return and_(Decision.id.is_not(None), or_(Decision.outcome.in_(term.values), Decision.state.in_(term.values)))


TERMS: dict[str, Callable[[Term, Any, datetime], Any]] = {
    "status": _status,
    "stage": _stage,
    "call": _text(Call.code),
    "window": _window,
    "country": _listed(Proposal.countries),
    "mineral": _listed(Proposal.minerals),
    "lang": _lang,
    "org": _text(Organisation.name),
    "title": _text(Proposal.title),
    "ref": _text(Proposal.reference),
    "amount": _amount,
    "score": _score,
    "spread": _spread,
    "reviews": _counted("reviews"),
    "asked": _counted("asked"),
    "open": _counted("open"),
    "reviewer": _reviewer,
    "review": _review,
    "late": _late,
    "due": _dated("due"),
    "submitted": _dated("submitted"),
    "decision": _decision,
}
