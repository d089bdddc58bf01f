"""What is to be assigned, and by which rules: plain arrays over proposals (rows) and reviewers (columns)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Pair = tuple[int, int]

NOBODY = -1


class Timeout(Exception):
    """The time allowed is over before a plan was found."""


@dataclass(frozen=True)
class Cover:
    """At least one of ``members`` (proposals × reviewers) on each proposal with a subject; ``subjects`` has "" elsewhere."""

    kind: str
    subjects: tuple[str, ...]
    members: Flags
    penalty: float = 90.0

    @property
    def asked(self) -> Flags:
        """Which proposals ask for it."""
        return np.array([bool(subject) for subject in self.subjects], dtype=bool)


@dataclass(frozen=True)
class Problem:
    """``scores`` in [0, 1] and ``allowed`` are proposals × reviewers; ``organisations`` and ``pillars`` are numbers of
    groups of reviewers (-1: none). ``kept`` pairs stay whatever the rules say; ``favoured`` ones get a bonus.
    """

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    scores: Floats
    allowed: Flags
    wanted: Ints
    least: Ints
    most: Ints
    organisations: Ints
    pillars: Ints
    covers: tuple[Cover, ...] = ()
    kept: tuple[Pair, ...] = ()
    favoured: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Rules:
    """Which rules hold. ``cap`` below 1 bounds the probability of every pair, and the plan is then drawn.

    ``tolerance``: how far from the optimum is good enough, as a share; ``seconds``: the time allowed.
    """

    one_per_organisation: bool = True
    pillars: str = ""
    floor: bool = False
    cap: float = 1.0
    seed: int = 0
    keeping: float = 0.05
    spreading: float = 0.1
    tolerance: float = 1e-4
    seconds: float = 60.0


@dataclass(frozen=True)
class Reduced:
    """What is left to decide once the kept pairs have their seats."""

    scores: Floats
    allowed: Flags
    bonus: dict[Pair, float] = field(repr=False)
    seats: Ints
    room: Ints
    least: Ints
    organisations: Ints
    pillars: Ints
    pillar_room: Ints
    covers: tuple[Cover, ...]
    base: Floats
    caps: Floats


def digest(problem: Problem, rules: Rules) -> str:
    """A fingerprint of everything that the plan follows from, without the time allowed."""
    found = hashlib.sha256(repr(replace(rules, seconds=0.0)).encode())
    found.update(repr((problem.proposals, problem.reviewers, problem.kept, problem.favoured)).encode())
    arrays = (problem.scores, problem.allowed, problem.wanted, problem.least, problem.most)
    for array in (*arrays, problem.organisations, problem.pillars):
        found.update(np.ascontiguousarray(array).tobytes())
    for cover in problem.covers:
        found.update(repr((cover.kind, cover.subjects, cover.penalty)).encode())
        found.update(np.ascontiguousarray(cover.members).tobytes())
    return found.hexdigest()


def permuted(problem: Problem, rows: Ints, columns: Ints) -> Problem:
    """The same problem with proposals and reviewers in another order."""
    where_p, where_r = np.argsort(rows), np.argsort(columns)

    def moved(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        return tuple(sorted((int(where_p[p]), int(where_r[r])) for p, r in pairs))

    grid = np.ix_(rows, columns)
    covers = tuple(
        replace(c, subjects=tuple(c.subjects[p] for p in rows), members=c.members[grid]) for c in problem.covers
    )
    return Problem(
        proposals=tuple(problem.proposals[p] for p in rows),
        reviewers=tuple(problem.reviewers[r] for r in columns),
        scores=problem.scores[grid],
        allowed=problem.allowed[grid],
        wanted=problem.wanted[rows],
        least=problem.least[columns],
        most=problem.most[columns],
        organisations=problem.organisations[columns],
        pillars=problem.pillars[columns],
        covers=covers,
        kept=moved(problem.kept),
        favoured=moved(problem.favoured),
    )


def reduce(problem: Problem, rules: Rules) -> Reduced:
    """Give the kept pairs their seats: what they use up of seats, room, organisations and covers is gone."""
    p = np.array([pair[0] for pair in problem.kept], dtype=np.int64)
    r = np.array([pair[1] for pair in problem.kept], dtype=np.int64)
    count, people = len(problem.proposals), len(problem.reviewers)
    loads = np.bincount(r, minlength=people)
    base = np.bincount(p, weights=problem.scores[p, r], minlength=count)
    allowed = problem.allowed.copy()
    allowed[p, r] = False
    organisations = problem.organisations if rules.one_per_organisation else np.full(people, NOBODY)
    for row, column in problem.kept:
        if organisations[column] != NOBODY:
            allowed[row, organisations == organisations[column]] = False
    seats = np.maximum(problem.wanted - np.bincount(p, minlength=count), 0)
    room = np.maximum(problem.most - loads, 0)
    allowed &= (room > 0)[None, :] & (seats > 0)[:, None]
    return Reduced(
        scores=problem.scores,
        allowed=allowed,
        bonus={pair: rules.keeping for pair in problem.favoured if allowed[pair]},
        seats=seats,
        room=room,
        least=np.minimum(np.maximum(problem.least - loads, 0), room),
        organisations=organisations,
        pillars=problem.pillars if rules.pillars else np.full(people, NOBODY),
        pillar_room=_pillar_room(problem, p, r),
        covers=tuple(_open(cover, p, r) for cover in problem.covers),
        base=base.astype(np.float64),
        caps=_caps(allowed, seats, organisations, rules.cap),
    )


def _pillar_room(problem: Problem, p: Ints, r: Ints) -> Ints:
    """How many more of each pillar (columns) a proposal takes: its seats spread evenly over the pillars there are."""
    groups = int(problem.pillars.max(initial=NOBODY)) + 1
    present = max(len(set(problem.pillars.tolist()) - {NOBODY}), 1)
    share = -(-problem.wanted // present)
    held = np.zeros((len(problem.proposals), max(groups, 1)), dtype=np.int64)
    known = problem.pillars[r] != NOBODY
    np.add.at(held, (p[known], problem.pillars[r[known]]), 1)
    room: Ints = np.maximum(share[:, None] - held, 0)
    return room


def _open(cover: Cover, p: Ints, r: Ints) -> Cover:
    """A cover without the proposals that a kept pair serves."""
    served = set(p[cover.members[p, r]].tolist())
    return replace(cover, subjects=tuple("" if n in served else s for n, s in enumerate(cover.subjects)))


def group_starts(organisations: Ints) -> tuple[Ints, Ints]:
    """An order of reviewers by organisation, and where each group begins; who has none is a group alone."""
    alone = np.arange(len(organisations)) + organisations.max(initial=NOBODY) + 1
    groups = np.where(organisations == NOBODY, alone, organisations)
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts: Ints = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return order, starts


def _caps(allowed: Flags, seats: Ints, organisations: Ints, cap: float) -> Floats:
    """The cap of each proposal, raised where too few organisations would leave seats empty."""
    caps: Floats = np.full(len(seats), min(cap, 1.0))
    if cap >= 1 or not allowed.size:
        return caps
    order, starts = group_starts(organisations)
    groups = np.logical_or.reduceat(allowed[:, order], starts, axis=1).sum(axis=1)
    raised: Floats = np.minimum(1.0, np.maximum(caps, seats / np.maximum(groups, 1)))
    return raised


def ideal_floor(case: Reduced) -> float:
    """The best that the worst-served proposal could have alone: an upper bound of every fairness floor.

    Proposals that cannot fill their seats even alone are left out: nothing may be taken from others for them.
    """
    if not case.allowed.size:
        return 0.0
    order, starts = group_starts(case.organisations)
    best = np.maximum.reduceat(np.where(case.allowed, case.scores, -1.0)[:, order], starts, axis=1)
    best = -np.sort(-best, axis=1)
    left = np.clip(case.seats[:, None] - case.caps[:, None] * np.arange(best.shape[1]), 0, case.caps[:, None])
    taken = np.where(best >= 0, left, 0.0)
    whole = (taken.sum(axis=1) >= case.seats - 1e-9) & (case.seats > 0)
    totals = case.base + (taken * np.maximum(best, 0.0)).sum(axis=1)
    return float(totals[whole].min()) if whole.any() else 0.0


def floor_applies(case: Reduced) -> Flags:
    """Which proposals a floor protects: those with open seats that they could fill alone."""
    if not case.allowed.size:
        return np.zeros(len(case.seats), dtype=bool)
    order, starts = group_starts(case.organisations)
    groups = np.logical_or.reduceat(case.allowed[:, order], starts, axis=1).sum(axis=1)
    found: Flags = (case.seats > 0) & (groups * case.caps >= case.seats - 1e-9)
    return found
