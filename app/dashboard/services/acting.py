"""One act on many proposals: first foreseen row by row, then carried out; what is refused is said and the rest goes on."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.core.errors import DomainError
from app.core.types import Actor
from app.extensions import db
from app.proposals import services as proposals_services
from app.proposals.models import Proposal
from app.reviews import pace
from app.reviews import queries as reviews_queries
from app.reviews import services as reviews_services
from app.reviews.models import Review
from workflows.machine import N_, Refusal

ACTS = ("nudge", "due", "message", "table")
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Wish:
    """What is wanted: one of ``ACTS``, with the date or the text that it needs."""

    act: str
    due_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Outcome:
    """One thing that happens (or happened) to one proposal, to whom, or why it does not. ``act`` gives the words."""

    proposal_id: uuid.UUID
    reference: str
    title: str
    act: str
    to: str = ""
    refusal: Refusal | DomainError | None = None
    count: int = 0
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Work:
    """What an act is done on: proposals with the reviews of each."""

    proposals: Sequence[Proposal]
    reviews: Mapping[uuid.UUID, Sequence[Review]]
    wish: Wish
    actor: Actor

    @classmethod
    def on(cls, proposals: Sequence[Proposal], wish: Wish, actor: Actor) -> _Work:
        found: dict[uuid.UUID, list[Review]] = defaultdict(list)
        for review in reviews_queries.reviews_of_proposals([p.id for p in proposals]):
            found[review.proposal_id].append(review)
        return cls(proposals, found, wish, actor)

    def outcome(self, proposal: Proposal, to: str = "", refusal: Refusal | DomainError | None = None) -> Outcome:
        return Outcome(proposal.id, proposal.reference, proposal.title, self.wish.act, to, refusal)


def foresee(proposals: Sequence[Proposal], wish: Wish, actor: Actor) -> list[Outcome]:
    """Exactly what ``carry_out`` would do now; nothing is written."""
    return AHEAD[wish.act](_Work.on(proposals[:MOST_AT_ONCE], wish, actor))


def carry_out(*, proposals: Sequence[Proposal], wish: Wish, actor: Actor) -> list[Outcome]:
    """Do it, each row by itself: a refusal undoes that row alone. Doing it twice does nothing twice but messages."""
    return DONE[wish.act](_Work.on(proposals[:MOST_AT_ONCE], wish, actor))


def _tried(act: Callable[[], object]) -> DomainError | None:
    """The refusal of one row, whose changes are undone; nothing when it went through."""
    try:
        with db.session.begin_nested():
            act()
    except DomainError as refused:
        return refused
    return None


def _open(work: _Work, proposal: Proposal) -> list[Review]:
    return [r for r in work.reviews.get(proposal.id, ()) if r.state in pace.OPEN]


NOTHING_OPEN = N_("No review of this proposal is open.")


def _nudge_ahead(work: _Work) -> list[Outcome]:
    found: list[Outcome] = []
    asked: set[uuid.UUID] = set()
    by_id = {p.id: p for p in work.proposals}
    for call in {p.call_id: p.call for p in work.proposals}.values():
        for one in reviews_services.candidates(call, work.actor):
            for review in one.reviews:
                if review.proposal_id in by_id:
                    asked.add(review.proposal_id)
                    found.append(work.outcome(by_id[review.proposal_id], one.person.name, one.refusal))
    silent = [work.outcome(p, refusal=Refusal(NOTHING_OPEN)) for p in work.proposals if p.id not in asked]
    return sorted([*found, *silent], key=lambda one: (one.reference, one.to))


def _nudge(work: _Work) -> list[Outcome]:
    ahead = _nudge_ahead(work)
    idents = {p.id for p in work.proposals}
    for call in {p.call_id: p.call for p in work.proposals}.values():
        chosen = [
            r for one in reviews_services.candidates(call, work.actor) for r in one.reviews if r.proposal_id in idents
        ]
        people: Collection[uuid.UUID] = {r.reviewer_id for r in chosen}
        reviews_services.nudge(call=call, people=people, actor=work.actor, only={r.id for r in chosen})
    return ahead


def _due_ahead(work: _Work) -> list[Outcome]:
    found = []
    for proposal in work.proposals:
        rows = _open(work, proposal)
        found += [work.outcome(proposal, r.reviewer.name) for r in rows]
        if not rows:
            found.append(work.outcome(proposal, refusal=Refusal(NOTHING_OPEN)))
    return found


def _due(work: _Work) -> list[Outcome]:
    due_at = work.wish.due_at
    assert due_at is not None
    found = []
    for proposal in work.proposals:
        rows = _open(work, proposal)
        for review in rows:
            name = review.reviewer.name
            refused = _tried(lambda r=review: reviews_services.set_due(review=r, due_at=due_at, actor=work.actor))  # type: ignore[misc]
            found.append(work.outcome(proposal, name, refused))
        if not rows:
            found.append(work.outcome(proposal, refusal=Refusal(NOTHING_OPEN)))
    return found


def _message_ahead(work: _Work) -> list[Outcome]:
    return [work.outcome(proposal, proposal.organisation.name) for proposal in work.proposals]


def _message(work: _Work) -> list[Outcome]:
    text = work.wish.text
    return [
        work.outcome(
            proposal,
            proposal.organisation.name,
            _tried(lambda p=proposal: proposals_services.post_message(proposal=p, text=text, actor=work.actor)),  # type: ignore[misc]
        )
        for proposal in work.proposals
    ]


def _table_ahead(work: _Work) -> list[Outcome]:
    return [
        work.outcome(p, refusal=reviews_services.table_refusal(p, work.reviews.get(p.id, ()), work.actor))
        for p in work.proposals
    ]


def _table(work: _Work) -> list[Outcome]:
    return [
        work.outcome(p, refusal=_tried(lambda p=p: reviews_services.table(proposal=p, actor=work.actor)))  # type: ignore[misc]
        for p in work.proposals
    ]


AHEAD: dict[str, Callable[[_Work], list[Outcome]]] = {
    "nudge": _nudge_ahead,
    "due": _due_ahead,
    "message": _message_ahead,
    "table": _table_ahead,
}
DONE: dict[str, Callable[[_Work], list[Outcome]]] = {
    "nudge": _nudge,
    "due": _due,
    "message": _message,
    "table": _table,
}
