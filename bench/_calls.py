"""Invented calls with proposals and reviewers, for measuring the assignment (``design/science.md`` A5)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from app.reviews.matching.affinity import combined
from app.reviews.matching.calls import Weights
from app.reviews.matching.problem import Cover, Flags, Floats, Ints, Problem
from config import ROOT

MINERALS, COUNTRIES, LANGUAGES, SEATS = 20, 30, 6, 3
READERS_SHARE = 0.35


def invented(proposals: int, reviewers: int, seed: int) -> tuple[Problem, Problem]:
    """(without organisations, with organisations, two in a hundred seats kept and a cover of the main mineral)."""
    chance = np.random.default_rng(seed)
    main = chance.integers(MINERALS, size=proposals)
    known = _several(chance, reviewers, MINERALS, 3, 1.0)
    mineral = known[:, main].T.astype(np.float64)
    country = _several(chance, reviewers, COUNTRIES, 4, 0.5)[:, chance.integers(COUNTRIES, size=proposals)].T
    topic = _topics(chance, proposals, reviewers)
    bonus = chance.choice([0.0, 0.0, 0.0, 0.0, -0.1, 0.1, 0.2], size=(proposals, reviewers))
    scores = combined(Weights(), mineral, country.astype(np.float64), topic, bonus)
    allowed = chance.random((proposals, reviewers)) > 0.03
    allowed &= chance.random((proposals, reviewers)) > 0.04
    language = chance.integers(LANGUAGES, size=proposals)
    reads = chance.random((reviewers, LANGUAGES)) < READERS_SHARE
    reads[:, 0] = True
    english = chance.random(proposals) < 0.45
    allowed &= reads[:, np.where(english, 0, language)].T
    organisations = chance.integers(max(reviewers // 3, 1), size=reviewers)
    mean = proposals * SEATS / reviewers
    plain = Problem(
        proposals=tuple(f"P{n:05}" for n in range(proposals)),
        reviewers=tuple(f"R{n:05}" for n in range(reviewers)),
        scores=scores,
        allowed=allowed,
        wanted=np.full(proposals, SEATS),
        least=np.full(reviewers, int(mean / 2)),
        most=np.full(reviewers, int(np.ceil(1.35 * mean))),
        organisations=np.full(reviewers, -1),
        pillars=np.full(reviewers, -1),
    )
    return plain, _full(plain, chance, organisations, main, mineral)


def _full(plain: Problem, chance: np.random.Generator, organisations: Ints, main: Ints, mineral: Floats) -> Problem:
    rows = chance.choice(len(plain.proposals), size=max(len(plain.proposals) * SEATS // 50, 1), replace=False)
    kept = tuple((int(p), int(chance.choice(np.flatnonzero(plain.allowed[p])))) for p in rows if plain.allowed[p].any())
    cover = Cover("mineral", tuple(f"M{m}" for m in main), mineral > 0)
    return Problem(**{**vars(plain), "organisations": organisations, "kept": kept, "covers": (cover,)})


def _several(chance: np.random.Generator, people: int, kinds: int, count: int, fashion: float) -> Flags:
    """What each knows: the first kinds are known widely, the last ones by few."""
    found, shares = np.zeros((people, kinds), dtype=bool), 1 / np.arange(1, kinds + 1) ** fashion
    for row in found:
        row[chance.choice(kinds, size=count, replace=False, p=shares / shares.sum())] = True
    return found


def _topics(chance: np.random.Generator, proposals: int, reviewers: int) -> Floats:
    """Cosines of positive profiles over thirty invented topics, the best pair 1."""
    left, right = chance.dirichlet(np.full(30, 0.2), proposals), chance.dirichlet(np.full(30, 0.2), reviewers)
    found = (left @ right.T) / np.outer(np.linalg.norm(left, axis=1), np.linalg.norm(right, axis=1))
    return found / found.max()


def acceptance_cases() -> Path | None:
    """The folder of the published cases, beside the main checkout also when this is another worktree of it."""
    words = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    homes = (ROOT.parent, Path(done.stdout.strip() or ROOT).parent.parent)
    found = (home / "shared" / "data" / "assignment" for home in homes)
    return next((place for place in found if (place / "expected.json").exists()), None)


def read_case(path: Path, seats: int, load: int) -> Problem:
    """A matrix of papers × reviewers as the paper's repository has it."""
    rows = path.read_text().splitlines()
    papers, reviewers = (int(word) for word in rows[0].split())
    scores = np.array([[float(word) for word in row.split()] for row in rows[1 : papers + 1]])
    return Problem(
        proposals=tuple(f"{n:04}" for n in range(papers)),
        reviewers=tuple(f"{n:04}" for n in range(reviewers)),
        scores=scores,
        allowed=np.ones(scores.shape, dtype=bool),
        wanted=np.full(papers, seats),
        least=np.zeros(reviewers, dtype=np.int64),
        most=np.full(reviewers, load),
        organisations=np.full(reviewers, -1),
        pillars=np.full(reviewers, -1),
    )
