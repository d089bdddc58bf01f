"""The pages of one milestone, one tranche and one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from app.core import transitions
from app.core.audit import AuditEntry
from app.core.types import Actor, Money
from app.projects import ball, policy, services, words
from app.projects.models import Evidence, Milestone, Payee, Payment, Report
from app.projects.present import shared
from app.projects.present.project import PayeeView, payee_view
from app.projects.present.shared import Badge, BallView, Crumb, FileView, Happening, OfferView
from app.web.filters import day, instant, translate
from workflows.actors import FINANCE, GRANTEE, STAFF
from workflows.machine import Category, State
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState


@dataclass(frozen=True)
class MilestonePage:
    """A milestone; which forms it has depends on the reader's side and on whose turn it is."""

    project: Crumb
    name: str
    title: str
    kind: str
    due_on: str
    state: Badge
    timing: Badge | None
    account: str
    finding: str
    evidence: tuple[FileView, ...]
    tranche: str
    tranche_amount: Money | None
    tranche_url: str
    tranche_state: Badge | None
    writes_account: bool
    writes_finding: bool
    version: int
    offers: tuple[OfferView, ...]
    ball: BallView | None
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class PaymentPage:
    """A tranche with everybody who had a hand in it."""

    project: Crumb
    name: str
    amount: Money
    state: Badge
    milestone: str
    milestone_url: str
    payee: PayeeView | None
    requested_by: str
    approved_by: str
    released: str
    paid: str
    bank_reference: str
    held_since: str
    held_reason: str
    confirms: bool
    version: int
    offers: tuple[OfferView, ...]
    ball: BallView | None
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class ReportPage:
    """A report; its text is a draft of the grantee's until it is submitted."""

    project: Crumb
    name: str
    due_on: str
    state: Badge
    timing: Badge | None
    narrative: str
    writes: bool
    version: int
    submitted: str
    offers: tuple[OfferView, ...]
    ball: BallView | None
    happenings: tuple[Happening, ...]


def milestone_page(
    milestone: Milestone,
    payment: Payment | None,
    evidence: Sequence[Evidence],
    entries: Sequence[AuditEntry],
    held: frozenset[str],
    actor: Actor,
) -> MilestonePage:
    """Put the page together; drafts of the other side stay with that side."""
    state = MilestoneState(milestone.state)
    facts = services.milestone_facts(milestone, actor)
    with_grantee, grantee = state.category is Category.OPEN, GRANTEE in held
    programme_drafts = milestone.workflow.row("verify", state) is not None
    return MilestonePage(
        project=shared.crumb(milestone.project),
        name=shared.milestone_name(milestone),
        title=milestone.title,
        kind=translate(words.MILESTONE_KINDS[milestone.kind]),
        due_on=day(milestone.due_on),
        state=shared.badge(state),
        timing=shared.timing_badge(milestone, facts.agreement_active and with_grantee),
        account=milestone.account if grantee or not with_grantee else "",
        finding=milestone.finding if held & STAFF or state.category is Category.DONE else "",
        evidence=tuple(
            _evidence(e, milestone, grantee and with_grantee)
            for e in evidence
            if grantee or not policy.is_draft(e, milestone)
        ),
        tranche=shared.tranche_name(payment) if payment else "",
        tranche_amount=payment.amount if payment else None,
        tranche_url=url_for("projects.payment", payment_id=payment.id) if payment else "",
        tranche_state=shared.badge(PaymentState(payment.state)) if payment else None,
        writes_account=grantee and with_grantee,
        writes_finding=bool(held & STAFF) and programme_drafts,
        version=milestone.version,
        offers=shared.offer_views(transitions.offers(milestone, held, facts), milestone, "milestone"),
        ball=_ball(state, milestone) if facts.agreement_active else None,
        happenings=shared.timeline(entries, {milestone.id: shared.milestone_name(milestone)}),
    )


def _evidence(evidence: Evidence, milestone: Milestone, may_remove: bool) -> FileView:
    removable = may_remove and policy.is_draft(evidence, milestone)
    remove = url_for("projects.remove_evidence", evidence_id=evidence.id) if removable else ""
    return shared.file_view(evidence.file, url_for("projects.evidence", evidence_id=evidence.id), evidence.note, remove)


def payment_page(
    payment: Payment,
    payee: Payee | None,
    entries: Sequence[AuditEntry],
    people: Mapping[UUID, str],
    held: frozenset[str],
    actor: Actor,
) -> PaymentPage:
    """Put the page together. ``people`` names those who acted."""
    state = PaymentState(payment.state)
    facts = services.payment_facts(payment, actor)
    offers = [o for o in transitions.offers(payment, held, facts) if o.move.name != "confirm"]

    def name(person_id: UUID | None) -> str:
        return people.get(person_id, "") if person_id else ""

    released = gettext("%(name)s, %(when)s", name=name(payment.released_by_id), when=instant(payment.released_at))
    return PaymentPage(
        project=shared.crumb(payment.project),
        name=shared.tranche_name(payment),
        amount=payment.amount,
        state=shared.badge(state),
        milestone=payment.milestone.title,
        milestone_url=url_for("projects.milestone", milestone_id=payment.milestone_id),
        payee=payee_view(payee, held, actor),
        requested_by=name(payment.requested_by_id),
        approved_by=name(payment.approved_by_id),
        released=released if payment.released_at else "",
        paid=instant(payment.paid_at),
        bank_reference=payment.bank_reference,
        held_since=instant(payment.held_at),
        held_reason=payment.held_reason,
        confirms=FINANCE in held and payment.workflow.row("confirm", state) is not None,
        version=payment.version,
        offers=shared.offer_views(offers, payment, "payment"),
        ball=_ball(state, payment),
        happenings=shared.timeline(entries, {payment.id: shared.tranche_name(payment)}),
    )


def report_page(report: Report, entries: Sequence[AuditEntry], held: frozenset[str], actor: Actor) -> ReportPage:
    """Put the page together; the programme reads the text once it is submitted."""
    state = ReportState(report.state)
    facts = services.report_facts(report, actor)
    with_grantee, grantee = state.category is Category.OPEN, GRANTEE in held
    return ReportPage(
        project=shared.crumb(report.project),
        name=shared.report_name(report),
        due_on=day(report.due_on),
        state=shared.badge(state),
        timing=shared.timing_badge(report, facts.agreement_active and with_grantee),
        narrative=report.narrative if grantee or not with_grantee else "",
        writes=grantee and with_grantee,
        version=report.version,
        submitted=instant(report.submitted_at),
        offers=shared.offer_views(transitions.offers(report, held, facts), report, "report"),
        ball=_ball(state, report) if facts.agreement_active else None,
        happenings=shared.timeline(entries, {report.id: shared.report_name(report)}),
    )


def _ball(state: State, thing: Milestone | Payment | Report) -> BallView | None:
    return shared.ball_view(ball.Ball(ball.holder(state), thing.state_changed_at))
