"""Why seats stay empty and rules unkept, in plain facts: what would have to be added."""

from __future__ import annotations

from collections import deque

import numpy as np

from app.reviews.matching.certificate import Shortage
from app.reviews.matching.problem import NOBODY, Cover, Flags, Ints, Problem, Rules


def shortages(problem: Problem, rules: Rules, taken: Flags) -> tuple[Shortage, ...]:
    """Everything that is short under a plan (``taken``: proposals × reviewers), the gravest kinds first."""
    empty = np.maximum(problem.wanted - taken.sum(axis=1), 0)
    alone, rest = _alone(problem, rules, taken, empty)
    return (
        *alone,
        *_capacity(problem, rules, taken, rest),
        *(found for cover in problem.covers for found in _covers(problem, cover, taken)),
        *_least(problem, taken),
    )


def _alone(problem: Problem, rules: Rules, taken: Flags, empty: Ints) -> tuple[list[Shortage], Ints]:
    """(proposals that could not be filled even alone, the empty seats that this leaves unexplained)."""
    found, rest = [], empty.copy()
    for p in np.flatnonzero(empty):
        able = taken[p] | (problem.allowed[p] & (problem.most > 0))
        people, wanted = int(able.sum()), int(problem.wanted[p])
        short, kind = wanted - people, "people"
        if short <= 0 and rules.one_per_organisation:
            short, kind = wanted - _organisations(problem, np.flatnonzero(able)), "organisations"
        if short > 0:
            found.append(Shortage(kind, short, (problem.proposals[p],)))
            rest[p] = max(int(empty[p]) - short, 0)
    return found, rest


def _organisations(problem: Problem, people: Ints) -> int:
    groups = problem.organisations[people]
    return len(set(groups[groups != NOBODY].tolist())) + int((groups == NOBODY).sum())


def _capacity(problem: Problem, rules: Rules, taken: Flags, empty: Ints) -> list[Shortage]:
    """The circles of proposals that compete for the same full reviewers (Hall's theorem names who is short)."""
    loads, able = taken.sum(axis=0), problem.allowed.any(axis=0) & (problem.most > 0)
    if not empty.any():
        return []
    if bool(np.all(loads[able] >= problem.most[able])):
        return [Shortage("capacity", int(empty.sum()))]
    circles: list[tuple[set[int], set[int]]] = []
    for start in np.flatnonzero(empty).tolist():
        proposals, reviewers = _circle(problem, rules, taken, loads, start)
        for other in [c for c in circles if c[0] & proposals or c[1] & reviewers]:
            circles.remove(other)
            proposals, reviewers = proposals | other[0], reviewers | other[1]
        circles.append((proposals, reviewers))
    return [
        Shortage(
            "capacity",
            int(empty[sorted(proposals)].sum()),
            tuple(problem.proposals[p] for p in sorted(proposals)),
            tuple(problem.reviewers[r] for r in sorted(reviewers)),
        )
        for proposals, reviewers in circles
    ]


def _circle(problem: Problem, rules: Rules, taken: Flags, loads: Ints, start: int) -> tuple[set[int], set[int]]:
    """Proposals and full reviewers reached from one: its eligible reviewers, what they review, and so on."""
    proposals, reviewers, waiting = {start}, set[int](), deque([start])
    while waiting:
        p = waiting.popleft()
        usable = problem.allowed[p] & ~taken[p] & (loads >= problem.most)
        if rules.one_per_organisation:
            held = problem.organisations[taken[p]]
            usable &= ~np.isin(problem.organisations, held[held != NOBODY])
        for r in set(np.flatnonzero(usable).tolist()) - reviewers:
            reviewers.add(r)
            more = set(np.flatnonzero(taken[:, r]).tolist()) - proposals
            proposals |= more
            waiting.extend(sorted(more))
    return proposals, reviewers


def _covers(problem: Problem, cover: Cover, taken: Flags) -> list[Shortage]:
    """By subject: the proposals without a member, and how many more members would do at what a reviewer usually takes."""
    served: Flags = np.asarray((taken & cover.members).any(axis=1))
    usual = max(int(np.median(problem.most)) if len(problem.most) else 1, 1)
    found = []
    for subject in sorted(set(cover.subjects) - {""}):
        lacking = [p for p, asked in enumerate(cover.subjects) if asked == subject and not served[p]]
        if lacking:
            names = tuple(problem.proposals[p] for p in lacking)
            found.append(Shortage("cover", -(-len(lacking) // usual), names, (), cover.kind, subject))
    return found


def _least(problem: Problem, taken: Flags) -> list[Shortage]:
    short = np.maximum(problem.least - taken.sum(axis=0), 0)
    names = tuple(problem.reviewers[r] for r in np.flatnonzero(short))
    return [Shortage("least", int(short.sum()), (), names)] if names else []
