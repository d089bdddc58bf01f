"""Reading a document strictly: every flaw is a worded sentence with its path, and reading goes on to find them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.machine import N_

MAX_TEXT = 20_000
WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong in a document: where, and a translatable sentence."""

    path: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = self.message % self.params if self.params else self.message
        return f"{self.path}: {sentence}" if self.path else sentence


class FormError(ValueError):
    """A document that cannot be used; ``flaws`` holds every reason found."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("\n".join(str(flaw) for flaw in self.flaws))


class Node:
    """A value of the document at its path. Getters note a flaw and return something harmless when the value is wrong."""

    def __init__(self, value: Any, path: str = "", flaws: list[Flaw] | None = None) -> None:
        self.value = value
        self.path = path
        self.flaws: list[Flaw] = [] if flaws is None else flaws

    def flaw(self, message: str, **params: object) -> None:
        self.flaws.append(Flaw(self.path, message, params))

    def child(self, name: str | int, value: Any) -> Node:
        step = f"[{name}]" if isinstance(name, int) else f".{name}" if self.path else str(name)
        return Node(value, self.path + step, self.flaws)

    def finish(self) -> None:
        """Raise ``FormError`` when anything was wrong."""
        if self.flaws:
            raise FormError(self.flaws)

    def mapping(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Node]:
        """The named entries; unknown and missing names are flaws. Missing ones come as nodes of ``None``."""
        needed, allowed = list(required), [*required, *optional]
        if not isinstance(self.value, dict):
            self.flaw(N_("expected names with values here"))
            return {name: self.child(name, None) for name in allowed}
        for name in self.value:
            if name not in allowed:
                self.child(str(name), None).flaw(
                    N_("is not known here; known are %(known)s"), known=", ".join(sorted(allowed))
                )
        for name in needed:
            if self.value.get(name) is None:
                self.child(name, None).flaw(N_("is missing"))
        return {name: self.child(name, self.value.get(name)) for name in allowed}

    def items(self, least: int = 0, most: int = 500) -> list[Node]:
        """The entries of a list."""
        if self.value is None and least == 0:
            return []
        if not isinstance(self.value, list):
            if self.value is not None:
                self.flaw(N_("expected a list"))
            return []
        if not least <= len(self.value) <= most:
            self.flaw(N_("has %(count)s entries; %(least)s to %(most)s are possible"), **_span(self.value, least, most))
        return [self.child(index, entry) for index, entry in enumerate(self.value[:most])]

    def text(self, default: str = "", longest: int = MAX_TEXT) -> str:
        if self.value is None:
            return default
        if not isinstance(self.value, str) or not self.value.strip():
            self.flaw(N_("expected a text"))
            return default
        if len(self.value) > longest or any(ord(c) < 32 and c not in "\n\t" for c in self.value):
            self.flaw(N_("is longer than %(most)s characters or holds control characters"), most=longest)
            return default
        return self.value.strip()

    def word(self, pattern: re.Pattern[str] = WORD) -> str:
        """A short code of letters, digits and underscores."""
        value = self.text(longest=80)
        if value and not pattern.fullmatch(value):
            self.flaw(N_("“%(value)s” is not a code of the form %(form)s"), value=value, form=pattern.pattern)
            return ""
        return value

    def choice(self, allowed: Iterable[str], default: str = "") -> str:
        value = self.text(default)
        if value and value not in allowed:
            self.flaw(N_("“%(value)s” is not one of %(known)s"), value=value, known=", ".join(allowed))
            return default
        return value

    def integer(self, default: int = 0, least: int = 0, most: int = 1_000_000) -> int:
        if self.value is None:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not least <= self.value <= most:
            self.flaw(N_("expected a whole number from %(least)s to %(most)s"), least=least, most=most)
            return default
        return self.value

    def amount(self) -> str | None:
        """An exact decimal, written with or without quotation marks, but never as a float that lost digits."""
        if self.value is None:
            return None
        raw = str(self.value) if isinstance(self.value, str | int) and not isinstance(self.value, bool) else ""
        try:
            number = Decimal(raw)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number < 10**13 or int(number.as_tuple().exponent) < -2:
            self.flaw(N_("expected an amount in quotation marks, like “340000.00”"))
            return None
        return f"{number:.2f}"

    def flag(self, default: bool = False) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.flaw(N_("expected true or false"))
            return default
        return self.value

    def texts(self, languages: Iterable[str]) -> dict[str, str]:
        """Texts by language; every language in ``languages`` is compulsory, further ones are allowed."""
        if self.value is None:
            return {}
        known = self.mapping(languages, [x for x in ("en", "fr", "es", "pt", "sw") if x not in languages])
        return {code: node.text() for code, node in known.items() if node.value is not None}


def _span(value: list[Any], least: int, most: int) -> dict[str, object]:
    return {"count": len(value), "least": least, "most": most}
