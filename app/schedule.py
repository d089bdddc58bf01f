"""The table of periodic jobs, and the clockwork that runs each once per interval, however many schedulers there are.

Every job asks "what is due and not done", so one that comes late, or twice, does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import structlog
from sqlalchemy.exc import IntegrityError

from app.core import outbox
from app.core.db import unit_of_work
from app.extensions import db
from app.notifications import services as notifications

log = structlog.get_logger()


@dataclass(frozen=True)
class Periodic:
    """A job (dotted path) and how often it runs."""

    path: str
    every: timedelta


TABLE = (
    Periodic("app.notifications.jobs.sweep", timedelta(seconds=5)),
    Periodic("app.calls.jobs.open_due_calls", timedelta(seconds=5)),
    Periodic("app.calls.jobs.close_due_calls", timedelta(seconds=5)),
    Periodic("app.reviews.jobs.follow_due_rounds", timedelta(seconds=15)),
    Periodic("app.notifications.jobs.remind_reviewers", timedelta(minutes=5)),
    Periodic("app.notifications.jobs.remind_of_milestones", timedelta(minutes=5)),
    Periodic("app.notifications.jobs.remind_of_reports", timedelta(minutes=5)),
    Periodic("app.notifications.jobs.remind_of_sign_off", timedelta(minutes=5)),
    Periodic("app.notifications.jobs.remind_of_closing", timedelta(minutes=5)),
    Periodic("app.notifications.jobs.remind_of_documents", timedelta(minutes=30)),
    Periodic("app.core.scanning.scan_due", timedelta(seconds=5)),
    Periodic("app.reviews.jobs.compute_due_plans", timedelta(seconds=5)),
    Periodic("app.proposals.jobs.tell_of_comments", timedelta(minutes=2)),
    Periodic("app.proposals.jobs.sweep_uploads", timedelta(minutes=10)),
    Periodic("app.proposals.jobs.count_drafts", timedelta(hours=1)),
    Periodic("app.proposals.jobs.forget_patches", timedelta(hours=6)),
    Periodic("app.core.audit.anchor", timedelta(minutes=10)),
    Periodic("app.web.idempotency.forget_old", timedelta(hours=6)),
    Periodic("app.identity.jobs.forget_expired", timedelta(hours=6)),
)


def resolve(path: str) -> Callable[..., object]:
    """The function of a dotted path; only jobs of this application."""
    module, _, name = path.rpartition(".")
    if not module.startswith("app."):
        raise LookupError(f"{path} is not a job of Assay")
    job: Callable[..., object] = getattr(import_module(module), name)
    return job


def run_due(table: tuple[Periodic, ...] = TABLE) -> int:
    """Run every job whose interval is over and that no other scheduler took; returns how many ran."""
    try:
        began = notifications.periodic_runs()
    finally:
        db.session.remove()
    return sum(_run(job) for job in table if notifications.is_over(began.get(job.path), job.every) and _take(job))


def _take(job: Periodic) -> bool:
    """Win the job for this interval, or see that another scheduler did."""
    try:
        with unit_of_work():
            return notifications.begin_run(job.path, job.every)
    except IntegrityError:
        return False


def _run(job: Periodic) -> bool:
    """One job in a transaction of its own; a failure is logged and tried again at the next interval."""
    started = time.monotonic()
    try:
        with unit_of_work():
            resolve(job.path)()
    except Exception as error:
        db.session.remove()
        log.error("periodic.failed", job=job.path, error=repr(error)[:300], exc_info=error)
        return False
    log.debug("periodic.done", job=job.path, seconds=round(time.monotonic() - started, 3), at=str(outbox.real_now()))
    return True
