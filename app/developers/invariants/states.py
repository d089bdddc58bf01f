"""Invariants of states: what the records say, the audit trail says too, and one record never runs ahead of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.calls.models import Call, CallStage
from app.core.audit import AuditEntry
from app.decisions.models import Decision
from app.extensions import db
from app.mines.models import MaturityAssessment, MineSite
from app.projects.models import Agreement, Milestone, Payment, Project, Report
from app.proposals.models import Proposal, StageSubmission
from app.reviews.models import Review

STATEFUL: tuple[Any, ...] = (Call, Proposal, StageSubmission, Review, Decision, Agreement, Milestone, Payment, Report)
MOVING = ("claimable", "requested", "approved", "released", "paid")


def audit_tells_state() -> Iterator[str]:
    """The last audit entry that names a state names the one the record is in; a record without entries is a break."""
    for model in STATEFUL:
        newest = (
            select(AuditEntry.subject_id, func.max(AuditEntry.seq).label("seq"))
            .where(AuditEntry.subject_type == model.__tablename__, AuditEntry.to_state.is_not(None))
            .group_by(AuditEntry.subject_id)
            .subquery()
        )
        told = (
            select(AuditEntry.subject_id, AuditEntry.to_state)
            .join(newest, and_(newest.c.subject_id == AuditEntry.subject_id, newest.c.seq == AuditEntry.seq))
            .where(AuditEntry.subject_type == model.__tablename__)
            .subquery()
        )
        rows = db.session.execute(
            select(model.id, model.state, told.c.to_state)
            .outerjoin(told, told.c.subject_id == model.id)
            .where(or_(told.c.to_state.is_(None), told.c.to_state != model.state))
        )
        for row in rows:
            yield f"{model.__tablename__} {row.id} is {row.state}; its audit trail says {row.to_state or 'nothing'}."


def outcomes_announced() -> Iterator[str]:
    """An announced decision is followed by its proposal, and no proposal shows an outcome without one."""
    rows = db.session.execute(
        select(Proposal.reference, Proposal.state, Decision.state.label("decided"), Decision.outcome)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .where(or_(Decision.state == "announced", Proposal.state.in_(("awarded", "reserve"))))
        .order_by(Proposal.reference)
    )
    for row in rows:
        announced = row.outcome if row.decided == "announced" else None
        if row.state != announced and row.state != "withdrawn":
            yield f"Proposal {row.reference} is {row.state}; announced is {announced or 'nothing'}."


def assessed_after_acceptance() -> Iterator[str]:
    """The last stage of an assessed proposal is accepted (or was, before it was withdrawn or excluded)."""
    last = (
        select(CallStage.call_id, func.max(CallStage.position).label("position")).group_by(CallStage.call_id).subquery()
    )
    accepted = (
        select(StageSubmission.proposal_id)
        .join(CallStage, CallStage.id == StageSubmission.call_stage_id)
        .join(last, and_(last.c.call_id == CallStage.call_id, last.c.position == CallStage.position))
        .where(StageSubmission.state.in_(("accepted", "advised")))
    )
    rows = db.session.execute(
        select(Proposal.reference, Proposal.state)
        .where(Proposal.state.in_(("assessing", "deciding", "awarded", "reserve")), Proposal.id.not_in(accepted))
        .order_by(Proposal.reference)
    )
    for row in rows:
        yield f"Proposal {row.reference} is {row.state}, but its last stage was not accepted."


def tranches_follow_milestones() -> Iterator[str]:
    """A tranche can be claimed only when its milestone is verified or waived, and paid only under an agreement."""
    rows = db.session.execute(
        select(Project.reference, Payment.position, Payment.state, Milestone.state.label("milestone"))
        .join(Milestone, Milestone.id == Payment.milestone_id)
        .join(Project, Project.id == Payment.project_id)
        .join(Agreement, Agreement.project_id == Project.id)
        .where(
            Payment.state.in_(MOVING),
            or_(Milestone.state.not_in(("verified", "waived")), Agreement.state.in_(("drafted", "sent", "signed"))),
        )
    )
    for row in rows:
        yield f"Project {row.reference} tranche {row.position} is {row.state}; its milestone is {row.milestone}."


def sites_on_last_step() -> Iterator[str]:
    """The step on a site's record is the one of its newest assessment."""
    ranked = select(
        MaturityAssessment.mine_site_id,
        MaturityAssessment.step,
        func.row_number()
        .over(
            partition_by=MaturityAssessment.mine_site_id,
            order_by=(
                MaturityAssessment.assessed_on.desc(),
                MaturityAssessment.created_at.desc(),
                MaturityAssessment.id.desc(),
            ),
        )
        .label("rank"),
    ).subquery()
    rows = db.session.execute(
        select(MineSite.reference, MineSite.maturity_step, ranked.c.step)
        .join(ranked, and_(ranked.c.mine_site_id == MineSite.id, ranked.c.rank == 1))
        .where(ranked.c.step != MineSite.maturity_step)
    )
    for row in rows:
        yield f"Mine site {row.reference} stands on {row.maturity_step}; the newest assessment found {row.step}."
