"""Tranches: each step by another person, money out once, and nothing that skips a step."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR, new_id
from app.extensions import db
from app.projects import queries, services
from app.projects.models import LedgerEntry, Payment
from tests.factories.identity import actor_of
from tests.factories.identity import make_grant as grant_role
from tests.factories.projects import bring_payment, make_grant, make_project, verify
from workflows.payment import PAYMENT, PaymentState

STATES = ("claimable", "requested", "approved", "released", "paid")
WHO = ("owner", "editor", "viewer", "officer", "manager", "finance", "auditor", "reviewer")
ALLOWED = {
    ("claimable", "request"): {"owner", "editor"},
    ("requested", "approve"): {"officer", "manager"},
    ("requested", "send_back"): {"officer", "manager", "finance"},
    ("approved", "send_back"): {"officer", "manager", "finance"},
    ("approved", "release"): {"finance"},
    ("claimable", "hold"): {"officer", "manager", "finance"},
    ("requested", "hold"): {"officer", "manager", "finance"},
    ("approved", "hold"): {"officer", "manager", "finance"},
}


def disbursements():
    return db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "disbursement")).all()


def test_the_whole_way(app):
    grant = make_project("active")
    payment = bring_payment(grant, "paid")
    assert payment.requested_by_id == grant.owner.id
    assert payment.approved_by_id == grant.officer.id
    assert payment.released_by_id == grant.finance.id
    assert payment.approved_payee_id == grant.payee.id
    assert payment.bank_reference == "TRX-1"
    (entry,) = disbursements()
    assert (entry.payment_id, entry.amount_minor) == (payment.id, payment.amount_minor)
    moves = [e.action for e in audit.history("payment", payment.id) if e.to_state and e.from_state]
    assert moves == [f"payment.{m}" for m in ("make_claimable", "request", "approve", "release", "confirm")]


@pytest.mark.parametrize("state", STATES)
def test_every_move_by_everybody(app, state):
    """All pairs of move and person at one state: exactly what the table allows succeeds, the rest changes nothing."""
    grant = make_project("active")
    payment = bring_payment(grant, state)
    for move, service in services.MOVES["payment"].items():
        for who in WHO:
            allowed = who in ALLOWED.get((state, move), set())
            nested = db.session.begin_nested()
            try:
                service(payment=payment, actor=actor_of(getattr(grant, who)), reason="Because.")
                done = True
            except MoveRefused:
                done = False
            nested.rollback()
            db.session.refresh(payment)
            assert done == allowed, f"{who} {move} at {state}"
            assert payment.state == state
    expected = 1 if state in {"released", "paid"} else 0
    assert len(disbursements()) == expected


@pytest.mark.parametrize("move", ["make_claimable", "cancel"])
@pytest.mark.parametrize("who", WHO)
def test_people_do_not_make_the_moves_of_the_system(app, move, who):
    grant = make_project("active")
    assert move not in services.MOVES["payment"]
    row = PAYMENT.named(move)[0]
    assert row.actors == {"system"}
    assert getattr(grant, who).id != SYSTEM_ACTOR.person_id


def test_who_requested_does_not_approve(app):
    grant = make_project("active")
    payment = bring_payment(grant, "requested")
    payment.requested_by_id = grant.officer.id
    db.session.flush()
    with pytest.raises(MoveRefused, match="another person must approve"):
        services.approve_payment(payment=payment, actor=actor_of(grant.officer))


@pytest.mark.parametrize("column", ["approved_by_id", "requested_by_id"])
def test_who_approved_or_requested_does_not_release(app, column):
    grant = make_project("active")
    payment = bring_payment(grant, "approved")
    setattr(payment, column, grant.finance.id)
    db.session.flush()
    with pytest.raises(MoveRefused, match="another person"), db.session.begin_nested():
        services.release_payment(payment=payment, actor=actor_of(grant.finance))
    services.release_payment(payment=payment, actor=actor_of(grant.second_finance))
    assert payment.state == "released"


def test_an_officer_who_is_finance_too_needs_a_second_person(app):
    grant = make_project("active")
    grant_role(grant.programme, grant.officer, "finance")
    payment = bring_payment(grant, "approved")
    with pytest.raises(MoveRefused, match="another person must release"):
        services.release_payment(payment=payment, actor=actor_of(grant.officer))


def test_the_database_wants_two_people_and_a_payee(app):
    grant = make_project("active")
    bring_payment(grant, "approved")
    for change in (
        "released_by_id = approved_by_id",
        "released_by_id = requested_by_id, approved_by_id = NULL",
        "released_by_id = requested_by_id, approved_payee_id = NULL",
        "released_by_id = NULL",
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(f"UPDATE payment SET state = 'released', {change} WHERE state = 'approved'"))


def test_the_database_wants_a_reference_for_what_is_paid(app):
    grant = make_project("active")
    bring_payment(grant, "released")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE payment SET state = 'paid' WHERE state = 'released'"))


def test_the_ledger_takes_one_disbursement_for_each_tranche(app):
    grant = make_project("active")
    payment = bring_payment(grant, "released")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(
            LedgerEntry(
                project_id=payment.project_id,
                payment_id=payment.id,
                kind="disbursement",
                amount_minor=1,
                currency="EUR",
            )
        )
        db.session.flush()


@pytest.mark.parametrize("amount", [0, -5])
def test_the_ledger_takes_no_empty_or_negative_lines(app, amount):
    grant = make_project("active")
    columns = {
        "project_id": grant.project.id,
        "kind": "commitment",
        "amount_minor": amount,
        "currency": "EUR",
        "note": "",
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            LedgerEntry.__table__.insert().values(id=new_id(), created_at=grant.agreement.created_at, **columns)
        )


def test_confirming_wants_the_banks_reference(app):
    grant = make_project("active")
    payment = bring_payment(grant, "released")
    with pytest.raises(MoveRefused, match="bank's reference"), db.session.begin_nested():
        services.confirm_payment(payment=payment, bank_reference=" ", actor=actor_of(grant.finance))
    for who in ("officer", "manager", "owner", "auditor"):
        with pytest.raises(MoveRefused, match="Your role"), db.session.begin_nested():
            services.confirm_payment(payment=payment, bank_reference="X", actor=actor_of(getattr(grant, who)))


@pytest.mark.parametrize("state", ["claimable", "requested", "approved"])
def test_a_hold_stops_and_lifting_lets_go(app, state):
    grant = make_project("active")
    payment = bring_payment(grant, state)
    with pytest.raises(Invalid), db.session.begin_nested():
        services.hold_payment(payment=payment, actor=actor_of(grant.finance))
    services.hold_payment(payment=payment, actor=actor_of(grant.finance), reason="An incident was reported.")
    steps = {
        "claimable": (services.request_payment, grant.owner),
        "requested": (services.approve_payment, grant.officer),
        "approved": (services.release_payment, grant.finance),
    }
    step, person = steps[state]
    with pytest.raises(MoveRefused, match="An incident was reported"), db.session.begin_nested():
        step(payment=payment, actor=actor_of(person))
    with pytest.raises(MoveRefused, match="Your role"), db.session.begin_nested():
        services.lift_hold(payment=payment, actor=actor_of(grant.officer), reason="Fine.")
    services.lift_hold(payment=payment, actor=actor_of(grant.manager), reason="It was nothing.")
    step(payment=payment, actor=actor_of(person))
    assert payment.held_reason == ""


def test_a_scheduled_tranche_can_be_held_before_it_opens(app):
    grant = make_project("active")
    payment = queries.get_payment(grant.payments[0].id)
    services.hold_payment(payment=payment, actor=actor_of(grant.manager), reason="Wait.")
    verify(grant)
    assert (payment.state, payment.held_reason) == ("claimable", "Wait.")
    with pytest.raises(MoveRefused, match="Wait"):
        services.request_payment(payment=payment, actor=actor_of(grant.owner))


def test_sending_back_forgets_request_and_approval(app):
    grant = make_project("active")
    payment = bring_payment(grant, "approved")
    services.send_back_payment(payment=payment, actor=actor_of(grant.finance), reason="Look again.")
    assert payment.state == "claimable"
    assert (payment.requested_by_id, payment.approved_by_id, payment.approved_payee_id) == (None, None, None)


def test_nothing_is_requested_before_its_milestone(app):
    grant = make_project("active")
    payment = queries.get_payment(grant.payments[1].id)
    with pytest.raises(MoveRefused, match="not possible while"):
        services.request_payment(payment=payment, actor=actor_of(grant.owner))


def test_a_grantee_of_another_organisation_has_no_part_in_it(app):
    grant, other = make_project("active"), make_grant()
    payment = bring_payment(grant, "claimable")
    for person in (other.owner, other.manager, other.finance):
        with pytest.raises(MoveRefused, match="Your role"), db.session.begin_nested():
            services.request_payment(payment=payment, actor=actor_of(person))


def test_a_version_seen_too_long_ago_is_a_conflict(app):
    grant = make_project("active")
    payment = bring_payment(grant, "approved")
    with pytest.raises(Conflict):
        services.release_payment(payment=payment, actor=actor_of(grant.finance), expected_version=payment.version - 1)
    assert disbursements() == []


def test_totals_follow_the_ledger(app):
    grant = make_project("active")
    bring_payment(grant, "paid", 1)
    bring_payment(grant, "released", 2)
    totals = queries.money_of([grant.project])[grant.project.id]
    assert (totals.committed.minor, totals.paid.minor, totals.open.minor) == (34_000_000, 20_400_000, 13_600_000)
    paid = sum(
        p.amount_minor for p in grant.payments if PaymentState(p.state) in (PaymentState.PAID, PaymentState.RELEASED)
    )
    assert paid == totals.paid.minor


def test_states_cover_the_workflow():
    reached = {"scheduled", *STATES, "cancelled"}
    assert reached == {str(state) for state in PaymentState}
    assert Payment.workflow is PAYMENT
