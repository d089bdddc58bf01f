"""A tranche of the award: scheduled, claimable once its milestone is verified, approved, released by another person, paid."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.actors import FINANCE, GRANTEE, MANAGER, OFFICER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class PaymentState(State):
    SCHEDULED = "scheduled", Category.WAITING, N_("Scheduled")
    CLAIMABLE = "claimable", Category.OPEN, N_("Can be claimed")
    REQUESTED = "requested", Category.REVIEW, N_("Requested")
    APPROVED = "approved", Category.REVIEW, N_("Approved")
    RELEASED = "released", Category.ACTIVE, N_("Released")
    PAID = "paid", Category.DONE, N_("Paid")
    CANCELLED = "cancelled", Category.WITHDRAWN, N_("Cancelled")


@dataclass(frozen=True)
class PaymentFacts:
    """What the guards know."""

    condition_met: bool = False
    agreement_active: bool = True
    agreement_ended: bool = False
    held: bool = False
    hold_reason: str = ""
    payee_confirmed: bool = False
    payee_unchanged: bool = True
    approved_by_actor: bool = False
    requested_by_actor: bool = False
    bank_reference: str = ""


def condition_met(facts: PaymentFacts) -> Refusal | None:
    return (
        None
        if facts.condition_met
        else Refusal(N_("The milestone of this tranche is not verified yet."), link="#milestones")
    )


def agreement_is_active(facts: PaymentFacts) -> Refusal | None:
    return None if facts.agreement_active else Refusal(N_("The grant agreement is not active."), link="#agreement")


def agreement_ended(facts: PaymentFacts) -> Refusal | None:
    return None if facts.agreement_ended else Refusal(N_("Only a terminated agreement cancels its tranches."))


def not_held(facts: PaymentFacts) -> Refusal | None:
    return Refusal(N_("This payment is on hold: %(reason)s"), {"reason": facts.hold_reason}) if facts.held else None


def is_held(facts: PaymentFacts) -> Refusal | None:
    return None if facts.held else Refusal(N_("This payment is not on hold."))


def payee_confirmed(facts: PaymentFacts) -> Refusal | None:
    return None if facts.payee_confirmed else Refusal(N_("Finance has not confirmed the bank account."), link="#payee")


def payee_unchanged(facts: PaymentFacts) -> Refusal | None:
    if not facts.payee_unchanged:
        return Refusal(
            N_("The bank account changed after approval; the payment must be approved again."), link="#payee"
        )
    return None


def another_than_approver(facts: PaymentFacts) -> Refusal | None:
    return (
        Refusal(N_("You approved this payment; another person must release it.")) if facts.approved_by_actor else None
    )


def another_than_requester(facts: PaymentFacts) -> Refusal | None:
    return (
        Refusal(N_("You requested this payment; another person must approve it.")) if facts.requested_by_actor else None
    )


def bank_reference_given(facts: PaymentFacts) -> Refusal | None:
    return None if facts.bank_reference.strip() else Refusal(N_("Give the bank's reference of the transfer."))


S = PaymentState
UNPAID = (S.SCHEDULED, S.CLAIMABLE, S.REQUESTED, S.APPROVED)

PAYMENT = Workflow(
    "payment",
    PaymentState,
    S.SCHEDULED,
    (
        move(
            "make_claimable",
            N_("Make claimable"),
            S.SCHEDULED,
            S.CLAIMABLE,
            {SYSTEM},
            needs=(agreement_is_active, condition_met),
            emits="payment.claimable",
        ),
        move(
            "request",
            N_("Request payment"),
            S.CLAIMABLE,
            S.REQUESTED,
            {GRANTEE},
            needs=(not_held, agreement_is_active, payee_confirmed),
            emits="payment.requested",
            tone="primary",
        ),
        move(
            "approve",
            N_("Approve payment"),
            S.REQUESTED,
            S.APPROVED,
            {OFFICER, MANAGER},
            needs=(not_held, agreement_is_active, condition_met, payee_confirmed, another_than_requester),
            emits="payment.approved",
            tone="primary",
        ),
        move(
            "send_back",
            N_("Send back"),
            (S.REQUESTED, S.APPROVED),
            S.CLAIMABLE,
            {OFFICER, MANAGER, FINANCE},
            emits="payment.sent_back",
            reason=True,
        ),
        move(
            "release",
            N_("Release payment"),
            S.APPROVED,
            S.RELEASED,
            {FINANCE},
            needs=(
                not_held,
                agreement_is_active,
                payee_confirmed,
                payee_unchanged,
                another_than_approver,
                another_than_requester,
            ),
            emits="payment.released",
            tone="primary",
        ),
        move(
            "confirm",
            N_("Confirm as paid"),
            S.RELEASED,
            S.PAID,
            {FINANCE},
            needs=(bank_reference_given,),
            emits="payment.paid",
            tone="primary",
        ),
        move(
            "hold",
            N_("Put on hold"),
            UNPAID,
            None,
            {OFFICER, MANAGER, FINANCE},
            needs=(not_held,),
            emits="payment.held",
            reason=True,
            tone="danger",
        ),
        move(
            "lift_hold",
            N_("Lift the hold"),
            UNPAID,
            None,
            {MANAGER, FINANCE},
            needs=(is_held,),
            emits="payment.hold_lifted",
            reason=True,
        ),
        move(
            "cancel", N_("Cancel"), UNPAID, S.CANCELLED, {SYSTEM}, needs=(agreement_ended,), emits="payment.cancelled"
        ),
    ),
    title=N_("Payment"),
)
