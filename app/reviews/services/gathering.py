"""What is known of a call's proposals and reviewers, as the arithmetic of assignment takes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.calls.form_schema import Form
from app.calls.models import Call
from app.core import clock
from app.core.types import Actor
from app.identity import queries as identity_queries
from app.identity.models import Person
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal, SealedSubmission
from app.proposals.parties import name_key
from app.proposals.snapshot import read
from app.reviews import queries
from app.reviews.matching.calls import CallFacts, KeyPair, Member, ProposalFacts, ReviewerFacts
from app.reviews.models import CallReviewer, ReviewerProfile
from workflows.actors import REVIEWER, STAFF
from workflows.proposal_lifecycle import ProposalState

LONGEST = 20_000


@dataclass(frozen=True)
class Pool:
    """Who may review in a programme, with what they said of themselves and what was agreed for one call."""

    people: tuple[Person, ...]
    profiles: Mapping[uuid.UUID, ReviewerProfile]
    agreed: Mapping[uuid.UUID, CallReviewer]


def open_proposals(call: Call, actor: Actor) -> list[Proposal]:
    """The proposals of a call that take reviews and whose reviews this person may oversee."""
    own = queries.reviewed_by(actor.person_id) if actor.person_id else frozenset()
    found = proposals_queries.proposals_of_call(call.id, actor, call_is_loaded=True)
    return [p for p in found if p.state == ProposalState.ASSESSING.value and p.id not in own]


def pool_of(call: Call) -> Pool:
    """The reviewers of a call's programme who are no staff of it."""
    grants = identity_queries.grants_of_programme(call.programme_id)
    staff = {grant.person_id for grant in grants if grant.role in STAFF}
    people = identity_queries.people_with_role(call.programme_id, REVIEWER)
    return Pool(
        tuple(person for person in people if person.id not in staff),
        queries.profiles_of_programme(call.programme_id),
        queries.reviewers_of_call(call.id),
    )


def gather(call: Call, proposals: Iterable[Proposal], *, pool: Pool | None = None, standby: bool = False) -> CallFacts:
    """The facts without texts. ``standby``: with those who wait in reserve instead of those who are asked first."""
    rows, pool = list(proposals), pool or pool_of(call)
    ids = [p.id for p in rows]
    asked = queries.pairs_asked(ids)
    present = [p for p in pool.people if _is_asked(pool.agreed.get(p.id), standby)]
    held = {person for _, person, live in asked if live}
    known = {p.id for p in present}
    kept = tuple(sorted((str(p), str(r)) for p, r, live in asked if live and r in known | held))
    sealed = proposals_queries.latest_sealed_of_proposals(ids)
    return CallFacts(
        proposals=tuple(ProposalFacts(str(p.id), tuple(p.minerals), tuple(p.countries)) for p in rows),
        members=(
            *(_member(person, pool, _until(call)) for person in present),
            *(Member(ReviewerFacts(str(ident)), most=0) for ident in sorted(held - known)),
        ),
        versions={str(ident): version.sha256 for ident, version in sealed.items()},
        kept=kept,
        closed=_closed(call.id, present, rows, asked),
        bids={(str(p), str(r)): value for (p, r), value in queries.bids_on(ids).items()},
        waiting={str(ident): count for ident, count in queries.outsiders_asked(ids).items()},
    )


def _is_asked(agreed: CallReviewer | None, standby: bool) -> bool:
    if agreed is None:
        return not standby
    return agreed.available and agreed.standby == standby


def _until(call: Call) -> date:
    """The day by which a review asked for today would be due."""
    return (clock.now() + timedelta(days=call.process["review_days"])).date()


def _member(person: Person, pool: Pool, until: date) -> Member:
    """A reviewer; who is away until the reviews are due takes nothing."""
    profile, agreed = pool.profiles.get(person.id), pool.agreed.get(person.id)
    most = agreed.capacity if agreed else profile.capacity if profile else None
    if profile is None:
        return Member(ReviewerFacts(str(person.id)), most=most, least=agreed.minimum if agreed else 0)
    away = _is_away(profile, until)
    facts = ReviewerFacts(
        str(person.id),
        tuple(profile.minerals),
        tuple(profile.countries),
        tuple(profile.languages),
        tuple(text for text in (*profile.topics, " ".join(profile.methods), profile.about) if text),
    )
    company = profile.organisation
    pillar = profile.pillar or (company.pillar if company else "")
    organisation = str(company.id) if company else name_key(profile.employer)
    least = agreed.minimum if agreed and not away else 0
    return Member(facts, organisation, pillar, 0 if away else most, least)


def _is_away(profile: ReviewerProfile, until: date) -> bool:
    first, last = profile.away_from or date.min, profile.away_until or date.max
    gone = profile.away_from is not None or profile.away_until is not None
    return gone and first <= clock.now().date() and last >= until


def _closed(
    call_id: uuid.UUID,
    people: Iterable[Person],
    proposals: list[Proposal],
    asked: Iterable[tuple[uuid.UUID, uuid.UUID, bool]],
) -> frozenset[KeyPair]:
    """Pairs that cannot be: a conflict of interest on record or suspected, or asked before."""
    found = {(str(p), str(r)) for p, r, live in asked if not live}
    found |= {(str(p), str(r)) for r, p in proposals_queries.doubtful_pairs([p.id for p in proposals])}
    ids = [person.id for person in people]
    closed = proposals_queries.closed_in_call(call_id, ids)
    pairs = ((p, r) for p in proposals for r in ids if closed.to(r, p.id, p.organisation_id))
    return frozenset(found | {(str(p.id), str(r)) for p, r in pairs})


def with_texts(facts: CallFacts, sealed: Mapping[uuid.UUID, SealedSubmission], languages: Any) -> CallFacts:
    """The facts with each proposal's own words, and the language that ``languages`` reads from them."""
    forms: dict[str, Form | None] = {}
    texts = {str(ident): _words_of(version, forms) for ident, version in sealed.items()}
    proposals = (
        replace(p, text=texts.get(p.key, ""), language=languages(texts.get(p.key, ""))) for p in facts.proposals
    )
    return replace(facts, proposals=tuple(proposals))


def _words_of(version: SealedSubmission, forms: dict[str, Form | None]) -> str:
    """The texts that reviewers may read in a sealed version, one after the other."""
    snapshot = read(version.snapshot)
    sha256 = snapshot.form_sha256
    if sha256 not in forms:
        forms[sha256] = proposals_queries.form_by_hash(sha256)
    form = forms[sha256]
    readable = {q.id for s in form.sections for q in s.questions if q.is_visible_to(REVIEWER)} if form else set()
    found = (snapshot.answers[name] for name in sorted(readable & set(snapshot.answers)))
    return "\n".join(text for text in found if isinstance(text, str) and len(text) > 20)[:LONGEST]
