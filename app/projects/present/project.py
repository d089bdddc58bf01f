"""The page of a project: agreement, account, milestones with tranches, ledger, reports, sites, timeline."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from app.core import transitions
from app.core.audit import AuditEntry
from app.core.types import Actor, Money
from app.projects import ball, services
from app.projects.models import Agreement, LedgerEntry, Payee, Project, ProjectSite, Report
from app.projects.present import parts, shared
from app.projects.present.shared import Badge, BallView, Happening, OfferView
from app.projects.queries import MilestoneRow, MoneyTotals
from app.web.filters import day, instant
from workflows.actors import FINANCE, GRANTEE, STAFF
from workflows.agreement import AgreementState
from workflows.machine import State
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState


@dataclass(frozen=True)
class Tile:
    """One figure and where its rows are."""

    label: str
    amount: Money
    href: str


@dataclass(frozen=True)
class PayeeView:
    """A bank account without its number."""

    holder: str
    bank: str
    tail: str
    confirmed: bool
    recorded: str
    confirm_url: str


@dataclass(frozen=True)
class AgreementView:
    """The agreement and who signed it when."""

    state: Badge
    terms: str
    signed: str
    countersigned: str
    offers: tuple[OfferView, ...]


@dataclass(frozen=True)
class ProjectPage:
    """Everything on the page."""

    reference: str
    title: str
    organisation: str
    call: str
    starts_on: str
    ends_on: str
    tiles: tuple[Tile, ...]
    agreement: AgreementView
    payee: PayeeView | None
    record_payee_url: str
    milestones: tuple[parts.MilestoneLine, ...]
    tranches: tuple[parts.TrancheLine, ...]
    ledger: tuple[parts.LedgerLine, ...]
    reports: tuple[parts.ReportLine, ...]
    sites: tuple[parts.SiteLine, ...]
    link_site_url: str
    ball: BallView | None
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class ProjectRows:
    """What the queries found for the page."""

    agreement: Agreement
    milestones: Sequence[MilestoneRow]
    payee: Payee | None
    ledger: Sequence[LedgerEntry]
    totals: MoneyTotals
    reports: Sequence[Report]
    sites: Sequence[ProjectSite]


def project_page(rows: ProjectRows, entries: Sequence[AuditEntry], held: frozenset[str], actor: Actor) -> ProjectPage:
    """Put the page together for a reader with these relations."""
    project = rows.agreement.project
    running = AgreementState(rows.agreement.state) is AgreementState.ACTIVE
    return ProjectPage(
        reference=project.reference,
        title=project.title,
        organisation=project.organisation.name,
        call=project.call.code,
        starts_on=day(project.starts_on),
        ends_on=day(project.ends_on),
        tiles=_tiles(project, rows.totals),
        agreement=_agreement(rows, held, actor),
        payee=payee_view(rows.payee, held, actor),
        record_payee_url=url_for("projects.payee_form", project_id=project.id) if GRANTEE in held else "",
        milestones=tuple(parts.milestone_line(row, running) for row in rows.milestones),
        tranches=tuple(parts.tranche_line(row) for row in rows.milestones if row.payment is not None),
        ledger=tuple(parts.ledger_line(entry) for entry in rows.ledger),
        reports=tuple(parts.report_line(report, running) for report in rows.reports),
        sites=tuple(parts.site_line(link) for link in rows.sites),
        link_site_url=url_for("projects.link_form", project_id=project.id) if held & (STAFF | {GRANTEE}) else "",
        ball=shared.ball_view(_ball(rows)),
        happenings=shared.timeline(entries, names(rows)),
    )


def names(rows: ProjectRows) -> dict[uuid.UUID, str]:
    """What the timeline calls each part."""
    tranches = [row.payment for row in rows.milestones if row.payment is not None]
    return {
        **{row.milestone.id: shared.milestone_name(row.milestone) for row in rows.milestones},
        **{payment.id: shared.tranche_name(payment) for payment in tranches},
        **{report.id: shared.report_name(report) for report in rows.reports},
    }


def _tiles(project: Project, totals: MoneyTotals) -> tuple[Tile, ...]:
    return (
        Tile(gettext("Award"), project.award, "#agreement"),
        Tile(gettext("Committed"), totals.committed, "#ledger"),
        Tile(gettext("Paid out"), totals.paid, "#ledger"),
        Tile(gettext("Still open"), totals.open, "#payments"),
    )


def _agreement(rows: ProjectRows, held: frozenset[str], actor: Actor) -> AgreementView:
    agreement = rows.agreement
    facts = services.agreement_facts_of(agreement, rows.milestones, rows.payee, actor)
    offers = transitions.offers(agreement, held, facts)
    signed = gettext("%(name)s, %(when)s", name=agreement.signed_by_name, when=instant(agreement.signed_at))
    return AgreementView(
        state=shared.badge(AgreementState(agreement.state)),
        terms=agreement.terms,
        signed=signed if agreement.signed_at else "",
        countersigned=instant(agreement.countersigned_at),
        offers=shared.offer_views(offers, agreement, "agreement"),
    )


def payee_view(payee: Payee | None, held: frozenset[str], actor: Actor) -> PayeeView | None:
    """The account with its last characters only; finance is led to the page that shows it whole."""
    if payee is None:
        return None
    may_confirm = FINANCE in held and payee.confirmed_at is None and payee.recorded_by_id != actor.person_id
    return PayeeView(
        holder=payee.holder,
        bank=payee.bank,
        tail=payee.tail,
        confirmed=payee.confirmed_at is not None,
        recorded=instant(payee.created_at),
        confirm_url=url_for("projects.confirm_payee_form", payee_id=payee.id) if may_confirm else "",
    )


def _ball(rows: ProjectRows) -> ball.Ball | None:
    agreement = rows.agreement
    waiting: list[tuple[State, datetime]] = []
    waiting += [(MilestoneState(r.milestone.state), r.milestone.state_changed_at) for r in rows.milestones]
    waiting += [(PaymentState(r.payment.state), r.payment.state_changed_at) for r in rows.milestones if r.payment]
    waiting += [(ReportState(r.state), r.state_changed_at) for r in rows.reports]
    state = AgreementState(agreement.state)
    unconfirmed = rows.payee is not None and rows.payee.confirmed_at is None
    waits = ball.FINANCE if state is AgreementState.SIGNED and unconfirmed else ""
    return ball.of_project((state, agreement.state_changed_at), waits, waiting)
