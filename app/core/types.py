"""Column types and value types that mean the same on SQLite and PostgreSQL: ids, instants, money, JSON."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import get_currency_precision
from sqlalchemy import JSON, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

JsonColumn = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> uuid.UUID:
    """Return a UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return uuid.UUID(int=value)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values on the way in and always gives UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


CurrencyCode = String(3)


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency (ISO 4217); sums of different currencies are refused."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise ValueError("money needs a finite decimal amount")
        quantum = Decimal(1).scaleb(-get_currency_precision(self.currency))
        exact = self.amount.quantize(quantum)
        if exact != self.amount:
            raise ValueError(f"{self.amount} has more decimals than {self.currency} allows")
        object.__setattr__(self, "amount", exact)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Build from integer minor units (cents), the form stored in the database."""
        return cls(Decimal(minor).scaleb(-get_currency_precision(currency)), currency)

    @property
    def minor(self) -> int:
        return int(self.amount.scaleb(get_currency_precision(self.currency)))

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def split(self, percentages: list[int]) -> list[Money]:
        """Split by whole percentages that sum to 100; the remainder goes to the last part, so the sum is exact."""
        if sum(percentages) != 100:
            raise ValueError("the percentages must sum to 100")
        quantum = Decimal(1).scaleb(-get_currency_precision(self.currency))
        parts = [(self.amount * p / 100).quantize(quantum, ROUND_HALF_EVEN) for p in percentages[:-1]]
        return [Money(p, self.currency) for p in [*parts, self.amount - sum(parts)]]


@dataclass(frozen=True)
class Actor:
    """Who acts: a person, or the system itself when the clock or another move acts. Services receive nothing else of them."""

    person_id: uuid.UUID | None
    name: str

    @property
    def is_system(self) -> bool:
        return self.person_id is None


SYSTEM_ACTOR = Actor(None, "Assay")
