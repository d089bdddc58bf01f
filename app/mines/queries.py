"""Reading the mine-site registry."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.mines.models import MaturityAssessment, MinePosition, MineSite


@dataclass(frozen=True)
class SiteFilter:
    """What a list of sites is narrowed to; an empty word does not narrow."""

    country: str = ""
    mineral: str = ""
    step: str = ""
    search: str = ""


@dataclass(frozen=True)
class SiteWord:
    """A word to look for, and the countries whose name holds it in the reader's language."""

    text: str
    countries: frozenset[str] = frozenset()


def get_site(site_id: uuid.UUID) -> MineSite | None:
    return db.session.get(MineSite, site_id)


def sites_query(wanted: SiteFilter) -> Select[tuple[MineSite]]:
    """The sites that fit, by country and name; for a page of a list."""
    query = select(MineSite).order_by(MineSite.country, MineSite.name, MineSite.id)
    if wanted.country:
        query = query.where(MineSite.country == wanted.country)
    if wanted.step:
        query = query.where(MineSite.maturity_step == wanted.step)
    if wanted.mineral:
        query = query.where(cast(MineSite.minerals, String).contains(f'"{wanted.mineral}"', autoescape=True))
    if wanted.search:
        fits = (column.icontains(wanted.search, autoescape=True) for column in (MineSite.name, MineSite.reference))
        query = query.where(or_(*fits))
    return query


def list_sites(wanted: SiteFilter | None = None) -> list[MineSite]:
    """All sites that fit, by country and name."""
    return list(db.session.scalars(sites_query(wanted or SiteFilter())))


def sites_to_name(most: int, words: Iterable[SiteWord] = ()) -> list[MineSite]:
    """The first sites by country and name in which every word occurs, for a list to choose from."""
    query = sites_query(SiteFilter())
    for word in words:
        columns = (MineSite.name, MineSite.admin1, MineSite.reference)
        fits = [column.icontains(word.text, autoescape=True) for column in columns]
        query = query.where(or_(*fits, MineSite.country.in_(sorted(word.countries))))
    return list(db.session.scalars(query.limit(most)))


def sites_by_reference(references: Iterable[str]) -> dict[str, MineSite]:
    """Sites by their public references; unknown ones are left out."""
    wanted = sorted(set(references))
    found = db.session.scalars(select(MineSite).where(MineSite.reference.in_(wanted))) if wanted else ()
    return {site.reference: site for site in found}


def countries_in_use() -> list[str]:
    """ISO codes of the countries that have a site."""
    return list(db.session.scalars(select(MineSite.country).distinct().order_by(MineSite.country)))


def count_by_step() -> dict[str, int]:
    """How many sites stand on each step."""
    rows = db.session.execute(select(MineSite.maturity_step, func.count(MineSite.id)).group_by(MineSite.maturity_step))
    return dict(rows.all())


def last_assessed(site_ids: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    """The day of the newest assessment of each site that has one."""
    rows = db.session.execute(
        select(MaturityAssessment.mine_site_id, func.max(MaturityAssessment.assessed_on))
        .where(MaturityAssessment.mine_site_id.in_(site_ids))
        .group_by(MaturityAssessment.mine_site_id)
    )
    return dict(rows.all())


def history_of(site_id: uuid.UUID) -> list[MaturityAssessment]:
    """All assessments of a site, the newest finding first, with evidence loaded."""
    return list(
        db.session.scalars(
            select(MaturityAssessment)
            .where(MaturityAssessment.mine_site_id == site_id)
            .order_by(
                MaturityAssessment.assessed_on.desc(),
                MaturityAssessment.created_at.desc(),
                MaturityAssessment.id.desc(),
            )
            .options(joinedload(MaturityAssessment.evidence_file))
        )
    )


def newest_until(site_id: uuid.UUID, day: date) -> MaturityAssessment | None:
    """The assessment in force on a day, if there is one."""
    return next((found for found in history_of(site_id) if found.assessed_on <= day), None)


def get_assessment(assessment_id: uuid.UUID) -> MaturityAssessment | None:
    """One assessment with its evidence."""
    return db.session.get(MaturityAssessment, assessment_id, options=[joinedload(MaturityAssessment.evidence_file)])


def position_of(site_id: uuid.UUID) -> MinePosition | None:
    """The encrypted position of a site."""
    return db.session.scalar(select(MinePosition).where(MinePosition.mine_site_id == site_id))


def last_reference(country: str) -> int:
    """The highest running number of a country's sites."""
    references = db.session.scalars(select(MineSite.reference).where(MineSite.country == country))
    return max((int(r.rsplit("-", 1)[-1]) for r in references), default=0)
