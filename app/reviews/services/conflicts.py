"""Conflicts of interest that the records suggest, kept up to date, and reviews that end because of one."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from app.core import audit, clock, transitions
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.proposals import queries as proposals_queries
from app.proposals.models import ProposalParty, SuggestedConflict
from app.proposals.parties import base_key, domain_of, name_key
from app.reviews import queries
from app.reviews.models import Review
from app.reviews.queries.working_for import Worker
from app.reviews.services.facts import facts_of
from app.reviews.suggesting import Funder, Known, Names, Party, suggest
from workflows.actors import SYSTEM
from workflows.machine import N_

Ids = Collection[uuid.UUID]
FOUND = N_("Found in the records")


def refresh(programme_id: uuid.UUID, people: Ids | None, proposals: Ids | None) -> None:
    """Bring the suggestions of a programme up to date: for these people, for these proposals, or (neither given) all."""
    workers = queries.workers_of(programme_id, people)
    parties = proposals_queries.parties_of_programme(programme_id, proposals)
    if proposals is not None:
        refresh(programme_id, _working_for(workers, parties), None)
    wanted = _suggested(programme_id, workers, parties)
    about = proposals if proposals is not None else {party.proposal_id for party in parties}
    _write(wanted, proposals_queries.suggestions_between(people, about))


def _working_for(workers: Iterable[Worker], parties: Iterable[ProposalParty]) -> list[uuid.UUID]:
    """Who works for one of the parties: with whom these stand together bears on other proposals too."""
    keys = {party.name_key for party in parties}
    return [w.person_id for w in workers if any(name_key(name) in keys for name in w.organisations)]


def _suggested(
    programme_id: uuid.UUID, workers: Iterable[Worker], parties: Iterable[ProposalParty]
) -> dict[tuple[uuid.UUID, uuid.UUID, str], str]:
    """(person, proposal, basis) → evidence."""
    funder, known = _funder(programme_id), _known(programme_id, workers)
    by_proposal: dict[uuid.UUID, list[Party]] = defaultdict(list)
    for p in parties:
        by_proposal[p.proposal_id].append(Party(p.kind, p.name, p.name_key, p.base_key, p.domain))
    return {
        (person_id, proposal_id, basis): evidence[:300]
        for person_id, person in known.items()
        for proposal_id, around in by_proposal.items()
        for basis, evidence in suggest(person, str(proposal_id), around, funder).items()
    }


def _funder(programme_id: uuid.UUID) -> Funder:
    partners = proposals_queries.funder_partners(programme_id)
    keys, bases = frozenset(p.name_key for p in partners), frozenset(p.base_key for p in partners)
    return Funder(Names(keys, bases - {""}), frozenset(p.domain for p in partners) - {""})


def _known(programme_id: uuid.UUID, workers: Iterable[Worker]) -> dict[uuid.UUID, Known]:
    named = {w.person_id: _names(w.organisations) for w in workers}
    domains = {w.person_id: domain_of(w.email) for w in workers}
    every = frozenset(key for names in named.values() for key in names.keys)
    beside: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for key, proposal_id, other_key, other in proposals_queries.neighbours_of(programme_id, every):
        beside[key][str(proposal_id)][other_key] = other
    return {
        ident: Known(names, domains[ident], _merged(beside[key] for key in sorted(names.keys) if key in beside))
        for ident, names in named.items()
        if names.keys or domains[ident]
    }


def _merged(parts: Iterable[dict[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    merged: dict[str, dict[str, str]] = defaultdict(dict)
    for part in parts:
        for proposal, names in part.items():
            merged[proposal].update(names)
    return merged


def _names(organisations: Iterable[str]) -> Names:
    names = list(organisations)
    return Names(frozenset(map(name_key, names)) - {""}, frozenset(map(base_key, names)) - {""})


def _write(wanted: dict[tuple[uuid.UUID, uuid.UUID, str], str], rows: Iterable[SuggestedConflict]) -> None:
    """New ones are added; what is gone is withdrawn; other evidence than was dismissed is a new finding."""
    left = dict(wanted)
    for row in rows:
        evidence = left.pop((row.person_id, row.proposal_id, row.basis), None)
        if evidence is None:
            row.withdrawn_at = row.withdrawn_at or clock.now()
        elif row.withdrawn_at is not None or evidence != row.evidence:
            row.withdrawn_at, row.evidence = None, evidence
            row.dismissed_at, row.dismissed_by_id = None, None
    for (person_id, proposal_id, basis), evidence in left.items():
        db.session.add(SuggestedConflict(person_id=person_id, proposal_id=proposal_id, basis=basis, evidence=evidence))
    db.session.flush()
    proposals_queries.forget_conflicts()


def end_conflicted(people: Ids, proposals: Ids) -> None:
    """End the live reviews of these people, and of these proposals, that a conflict of interest closes now.

    What was written stays sealed in its row; nobody is shown it.
    """
    for review in queries.live_reviews_touching(people, proposals):
        if proposals_queries.has_conflict(review.reviewer_id, review.proposal):
            _end(review)


def _end(review: Review) -> None:
    transitions.lock(review.proposal)
    transitions.fire(
        review,
        "find_conflict",
        actor=SYSTEM_ACTOR,
        relations={SYSTEM},
        facts=lambda: facts_of(review),
        reason=FOUND,
        payload={"proposal_id": review.proposal_id, "reviewer_id": review.reviewer_id},
    )
    audit.record(review.proposal, "proposal.review_ended_by_conflict", SYSTEM_ACTOR, review=review.id)
