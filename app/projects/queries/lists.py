"""Lists across projects, for one reader: what they may see is part of the query, so counts and exports follow it too."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.calls.models import Call
from app.core.types import Actor, Money
from app.extensions import db
from app.identity import queries as identity
from app.projects.models import Agreement, LedgerEntry, Milestone, Payment, Project
from app.projects.queries.milestones import OPEN
from app.proposals import queries as proposals
from workflows.actors import AUDITOR, FINANCE, MANAGER, OFFICER, STAFF
from workflows.agreement import AgreementState

PROGRAMME_SIDE = frozenset({OFFICER, MANAGER, FINANCE, AUDITOR})
OVERDUE, SOON, HELD = "overdue", "soon", "held"
WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Desk:
    """What one person has before them: programmes they work for and those they run, their organisations, and what a
    conflict of interest keeps away."""

    person_id: uuid.UUID | None
    programmes: frozenset[uuid.UUID]
    run: frozenset[uuid.UUID]
    organisations: frozenset[uuid.UUID]
    conflicted: frozenset[uuid.UUID]


@dataclass(frozen=True)
class ListFilter:
    """What a list is narrowed to; an empty word does not narrow."""

    call: str = ""
    state: str = ""
    search: str = ""


@dataclass(frozen=True)
class MoneyTotals:
    """What the ledger says of one project: committed and paid out, net of reversals; ``open`` is what is left to pay."""

    committed: Money
    paid: Money

    @property
    def open(self) -> Money:
        return self.committed - self.paid


def desk_of(actor: Actor) -> Desk:
    """The desk of a person."""
    if actor.person_id is None:
        return Desk(None, *[frozenset()] * 4)
    return Desk(
        actor.person_id,
        identity.programmes_with_role(actor.person_id, *PROGRAMME_SIDE),
        identity.programmes_with_role(actor.person_id, *STAFF),
        frozenset(identity.memberships_of(actor.person_id)),
        proposals.conflicted_proposal_ids(actor.person_id),
    )


def as_programme(desk: Desk) -> ColumnElement[bool]:
    """Projects of the reader's programmes, without those of a conflict of interest or of their own organisation."""
    if not desk.programmes:
        return false()
    return and_(
        Call.programme_id.in_(desk.programmes),
        Project.proposal_id.not_in(desk.conflicted),
        Project.organisation_id.not_in(desk.organisations),
    )


def projects_query(desk: Desk, wanted: ListFilter) -> Select[tuple[Project]]:
    """Projects of the reader's programmes and organisations, the newest first."""
    query = (
        select(Project)
        .join(Project.call)
        .join(Agreement, Agreement.project_id == Project.id)
        .where(or_(as_programme(desk), Project.organisation_id.in_(desk.organisations)))
        .options(contains_eager(Project.call), joinedload(Project.organisation))
        .order_by(Project.created_at.desc(), Project.id)
    )
    if wanted.state:
        query = query.where(Agreement.state == wanted.state)
    return _narrowed(query, wanted)


def funded_by_call(call_id: uuid.UUID) -> list[Project]:
    """The projects of a call whose agreement is in force or was completed, by reference."""
    in_force = (AgreementState.ACTIVE.value, AgreementState.COMPLETED.value)
    query = select(Project).join(Agreement, Agreement.project_id == Project.id)
    query = query.where(Project.call_id == call_id, Agreement.state.in_(in_force))
    return list(db.session.scalars(query.order_by(Project.reference)))


def milestones_query(desk: Desk, wanted: ListFilter, today: date) -> Select[tuple[Milestone]]:
    """Milestones of the reader's programmes by date; ``overdue`` and ``soon`` are among the states to ask for."""
    query = (
        _part(Milestone, desk)
        .join(Agreement, Agreement.project_id == Project.id)
        .order_by(Milestone.due_on, Milestone.id)
    )
    running = and_(Agreement.state == AgreementState.ACTIVE.value, Milestone.state.in_(OPEN))
    if wanted.state == OVERDUE:
        query = query.where(running, Milestone.due_on < today)
    elif wanted.state == SOON:
        query = query.where(running, Milestone.due_on.between(today, today + WITHIN))
    elif wanted.state:
        query = query.where(Milestone.state == wanted.state)
    return _narrowed(query, wanted)


def payments_query(desk: Desk, wanted: ListFilter) -> Select[tuple[Payment]]:
    """Tranches of the reader's programmes, by project and position; ``held`` is among the states to ask for."""
    query = (
        _part(Payment, desk)
        .options(joinedload(Payment.milestone))
        .order_by(Project.reference, Payment.position, Payment.id)
    )
    if wanted.state == HELD:
        query = query.where(Payment.held_at.is_not(None))
    elif wanted.state:
        query = query.where(Payment.state == wanted.state)
    return _narrowed(query, wanted)


def _part(model: Any, desk: Desk) -> Select[Any]:
    """Records of projects in the reader's programmes, with the project around them."""
    to_project = contains_eager(model.project)
    return (
        select(model)
        .join(model.project)
        .join(Project.call)
        .where(as_programme(desk))
        .options(to_project.contains_eager(Project.call), to_project.joinedload(Project.organisation))
    )


def _narrowed(query: Select[Any], wanted: ListFilter) -> Select[Any]:
    if wanted.call:
        query = query.where(Call.code == wanted.call)
    if wanted.search:
        columns = (Project.title, Project.reference)
        query = query.where(or_(*(column.icontains(wanted.search, autoescape=True) for column in columns)))
    return query


def all_rows(query: Select[Any]) -> list[Any]:
    """Every row of a list, for an export."""
    return list(db.session.scalars(query).unique())


def sums_of(payments: Select[tuple[Payment]]) -> list[Money]:
    """What a list of tranches adds up to, in each currency."""
    rows = payments.order_by(None).subquery()
    query = select(rows.c.currency, func.sum(rows.c.amount_minor)).group_by(rows.c.currency).order_by(rows.c.currency)
    return [Money.from_minor(int(total), currency) for currency, total in db.session.execute(query)]


def call_codes(desk: Desk) -> list[str]:
    """The calls that have projects on this desk."""
    query = (
        select(Call.code)
        .join(Project, Project.call_id == Call.id)
        .where(or_(as_programme(desk), Project.organisation_id.in_(desk.organisations)))
        .distinct()
        .order_by(Call.code)
    )
    return list(db.session.scalars(query))


def agreements_by_project(project_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Agreement]:
    """The agreement of each of these projects."""
    found = db.session.scalars(select(Agreement).where(Agreement.project_id.in_(project_ids)))
    return {agreement.project_id: agreement for agreement in found}


def next_dates(project_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, date]:
    """The date of the first milestone of each project that is not reported yet."""
    query = (
        select(Milestone.project_id, func.min(Milestone.due_on))
        .where(Milestone.project_id.in_(project_ids), Milestone.state.in_(OPEN))
        .group_by(Milestone.project_id)
    )
    return dict(db.session.execute(query).all())


def money_of(projects: Collection[Project]) -> dict[uuid.UUID, MoneyTotals]:
    """What the ledger says of each of these projects; one query for all of them."""

    def net(kind: str) -> ColumnElement[Any]:
        signed = case(
            (LedgerEntry.kind == kind, LedgerEntry.amount_minor),
            (LedgerEntry.kind == f"{kind}_reversal", -LedgerEntry.amount_minor),
            else_=0,
        )
        return func.coalesce(func.sum(signed), 0)

    query = (
        select(LedgerEntry.project_id, net("commitment"), net("disbursement"))
        .where(LedgerEntry.project_id.in_([p.id for p in projects]))
        .group_by(LedgerEntry.project_id)
    )
    sums = {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(query)}
    return {
        p.id: MoneyTotals(*(Money.from_minor(minor, p.currency) for minor in sums.get(p.id, (0, 0)))) for p in projects
    }
