"""What is known of a call's proposals and reviewers, what the staff choose, and the fingerprint of both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LANGUAGE_RULES = ("", "one", "all")
PILLAR_RULES = ("", "prefer", "require")
KeyPair = tuple[str, str]


@dataclass(frozen=True)
class Weights:
    """The shares of the parts; they sum to 1."""

    mineral: float = 0.50
    country: float = 0.15
    topic: float = 0.35


@dataclass(frozen=True)
class ProposalFacts:
    """What a proposal is about. The main mineral stands first."""

    key: str
    minerals: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    language: str = ""
    text: str = ""


@dataclass(frozen=True)
class ReviewerFacts:
    """What a reviewer knows; ``texts`` are one text for each topic and what they write of themselves."""

    key: str
    minerals: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What the staff choose. ``wanted``: reviewers of each proposal; ``usual``: what a reviewer takes who said nothing.

    ``language``: nothing, one reader of the proposal's language, or all of them. ``cap`` and ``weights`` in percent.
    """

    wanted: int = 2
    usual: int = 5
    floor: bool = True
    language: str = "one"
    specialist: bool = False
    pillars: str = "prefer"
    one_per_organisation: bool = True
    cap: int = 100
    mineral: int = 50
    country: int = 15
    topic: int = 35
    seed: int = 0

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Settings:
        """Settings as they are stored."""
        return cls(**{name: document[name] for name in cls.__dataclass_fields__ if name in document})

    def document(self) -> dict[str, Any]:
        """As they are stored."""
        return asdict(self)

    @property
    def weights(self) -> Weights:
        return Weights(self.mineral / 100, self.country / 100, self.topic / 100)


@dataclass(frozen=True)
class Member:
    """A reviewer with what bounds their part in the call; ``organisation`` is any key that colleagues share."""

    facts: ReviewerFacts
    organisation: str = ""
    pillar: str = ""
    most: int | None = None
    least: int = 0


@dataclass(frozen=True)
class CallFacts:
    """Everything that a plan of a call follows from. Pairs are (proposal, reviewer).

    ``versions``: proposal → hash of the version judged; ``waiting``: proposal → how many outsiders are asked already.
    """

    proposals: tuple[ProposalFacts, ...]
    members: tuple[Member, ...]
    versions: Mapping[str, str]
    kept: tuple[KeyPair, ...] = ()
    closed: frozenset[KeyPair] = frozenset()
    bids: Mapping[KeyPair, str] | None = None
    waiting: Mapping[str, int] | None = None

    @property
    def pairs(self) -> int:
        """How large the problem is."""
        return len(self.proposals) * len(self.members)


def fingerprint(facts: CallFacts, settings: Settings) -> str:
    """Of everything that could change a plan; texts count by the hash of their sealed version."""
    document = [
        settings.document(),
        sorted([p.key, *p.minerals, "/", *p.countries, "/", facts.versions.get(p.key, "")] for p in facts.proposals),
        sorted(json.dumps(asdict(m), sort_keys=True) for m in facts.members),
        sorted(facts.kept),
        sorted(facts.closed),
        sorted([*pair, bid] for pair, bid in (facts.bids or {}).items()),
        sorted((facts.waiting or {}).items()),
    ]
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
