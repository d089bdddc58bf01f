"""Sees in every transaction which people, organisations, partners and proposals change, and brings conflicts up to date.

It runs before the commit, whoever changed them and on whatever way, so that no conflict is found a moment too late.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect

from app.extensions import db
from app.identity.models import FormerMembership, Membership, Organisation, Person, RoleGrant
from app.proposals import queries as proposals_queries
from app.proposals import services as proposals_services
from app.proposals.models import ConflictOfInterest, FunderPartner, ProposalCollaborator, SealedSubmission
from app.reviews import queries
from app.reviews.models import ReviewerProfile
from app.reviews.services import conflicts

KEY = "reviews.touched"


@dataclass
class Touched:
    """Ids of what changed in this transaction and bears on conflicts of interest."""

    people: set[uuid.UUID] = field(default_factory=set)
    organisations: set[uuid.UUID] = field(default_factory=set)
    stages: set[uuid.UUID] = field(default_factory=set)
    programmes: set[uuid.UUID] = field(default_factory=set)


def _person(touched: Touched, thing: Any) -> None:
    touched.people.add(thing.person_id)


NEW_OR_GONE: dict[type[Any], Callable[[Touched, Any], None]] = {
    Membership: _person,
    FormerMembership: _person,
    RoleGrant: _person,
    ProposalCollaborator: _person,
    ConflictOfInterest: _person,
    ReviewerProfile: _person,
    SealedSubmission: lambda touched, thing: touched.stages.add(thing.stage_submission_id),
    FunderPartner: lambda touched, thing: touched.programmes.add(thing.programme_id),
}
CHANGED: dict[type[Any], tuple[tuple[str, ...], Callable[[Touched, Any], None]]] = {
    Person: (("email",), lambda touched, thing: touched.people.add(thing.id)),
    Organisation: (("name", "website", "country"), lambda touched, thing: touched.organisations.add(thing.id)),
    ReviewerProfile: (("employer", "organisation_id"), _person),
    FunderPartner: (("name", "domain"), lambda touched, thing: touched.programmes.add(thing.programme_id)),
}


@event.listens_for(db.session, "after_flush")
def _note(session: Any, _context: Any) -> None:
    for thing in (*session.new, *session.deleted):
        _hear(session, NEW_OR_GONE.get(type(thing)), thing)
    for thing in session.dirty:
        names, heard = CHANGED.get(type(thing), ((), None))
        if any(inspect(thing).attrs[name].history.has_changes() for name in names):
            _hear(session, heard, thing)


def _hear(session: Any, heard: Callable[[Touched, Any], None] | None, thing: Any) -> None:
    if heard is not None:
        heard(session.info.setdefault(KEY, Touched()), thing)


@event.listens_for(db.session, "before_commit")
def _bring_up_to_date(session: Any) -> None:
    session.flush()
    touched = session.info.pop(KEY, None)
    if touched is not None:
        catch_up(touched)
        session.info.pop(KEY, None)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop(KEY, None)


def catch_up(touched: Touched) -> None:
    """Parties first, then what their names suggest, then the reviews that have to end."""
    proposals = set(proposals_queries.proposals_sealed_by(touched.stages))
    proposals |= set(proposals_queries.proposals_of_organisations(touched.organisations))
    for proposal in proposals_queries.proposals_by_id(proposals):
        proposals_services.sync_parties(proposal)
    people = touched.people | set(queries.people_working_for(touched.organisations))
    _refresh(people, proposals, touched.programmes)
    if touched.programmes:
        people |= set(queries.reviewers_in(touched.programmes))
    conflicts.end_conflicted(people, proposals)


def _refresh(people: set[uuid.UUID], proposals: set[uuid.UUID], programmes: Iterable[uuid.UUID]) -> None:
    whole = set(programmes)
    for programme_id in sorted(whole):
        conflicts.refresh(programme_id, None, None)
    for programme_id, ids in queries.programmes_of_people(people).items():
        if programme_id not in whole:
            conflicts.refresh(programme_id, ids, None)
    for programme_id, ids in queries.programmes_of_proposals(proposals).items():
        if programme_id not in whole:
            conflicts.refresh(programme_id, None, ids)
