"""Why one plain value is no answer to its question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema.counting import allowed, counted
from app.calls.form_schema.expressions import read_day
from app.calls.form_schema.places import place_flaw
from app.calls.form_schema.rows import ROW_ID
from app.calls.form_schema.types import LISTS, NUMBERS, PARTS, Question
from app.calls.vocabulary import COUNTRIES, MINERALS
from workflows.machine import N_

EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
URL = re.compile(r"https?://[^\s/?#@<>\"\\]+\.[^\s/?#@<>\"\\]{2,}([/?#][^\s<>\"\\]*)?", re.IGNORECASE)
SHORT = 300
LONG = 20_000
Flaw = tuple[str, dict[str, object]]
UNREADABLE = N_("This answer cannot be read.")


def is_empty(value: Any) -> bool:
    """Whether an answer says nothing."""
    if isinstance(value, list):
        return all(is_empty(v) for v in value)
    if isinstance(value, dict):
        return all(is_empty(v) for k, v in value.items() if k not in {"currency", ROW_ID})
    return value is None or value == ""


def value_flaw(question: Question, value: Any) -> Flaw | None:
    """Why a plain value (no table) is no answer to the question."""
    kind = question.kind
    if kind in {"short_text", "long_text", "organisation"}:
        return _text_flaw(question, value)
    if kind in NUMBERS:
        return _number_flaw(question, value)
    if kind == "date":
        return None if _is_date(value) else (N_("Give a date, like 2026-03-31."), {})
    if kind == "email":
        return None if _matches(EMAIL, value) else (N_("Give an e-mail address, like name@example.org."), {})
    if kind == "url":
        return None if _matches(URL, value) else (N_("Give a web address that begins with https://."), {})
    if kind == "consent":
        return None if value is True else (N_("Tick this box to agree."), {})
    return place_flaw(question, value) if kind in PARTS else _pick_flaw(question, value)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 2000 and bool(pattern.fullmatch(value))


def _is_date(value: Any) -> bool:
    day = read_day(value)
    return day is not None and 1900 <= day.year <= 2200


def over_limit(question: Question, value: str) -> tuple[int, bool]:
    """By how much a text is over its limit (0: not at all), and whether the tolerance still covers that."""
    limit = question.limit or (LONG if question.kind == "long_text" else SHORT)
    unit = question.limit_unit if question.limit else "characters"
    found = counted(value, unit)
    return max(0, found - limit), found <= allowed(limit, question.tolerance)


def over_text(question: Question) -> str:
    """The sentence for a text that is too long."""
    words = question.limit is not None and question.limit_unit == "words"
    return N_("Words over the limit: %(over)s.") if words else N_("Characters over the limit: %(over)s.")


def _text_flaw(question: Question, value: Any) -> Flaw | None:
    if not isinstance(value, str):
        return UNREADABLE, {}
    over, is_tolerated = over_limit(question, value)
    return None if is_tolerated else (over_text(question), {"over": over})


def _number_flaw(question: Question, value: Any) -> Flaw | None:
    if question.kind == "money" and not (isinstance(value, dict) and value.get("currency") == question.currency):
        return N_("Write the amount in digits, for example 340000.00."), {}
    number = number_of(value)
    if number is None or (question.kind == "integer" and not isinstance(value, int)):
        return N_("Write a number in digits."), {}
    if question.least is not None and number < Decimal(question.least):
        return N_("The least possible here is %(least)s."), {"least": _plain(question.least)}
    if question.most is not None and number > Decimal(question.most):
        return N_("The most possible here is %(most)s."), {"most": _plain(question.most)}
    return None


def _plain(amount: str) -> str:
    return amount.removesuffix(".00")


def _pick_flaw(question: Question, value: Any) -> Flaw | None:
    several = question.kind in LISTS
    if isinstance(value, list) is not several:
        return UNREADABLE, {}
    chosen: Iterable[Any] = value if several else [value]
    possible = possible_answers(question)
    offered = all(isinstance(v, str) and v in possible for v in chosen)
    return None if offered else (N_("Choose from the answers offered."), {})


def possible_answers(question: Question) -> frozenset[str]:
    """The codes that a question of choice takes."""
    if question.options:
        return frozenset(option.id for option in question.options)
    if question.kind in {"country", "countries"}:
        return COUNTRIES
    return MINERALS if question.kind in {"mineral", "minerals"} else frozenset({"yes", "no"})
