"""Reading the published history."""

from __future__ import annotations

from sqlalchemy import Select, String, cast, select

from app.extensions import db
from app.knowledge.models import PublishedProject


def projects_query(mineral: str = "") -> Select[PublishedProject]:
    """Published projects by title, those of one mineral if one is named."""
    query = select(PublishedProject).order_by(PublishedProject.title, PublishedProject.id)
    if mineral:
        query = query.where(cast(PublishedProject.minerals, String).contains(f'"{mineral}"', autoescape=True))
    return query


def project_by_slug(slug: str) -> PublishedProject | None:
    """One published project."""
    return db.session.scalar(select(PublishedProject).where(PublishedProject.slug == slug))


def all_projects() -> list[PublishedProject]:
    """Every published project, by title."""
    return list(db.session.scalars(projects_query()))


def minerals_in_use() -> list[str]:
    """The minerals that some published project names."""
    lists = db.session.scalars(select(PublishedProject.minerals))
    return sorted({mineral for minerals in lists for mineral in minerals})
