"""Reports that the grantee owes: written, submitted, accepted by another person or returned."""

from __future__ import annotations

from typing import Any

from app.core import audit, clock, transitions
from app.core.errors import Conflict
from app.core.types import Actor
from app.extensions import db
from app.mines.services import refuse_position
from app.projects.models import Report
from app.projects.services.facts import report_facts
from app.projects.services.moving import fire
from workflows.machine import N_


def _fire(report: Report, move: str, actor: Actor, version: int | None, reason: str = "", **sets: Any) -> None:
    fire(report, move, actor, report_facts, expected_version=version, reason=reason, sets=sets)


def save_narrative(*, report: Report, narrative: str, actor: Actor, expected_version: int | None = None) -> None:
    """Keep what the grantee writes, until it is submitted."""
    transitions.lock(report, expected_version)
    if report.workflow.row("submit", report.workflow.state(report.state)) is None:
        raise Conflict(N_("This report is with the programme now; its text stays as it was submitted."))
    refuse_position(narrative, "narrative")
    report.narrative = narrative
    db.session.flush()
    audit.record(report, "report.narrative_saved", actor)


def submit_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Hand it to the programme."""
    by = {"submitted_by_id": actor.person_id, "submitted_at": clock.now()}
    _fire(report, "submit", actor, expected_version, reason, **by)


def return_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Back to the grantee with what is missing."""
    _fire(report, "return", actor, expected_version, reason)


def accept_report(*, report: Report, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Accepted by another person than the one who submitted it."""
    _fire(report, "accept", actor, expected_version, reason, accepted_by_id=actor.person_id)


MOVES = {"submit": submit_report, "return": return_report, "accept": accept_report}
