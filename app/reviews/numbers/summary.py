"""All that a call's votes say, worked out once for the same votes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.reviews.numbers.agreement import Level, alpha, icc_of_components
from app.reviews.numbers.expected_rank import Expected, expected_ranks
from app.reviews.numbers.posterior import Scale
from app.reviews.numbers.severity import Severity, severity
from app.reviews.numbers.votes import Ballot, Vote, ballot

MOST_PROPOSALS = 500
Votes = tuple[Vote, ...]


@dataclass(frozen=True)
class Agreement:
    """Of the totals (``code`` is empty) or of one criterion; ``twice`` counts proposals with two votes or more."""

    code: str
    icc: float | None
    alpha: float | None
    twice: int


@dataclass(frozen=True)
class Numbers:
    """``too_many``: the ranks of so many proposals are not worked out while somebody waits."""

    severity: Severity | None
    expected: Mapping[str, Expected]
    agreement: tuple[Agreement, ...]
    too_many: bool


@lru_cache(maxsize=16)
def numbers(totals: Votes, criteria: tuple[tuple[str, Votes], ...], scale: Scale, k: int) -> Numbers:
    """Of totals and of the votes on each criterion; ``k`` is how many reviews a proposal should have."""
    whole = ballot(totals)
    too_many = len(whole.proposals) > MOST_PROPOSALS
    fit = None if too_many else severity(whole)
    found = None if too_many else expected_ranks(whole, scale)
    agreement = [_agreement("", whole, fit, "interval", k)]
    for code, votes in criteria:
        own = ballot(votes)
        agreement.append(_agreement(code, own, None if too_many else severity(own), "ordinal", k))
    return Numbers(fit, {one.proposal: one for one in found.standings} if found else {}, tuple(agreement), too_many)


def _agreement(code: str, votes: Ballot, fit: Severity | None, level: Level, k: int) -> Agreement:
    rows: list[list[float | None]] = [[None] * len(votes.proposals) for _ in votes.reviewers]
    for i, j, y in zip(votes.i, votes.j, votes.y, strict=True):
        rows[j][i] = float(y)
    icc = icc_of_components(fit.proposal_variance, fit.reviewer_variance, fit.error_variance, k) if fit else None
    return Agreement(code, icc, alpha(rows, level), int((votes.counts() >= 2).sum()))
