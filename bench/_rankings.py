"""Invented votes for measuring the ranking, and where the published ones are."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import numpy as np

from app.reviews.numbers.votes import Ballot, Vote, ballot
from config import ROOT


def invented(proposals: int, reviewers: int, each: int, seed: int = 1) -> Ballot:
    """Whole scores of 1 to 6, each proposal read by ``each`` reviewers who differ in kindness."""
    chance = np.random.default_rng(seed)
    worth, kindness = chance.normal(0, 1, proposals), chance.normal(0, 0.5, reviewers)
    votes = []
    for i in range(proposals):
        for j in chance.choice(reviewers, each, replace=False):
            value = np.clip(round(3.5 + worth[i] + kindness[j] + chance.normal(0, 0.6)), 1, 6)
            votes.append(Vote(f"p{i:04}", f"r{j:04}", float(value)))
    return ballot(votes)


def mock_votes(place: Path, panel: str | None = None) -> Ballot:
    """The mock panels of ERforResearch 4.0.0 (MIT): one of them, or all three."""
    with (place / "ERforResearch_mock" / "mock.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if panel in (None, row["panel"])]
    return ballot(Vote(r["proposal"], r["assessor"], float(r["num_grade"]), r["panel"]) for r in rows)


def ranking_cases() -> Path | None:
    """The folder of the published cases, beside the main checkout also when this is another worktree of it."""
    words = ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    homes = (ROOT.parent, Path(done.stdout.strip() or ROOT).parent.parent)
    found = (home / "shared" / "data" / "ranking" for home in homes)
    return next((place for place in found if (place / "expected.json").exists()), None)
