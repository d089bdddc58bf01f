"""Grants for tests: an announced award with everybody round it, and its project brought to a named point."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.calls.models import Call
from app.core import clock
from app.core.types import Actor, new_id
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import Organisation, Person, Programme
from app.projects import queries, schedule, services
from app.projects.models import Agreement, Milestone, Payee, Payment, Project
from app.proposals.models import Proposal
from tests.factories.identity import (
    actor_of,
    make_member,
    make_organisation,
    make_person,
    make_programme,
    make_staff,
)
from workflows.call_lifecycle import CallState
from workflows.funding_decision import DecisionState
from workflows.proposal_lifecycle import ProposalState

IBAN = "NL91ABNA0417164300"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
STARTS_ON = date(2026, 7, 1)
POINTS = ("drafted", "sent", "signed", "active")
_number = itertools.count(1)


@dataclass(frozen=True)
class Grant:
    """An award and the people round it; ``project`` is nothing until it is set up."""

    programme: Programme
    organisation: Organisation
    decision: Decision
    owner: Person
    editor: Person
    viewer: Person
    officer: Person
    manager: Person
    second_manager: Person
    finance: Person
    second_finance: Person
    auditor: Person
    reviewer: Person

    @property
    def project(self) -> Project:
        found = db.session.query(Project).filter_by(decision_id=self.decision.id).one()
        return queries.get_project(found.id)

    @property
    def agreement(self) -> Agreement:
        return queries.agreement_of(self.project.id)

    @property
    def milestones(self) -> list[Milestone]:
        return [queries.get_milestone(row.milestone.id) for row in queries.milestone_rows(self.project.id)]

    @property
    def payments(self) -> list[Payment]:
        return queries.payments_of(self.project.id)

    @property
    def payee(self) -> Payee | None:
        found = queries.payee_of(self.project.id)
        return queries.get_payee(found.id) if found else None


def make_call_row(programme: Programme, **over: Any) -> Call:
    """A decided call with nothing but what projects need of it."""
    n, now = next(_number), clock.now()
    call = Call(
        **{
            "programme_id": programme.id,
            "code": f"PCALL{n}",
            "reference_prefix": f"PC{n}",
            "title": {"en": f"Call {n}"},
            "summary": {"en": "Safer mines."},
            "languages": ["en"],
            "currency": "EUR",
            "budget_minor": 380_000_000,
            "zone": "Europe/Amsterdam",
            "opens_at": now - timedelta(days=90),
            "closes_at": now - timedelta(days=60),
            "published_at": now - timedelta(days=100),
            "rules": {},
            "process": {"tranches": [30, 30, 30, 10]},
            "state": CallState.DECIDED.value,
            "state_changed_at": now,
            **over,
        }
    )
    db.session.add(call)
    db.session.flush()
    return call


def make_award(call: Call, organisation: Organisation, owner: Person, **over: Any) -> Decision:
    """An announced decision to award, on a proposal of the organisation."""
    n, now = next(_number), clock.now()
    proposal = Proposal(
        call_id=call.id,
        organisation_id=organisation.id,
        reference=f"{call.reference_prefix}-26-{n:04d}",
        title=f"Safer shafts {n}",
        created_by_id=owner.id,
        currency=call.currency,
        requested_minor=over.get("amount_minor", 34_000_000),
        state=ProposalState.AWARDED.value,
        state_changed_at=now,
    )
    db.session.add(proposal)
    db.session.flush()
    decision = Decision(
        **{
            "proposal_id": proposal.id,
            "call_id": call.id,
            "outcome": "awarded",
            "amount_minor": 34_000_000,
            "currency": call.currency,
            "conditions": "Name the buyers within three months.",
            "proposed_by_id": new_id(),
            "ratified_by_id": new_id(),
            "ratified_at": now,
            "announced_at": now,
            "state": DecisionState.ANNOUNCED.value,
            "state_changed_at": now,
            **over,
        }
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def make_grant(*, call: Call | None = None, currency: str = "EUR", **over: Any) -> Grant:
    """An announced award without a project; ``over`` goes to the decision."""
    programme = db.session.get(Programme, call.programme_id) if call else make_programme()
    owner = make_person()
    organisation = make_organisation(owner=owner)
    call = call or make_call_row(programme, currency=currency)
    return Grant(
        programme=programme,
        organisation=organisation,
        decision=make_award(call, organisation, owner, **over),
        owner=owner,
        editor=make_member(organisation, "editor"),
        viewer=make_member(organisation, "viewer"),
        officer=make_staff(programme, "officer"),
        manager=make_staff(programme, "manager"),
        second_manager=make_staff(programme, "manager"),
        finance=make_staff(programme, "finance"),
        second_finance=make_staff(programme, "finance"),
        auditor=make_staff(programme, "auditor"),
        reviewer=make_staff(programme, "reviewer"),
    )


def plan_of(grant: Grant, months: int = 24) -> list[tuple[str, str, date, int]]:
    """The plan as the call lays it down."""
    tranches = db.session.get(Call, grant.decision.call_id).process["tranches"]
    return [(p.title, p.kind, p.due_on, p.percent) for p in schedule.plan(tranches, STARTS_ON, months)]


def make_project(point: str = "active", grant: Grant | None = None, **over: Any) -> Grant:
    """A grant whose project is set up and whose agreement is at one of ``POINTS``."""
    assert point in POINTS
    grant = grant or make_grant(**over)
    services.create_project(
        decision=grant.decision,
        starts_on=STARTS_ON,
        ends_on=schedule.last_day(STARTS_ON, 24),
        milestones=plan_of(grant),
        terms="Report every six months.",
        actor=actor_of(grant.officer),
    )
    if point == "drafted":
        return grant
    services.send_agreement(agreement=grant.agreement, actor=actor_of(grant.manager))
    if point == "sent":
        return grant
    make_payee(grant)
    services.sign_agreement(agreement=grant.agreement, actor=actor_of(grant.owner))
    if point == "active":
        services.countersign_agreement(agreement=grant.agreement, actor=actor_of(grant.second_manager))
    return grant


def make_payee(grant: Grant, *, account: str = IBAN, confirmed: bool = True) -> Payee:
    """A bank account recorded by the grantee's owner and confirmed by finance."""
    services.record_payee(
        project=grant.project, holder="Cooperative", bank="Bank of Test", account=account, actor=actor_of(grant.owner)
    )
    if confirmed:
        services.confirm_payee(payee=grant.payee, actor=actor_of(grant.finance))
    return grant.payee


def report(grant: Grant, number: int = 1, by: Person | None = None) -> Milestone:
    """Bring a milestone to reported, by the grantee's editor unless somebody else is named."""
    milestone, actor = grant.milestones[number - 1], actor_of(by or grant.editor)
    services.save_account(milestone=milestone, account="Forty miners trained.", actor=actor)
    services.add_evidence(milestone=milestone, stream=io.BytesIO(PDF), name="training.pdf", actor=actor)
    services.report_milestone(milestone=milestone, actor=actor)
    return milestone


def verify(grant: Grant, number: int = 1) -> Milestone:
    """Bring a milestone to verified; its tranche can be claimed then."""
    milestone, actor = report(grant, number), actor_of(grant.officer)
    services.start_verification(milestone=milestone, actor=actor)
    services.save_finding(milestone=milestone, finding="Seen on site.", actor=actor)
    services.verify_milestone(milestone=milestone, actor=actor)
    return milestone


def bring_payment(grant: Grant, state: str, number: int = 1) -> Payment:
    """Bring a tranche to claimable, requested, approved, released or paid, each step by the person who should."""
    verify(grant, number)
    payment = queries.get_payment(grant.payments[number - 1].id)
    steps: list[tuple[str, Any, Actor]] = [
        ("requested", services.request_payment, actor_of(grant.owner)),
        ("approved", services.approve_payment, actor_of(grant.officer)),
        ("released", services.release_payment, actor_of(grant.finance)),
    ]
    for reached, move, actor in steps:
        if payment.state == state:
            break
        move(payment=payment, actor=actor)
        assert payment.state == reached
    if state == "paid":
        services.confirm_payment(payment=payment, bank_reference="TRX-1", actor=actor_of(grant.finance))
    assert payment.state == state
    return payment
