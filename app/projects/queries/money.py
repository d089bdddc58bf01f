"""Tranches, bank accounts and the ledger. What guards judge is read as it is in the database now."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.projects.models import LedgerEntry, Payee, Payment
from app.projects.queries.records import FRESH, around_project
from workflows.payment import PaymentState


def payments_of(project_id: uuid.UUID, *, for_update: bool = False) -> list[Payment]:
    """The tranches of a project in their order, milestones loaded; locked when they are about to change together."""
    query = (
        select(Payment)
        .where(Payment.project_id == project_id)
        .options(joinedload(Payment.milestone), *around_project(Payment.project))
        .order_by(Payment.position)
    )
    if for_update:
        query = query.with_for_update(of=Payment)
    return list(db.session.scalars(query.execution_options(**FRESH)))


def get_payment(payment_id: uuid.UUID) -> Payment | None:
    """One tranche with its milestone and the project around it."""
    query = (
        select(Payment)
        .where(Payment.id == payment_id)
        .options(joinedload(Payment.milestone), *around_project(Payment.project))
    )
    return db.session.scalar(query)


def tranches_minor(project_id: uuid.UUID) -> int:
    """The sum of the tranches that are not cancelled, in minor units."""
    query = select(func.coalesce(func.sum(Payment.amount_minor), 0)).where(
        Payment.project_id == project_id, Payment.state != PaymentState.CANCELLED.value
    )
    return int(db.session.scalar(query) or 0)


def payee_of(project_id: uuid.UUID) -> Payee | None:
    """The bank account in force: the one that no later one has superseded."""
    query = select(Payee).where(Payee.project_id == project_id, Payee.superseded_at.is_(None))
    query = query.options(*around_project(Payee.project))
    return db.session.scalar(query.order_by(Payee.created_at.desc()).limit(1).execution_options(**FRESH))


def payees_of(project_id: uuid.UUID) -> list[Payee]:
    """Every bank account a project ever named, the newest first."""
    query = select(Payee).where(Payee.project_id == project_id).order_by(Payee.created_at.desc(), Payee.id.desc())
    return list(db.session.scalars(query))


def get_payee(payee_id: uuid.UUID) -> Payee | None:
    """One bank account with the project around it."""
    return db.session.scalar(select(Payee).where(Payee.id == payee_id).options(*around_project(Payee.project)))


def ledger_of(project_id: uuid.UUID) -> list[LedgerEntry]:
    """The lines of a project's ledger, oldest first, with the tranche they belong to."""
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.project_id == project_id)
        .options(joinedload(LedgerEntry.payment))
        .order_by(LedgerEntry.created_at, LedgerEntry.id)
    )
    return list(db.session.scalars(query))
