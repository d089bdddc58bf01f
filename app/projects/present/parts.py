"""The lines of a project's tables: milestones, tranches, ledger, reports, mine sites."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.core.types import Money
from app.mines.present import step_label
from app.projects import words
from app.projects.models import LedgerEntry, ProjectSite, Report
from app.projects.present import shared
from app.projects.present.shared import Badge
from app.projects.queries import MilestoneRow
from app.web.filters import day, instant, translate
from workflows.machine import Category
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone in the project's table."""

    number: int
    title: str
    href: str
    due_on: str
    state: Badge
    timing: Badge | None
    evidence: int


@dataclass(frozen=True)
class TrancheLine:
    """A tranche in the project's table."""

    number: int
    href: str
    milestone: str
    amount: Money
    state: Badge
    held: bool


@dataclass(frozen=True)
class LedgerLine:
    """A line of the ledger; ``outgoing`` lines lower what is left."""

    when: str
    what: str
    tranche: str
    amount: Money


@dataclass(frozen=True)
class ReportLine:
    """A report that is owed."""

    name: str
    href: str
    due_on: str
    state: Badge
    timing: Badge | None


@dataclass(frozen=True)
class SiteLine:
    """A mine site of the project: where it began and where it stands."""

    name: str
    reference: str
    href: str
    baseline: str
    now: str
    change: str


def milestone_line(row: MilestoneRow, running: bool) -> MilestoneLine:
    milestone = row.milestone
    state = MilestoneState(milestone.state)
    return MilestoneLine(
        number=milestone.position,
        title=milestone.title,
        href=url_for("projects.milestone", milestone_id=milestone.id),
        due_on=day(milestone.due_on),
        state=shared.badge(state),
        timing=shared.timing_badge(milestone, running and state.category is Category.OPEN),
        evidence=row.evidence,
    )


def tranche_line(row: MilestoneRow) -> TrancheLine:
    payment = row.payment
    if payment is None:
        raise ValueError("a tranche line needs a tranche")
    return TrancheLine(
        number=payment.position,
        href=url_for("projects.payment", payment_id=payment.id),
        milestone=row.milestone.title,
        amount=payment.amount,
        state=shared.badge(PaymentState(payment.state)),
        held=payment.held_at is not None,
    )


def ledger_line(entry: LedgerEntry) -> LedgerLine:
    amount = entry.amount
    if entry.kind.endswith("_reversal"):
        amount = Money.from_minor(-entry.amount_minor, entry.currency)
    return LedgerLine(
        when=instant(entry.created_at),
        what=translate(words.LEDGER_KINDS[entry.kind]),
        tranche=shared.tranche_name(entry.payment) if entry.payment else "",
        amount=amount,
    )


def report_line(report: Report, running: bool) -> ReportLine:
    state = ReportState(report.state)
    return ReportLine(
        name=shared.report_name(report),
        href=url_for("projects.report", report_id=report.id),
        due_on=day(report.due_on),
        state=shared.badge(state),
        timing=shared.timing_badge(report, running and state.category is Category.OPEN),
    )


def site_line(link: ProjectSite) -> SiteLine:
    site = link.mine_site
    moved = int(site.maturity_step[1:]) - int(link.baseline_step[1:])
    return SiteLine(
        name=site.name,
        reference=site.reference,
        href=url_for("projects.site", site_id=site.id),
        baseline=f"{link.baseline_step} {step_label(link.baseline_step)}",
        now=f"{site.maturity_step} {step_label(site.maturity_step)}",
        change=f"+{moved}" if moved > 0 else f"−{-moved}" if moved else "=",
    )
