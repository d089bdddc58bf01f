"""What a plan says of itself: how near the best it is, who is served how well, who carries what, and what is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from app.reviews.matching.problem import Pair


@dataclass(frozen=True)
class Served:
    """One proposal: its total affinity, the reviewers it gets (kept ones too), and how many seats stay empty."""

    key: str
    affinity: float
    reviewers: tuple[str, ...]
    empty: int


@dataclass(frozen=True)
class Load:
    """One reviewer: what they carry, and their bounds. ``standing``: over, full, short or nothing."""

    key: str
    load: int
    least: int
    most: int
    standing: str


@dataclass(frozen=True)
class Shortage:
    """What stands in the way, and how many more of it would do.

    ``people`` or ``organisations``: one proposal has too few eligible; ``capacity``: these proposals' reviewers are all full
    (no proposals: everywhere); ``cover``: no free member of ``subject``; ``least``: reviewers below their minimum load.
    """

    kind: str
    missing: int
    proposals: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    cover: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Certificate:
    """``objective`` and ``bound`` count affinity and bonuses; ``gap`` is what is missing to the bound, as a share of the
    affinity. For a drawn plan they are expectations, and ``affinity`` is what the draw gave. Where a floor was asked for,
    ``floor`` is the one kept, and ``ideal`` one that no plan can exceed.
    """

    objective: float
    bound: float
    gap: float
    affinity: float
    worst: float
    worst_proposals: tuple[str, ...]
    floor: float
    ideal: float
    empty_seats: int
    doubled_pillars: tuple[str, ...]
    served: tuple[Served, ...]
    loads: tuple[Load, ...]
    shortages: tuple[Shortage, ...]
    seed: int
    rules: dict[str, Any]
    input_sha256: str
    columns: int
    pairs: int
    rounds: int
    fractional: int

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """Who reviews what (numbers of proposals and reviewers, kept pairs included), with the certificate.

    ``chances``: how likely each new pair was, for a drawn plan.
    """

    pairs: tuple[Pair, ...]
    new: tuple[Pair, ...]
    chances: dict[Pair, float]
    certificate: Certificate
