"""From what is known of a call to the problem of assigning its reviewers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.reviews.matching.affinity import Affinity, affinity, members
from app.reviews.matching.calls import CallFacts, Settings
from app.reviews.matching.problem import NOBODY, Cover, Ints, Problem, Rules
from app.reviews.matching.topics import nearness

LANGUAGE_PENALTY, SPECIALIST_PENALTY = 90.0, 5.0


def rules_of(settings: Settings, seconds: float) -> Rules:
    """What the arithmetic is told."""
    return Rules(
        one_per_organisation=settings.one_per_organisation,
        pillars=settings.pillars,
        floor=settings.floor,
        cap=settings.cap / 100,
        seed=settings.seed,
        seconds=seconds,
    )


def problem_of(facts: CallFacts, settings: Settings) -> tuple[Problem, Affinity]:
    """The problem in a fixed order, whatever order the facts came in, and the parts of every pair's affinity."""
    facts = _ordered(facts)
    reviewers = [m.facts for m in facts.members]
    topic = nearness([p.text for p in facts.proposals], [r.texts for r in reviewers])
    fit = affinity(facts.proposals, reviewers, topic, dict(facts.bids or {}), settings.weights)
    rows = {p.key: n for n, p in enumerate(facts.proposals)}
    columns = {r.key: n for n, r in enumerate(reviewers)}
    allowed = ~fit.refused
    for p, r in facts.closed:
        if p in rows and r in columns:
            allowed[rows[p], columns[r]] = False
    subjects, readers = members(facts.proposals, reviewers, lambda p: p.language, lambda r: r.languages)
    if settings.language == "all":
        allowed &= readers | np.array([not s for s in subjects], dtype=bool)[:, None]
    kept = tuple(sorted((rows[p], columns[r]) for p, r in facts.kept if p in rows and r in columns))
    problem = Problem(
        proposals=tuple(rows),
        reviewers=tuple(columns),
        scores=fit.score,
        allowed=allowed,
        wanted=_wanted(facts, settings, rows),
        least=np.array([m.least for m in facts.members], dtype=np.int64),
        most=np.array([settings.usual if m.most is None else m.most for m in facts.members], dtype=np.int64),
        organisations=_numbered([m.organisation for m in facts.members]),
        pillars=_numbered([m.pillar for m in facts.members]),
        covers=_covers(facts, settings, Cover("language", subjects, readers, LANGUAGE_PENALTY)),
        kept=kept,
    )
    return problem, fit


def _ordered(facts: CallFacts) -> CallFacts:
    proposals = tuple(sorted(facts.proposals, key=lambda p: p.key))
    return replace(facts, proposals=proposals, members=tuple(sorted(facts.members, key=lambda m: m.facts.key)))


def _wanted(facts: CallFacts, settings: Settings, rows: Mapping[str, int]) -> Ints:
    """Seats: what is wanted, less the outsiders who are asked already; never fewer than are kept."""
    held = Counter(p for p, _ in facts.kept)
    waiting = facts.waiting or {}
    return np.array([max(settings.wanted - waiting.get(key, 0), held[key]) for key in rows], dtype=np.int64)


def _numbered(names: list[str]) -> Ints:
    """Groups by number; who has none is nobody's."""
    known = {name: n for n, name in enumerate(sorted(set(names) - {""}))}
    return np.array([known.get(name, NOBODY) for name in names], dtype=np.int64)


def _covers(facts: CallFacts, settings: Settings, language: Cover) -> tuple[Cover, ...]:
    """The covers asked for; readers are needed from the first where all must read, so that cover asks nothing more."""
    found = (language,) if settings.language == "one" else ()
    if settings.specialist:
        reviewers = [m.facts for m in facts.members]
        subjects, known = members(
            facts.proposals, reviewers, lambda p: next(iter(p.minerals), ""), lambda r: r.minerals
        )
        found = (*found, Cover("mineral", subjects, known, SPECIALIST_PENALTY))
    return found
