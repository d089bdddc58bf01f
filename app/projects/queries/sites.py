"""Which project works at which mine site."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.mines import queries as mines
from app.mines.models import MineSite
from app.projects.models import Project, ProjectSite
from app.projects.queries.records import FRESH


@dataclass(frozen=True)
class SiteAtWork:
    """A mine site and the links to the projects that work there; who may see what of it follows from them."""

    site: MineSite
    links: tuple[ProjectSite, ...]


@dataclass(frozen=True)
class ExactPosition:
    """Where a site lies exactly, as a thing of its own: far fewer people may read it than the site's page."""

    at_work: SiteAtWork


def sites_of(project_id: uuid.UUID) -> list[ProjectSite]:
    """The sites of a project by name, as they stand now."""
    query = (
        select(ProjectSite)
        .join(ProjectSite.mine_site)
        .where(ProjectSite.project_id == project_id)
        .order_by(MineSite.name, MineSite.id)
        .execution_options(**FRESH)
    )
    return list(db.session.scalars(query))


def link_of(project_id: uuid.UUID, site_id: uuid.UUID) -> ProjectSite | None:
    """The link between a project and a site."""
    query = select(ProjectSite).where(ProjectSite.project_id == project_id, ProjectSite.mine_site_id == site_id)
    return db.session.scalar(query)


def site_at_work(site_id: uuid.UUID) -> SiteAtWork | None:
    """A site with the projects at work there (call and organisation loaded), the newest project first."""
    site = mines.get_site(site_id)
    if site is None:
        return None
    project = joinedload(ProjectSite.project)
    query = (
        select(ProjectSite)
        .join(ProjectSite.project)
        .where(ProjectSite.mine_site_id == site_id)
        .options(project.joinedload(Project.call), project.joinedload(Project.organisation))
        .order_by(Project.starts_on.desc(), Project.reference)
    )
    return SiteAtWork(site, tuple(db.session.scalars(query)))


def exact_position(site_id: uuid.UUID) -> ExactPosition | None:
    """The exact position of a site, not yet decrypted."""
    at_work = site_at_work(site_id)
    return ExactPosition(at_work) if at_work else None


def sites_to_link(project_id: uuid.UUID) -> list[MineSite]:
    """Sites that the project is not linked to yet, by country and name."""
    linked = select(ProjectSite.mine_site_id).where(ProjectSite.project_id == project_id)
    query = select(MineSite).where(MineSite.id.not_in(linked)).order_by(MineSite.country, MineSite.name, MineSite.id)
    return list(db.session.scalars(query))
