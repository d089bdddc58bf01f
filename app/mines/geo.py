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
HIDDEN = (
    re.compile(r"(?<![\d.,])-?\d{1,3}[.,]\d{4,}\s*°?\s*[NSEWO]?\s*[,;/ ]\s*-?\d{1,3}[.,]\d{4,}", re.IGNORECASE),
    re.compile(r"\d{1,3}[.,]\d{3,}\s*(?:[°º]|[NSEW]\b)"),
    re.compile(r"\b(?:lat|lon|lng|long)\w*\W{0,3}-?\d{1,3}[.,]\d{2,}", re.IGNORECASE),
    re.compile(r"\d{1,3}\s*[°º]\s*\d{1,2}(?:[.,]\d+)?\s*['′’]"),
    re.compile(r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{3,5}\s?\d{3,5}\b"),
    re.compile(r"\b\d{1,2}\s?[C-HJ-NP-X]\s\d{6}(?:\.\d+)?\s*m?\s*E?[\s,]+\d{6,7}"),
    re.compile(r"\b[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,}"),
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
    """Whether a text seems to spell an exact position (degrees, MGRS, UTM, plus code)."""
    return any(pattern.search(text) for pattern in HIDDEN)
