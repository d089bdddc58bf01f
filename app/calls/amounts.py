"""Numbers as people type them, read exactly or not at all."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

# ISO 4217: how many decimals amounts have where it is not two.
DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
EXACT = re.compile(r"\d{1,13}(\.\d{1,4})?", re.ASCII)
LARGEST = Decimal(10) ** 13


def decimals_of(currency: str) -> int:
    """How many decimals an amount in this currency has (ISO 4217)."""
    return DECIMALS.get(currency, 2)


def read_number(text: str, decimals: int | None = None) -> Decimal | None:
    """Read ``340000``, ``340 000,50``, ``340.000,50`` or ``340,000.50``; nothing when it is no number or can mean two.

    ``decimals`` is the most the number may have; with three digits after its only mark, the mark groups thousands.
    """
    bare = BLANKS.sub("", text).removeprefix("€").removesuffix("€").removeprefix("EUR").removesuffix("EUR")
    if not re.fullmatch(r"\d[\d.,]*", bare, re.ASCII):
        return None
    marks = [c for c in bare if c in ".,"]
    if not marks:
        return _within(bare)
    last = marks[-1]
    groups, fraction = bare.rsplit(last, 1)
    grouping = {*marks[:-1]} - {last}
    if marks.count(last) > 1 or (len(fraction) == 3 and len(marks) == 1 and decimals != 3):
        groups, fraction, grouping = bare, "", {last}
        if len(set(marks)) > 1:
            return None
    if len(grouping) > 1 or not _well_grouped(groups, grouping) or (decimals is not None and len(fraction) > decimals):
        return None
    return _within(re.sub(r"[.,]", "", groups) + (f".{fraction}" if fraction else ""))


def _well_grouped(text: str, marks: set[str]) -> bool:
    if not marks:
        return text.isdigit()
    first, *rest = re.split(r"[.,]", text)
    return bool(first) and len(first) <= 3 and all(len(part) == 3 for part in rest)


def _within(text: str) -> Decimal | None:
    number = Decimal(text)
    return number if number < LARGEST else None


def money_answer(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount in the form answers keep it: ``{"amount": "340000.00", "currency": "EUR"}``."""
    return {"amount": f"{amount:.{decimals_of(currency)}f}", "currency": currency}


def number_of(value: Any) -> Decimal | None:
    """The number in an answer (money, integer or decimal), or nothing when there is none."""
    raw = value.get("amount") if isinstance(value, dict) else value
    if isinstance(raw, bool) or not isinstance(raw, str | int) or not EXACT.fullmatch(str(raw)):
        return None
    return Decimal(str(raw))


def written(amount: Decimal, currency: str) -> str:
    """An amount in a sentence, the same in every language: ``EUR 340,000.00``."""
    return f"{currency} {amount:,.{decimals_of(currency)}f}"
