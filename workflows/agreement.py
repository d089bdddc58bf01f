"""The grant agreement between the programme and the grantee."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.actors import FINANCE, GRANTEE, MANAGER, OFFICER, OWNER
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class AgreementState(State):
    DRAFTED = "drafted", Category.OPEN, N_("Drafted")
    SENT = "sent", Category.WAITING, N_("Sent for signature"), N_("Waiting for your signature")
    SIGNED = "signed", Category.WAITING, N_("Signed by the grantee")
    ACTIVE = "active", Category.ACTIVE, N_("Active")
    COMPLETED = "completed", Category.DONE, N_("Completed")
    TERMINATED = "terminated", Category.WITHDRAWN, N_("Terminated")


@dataclass(frozen=True)
class AgreementFacts:
    """What the guards know. Amounts are integer minor units of the award's currency."""

    award_minor: int
    tranches_minor: int
    payee_recorded: bool = False
    payee_confirmed: bool = False
    payee_recorded_by_actor: bool = False
    sent_by_actor: bool = False
    open_milestones: int = 0
    unpaid_tranches: int = 0


def tranches_make_the_award(facts: AgreementFacts) -> Refusal | None:
    if facts.tranches_minor != facts.award_minor:
        return Refusal(N_("The tranches must sum to the award exactly."), link="#payments")
    return None


def payee_recorded(facts: AgreementFacts) -> Refusal | None:
    return None if facts.payee_recorded else Refusal(N_("Record the bank account first."), link="#payee")


def payee_confirmed(facts: AgreementFacts) -> Refusal | None:
    return (
        None if facts.payee_confirmed else Refusal(N_("Finance has not confirmed the bank account yet."), link="#payee")
    )


def another_than_sender(facts: AgreementFacts) -> Refusal | None:
    return Refusal(N_("You sent this agreement; another person must countersign it.")) if facts.sent_by_actor else None


def everything_settled(facts: AgreementFacts) -> Refusal | None:
    if facts.open_milestones or facts.unpaid_tranches:
        return Refusal(
            N_("%(milestones)s milestones and %(tranches)s tranches are still open."),
            {"milestones": facts.open_milestones, "tranches": facts.unpaid_tranches},
            "#milestones",
        )
    return None


S = AgreementState

AGREEMENT = Workflow(
    "agreement",
    AgreementState,
    S.DRAFTED,
    (
        move(
            "send",
            N_("Send for signature"),
            S.DRAFTED,
            S.SENT,
            {OFFICER, MANAGER},
            needs=(tranches_make_the_award,),
            emits="agreement.sent",
            tone="primary",
        ),
        move(
            "take_back",
            N_("Take back"),
            (S.SENT, S.SIGNED),
            S.DRAFTED,
            {OFFICER, MANAGER},
            emits="agreement.taken_back",
            reason=True,
        ),
        move(
            "sign",
            N_("Sign the agreement"),
            S.SENT,
            S.SIGNED,
            {OWNER},
            needs=(payee_recorded,),
            emits="agreement.signed",
            tone="primary",
        ),
        move(
            "countersign",
            N_("Countersign"),
            S.SIGNED,
            S.ACTIVE,
            {MANAGER},
            needs=(tranches_make_the_award, payee_confirmed, another_than_sender),
            emits="agreement.activated",
            tone="primary",
        ),
        move(
            "complete",
            N_("Close the project"),
            S.ACTIVE,
            S.COMPLETED,
            {MANAGER},
            needs=(everything_settled,),
            emits="agreement.completed",
            tone="primary",
        ),
        move(
            "terminate",
            N_("Terminate"),
            (S.DRAFTED, S.SENT, S.SIGNED, S.ACTIVE),
            S.TERMINATED,
            {MANAGER},
            emits="agreement.terminated",
            reason=True,
            tone="danger",
        ),
    ),
    title=N_("Grant agreement"),
)

WHO_CONFIRMS_PAYEES = frozenset({FINANCE})
WHO_RECORDS_PAYEES = frozenset({GRANTEE})
