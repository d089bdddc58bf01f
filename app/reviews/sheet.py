"""A score sheet as plain data: what stands on it, and what somebody wants changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

NOT_APPLICABLE = "na"  # in the place of a score


class Entry(Protocol):
    """A line of the sheet: a criterion with score and reason, or a section with its comment."""

    @property
    def code(self) -> str: ...
    @property
    def score(self) -> int | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def not_applicable(self) -> bool: ...


@dataclass(frozen=True)
class Sheet:
    """Scores by criterion; ``texts`` holds the reasons by criterion and the comments by section.

    What is in ``not_applicable`` has no score: it counts neither as zero nor as missing.
    """

    scores: Mapping[str, int | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Changes:
    """What to write; what is absent (or ``None``) stays. ``recommended_minor`` counts only when ``recommended_given``.

    A criterion in ``scores`` is not applicable when it is in ``not_applicable``, and else is.
    """

    scores: Mapping[str, int | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    comment_to_applicant: str | None = None
    note_to_staff: str | None = None
    recommended_minor: int | None = None
    recommended_given: bool = False
    not_applicable: frozenset[str] = frozenset()
    remarks: Mapping[str, str] = field(default_factory=dict)


def read(entries: Iterable[Entry]) -> Sheet:
    """The sheet that these entries make."""
    lines = list(entries)
    return Sheet(
        {line.code: line.score for line in lines},
        {line.code: line.reason for line in lines},
        frozenset(line.code for line in lines if line.not_applicable),
    )
