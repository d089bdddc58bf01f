"""Mine sites of a project: linking them with the step they stood on, registering new ones, recording findings."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

from app.core import audit, files
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.mines import services as mines
from app.mines import vocabulary
from app.mines.models import MaturityAssessment, MineSite
from app.projects import policy, queries
from app.projects.models import Project, ProjectSite
from app.projects.queries import SiteAtWork
from app.projects.services.wording import worded
from workflows.actors import GRANTEE, STAFF
from workflows.machine import N_

LINKED = N_("This site is linked to the project already.")


def link_site(*, project: Project, site: MineSite, actor: Actor, baseline_step: str | None = None) -> ProjectSite:
    """Work with a site from now on; the step it stands on (or stood on when work began) is what change is measured from."""
    step = baseline_step or site.maturity_step
    if step not in vocabulary.STEPS:
        raise Invalid(N_("Choose a step of the ladder."), field="baseline_step")
    if queries.link_of(project.id, site.id):
        raise Conflict(LINKED)
    link = ProjectSite(project_id=project.id, mine_site_id=site.id, baseline_step=step)
    with worded(LINKED):
        db.session.add(link)
        db.session.flush()
    audit.record(project, "project.site_linked", actor, site=site.reference, baseline=step)
    return link


def register_and_link(*, project: Project, facts: dict[str, Any], actor: Actor) -> MineSite:
    """Register a site that is new to the registry and link it."""
    organisation = project.organisation_id if policy.relations(actor, project) & {GRANTEE} else None
    site = mines.register_site(**facts, actor=actor, organisation_id=organisation)
    link_site(project=project, site=site, actor=actor)
    return site


def sources_for(at_work: SiteAtWork, actor: Actor) -> tuple[str, ...]:
    """The sources this person may name: nobody verifies the work of their own organisation."""
    held = policy.relations(actor, at_work)
    return vocabulary.sources_open_to(bool(held & STAFF) and GRANTEE not in held)


def assess_site(
    *,
    at_work: SiteAtWork,
    step: str,
    assessed_on: date,
    source: str,
    note: str,
    actor: Actor,
    evidence: tuple[BinaryIO, str] | None = None,
) -> MaturityAssessment:
    """Record a finding about a site, with the file that shows it."""
    if source not in sources_for(at_work, actor):
        raise Invalid(N_("Only the programme can record a finding of this source."), field="source")
    stored = _store(evidence, actor) if evidence else None
    return mines.assess(
        site=at_work.site,
        step=step,
        assessed_on=assessed_on,
        source=source,
        note=note,
        actor=actor,
        evidence_file=stored,
    )


def _store(evidence: tuple[BinaryIO, str], actor: Actor) -> files.StoredFile:
    try:
        return files.store(*evidence, actor)
    except Invalid as error:
        raise Invalid(error.message, field="evidence", **error.params) from error
