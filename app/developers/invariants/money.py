"""Invariants of money: sums are made in the database, in integer minor units."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select

from app.calls.models import Call
from app.decisions.models import Decision
from app.extensions import db
from app.projects.models import Agreement, LedgerEntry, Payment, Project
from app.proposals.models import Proposal

RATIFIED = ("ratified", "announced")
IN_FORCE = ("sent", "signed", "active", "completed")
MADE = ("released", "paid")


def awards_within_budget() -> Iterator[str]:
    """Ratified and announced awards of a call never exceed its budget."""
    awarded = func.coalesce(func.sum(Decision.amount_minor), 0)
    rows = db.session.execute(
        select(Call.code, Call.budget_minor, awarded.label("awarded"))
        .join(Decision, and_(Decision.call_id == Call.id, Decision.state.in_(RATIFIED)))
        .group_by(Call.id, Call.code, Call.budget_minor)
        .having(awarded > Call.budget_minor)
    )
    for row in rows:
        yield f"Call {row.code}: {row.awarded} is awarded of a budget of {row.budget_minor} (minor units)."


def projects_match_decisions() -> Iterator[str]:
    """A project follows one announced award and carries exactly its amount."""
    rows = db.session.execute(
        select(Project.reference, Project.award_minor, Decision.amount_minor, Decision.state, Decision.outcome)
        .join(Decision, Decision.id == Project.decision_id)
        .where(
            or_(
                Project.award_minor != Decision.amount_minor,
                Decision.state != "announced",
                Decision.outcome != "awarded",
                Decision.proposal_id != Project.proposal_id,
                Decision.call_id != Project.call_id,
            )
        )
    )
    for row in rows:
        yield (
            f"Project {row.reference}: award {row.award_minor}, but the decision is {row.state}: "
            f"{row.outcome}, {row.amount_minor}."
        )


def tranches_make_award() -> Iterator[str]:
    """From the moment an agreement is sent, its tranches sum to the award exactly."""
    tranches = func.coalesce(func.sum(Payment.amount_minor), 0)
    rows = db.session.execute(
        select(Project.reference, Project.award_minor, tranches.label("tranches"))
        .join(Agreement, and_(Agreement.project_id == Project.id, Agreement.state.in_(IN_FORCE)))
        .outerjoin(Payment, and_(Payment.project_id == Project.id, Payment.state != "cancelled"))
        .group_by(Project.id, Project.reference, Project.award_minor)
        .having(tranches != Project.award_minor)
    )
    for row in rows:
        yield f"Project {row.reference}: the tranches sum to {row.tranches}, the award is {row.award_minor}."


def commitments_match() -> Iterator[str]:
    """Commitments less their reversals equal the award; of a terminated project, what was paid of it."""
    committed = func.coalesce(func.sum(_signed("commitment", "commitment_reversal")), 0)
    rows = db.session.execute(
        select(Project.reference, Project.award_minor, Agreement.state, committed.label("committed"))
        .join(Agreement, Agreement.project_id == Project.id)
        .outerjoin(LedgerEntry, LedgerEntry.project_id == Project.id)
        .group_by(Project.id, Project.reference, Project.award_minor, Agreement.state)
        .order_by(Project.reference)
    )
    for row in rows:
        if row.state == "terminated":
            if not 0 <= row.committed <= row.award_minor:
                yield f"Project {row.reference} is terminated, but {row.committed} of {row.award_minor} is committed."
        elif row.committed != row.award_minor:
            yield f"Project {row.reference}: the ledger commits {row.committed}, the award is {row.award_minor}."


def disbursements_match() -> Iterator[str]:
    """Disbursements less their reversals equal the tranche once it is released, and nothing before."""
    disbursed = func.coalesce(func.sum(_signed("disbursement", "disbursement_reversal")), 0)
    expected = case((Payment.state.in_(MADE), Payment.amount_minor), else_=0)
    rows = db.session.execute(
        select(Project.reference, Payment.position, Payment.state, expected.label("expected"), disbursed.label("found"))
        .join(Project, Project.id == Payment.project_id)
        .outerjoin(LedgerEntry, LedgerEntry.payment_id == Payment.id)
        .group_by(Payment.id, Project.reference, Payment.position, Payment.state, Payment.amount_minor)
        .having(disbursed != expected)
    )
    for row in rows:
        yield (
            f"Project {row.reference} tranche {row.position} is {row.state}: the ledger disburses {row.found}, "
            f"not {row.expected}."
        )
    stray = select(func.count(LedgerEntry.id)).where(
        LedgerEntry.kind.startswith("disbursement"), LedgerEntry.payment_id.is_(None)
    )
    if count := db.session.scalar(stray):
        yield f"{count} disbursements of the ledger belong to no tranche."


def one_currency() -> Iterator[str]:
    """Call, proposal, decision, project, tranche and ledger line speak of one currency."""
    pairs = (
        (Proposal, Call, Proposal.call_id == Call.id, "proposal", "call"),
        (Decision, Call, Decision.call_id == Call.id, "decision", "call"),
        (Project, Decision, Project.decision_id == Decision.id, "project", "decision"),
        (Payment, Project, Payment.project_id == Project.id, "tranche", "project"),
        (LedgerEntry, Project, LedgerEntry.project_id == Project.id, "ledger line", "project"),
    )
    for lower, upper, joined, name, of_name in pairs:
        query = (
            select(func.count(lower.id)).select_from(lower).join(upper, joined).where(lower.currency != upper.currency)
        )
        if count := db.session.scalar(query):
            yield f"{count} times a {name} has another currency than its {of_name}."


def _signed(kind: str, reversal: str):  # type: ignore[no-untyped-def]
    """The amount of a ledger line, negative on a reversal, nothing on other kinds."""
    return case(
        (LedgerEntry.kind == kind, LedgerEntry.amount_minor),
        (LedgerEntry.kind == reversal, -LedgerEntry.amount_minor),
        else_=0,
    )
