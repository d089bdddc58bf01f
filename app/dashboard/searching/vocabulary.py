"""Every word of the search language: what it means, what may stand behind it, and an example. The help is made of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.calls.vocabulary import COUNTRIES, MINERALS
from workflows.funding_decision import OUTCOMES, DecisionState
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewState


class Kind(Enum):
    """What may stand behind a word."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Word:
    """One word. ``codes`` are the values of a ``CODE``; ``may_be`` are values with a meaning of their own (``none``).

    ``ahead``: spans of days (``7d``) reach into the future, else into the past.
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    codes: frozenset[str] = frozenset()
    may_be: frozenset[str] = frozenset()
    ahead: bool = False


NONE = frozenset({"none"})
NONE_OR_ANY = frozenset({"none", "any"})


def _codes(*enums: type[Enum]) -> frozenset[str]:
    return frozenset(member.value for enum in enums for member in enum)


STATES = _codes(ProposalState, StageState)
OF_PROPOSALS = (
    Word("status", Kind.CODE, N_("State of the proposal or of its newest stage"), "status:submitted", STATES),
    Word("stage", Kind.TEXT, N_("Key of the stage it has come to"), "stage:full"),
    Word("call", Kind.TEXT, N_("Code of the call, or a part of it"), "call:2026"),
    Word("window", Kind.TEXT, N_("Funding window"), "window:small", may_be=NONE),
    Word("country", Kind.CODE, N_("Country, by its two letters"), "country:CD", COUNTRIES),
    Word("mineral", Kind.CODE, N_("Mineral"), "mineral:gold", MINERALS),
    Word("lang", Kind.CODE, N_("Language in which its lead uses Assay"), "lang:fr", frozenset({"en", "fr", "es"})),
    Word("org", Kind.TEXT, N_("Name of the organisation, or a part of it"), 'org:"Kahuzi Miners"'),
    Word("title", Kind.TEXT, N_("Words of the title"), "title:pits"),
    Word("ref", Kind.TEXT, N_("Reference, or a part of it"), "ref:0042"),
    Word("amount", Kind.NUMBER, N_("Amount asked for, in the currency of its call"), "amount>100000", may_be=NONE),
)
OF_REVIEWS = (
    Word("score", Kind.NUMBER, N_("Mean of the reviews that are in"), "score<60", may_be=NONE),
    Word("spread", Kind.NUMBER, N_("Points between the highest and the lowest review"), "spread>15", may_be=NONE),
    Word("reviews", Kind.NUMBER, N_("How many reviews are in"), "reviews<2"),
    Word("asked", Kind.NUMBER, N_("How many reviewers it has who have not stepped back"), "asked<3"),
    Word("open", Kind.NUMBER, N_("How many reviews are still to come"), "open>0"),
    Word("reviewer", Kind.TEXT, N_("Name of a reviewer, or none or any"), "reviewer:none", may_be=NONE_OR_ANY),
    Word("review", Kind.CODE, N_("One of its reviews is in this state"), "review:invited", _codes(ReviewState)),
    Word("late", Kind.YES_NO, N_("A review is overdue"), "late:yes"),
    Word(
        "due",
        Kind.DATE,
        N_("The next review is due within these days, or by a date"),
        "due:7d",
        may_be=NONE,
        ahead=True,
    ),
    Word("submitted", Kind.DATE, N_("Handed in within the last days, or by a date"), "submitted:30d"),
    Word("phase", Kind.CODE, N_("Phase of the reviews of its call"), "phase:discussing", _codes(RoundState)),
    Word(
        "decision",
        Kind.CODE,
        N_("Outcome or state of its decision, or none"),
        "decision:none",
        _codes(DecisionState) | frozenset(OUTCOMES),
        NONE,
    ),
)


ALIASES = {
    "state": "status",
    "language": "lang",
    "organisation": "org",
    "organization": "org",
    "reference": "ref",
    "points": "score",
    "mean": "score",
    "grant": "amount",
    "in": "reviews",
    "overdue": "late",
}
WORDS: Mapping[str, Word] = {word.name: word for word in (*OF_PROPOSALS, *OF_REVIEWS)}


def find(name: str) -> Word | None:
    """The word of this name, or of another spelling that people try, in any case."""
    known = name.casefold()
    return WORDS.get(ALIASES.get(known, known))
