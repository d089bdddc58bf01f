"""Adding up the answers to one question that several calls ask: counts, sums, shares of the options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from app.calls.amounts import number_of

FEWEST = 5  # below that no shares are told, and nothing at all of personal data
NUMBERS = frozenset({"integer", "decimal", "money"})
CHOICES = frozenset({"yes_no", "choice", "choices", "country", "countries", "mineral", "minerals"})


@dataclass(frozen=True)
class Tally:
    """What a number of answers say together. ``counts`` by option; sums only of numbers."""

    asked: int
    answered: int
    total: Decimal | None = None
    mean: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    counts: Mapping[str, int] | None = None

    @property
    def is_small(self) -> bool:
        return self.answered < FEWEST

    def share(self, option: str) -> Decimal | None:
        """Of those who answered, the percentage that chose an option; nothing of few answers."""
        if self.is_small or self.counts is None:
            return None
        part = Decimal(self.counts.get(option, 0) * 100) / self.answered
        return part.quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def tally(kind: str, answers: Sequence[Any], personal: bool = False) -> Tally:
    """Add up answers; ``None`` stands for a question that was left empty. Few answers of persons stay untold."""
    given = [answer for answer in answers if answer not in (None, "", [], {})]
    bare = Tally(len(answers), len(given))
    if personal and bare.is_small:
        return bare
    if kind in CHOICES:
        chosen = Counter(str(v) for answer in given for v in (answer if isinstance(answer, list) else [answer]))
        return Tally(bare.asked, bare.answered, counts=dict(chosen))
    numbers = [n for n in map(number_of, given) if n is not None] if kind in NUMBERS else []
    if not numbers:
        return bare
    total = sum(numbers, Decimal(0))
    mean = (total / len(numbers)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return Tally(bare.asked, bare.answered, total, mean, min(numbers), max(numbers))


def options_in_use(known: Iterable[str], tallies: Iterable[Tally]) -> list[str]:
    """The options of the question, then others that were answered; of long lists only those that were."""
    counted = Counter[str]()
    for each in tallies:
        counted.update(each.counts or {})
    first = list(known)
    return [*first, *sorted(set(counted) - set(first))]
