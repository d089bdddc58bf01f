"""How well each reviewer fits each proposal, from minerals, countries, words and bids: one number in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.reviews.matching.calls import ProposalFacts, ReviewerFacts, Weights
from app.reviews.matching.problem import Flags, Floats

MAIN_MINERAL = 0.7
BIDS: dict[str, float] = {"reluctant": -0.1, "neutral": 0.0, "willing": 0.1, "eager": 0.2}
REFUSED = "no"


@dataclass(frozen=True)
class Affinity:
    """Proposals × reviewers: the whole and its parts, and who refused by a bid."""

    score: Floats
    mineral: Floats
    country: Floats
    topic: Floats
    refused: Flags = field(repr=False)


def combined(weights: Weights, mineral: Floats, country: Floats, topic: Floats, bonus: Floats) -> Floats:
    """``clip(weighted parts + bid bonus)``."""
    found = weights.mineral * mineral + weights.country * country + weights.topic * topic + bonus
    return np.clip(found, 0.0, 1.0)


def affinity(
    proposals: Sequence[ProposalFacts],
    reviewers: Sequence[ReviewerFacts],
    topic: Floats,
    bids: dict[tuple[str, str], str],
    weights: Weights | None = None,
) -> Affinity:
    """``bids``: (proposal, reviewer) → how much they want it; the bid "no" takes the pair out."""
    mineral = MAIN_MINERAL * overlap([p.minerals[:1] for p in proposals], [r.minerals for r in reviewers])
    mineral += (1 - MAIN_MINERAL) * overlap([p.minerals for p in proposals], [r.minerals for r in reviewers])
    country = overlap([p.countries for p in proposals], [r.countries for r in reviewers])
    rows = {p.key: n for n, p in enumerate(proposals)}
    columns = {r.key: n for n, r in enumerate(reviewers)}
    bonus, refused = np.zeros(mineral.shape), np.zeros(mineral.shape, dtype=bool)
    for (p, r), bid in bids.items():
        if p in rows and r in columns:
            refused[rows[p], columns[r]] = bid == REFUSED
            bonus[rows[p], columns[r]] = BIDS.get(bid, 0.0)
    score = combined(weights or Weights(), mineral, country, topic, bonus)
    return Affinity(score, mineral, country, topic, refused)


def overlap(asked: Sequence[tuple[str, ...]], known: Sequence[tuple[str, ...]]) -> Floats:
    """The share of the codes asked for that each knows; 0 where nothing is asked."""
    codes = {code: n for n, code in enumerate(sorted({c for own in asked for c in own}))}
    left, right = np.zeros((len(asked), len(codes))), np.zeros((len(known), len(codes)))
    for n, own in enumerate(asked):
        left[n, [codes[c] for c in own]] = 1 / max(len(set(own)), 1)
    for n, own in enumerate(known):
        right[n, [codes[c] for c in own if c in codes]] = 1
    found: Floats = left @ right.T
    return found


def members(
    proposals: Sequence[ProposalFacts],
    reviewers: Sequence[ReviewerFacts],
    asked: Callable[[ProposalFacts], str],
    known: Callable[[ReviewerFacts], tuple[str, ...]],
) -> tuple[tuple[str, ...], Flags]:
    """(what each proposal asks for, which reviewers have it): the subjects and members of a cover."""
    subjects = tuple(asked(p) for p in proposals)
    having = {s: np.array([s in known(r) for r in reviewers], dtype=bool) for s in set(subjects)}
    rows = [having[s] if s else np.zeros(len(reviewers), dtype=bool) for s in subjects]
    return subjects, np.array(rows, dtype=bool).reshape(len(proposals), len(reviewers))
