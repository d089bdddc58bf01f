"""Rows about applying: stage submissions, the stages that come next, reviews and decisions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, and_, case, func, or_, select

from app.calls.models import Call, CallStage
from app.dashboard.queries.desk import Desk
from app.decisions.models import Decision, Vote
from app.extensions import db
from app.projects.models import Project
from app.proposals.models import Proposal, StageExtension, StageSubmission
from app.proposals.queries import extended_to
from app.reviews.models import Review, Unblinding
from workflows.actors import COMMITTEE_MEMBER, MANAGER, OFFICER

Rows = Sequence[Any]
IN_HAND = ("invited", "accepted", "draft", "reopened")
PROPOSAL_COLUMNS = (
    Proposal.id.label("proposal_id"),
    Proposal.reference,
    Proposal.title,
    Proposal.state.label("proposal_state"),
    Proposal.state_changed_at.label("proposal_since"),
    Proposal.organisation_id,
    Proposal.call_id,
    Call.code.label("call_code"),
    Call.programme_id,
    Call.zone,
    Call.process,
)
STAGE_COLUMNS = (
    StageSubmission.state,
    StageSubmission.state_changed_at,
    StageSubmission.position,
    StageSubmission.correct_by,
    StageSubmission.created_at.label("begun_at"),
    StageSubmission.sealed_number,
    CallStage.title.label("stage_title"),
    CallStage.opens_at,
    CallStage.closes_at,
    CallStage.gives_advice,
    CallStage.screens_on_receipt,
)
TALLIES = ("reviews_open", "reviews_late", "reviews_in")


def calls(programmes: Collection[uuid.UUID]) -> Rows:
    """The calls of these programmes, newest first."""
    return db.session.execute(
        select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.state_changed_at,
            Call.programme_id,
            Call.currency,
            Call.budget_minor,
            Call.zone,
            Call.opens_at,
            Call.closes_at,
            Call.process,
        )
        .where(Call.programme_id.in_(programmes))
        .order_by(Call.opens_at.desc(), Call.code)
    ).all()


def stages(desk: Desk) -> Rows:
    """The newest stage of every proposal still applying, on either side of the desk."""
    newest = (
        select(StageSubmission.proposal_id, func.max(StageSubmission.position).label("position"))
        .group_by(StageSubmission.proposal_id)
        .subquery()
    )
    return db.session.execute(
        select(
            *PROPOSAL_COLUMNS,
            *STAGE_COLUMNS,
            extended_to().label("extended_to"),
        )
        .join(newest, newest.c.proposal_id == Proposal.id)
        .join(
            StageSubmission,
            and_(StageSubmission.proposal_id == Proposal.id, StageSubmission.position == newest.c.position),
        )
        .join(CallStage, CallStage.id == StageSubmission.call_stage_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Proposal.state == "applying",
            or_(
                Proposal.organisation_id.in_(desk.organisations),
                Proposal.id.in_(list(desk.parts)),
                and_(
                    Call.programme_id.in_(desk.programmes(OFFICER, MANAGER)),
                    StageSubmission.state.in_(("submitted", "screening", "accepted", "returned")),
                ),
            ),
        )
        .order_by(StageSubmission.state_changed_at, Proposal.reference)
    ).all()


def next_stages(call_ids: Collection[uuid.UUID]) -> dict[tuple[uuid.UUID, int], Any]:
    """The stages of these calls by call and position."""
    rows = db.session.execute(
        select(
            CallStage.call_id,
            CallStage.position,
            CallStage.id.label("stage_id"),
            CallStage.key,
            CallStage.title.label("stage_title"),
            CallStage.opens_at,
            CallStage.closes_at,
        ).where(CallStage.call_id.in_(call_ids))
    )
    return {(row.call_id, row.position): row for row in rows}


def extensions(stage_ids: Collection[uuid.UUID]) -> Sequence[StageExtension]:
    """Every extension for one applicant in these stages."""
    query = select(StageExtension).where(StageExtension.call_stage_id.in_(stage_ids))
    return db.session.scalars(query.order_by(StageExtension.created_at, StageExtension.id)).all()


def later_proposals(desk: Desk, now: datetime) -> Rows:
    """Proposals past applying, with what is known of reviews, decision and project; applicants see only their own."""
    tally, asked = _tally(now), _unblindings(desk)
    wanted = or_(Proposal.state.in_(("assessing", "deciding")), and_(Proposal.state == "awarded", Project.id.is_(None)))
    return db.session.execute(
        select(
            *PROPOSAL_COLUMNS,
            *(func.coalesce(tally.c[name], 0).label(name) for name in TALLIES),
            tally.c.late_since,
            Decision.state.label("decision_state"),
            Decision.state_changed_at.label("decision_since"),
            Decision.proposed_by_id,
            asked.c.unblinding_since,
        )
        .join(Call, Call.id == Proposal.call_id)
        .outerjoin(tally, tally.c.proposal_id == Proposal.id)
        .outerjoin(asked, asked.c.proposal_id == Proposal.id)
        .outerjoin(Decision, Decision.proposal_id == Proposal.id)
        .outerjoin(Project, Project.proposal_id == Proposal.id)
        .where(
            wanted,
            or_(
                Proposal.organisation_id.in_(desk.organisations),
                Proposal.id.in_(list(desk.parts)),
                Call.programme_id.in_(desk.programmes(OFFICER, MANAGER)),
            ),
        )
        .order_by(Proposal.state_changed_at, Proposal.reference)
    ).all()


def _tally(now: datetime) -> Subquery:
    """How many reviews of each proposal are with their reviewers, late, or handed in; and since when one is late."""
    in_hand = Review.state.in_(IN_HAND)
    late = and_(in_hand, Review.due_at < now)
    counted = (in_hand, late, Review.state.in_(("submitted", "final")))
    return (
        select(
            Review.proposal_id,
            func.min(case((late, Review.due_at), else_=None)).label("late_since"),
            *(
                func.sum(case((condition, 1), else_=0)).label(name)
                for name, condition in zip(TALLIES, counted, strict=True)
            ),
        )
        .group_by(Review.proposal_id)
        .subquery()
    )


def _unblindings(desk: Desk) -> Subquery:
    """Since when somebody else waits for an answer to a request to show who reviewed or who applies."""
    waiting = (Unblinding.state == "requested", Unblinding.requested_by_id != desk.person_id)
    since = func.min(Unblinding.state_changed_at).label("unblinding_since")
    return select(Unblinding.proposal_id, since).where(*waiting).group_by(Unblinding.proposal_id).subquery()


def own_reviews(desk: Desk) -> Rows:
    """The reader's reviews that wait for them, without those that a conflict of interest has closed since."""
    return db.session.execute(
        select(
            Review.id,
            Review.state,
            Review.state_changed_at,
            Review.due_at,
            Proposal.reference,
            Proposal.title,
            Call.code.label("call_code"),
            Call.zone,
        )
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Review.reviewer_id == desk.person_id,
            Review.state.in_(IN_HAND),
            Proposal.id.not_in(desk.conflicted),
            Proposal.organisation_id.not_in(desk.organisations),
        )
        .order_by(Review.due_at, Proposal.reference)
    ).all()


def votes_wanted(desk: Desk) -> Rows:
    """Proposed decisions of the reader's committees on which they have not voted in this round."""
    voted = and_(Vote.decision_id == Decision.id, Vote.round == Decision.round, Vote.member_id == desk.person_id)
    return db.session.execute(
        select(*PROPOSAL_COLUMNS, Decision.id.label("decision_id"), Decision.state, Decision.state_changed_at)
        .join(Decision, Decision.proposal_id == Proposal.id)
        .join(Call, Call.id == Proposal.call_id)
        .outerjoin(Vote, voted)
        .where(
            Decision.state == "proposed",
            Proposal.state == "deciding",
            Call.programme_id.in_(desk.programmes(COMMITTEE_MEMBER)),
            Proposal.organisation_id.not_in(desk.organisations),
            Proposal.id.not_in(desk.conflicted),
            Vote.id.is_(None),
        )
        .order_by(Decision.state_changed_at, Proposal.reference)
    ).all()
