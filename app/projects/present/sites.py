"""The page of a mine site: coarse place, ladder, history and the projects at work there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from app.core import clock
from app.mines import services as mines
from app.mines import vocabulary
from app.mines.models import MaturityAssessment
from app.mines.present import Rung, SiteView, ladder, site_view, step_label
from app.projects.models import ProjectSite
from app.projects.present import shared
from app.projects.present.shared import FileView
from app.projects.queries import SiteAtWork
from app.web.filters import day, instant, translate


@dataclass(frozen=True)
class Finding:
    """An assessment in the history; ``note``, ``by`` and ``evidence`` only for those at work on the site."""

    step: str
    moved: str
    day: str
    source: str
    note: str
    by: str
    evidence: FileView | None


@dataclass(frozen=True)
class WorkLine:
    """A project at the site; without a link for those who may not open it."""

    reference: str
    title: str
    href: str
    organisation: str
    baseline: str
    period: str


@dataclass(frozen=True)
class SitePage:
    """Everything on the page."""

    site: SiteView
    rungs: tuple[Rung, ...]
    findings: tuple[Finding, ...]
    shows_notes: bool
    projects: tuple[WorkLine, ...]
    assess_url: str
    change_url: str
    position_url: str


@dataclass(frozen=True)
class PositionPage:
    """The exact position, for one reading by one person."""

    name: str
    reference: str
    href: str
    latitude: str
    longitude: str
    reader: str
    read_at: str


@dataclass(frozen=True)
class SiteRights:
    """What the reader may do on the page; each is an answer of the policy."""

    see_notes: bool
    assess: bool
    change: bool
    read_position: bool
    open_projects: frozenset[uuid.UUID]


def site_page(at_work: SiteAtWork, history: Sequence[MaturityAssessment], rights: SiteRights) -> SitePage:
    """Put the page together for a reader with these rights."""
    site = at_work.site
    newest = {site.id: history[0].assessed_on} if history else {}
    return SitePage(
        site=site_view(site, newest),
        rungs=ladder(site.maturity_step, _reached_on(history)),
        findings=tuple(_finding(found, rights.see_notes) for found in history),
        shows_notes=rights.see_notes,
        projects=tuple(_work(link, rights.open_projects) for link in at_work.links),
        assess_url=url_for("projects.assess_form", site_id=site.id) if rights.assess else "",
        change_url=url_for("projects.site_form", site_id=site.id) if rights.change else "",
        position_url=url_for("projects.site_position", site_id=site.id) if rights.read_position else "",
    )


def _reached_on(history: Sequence[MaturityAssessment]) -> dict[str, date]:
    """The newest day on which each step was found."""
    found: dict[str, date] = {}
    for assessment in history:
        found.setdefault(assessment.step, assessment.assessed_on)
    return found


def _finding(found: MaturityAssessment, shows_notes: bool) -> Finding:
    arrow = vocabulary.step_number(found.step) - vocabulary.step_number(found.previous_step)
    file = found.evidence_file if shows_notes else None
    return Finding(
        step=f"{found.step} {step_label(found.step)}",
        moved="up" if arrow > 0 else "down" if arrow < 0 else "",
        day=day(found.assessed_on),
        source=translate(vocabulary.SOURCES[found.source]),
        note=found.note if shows_notes else "",
        by=found.recorded_by_name if shows_notes else "",
        evidence=shared.file_view(file, url_for("projects.site_evidence", assessment_id=found.id)) if file else None,
    )


def _work(link: ProjectSite, may_open: frozenset[uuid.UUID]) -> WorkLine:
    project = link.project
    return WorkLine(
        reference=project.reference,
        title=project.title,
        href=url_for("projects.show", project_id=project.id) if project.id in may_open else "",
        organisation=project.organisation.name,
        baseline=f"{link.baseline_step} {step_label(link.baseline_step)}",
        period=f"{day(project.starts_on)} – {day(project.ends_on)}",
    )


def position_page(at_work: SiteAtWork, position: mines.Position, reader: str) -> PositionPage:
    """The only view model that carries a position."""
    return PositionPage(
        name=at_work.site.name,
        reference=at_work.site.reference,
        href=url_for("projects.site", site_id=at_work.site.id),
        latitude=f"{position.latitude}",
        longitude=f"{position.longitude}",
        reader=reader,
        read_at=instant(clock.now()),
    )
