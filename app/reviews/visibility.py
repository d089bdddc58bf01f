"""What a person may see of the reviews of a proposal now: a policy of the phase, the same for pages, files, exports and mails.

Pure: pages and mails are made of what ``seen`` allows, never the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.review_round import RoundState as Phase
from workflows.reviewer_scoring import ReviewState

HANDED_IN = frozenset({ReviewState.SUBMITTED, ReviewState.REOPENED, ReviewState.FINAL})
READABLE = HANDED_IN | {ReviewState.ACCEPTED, ReviewState.DRAFT}
TOGETHER = frozenset({Phase.READING, Phase.DISCUSSING, Phase.CLOSED})
TALKED = frozenset({Phase.DISCUSSING, Phase.CLOSED})


class Viewer(StrEnum):
    """Who looks, from the side of one review of one proposal; a conflict of interest makes anybody an outsider."""

    AUTHOR = "author"
    PEER = "peer"
    STAFF = "staff"
    COMMITTEE = "committee"
    OUTSIDER = "outsider"


class Blind(StrEnum):
    """How much reviewers and applicants know of each other."""

    OPEN = "none"
    SINGLE = "single"
    DOUBLE = "double"


class Part(StrEnum):
    """What there is to be seen of a proposal under review, and of one review of it."""

    NAMES = "names"  # title, applicant organisation and partners: enough to see a conflict of interest
    TITLE = "title"
    CONTENT = "content"  # answers and files
    PRESENCE = "presence"  # that the review exists, and its state
    SHEET = "sheet"  # scores, reasons, comments and the amount, as handed in
    DRAFT = "draft"  # what is being written
    NOTE = "note"  # the confidential note to the staff
    REVIEWER = "reviewer"  # who it is, beside the pseudonym
    THREAD = "thread"
    SPEAKING = "speaking"
    SUMMARY = "summary"  # what the rapporteur wrote for the committee


P = Part
NOTHING: frozenset[Part] = frozenset()


@dataclass(frozen=True)
class Case:
    """One person before one review. ``own``: the state of the viewer's own review of the same proposal, if there is one.

    ``tabled``: the proposal is before the committee. ``unmasked``: this reviewer was unblinded; ``revealed``: the
    applicant was unblinded to the reviewers.
    """

    viewer: Viewer
    phase: Phase
    blind: Blind
    review: ReviewState
    own: ReviewState | None = None
    tabled: bool = False
    unmasked: bool = False
    revealed: bool = False


def seen(case: Case) -> frozenset[Part]:
    """Everything this person may see now."""
    return RULES[case.viewer](case)


def _author(case: Case) -> frozenset[Part]:
    """Their own review; who stepped back sees nothing any more."""
    if case.review in {ReviewState.DECLINED, ReviewState.CONFLICTED, ReviewState.RECUSED}:
        return NOTHING
    found = {P.TITLE, P.PRESENCE, P.REVIEWER}
    found |= {P.NAMES} if case.blind is not Blind.DOUBLE or case.revealed else set()
    if content_is_open(case.phase, case.review):
        found |= {P.CONTENT, P.DRAFT, P.SHEET, P.NOTE}
    return frozenset(found | _talk(case.phase, case.review))


def content_is_open(phase: Phase, review: ReviewState) -> bool:
    """While reviewers are being found there are names only, for who accepted already too."""
    return phase is not Phase.RECRUITING and review in READABLE


def _talk(phase: Phase, own: ReviewState | None) -> frozenset[Part]:
    """The discussion is for who has handed in; when it is over it can be read."""
    if own not in HANDED_IN or phase not in TALKED:
        return NOTHING
    return frozenset({P.THREAD, P.SUMMARY} | ({P.SPEAKING} if phase is Phase.DISCUSSING else set()))


def _peer(case: Case) -> frozenset[Part]:
    """Another review of the same proposal: nothing, not even that it exists, before both sheets are handed in."""
    if case.phase not in TOGETHER or case.own not in HANDED_IN or case.review not in HANDED_IN:
        return NOTHING
    return frozenset({P.PRESENCE, P.SHEET} | _face(case)) | _talk(case.phase, case.own)


def _staff(case: Case) -> frozenset[Part]:
    """Staff know who reviews; a sheet is theirs to read once it is handed in."""
    found = {P.NAMES, P.TITLE, P.CONTENT, P.PRESENCE, P.REVIEWER, P.THREAD, P.SUMMARY}
    found |= {P.SHEET, P.NOTE} if case.review in HANDED_IN else set()
    return frozenset(found | ({P.SPEAKING} if case.phase is Phase.DISCUSSING else set()))


def _committee(case: Case) -> frozenset[Part]:
    """The committee reads what counts, once the proposal is before it."""
    if not case.tabled or case.review is not ReviewState.FINAL:
        return NOTHING
    return frozenset({P.NAMES, P.TITLE, P.CONTENT, P.PRESENCE, P.SHEET, P.SUMMARY} | _face(case))


def _face(case: Case) -> frozenset[Part]:
    return frozenset({P.REVIEWER}) if case.blind is Blind.OPEN or case.unmasked else NOTHING


RULES = {
    Viewer.AUTHOR: _author,
    Viewer.PEER: _peer,
    Viewer.STAFF: _staff,
    Viewer.COMMITTEE: _committee,
    Viewer.OUTSIDER: lambda _case: NOTHING,
}
