"""Ranking by mean score and the funding line: plain data in, plain data out, exact decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate

NOTHING = Decimal(0)
WHOLE_COST = Decimal(1)


@dataclass(frozen=True)
class Rules:
    """What a proposal must reach, and which sections break a tie, in that order."""

    pass_total: int
    minimums: Mapping[str, int] = field(default_factory=dict)
    ties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A proposal as its final reviews saw it: the means over them, and what it asks for."""

    key: str
    reference: str
    requested_minor: int
    mean: Decimal | None = None
    section_means: Mapping[str, Decimal] = field(default_factory=dict)
    grant_rate: Decimal | None = None


@dataclass(frozen=True)
class Ranked:
    """A candidate in its place. ``rank`` is absent below a minimum; equal ranks are a tie that no rule breaks."""

    candidate: Candidate
    passes: bool
    below: tuple[str, ...] = ()
    rank: int | None = None
    tied: bool = False


@dataclass(frozen=True)
class Line:
    """What ranking suggests for one proposal. ``stops``: it does not fit whole, and funding ends here unless skipped.

    ``running_minor`` sums the amounts asked in rank order; below a minimum there is none.
    """

    ranked: Ranked
    outcome: str
    amount_minor: int
    running_minor: int | None
    stops: bool = False
    skipped: bool = False


def rank(candidates: Sequence[Candidate], rules: Rules) -> tuple[Ranked, ...]:
    """Passing proposals by mean, then the tie sections, then the lower grant rate; the failing ones follow unranked."""
    judged = sorted((_judge(c, rules) for c in candidates), key=lambda r: (_order(r, rules), r.candidate.reference))
    passing = [r for r in judged if r.passes]
    keys = [_order(r, rules) for r in passing]
    placed = [
        replace(r, rank=keys.index(key) + 1, tied=keys.count(key) > 1) for r, key in zip(passing, keys, strict=True)
    ]
    return (*placed, *(r for r in judged if not r.passes))


def _judge(candidate: Candidate, rules: Rules) -> Ranked:
    """Exactly a minimum, or exactly the pass mark, is enough."""
    means = candidate.section_means
    below = tuple(code for code, least in rules.minimums.items() if means.get(code, NOTHING) < least)
    return Ranked(candidate, candidate.mean is not None and candidate.mean >= rules.pass_total and not below, below)


def _order(ranked: Ranked, rules: Rules) -> tuple[Decimal, ...]:
    """Smaller comes first; an unknown grant rate counts as the whole cost."""
    candidate = ranked.candidate
    ties = tuple(-candidate.section_means.get(code, NOTHING) for code in rules.ties)
    rate = WHOLE_COST if candidate.grant_rate is None else candidate.grant_rate
    return (-(candidate.mean or NOTHING), *ties, rate)


def running_sums(amounts: Sequence[int]) -> list[int]:
    """The sum up to and with each amount."""
    return list(accumulate(amounts))


def fund(
    ranked: Sequence[Ranked],
    left_minor: int,
    skips: AbstractSet[str] = frozenset(),
    beyond: str = "reserve",
) -> tuple[Line, ...]:
    """Fund in rank order until the ceiling; the first that does not fit whole ends it, unless its key is in ``skips``.

    ``beyond`` is the outcome past the line. Below a minimum the outcome is ``declined``, whatever is left.
    """
    lines: list[Line] = []
    running, stopped = 0, False
    for one in ranked:
        asked = one.candidate.requested_minor
        if not one.passes:
            lines.append(Line(one, "declined", 0, None))
            continue
        fits = not stopped and running + asked <= left_minor
        skipped = not stopped and not fits and one.candidate.key in skips
        stops = not stopped and not fits and not skipped
        stopped = stopped or stops
        running += 0 if skipped else asked
        lines.append(Line(one, "awarded" if fits else beyond, asked if fits else 0, running, stops, skipped))
    return tuple(lines)
