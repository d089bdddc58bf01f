"""Lists across projects: projects, awards to set up, milestones, payments, and the table of payments for a spreadsheet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.core.types import Money
from app.decisions.models import Decision
from app.projects import ball
from app.projects.models import Agreement, Milestone, Payment, Project
from app.projects.present import shared
from app.projects.present.shared import Badge, Crumb
from app.projects.queries import HELD, OVERDUE, SOON, ListFilter, MoneyTotals
from app.web.filters import day, instant, money, translate
from app.web.pagination import Page
from workflows.agreement import AgreementState
from workflows.machine import Category, State
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ListPage:
    """A page of a list with its filters."""

    rows: tuple[Any, ...]
    total: int
    label: str
    prev_url: str
    next_url: str
    calls: Options
    states: Options
    chosen: ListFilter
    reset_url: str


@dataclass(frozen=True)
class ProjectRow:
    """A project in a list."""

    project: Crumb
    state: Badge
    award: Money
    paid: Money
    next_date: str
    waits_for: str


@dataclass(frozen=True)
class AwardRow:
    """An award that waits for its project."""

    reference: str
    title: str
    organisation: str
    call: str
    amount: Money
    announced: str
    href: str


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone in a list across projects."""

    project: Crumb
    title: str
    href: str
    due_on: str
    state: Badge
    timing: Badge | None
    waits_for: str


@dataclass(frozen=True)
class PaymentRow:
    """A tranche in a list across projects."""

    project: Crumb
    name: str
    href: str
    milestone: str
    amount: Money
    state: Badge
    held: bool
    waits_for: str


def project_row(project: Project, agreement: Agreement, totals: MoneyTotals, next_date: date | None) -> ProjectRow:
    state = AgreementState(agreement.state)
    return ProjectRow(
        project=shared.crumb(project),
        state=shared.badge(state),
        award=project.award,
        paid=totals.paid,
        next_date=day(next_date) if state is AgreementState.ACTIVE else "",
        waits_for=translate(ball.holder(state)),
    )


def project_rows(
    projects: Sequence[Project],
    agreements: Mapping[uuid.UUID, Agreement],
    totals: Mapping[uuid.UUID, MoneyTotals],
    dates: Mapping[uuid.UUID, date],
) -> tuple[ProjectRow, ...]:
    """Projects with what belongs to each."""
    return tuple(project_row(p, agreements[p.id], totals[p.id], dates.get(p.id)) for p in projects)


def award_row(decision: Decision) -> AwardRow:
    proposal = decision.proposal
    return AwardRow(
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        call=proposal.call.code,
        amount=decision.amount,
        announced=instant(decision.announced_at),
        href=url_for("projects.prepare", decision_id=decision.id),
    )


def milestone_row(milestone: Milestone) -> MilestoneRow:
    state = MilestoneState(milestone.state)
    return MilestoneRow(
        project=shared.crumb(milestone.project),
        title=milestone.title,
        href=url_for("projects.milestone", milestone_id=milestone.id),
        due_on=day(milestone.due_on),
        state=shared.badge(state),
        timing=shared.timing_badge(milestone, state.category is Category.OPEN),
        waits_for=translate(ball.holder(state)),
    )


def payment_row(payment: Payment) -> PaymentRow:
    state = PaymentState(payment.state)
    return PaymentRow(
        project=shared.crumb(payment.project),
        name=shared.tranche_name(payment),
        href=url_for("projects.payment", payment_id=payment.id),
        milestone=payment.milestone.title,
        amount=payment.amount,
        state=shared.badge(state),
        held=payment.held_at is not None,
        waits_for=translate(ball.holder(state)),
    )


def list_page(page: Page, rows: tuple[Any, ...], wanted: ListFilter, codes: Sequence[str], states: Options) -> ListPage:
    """A page of rows with the filter bar above and the page line below."""
    label = gettext("Page %(number)s of %(pages)s", number=page.number, pages=page.pages) if page.pages > 1 else ""
    return ListPage(
        rows=rows,
        total=page.total,
        label=label,
        prev_url=page.prev_url,
        next_url=page.next_url,
        calls=tuple((code, code) for code in codes),
        states=states,
        chosen=wanted,
        reset_url="?" if wanted != ListFilter() else "",
    )


def agreement_states() -> Options:
    return _states(AgreementState)


def milestone_states() -> Options:
    """What a list of milestones can be narrowed to; overdue and due soon are no states, but are asked for most."""
    return ((OVERDUE, gettext("Overdue")), (SOON, gettext("Due within 14 days")), *_states(MilestoneState))


def payment_states() -> Options:
    return (*_states(PaymentState), (HELD, gettext("On hold")))


def _states(states: type[State]) -> Options:
    return tuple((str(state), translate(state.label)) for state in states)


def sums_text(sums: Sequence[Money]) -> str:
    """Sums of several currencies are never added up."""
    return " + ".join(money(total) for total in sums)


def payment_columns() -> tuple[str, ...]:
    return (
        gettext("Project"),
        gettext("Title"),
        gettext("Organisation"),
        gettext("Call"),
        gettext("Tranche"),
        gettext("Milestone"),
        gettext("Milestone due on"),
        gettext("Amount"),
        gettext("Currency"),
        gettext("State"),
        gettext("On hold because"),
        gettext("Released on (UTC)"),
        gettext("Paid on (UTC)"),
        gettext("Bank reference"),
    )


def payment_cells(payment: Payment) -> tuple[Any, ...]:
    """One line of the spreadsheet, values in their own types."""
    project = payment.project
    return (
        project.reference,
        project.title,
        project.organisation.name,
        project.call.code,
        payment.position,
        payment.milestone.title,
        payment.milestone.due_on,
        payment.amount.amount,
        payment.currency,
        translate(PaymentState(payment.state).label),
        payment.held_reason,
        payment.released_at,
        payment.paid_at,
        payment.bank_reference,
    )
