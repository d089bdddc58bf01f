"""Milestones: the grantee's account and evidence, the programme's finding, and the moves between them."""

from __future__ import annotations

from typing import Any, BinaryIO

from app.core import audit, clock, files, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from app.mines.services import refuse_position
from app.projects import policy, queries
from app.projects.models import Evidence, Milestone
from app.projects.services.facts import milestone_facts
from app.projects.services.moving import fire
from app.projects.services.payments import make_claimable_where_met
from workflows.machine import N_

MAX_EVIDENCE = 30


def _fire(milestone: Milestone, move: str, actor: Actor, version: int | None, reason: str = "", **sets: Any) -> None:
    fire(milestone, move, actor, milestone_facts, expected_version=version, reason=reason, sets=sets)


def _lock_while(milestone: Milestone, move: str, expected_version: int | None) -> None:
    """Lock, and refuse unless the milestone is where ``move`` starts: texts and evidence belong to that move."""
    transitions.lock(milestone, expected_version)
    if milestone.workflow.row(move, milestone.workflow.state(milestone.state)) is None:
        raise Conflict(N_("This milestone has moved on; its text and evidence stay as they were reported."))


def save_account(*, milestone: Milestone, account: str, actor: Actor, expected_version: int | None = None) -> None:
    """Keep what the grantee writes about what was done."""
    _lock_while(milestone, "report", expected_version)
    refuse_position(account, "account")
    milestone.account = account
    db.session.flush()
    audit.record(milestone, "milestone.account_saved", actor)


def add_evidence(*, milestone: Milestone, stream: BinaryIO, name: str, actor: Actor, note: str = "") -> Evidence:
    """Store a file and attach it to the milestone."""
    refuse_position(note, "note")
    file = files.store(stream, name, actor)
    _lock_while(milestone, "report", None)
    if len(queries.evidence_of(milestone.id)) >= MAX_EVIDENCE:
        raise Invalid(N_("A milestone takes up to %(count)s files."), field="file", count=MAX_EVIDENCE)
    evidence = Evidence(milestone_id=milestone.id, file_id=file.id, note=note, added_by_id=actor.person_id)
    db.session.add(evidence)
    db.session.flush()
    audit.record(milestone, "milestone.evidence_added", actor, file=file.original_name, sha256=file.sha256)
    return evidence


def remove_evidence(*, evidence: Evidence, actor: Actor) -> None:
    """Take a file away again, as long as it was never part of a report."""
    milestone = evidence.milestone
    _lock_while(milestone, "report", None)
    if not policy.is_draft(evidence, milestone):
        raise Conflict(N_("This file was part of an earlier report; it stays on record."))
    audit.record(milestone, "milestone.evidence_removed", actor, file=evidence.file.original_name)
    db.session.delete(evidence)
    db.session.flush()


def save_finding(*, milestone: Milestone, finding: str, actor: Actor, expected_version: int | None = None) -> None:
    """Keep what the verification found."""
    _lock_while(milestone, "verify", expected_version)
    refuse_position(finding, "finding")
    milestone.finding = finding
    db.session.flush()
    audit.record(milestone, "milestone.finding_saved", actor)


def report_milestone(
    *, milestone: Milestone, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """The grantee says that it is reached."""
    by = {"reported_by_id": actor.person_id, "reported_at": clock.now()}
    _fire(milestone, "report", actor, expected_version, reason, **by)


def start_verification(
    *, milestone: Milestone, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Somebody of the programme takes it up."""
    _fire(milestone, "start_verification", actor, expected_version, reason)


def return_milestone(
    *, milestone: Milestone, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Back to the grantee with what is missing."""
    _fire(milestone, "return", actor, expected_version, reason)


def verify_milestone(
    *, milestone: Milestone, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Found to be reached, by another person than the one who reported it; its tranche can be claimed now."""
    by = {"verified_by_id": actor.person_id, "verified_at": clock.now()}
    _fire(milestone, "verify", actor, expected_version, reason, **by)
    make_claimable_where_met(milestone.project_id)


def waive_milestone(
    *, milestone: Milestone, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """The programme asks for it no longer; a tranche that hung on it hangs on nothing now."""
    _fire(milestone, "waive", actor, expected_version, reason)
    make_claimable_where_met(milestone.project_id)


MOVES = {
    "report": report_milestone,
    "start_verification": start_verification,
    "return": return_milestone,
    "verify": verify_milestone,
    "waive": waive_milestone,
}
