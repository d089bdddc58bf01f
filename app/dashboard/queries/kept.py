"""Searches that staff keep."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.dashboard.models import SavedSearch
from app.extensions import db


def get_search(ident: uuid.UUID) -> SavedSearch | None:
    """One kept search."""
    return db.session.get(SavedSearch, ident)


def search_named(person_id: uuid.UUID, name: str) -> SavedSearch | None:
    """A person's search of this name."""
    return db.session.scalar(select(SavedSearch).where(SavedSearch.person_id == person_id, SavedSearch.name == name))


def count_searches(person_id: uuid.UUID) -> int:
    """How many searches a person keeps."""
    return db.session.scalar(select(func.count(SavedSearch.id)).where(SavedSearch.person_id == person_id)) or 0


def searches_for(person_id: uuid.UUID, programmes: Collection[uuid.UUID]) -> list[SavedSearch]:
    """The person's own, and what others share with the staff of these programmes; by name."""
    shared = and_(SavedSearch.shared.is_(True), SavedSearch.programme_id.in_(programmes))
    query = (
        select(SavedSearch)
        .where(or_(SavedSearch.person_id == person_id, shared))
        .options(joinedload(SavedSearch.person, innerjoin=True))
        .order_by(SavedSearch.name, SavedSearch.id)
    )
    return list(db.session.scalars(query))
