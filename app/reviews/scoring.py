"""Points of a score sheet: exact decimal arithmetic on a rubric and a mapping of criterion code to score."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol


class Criterion(Protocol):
    """What is scored, for up to ``max`` points."""

    @property
    def code(self) -> str: ...
    @property
    def max(self) -> int: ...


class Section(Protocol):
    """A group of criteria with its share of the points and a minimum (zero: none)."""

    @property
    def code(self) -> str: ...
    @property
    def max(self) -> int: ...
    @property
    def minimum(self) -> int: ...
    @property
    def criteria(self) -> Sequence[Criterion]: ...


class Rubric(Protocol):
    """The grid: ``highest`` is the best score of the scale, ``justify`` are the scores that need a reason."""

    @property
    def sections(self) -> Sequence[Section]: ...
    @property
    def highest(self) -> int: ...
    @property
    def justify(self) -> Iterable[int]: ...


Scores = Mapping[str, int | None]
NOTHING = Decimal(0)
FEWEST_FLAT = 3


@dataclass(frozen=True)
class Summary:
    """Several reviewers' totals in short; without totals there is no mean."""

    count: int
    mean: Decimal | None
    spread: Decimal
    diverges: bool


def criteria_of(rubric: Rubric) -> tuple[Criterion, ...]:
    """Every criterion in the order of the sheet."""
    return tuple(c for section in rubric.sections for c in section.criteria)


def criterion_points(rubric: Rubric, criterion: Criterion, score: int) -> Decimal:
    """``score / highest × max`` (EuropeAid scale: domain facts, section 5)."""
    return Decimal(score) * criterion.max / rubric.highest


def section_points(rubric: Rubric, section: Section, scores: Scores) -> Decimal | None:
    """Points of a section; what is not scored does not count as zero: the others share the section's maximum.

    Multiplies first and divides once, so that a full sheet is exact.
    """
    scored = [(c.max, score) for c in section.criteria if (score := scores.get(c.code)) is not None]
    possible = sum(most for most, _ in scored)
    if not possible:
        return None
    points = sum(score * most for most, score in scored)
    return Decimal(points * section.max) / (possible * rubric.highest)


def points_by_section(rubric: Rubric, scores: Scores) -> dict[str, Decimal]:
    """Points of every section that has a score."""
    found = ((s.code, section_points(rubric, s, scores)) for s in rubric.sections)
    return {code: points for code, points in found if points is not None}


def weighted_total(rubric: Rubric, scores: Scores) -> Decimal:
    """The total on the rubric's whole scale; sections without any score are left out and the others scaled up."""
    points = points_by_section(rubric, scores)
    whole = sum(s.max for s in rubric.sections)
    counted = sum(s.max for s in rubric.sections if s.code in points)
    return sum(points.values(), NOTHING) * whole / counted if counted else NOTHING


def points_so_far(rubric: Rubric, scores: Scores) -> tuple[Decimal, int]:
    """(points, maximum) of the criteria scored so far, for a sheet that is being filled in."""
    scored = [(c, score) for c in criteria_of(rubric) if (score := scores.get(c.code)) is not None]
    points = sum((criterion_points(rubric, c, score) for c, score in scored), NOTHING)
    return points, sum(c.max for c, _ in scored)


def to_hundredths(total: Decimal) -> int:
    """A total as the integer that is stored: points times 100."""
    return int((total * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def from_hundredths(hundredths: int) -> Decimal:
    """The inverse of ``to_hundredths``."""
    return Decimal(hundredths) / 100


def summary(totals: Sequence[Decimal], divergence: int | Decimal) -> Summary:
    """Mean and spread of several totals; they diverge when the spread is more than ``divergence`` points."""
    if not totals:
        return Summary(0, None, NOTHING, False)
    spread = max(totals) - min(totals)
    return Summary(len(totals), sum(totals, NOTHING) / len(totals), spread, spread > divergence)


def mean_by_section(sheets: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The mean of each section's points over the sheets that scored it."""
    codes = dict.fromkeys(code for sheet in sheets for code in sheet)
    found = {code: [sheet[code] for sheet in sheets if code in sheet] for code in codes}
    return {code: sum(points, NOTHING) / len(points) for code, points in found.items()}


def below_minimums(rubric: Rubric, means: Mapping[str, Decimal]) -> tuple[str, ...]:
    """Codes of the sections below their minimum."""
    return tuple(s.code for s in rubric.sections if means.get(s.code, NOTHING) < s.minimum)


def meets_minimums(rubric: Rubric, means: Mapping[str, Decimal]) -> bool:
    """Whether every section reaches its minimum; exactly the minimum is enough."""
    return not below_minimums(rubric, means)


def unscored(rubric: Rubric, scores: Scores, not_applicable: Collection[str] = ()) -> tuple[str, ...]:
    """Criteria without a score. A sheet on which nothing applies has all of them: it would judge nothing; so has a section
    with a minimum on which nothing applies: nobody could tell whether it reaches it."""
    found: list[str] = []
    nothing = all(scores.get(c.code) is None for c in criteria_of(rubric))
    for section in rubric.sections:
        open_ones = [c.code for c in section.criteria if scores.get(c.code) is None]
        must = nothing or (section.minimum > 0 and len(open_ones) == len(section.criteria))
        found += [code for code in open_ones if must or code not in not_applicable]
    return tuple(found)


def unreasoned(
    rubric: Rubric, scores: Scores, reasons: Mapping[str, str], not_applicable: Collection[str] = ()
) -> tuple[str, ...]:
    """Criteria whose score, or whose being not applicable, needs a reason that is not written."""
    wanted = {int(score) for score in rubric.justify}
    return tuple(
        c.code
        for c in criteria_of(rubric)
        if (scores.get(c.code) in wanted or c.code in not_applicable) and not reasons.get(c.code, "").strip()
    )


def is_flat(rubric: Rubric, scores: Scores) -> bool:
    """Whether all of at least three criteria got one and the same score: often a sheet filled in without looking."""
    given = [score for c in criteria_of(rubric) if (score := scores.get(c.code)) is not None]
    return len(given) >= FEWEST_FLAT and len(set(given)) == 1


def uncommented(rubric: Rubric, reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Sections without a comment."""
    return tuple(s.code for s in rubric.sections if not reasons.get(s.code, "").strip())
