"""The discussion of a proposal: saying something, naming the rapporteur, and what the sheets say that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core import audit, outbox, transitions
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity.services import refuse_unconfirmed
from app.mines.services import refuse_position
from app.proposals.models import Proposal
from app.reviews import flagging, handed_in, policy, queries
from app.reviews.models import DiscussionMessage, Review, ReviewSubmission
from app.reviews.sheet import Sheet, read
from app.reviews.visibility import HANDED_IN, Blind
from workflows.actors import STAFF
from workflows.machine import N_
from workflows.review_round import RoundState
from workflows.reviewer_scoring import ReviewState

LONGEST_MESSAGE = 10_000
CLOSED = N_("The discussion of this proposal is not open.")


@dataclass(frozen=True)
class Standing:
    """A review as it stands: the sheet handed in last, and the first one beside it; never the note to the staff."""

    review: Review
    sheet: Sheet
    first: Sheet
    comment: str
    recommended_minor: int | None
    total_hundredths: int
    first_hundredths: int
    versions: int


@dataclass(frozen=True)
class Handed:
    """What the staff reads of one sheet; the note is for them."""

    sheet: Sheet
    comment: str
    note: str
    remarks: Mapping[str, str]


def as_handed_in(review: Review) -> Handed:
    """The sheet as it was handed in last; as it stands, where no version was kept. Never what is being revised."""
    kept = queries.submissions_of([review.id])[review.id]
    if review.state == ReviewState.REOPENED.value and kept:
        last = kept[-1].document
        sheet = handed_in.sheet_of(last)
        return Handed(sheet, last["comment_to_applicant"], last["note_to_staff"], last["budget_remarks"])
    sheet = read(queries.entries_of([review.id])[review.id])
    return Handed(sheet, review.comment_to_applicant, review.note_to_staff, review.budget_remarks)


def standing_of(reviews: Iterable[Review]) -> list[Standing]:
    """Those of the reviews that were handed in, as they stand; two queries."""
    wanted = [review for review in reviews if ReviewState(review.state) in HANDED_IN]
    kept = queries.submissions_of([review.id for review in wanted])
    lines = queries.entries_of([review.id for review in wanted if not kept[review.id]])
    found = [_standing(review, kept[review.id], lines.get(review.id, [])) for review in wanted]
    return [one for one in found if one is not None]


def _standing(review: Review, kept: Sequence[ReviewSubmission], lines: Sequence[Any]) -> Standing | None:
    if not kept:
        return _never_kept(review, read(lines))
    first, last = kept[0], kept[-1]
    return Standing(
        review,
        handed_in.sheet_of(last.document),
        handed_in.sheet_of(first.document),
        last.document["comment_to_applicant"],
        last.document["recommended_minor"],
        last.total_hundredths,
        first.total_hundredths,
        len(kept),
    )


def _never_kept(review: Review, sheet: Sheet) -> Standing | None:
    """A sheet of the time before versions were kept; one that is open again by then is nobody's to read."""
    if review.total_hundredths is None or review.state == ReviewState.REOPENED.value:
        return None
    total = review.total_hundredths
    return Standing(review, sheet, sheet, review.comment_to_applicant, review.recommended_minor, total, total, 1)


def say(*, review: Review, text: str, actor: Actor, summary: bool = False) -> DiscussionMessage:
    """A reviewer speaks under the pseudonym of their review; ``summary`` is the rapporteur's word to the committee."""
    relations = policy.relations(actor, review)
    if policy.PEER not in relations:
        raise NotFound()
    if policy.SPEAKER not in relations:
        raise MoveRefused(CLOSED)
    if summary and not review.rapporteur:
        raise MoveRefused(N_("The rapporteur of this proposal writes the summary."))
    if policy.blind_of(review.proposal) is not Blind.OPEN and flagging.flags([("", text)], _own_names(review)):
        raise Invalid(N_("Your message says who you are. The others know you by a pseudonym."), field="text")
    return _keep(review.proposal, review, text, actor, summary)


def _own_names(review: Review) -> tuple[flagging.Clue, ...]:
    """What gives a reviewer away."""
    return flagging.clues([], [review.reviewer.name], [review.reviewer.email])


def say_for_programme(*, proposal: Proposal, text: str, actor: Actor) -> DiscussionMessage:
    """The staff speaks in the discussion."""
    if not policy.relations(actor, proposal) & STAFF:
        raise NotFound()
    if queries.phase_of(proposal) is not RoundState.DISCUSSING or not policy.is_assessing(proposal):
        raise MoveRefused(CLOSED)
    return _keep(proposal, None, text, actor, summary=False)


def _keep(proposal: Proposal, review: Review | None, text: str, actor: Actor, summary: bool) -> DiscussionMessage:
    if not text.strip():
        raise Invalid(N_("Write a message first."), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(N_("Use at most %(most)s characters."), field="text", most=LONGEST_MESSAGE)
    refuse_position(text, "text")
    refuse_unconfirmed(actor, "text")
    message = DiscussionMessage(
        proposal_id=proposal.id,
        review_id=review.id if review else None,
        author_id=actor.person_id,
        side="reviewer" if review else "staff",
        text=text.strip(),
        summary=summary,
    )
    db.session.add(message)
    db.session.flush()
    audit.record(message, "discussion.message_posted", actor, proposal=message.proposal_id, summary=summary)
    outbox.publish("discussion.message_posted", message, actor, proposal_id=proposal.id)
    return message


def name_rapporteur(*, review: Review, actor: Actor) -> None:
    """Let a reviewer sum up the discussion of the proposal; there is one at a time."""
    if not policy.relations(actor, review) & STAFF:
        raise NotFound()
    transitions.lock(review.proposal)
    transitions.lock(review)
    if ReviewState(review.state) not in HANDED_IN:
        raise MoveRefused(N_("The rapporteur is one of the reviewers who have handed in a sheet."))
    for other in queries.reviews_of_proposals([review.proposal_id]):
        other.rapporteur = other.id == review.id
    db.session.flush()
    audit.record(review, "review.rapporteur_named", actor)
    outbox.publish("review.rapporteur_named", review, actor, proposal_id=review.proposal_id)
