"""Reports that the grantee owes: written, submitted, accepted by another person or returned."""

from __future__ import annotations

from app.core import audit, clock, transitions
from app.core.errors import Conflict
from app.core.types import Actor
from app.extensions import db
from app.projects import policy
from app.projects.models import Report
from app.projects.services.facts import report_facts
from workflows.machine import N_


def _fire(report: Report, move: str, actor: Actor, version: int | None, reason: str = "") -> None:
    transitions.fire(
        report,
        move,
        actor=actor,
        relations=policy.relations(actor, report),
        facts=lambda: report_facts(report, actor),
        expected_version=version,
        reason=reason,
        payload={"project_id": report.project_id},
    )


def save_narrative(*, report: Report, narrative: str, actor: Actor, expected_version: int | None = None) -> None:
    """Keep what the grantee writes, until it is submitted."""
    transitions.lock(report, expected_version)
    if report.workflow.row("submit", report.workflow.state(report.state)) is None:
        raise Conflict(N_("This report is with the programme now; its text stays as it was submitted."))
    report.narrative = narrative
    db.session.flush()
    audit.record(report, "report.narrative_saved", actor)


def submit_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Hand it to the programme."""
    transitions.lock(report, expected_version)
    report.submitted_by_id, report.submitted_at = actor.person_id, clock.now()
    db.session.flush()
    _fire(report, "submit", actor, None, reason)


def return_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Back to the grantee with what is missing."""
    _fire(report, "return", actor, expected_version, reason)


def accept_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Accepted by another person than the one who submitted it."""
    transitions.lock(report, expected_version)
    report.accepted_by_id = actor.person_id
    db.session.flush()
    _fire(report, "accept", actor, None, reason)


MOVES = {"submit": submit_report, "return": return_report, "accept": accept_report}
