"""Published tables, and invented ones of the same kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.reviews.numbers.votes import Ballot, Vote, ballot
from bench._rankings import invented, ranking_cases

__all__ = ["invented"]

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

N = None
KRIPPENDORFF_2011 = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
THREE_CODERS = [
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
]


def published() -> Path:
    """The folder of the published rankings; the test is skipped where it is not."""
    place = ranking_cases()
    if place is None:
        pytest.skip("the published rankings (../shared/data/ranking) are not beside this checkout")
    return place


def table_votes(rows: list[list[float | None]]) -> Ballot:
    """A ballot of a table of proposals × reviewers; None is no vote."""
    cells = ((i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row))
    return ballot(Vote(f"p{i:03}", f"r{j:03}", value) for i, j, value in cells if value is not None)
