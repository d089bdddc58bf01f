"""Bank accounts: recorded by the grantee, encrypted, read in full only by finance and on record, confirmed by finance."""

from __future__ import annotations

from app.core import audit, clock, encryption, outbox, transitions
from app.core.errors import Conflict, Invalid
from app.core.types import Actor, new_id
from app.extensions import db
from app.projects import accounts, queries
from app.projects.models import Payee, Project
from workflows.machine import N_


def record_payee(*, project: Project, holder: str, bank: str, account: str, actor: Actor) -> Payee:
    """Name the account to pay to. A change is a new row: finance confirms it anew, and approvals for the old one are void."""
    number = accounts.normalise(account)
    if problem := accounts.problem(number):
        raise Invalid(problem, field="account")
    transitions.lock(project)
    before = queries.payee_of(project.id)
    payee = Payee(
        id=new_id(),
        project_id=project.id,
        project=project,
        holder=holder,
        bank=bank,
        tail=accounts.tail(number),
        recorded_by_id=actor.person_id,
    )
    payee.account_ciphertext = encryption.encrypt(number, _context(payee))
    if before is not None:
        before.superseded_at = clock.now()
    db.session.add(payee)
    db.session.flush()
    action = "payee.changed" if before else "payee.recorded"
    audit.record(project, action, actor, payee_id=payee.id, tail=payee.tail)
    outbox.publish("payee.changed", payee, actor, project_id=project.id)
    return payee


def read_account(*, payee: Payee, actor: Actor) -> str:
    """The full number, for comparing with the bank's certificate; the reading goes on record first or is refused."""
    audit.record(payee.project, "payee.read", actor, payee_id=payee.id, tail=payee.tail)
    return encryption.decrypt(payee.account_ciphertext, _context(payee))


def confirm_payee(*, payee: Payee, actor: Actor) -> None:
    """Finance has compared the number with the paper; nobody confirms what they recorded themselves."""
    project = payee.project
    transitions.lock(project)
    db.session.refresh(payee)
    if payee.superseded_at is not None:
        raise Conflict(N_("The grantee has recorded another bank account in the meantime. Look at that one."))
    if payee.confirmed_at is not None:
        raise Conflict(N_("This bank account is confirmed already."))
    if payee.recorded_by_id == actor.person_id:
        raise Conflict(N_("You recorded this bank account; another person must confirm it."))
    payee.confirmed_by_id, payee.confirmed_at = actor.person_id, clock.now()
    db.session.flush()
    audit.record(project, "payee.confirmed", actor, payee_id=payee.id, tail=payee.tail)


def _context(payee: Payee) -> str:
    return f"payee:{payee.id}"
