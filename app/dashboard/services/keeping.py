"""Keeping a search by name, and forgetting it."""

from __future__ import annotations

import uuid

from app.core.errors import Invalid
from app.core.types import Actor
from app.dashboard.models import SavedSearch
from app.dashboard.queries import kept
from app.extensions import db
from app.identity import queries as identity
from workflows.actors import AUDITOR, MANAGER, OFFICER
from workflows.machine import N_

MOST_KEPT = 100


def keep_search(
    *, name: str, words: str, sort: str, shared: bool, programme_id: uuid.UUID | None, actor: Actor
) -> SavedSearch:
    """Keep a search, or change the one of this name. Only for a programme that the person works for."""
    person_id = actor.person_id
    own = identity.programmes_with_role(person_id, OFFICER, MANAGER, AUDITOR) if person_id else frozenset()
    if person_id is None or programme_id not in own:
        raise Invalid(N_("Choose a programme that you work for."), field="programme")
    if not name.strip():
        raise Invalid(N_("Give the search a name."), field="name")
    found = kept.search_named(person_id, name.strip())
    if found is None:
        if kept.count_searches(person_id) >= MOST_KEPT:
            raise Invalid(N_("You keep %(most)s searches already. Forget one first."), field="name", most=MOST_KEPT)
        found = SavedSearch(person_id=person_id, name=name.strip())
        db.session.add(found)
    found.programme_id, found.words, found.sort, found.shared = programme_id, words, sort, shared
    db.session.flush()
    return found


def forget_search(*, search: SavedSearch) -> None:
    """Forget a search; whoever it was shared with loses it too."""
    db.session.delete(search)
    db.session.flush()
