"""The moves of a tranche: requested by the grantee, approved, released by another person, confirmed by the bank."""

from __future__ import annotations

import uuid
from typing import Any

from app.core import audit, clock, transitions
from app.core.errors import Conflict
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.projects import policy, queries
from app.projects.models import LedgerEntry, Payment
from app.projects.services.facts import payment_facts
from app.projects.services.moving import fire
from app.projects.services.wording import worded
from workflows.machine import N_


def _fire(payment: Payment, move: str, actor: Actor, version: int | None, reason: str = "", **sets: Any) -> None:
    amount = {"amount": str(payment.amount.amount), "currency": payment.currency}
    fire(payment, move, actor, payment_facts, expected_version=version, reason=reason, sets=sets, **amount)


def make_claimable_where_met(project_id: uuid.UUID) -> None:
    """Follow-up of verifying, waiving and countersigning: tranches whose condition is met can be claimed."""
    for payment in queries.payments_of(project_id):
        facts = payment_facts(payment, SYSTEM_ACTOR)
        if transitions.refusal(payment, "make_claimable", policy.relations(SYSTEM_ACTOR, payment), facts) is None:
            _fire(payment, "make_claimable", SYSTEM_ACTOR, None)


def request_payment(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """The grantee asks for the money."""
    _fire(payment, "request", actor, expected_version, reason)
    payment.requested_by_id = actor.person_id
    db.session.flush()


def approve_payment(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """The programme approves the amount to the bank account as it stands now; a later change of either voids it.

    The project is locked before the guards look, as it is when an account is recorded: what they saw is written down.
    """
    transitions.lock(payment, expected_version)
    transitions.lock(payment.project)
    _fire(payment, "approve", actor, None, reason)
    payee = queries.payee_of(payment.project_id)
    if payee is None:
        raise Conflict()
    payment.approved_by_id, payment.approved_payee_id = actor.person_id, payee.id
    db.session.flush()
    audit.record(payment, "payment.payee_fixed", actor, payee_id=payee.id, tail=payee.tail)


def send_back_payment(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Back to the grantee: request and approval count no more."""
    _fire(payment, "send_back", actor, expected_version, reason)
    payment.requested_by_id = payment.approved_by_id = payment.approved_payee_id = None
    db.session.flush()


def release_payment(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Finance lets the money go, once: the ledger holds one disbursement for each tranche, whatever happens."""
    release = {"released_by_id": actor.person_id, "released_at": clock.now()}
    _fire(payment, "release", actor, expected_version, reason, **release)
    entry = LedgerEntry(
        project_id=payment.project_id,
        payment_id=payment.id,
        kind="disbursement",
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )
    with worded(N_("This payment was released already.")):
        db.session.add(entry)
        db.session.flush()


def confirm_payment(
    *,
    payment: Payment,
    actor: Actor,
    bank_reference: str,
    expected_version: int | None = None,
    reason: str = "",
) -> None:
    """Finance records that the bank made the transfer."""
    proof = {"bank_reference": bank_reference.strip(), "paid_at": clock.now()}
    _fire(payment, "confirm", actor, expected_version, reason, **proof)


def hold_payment(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Stop a tranche where it is, with a reason that everybody concerned reads."""
    _fire(payment, "hold", actor, expected_version, reason)
    payment.held_at, payment.held_reason = clock.now(), reason.strip()
    db.session.flush()


def lift_hold(*, payment: Payment, actor: Actor, expected_version: int | None = None, reason: str = "") -> None:
    """Let a held tranche go on."""
    _fire(payment, "lift_hold", actor, expected_version, reason)
    payment.held_at, payment.held_reason = None, ""
    db.session.flush()


def cancel_unpaid(project_id: uuid.UUID) -> None:
    """Follow-up of a termination: cancel every tranche that has not left yet, judged under its lock."""
    for payment in queries.payments_of(project_id, for_update=True):
        if payment.workflow.row("cancel", payment.workflow.state(payment.state)):
            _fire(payment, "cancel", SYSTEM_ACTOR, None)


MOVES = {
    "request": request_payment,
    "approve": approve_payment,
    "send_back": send_back_payment,
    "release": release_payment,
    "hold": hold_payment,
    "lift_hold": lift_hold,
}
