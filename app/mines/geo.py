"""Positions on earth, exactly: reading degrees, the 0.1 degree cell, and finding positions hidden in texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

PLACES = Decimal("0.000001")
DECIMAL = re.compile(r"^([NSEWO]?)\s*([+-]?)\s*(\d{1,3})(?:[.,](\d{1,8}))?\s*°?\s*([NSEWO]?)$")
PARTS = re.compile(
    r"^([NSEWO]?)\s*(\d{1,3})\s*[°º:\s]\s*(\d{1,2})\s*['′’:\s]\s*(\d{1,2}(?:[.,]\d{1,4})?)?\s*(?:\"|″|”|'')?\s*([NSEWO]?)$"
)
NUMBER = r"([-−]?)(\d{1,3})%s(\d{3,})\s?[°º]?\s?([NSEWO]\b)?"
FIRST, SECOND = NUMBER % "([.,])", NUMBER % r"\3"
PAIR = re.compile(rf"(?<![\w.,+−-]){FIRST}\s?(?:[,;/|]\s?|\s|(?:and|et|y)\s){SECOND}(?![\w%]|\3\d|[.,]\d+(?!\w))")
# What says that two numbers beside each other are a position, and what says that they are something else.
CUE = re.compile(
    r"\b(?:gps|coord|waypoint|position|posici|ubicad|located|localis|situ[ée])[^.!?]{0,40}$", re.IGNORECASE
)
MONEY = r"EUR|USD|GBP|CHF|CDF|RWF|TZS|UGX|euros?|dollars?|€|\$|£"
OTHER_BEFORE = re.compile(
    rf"(?:{MONEY}|\b(?:rates?|taux|tasa|ratio|index|version|tel|phone|fax)s?)\W{{0,3}}$", re.IGNORECASE
)
OTHER_AFTER = re.compile(rf"^\s?(?:{MONEY}|%|percent|por ciento|pour cent|kg\b|tonn|km\b|ha\b|workers)", re.IGNORECASE)
LETTERS = r"[23456789CFGHJMPQRVWX]"
TRIPLE = r"\d{1,3}[ :]\s?\d{1,2}[ :]\s?\d{1,2}(?:[.,]\d+)?"
WORD = r"[^\W\d_]{2,}"
HIDDEN = (
    re.compile(r"\d{1,3}[.,]\d{3,}\s?[°º]"),
    re.compile(r"(?<![\d.,])\d{1,3}[.,]\d{4,}\s?[NSEWO]\b"),
    re.compile(r"\b(?:lat|latitude?|lon|lng|longitude?)\b\W{0,4}-?\d{1,3}[.,]\d{2,}(?!\d*[.,]\d)", re.IGNORECASE),
    re.compile(r"\d{1,3}\s?(?:[°º]|deg\w*\.?|degrés?|grados?)\s?\d{1,2}(?:[.,]\d+)?\s?(?:['′’]|min)", re.IGNORECASE),
    re.compile(rf"\b{TRIPLE}\s?[NS]\b\W{{0,3}}{TRIPLE}\s?[EWO]\b"),
    re.compile(rf"\b[NS]\s?{TRIPLE}\W{{1,3}}[EWO]\s?{TRIPLE}"),
    re.compile(r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{3,5}\s?\d{3,5}\b"),
    re.compile(r"\b\d{1,2}\s?[C-HJ-NP-X]\s\d{6}(?:\.\d+)?\s?m?\s?E?[\s,]{1,3}\d{6,7}"),
    re.compile(rf"\b(?=[\d+]*[C-X]){LETTERS}{{8}}\+{LETTERS}{{2,}}", re.IGNORECASE),
    re.compile(rf"(?<![\w+])(?=[\d+]*[C-X]){LETTERS}{{4}}\+{LETTERS}{{2,3}}(?![\w+])"),
    re.compile(rf"(?<![:/])///\s?{WORD}\.{WORD}\.{WORD}"),
    re.compile(rf"\b(?:what3words|w3w)(?:\.com?)?[\s:/=]{{1,4}}{WORD}\.{WORD}\.{WORD}", re.IGNORECASE),
)


@dataclass(frozen=True)
class Cell:
    """A square of 0.1 degree; ``lat10`` and ``lon10`` are its south-west corner in tenths of a degree."""

    lat10: int
    lon10: int


def cell_of(latitude: Decimal, longitude: Decimal) -> Cell:
    """The cell that holds a position: always rounded down, so the same for ever and never displaced."""
    lat10, lon10 = (int((v * 10).to_integral_value(ROUND_FLOOR)) for v in (latitude, longitude))
    return Cell(min(lat10, 899), min(lon10, 1799))


def parse_degrees(text: str, limit: int) -> Decimal | None:
    """Read ``-1.9641``, ``1,9641 S`` or ``1° 57' 50.8" S`` within ±limit; anything else is nothing."""
    bare = " ".join(text.strip().upper().replace("−", "-").split())
    if (found := DECIMAL.match(bare)) is not None:
        before, sign, whole, fraction, after = found.groups()
        value = Decimal(f"{whole}.{fraction or 0}")
    elif (found := PARTS.match(bare)) is not None:
        before, whole, minutes, seconds, after = found.groups()
        sign, second = "", Decimal((seconds or "0").replace(",", "."))
        if int(minutes) >= 60 or second >= 60:
            return None
        value = Decimal(whole) + Decimal(minutes) / 60 + second / 3600
    else:
        return None
    return _signed(value.quantize(PLACES), sign, before, after, limit)


def _signed(value: Decimal, sign: str, before: str, after: str, limit: int) -> Decimal | None:
    """Apply the hemisphere: one letter at most, of the right axis, and never together with a minus sign."""
    letters = before + after
    if len(letters) > 1 or (letters and sign) or (letters and letters not in ("NS" if limit == 90 else "EWO")):
        return None
    value = -value if sign == "-" or (letters in {"S", "W", "O"} and letters) else value
    return value if -limit <= value <= limit else None


def names_a_position(text: str) -> bool:
    """Whether a text seems to spell an exact position: degrees, MGRS, UTM, a plus code, three words, a bare pair of numbers."""
    return any(pattern.search(text) for pattern in HIDDEN) or any(map(_is_position, PAIR.finditer(text)))


def _is_position(pair: re.Match[str]) -> bool:
    """Whether two numbers beside each other are degrees, rather than sums, rates or counts with a mark for thousands."""
    sign, whole, _mark, fraction, letter, sign_2, whole_2, fraction_2, letter_2 = pair.groups()
    if max(int(whole), int(whole_2)) > 180 or min(int(whole), int(whole_2)) > 90:
        return False
    if letter and letter_2 and (letter in "NS") != (letter_2 in "NS"):
        return True
    before, after = pair.string[max(0, pair.start() - 60) : pair.start()], pair.string[pair.end() : pair.end() + 20]
    if OTHER_BEFORE.search(before) or OTHER_AFTER.search(after):
        return False
    is_exact = max(len(fraction), len(fraction_2)) > 3
    return is_exact or bool(sign or sign_2) or CUE.search(before) is not None
