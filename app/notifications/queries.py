"""Questions about notices and mails, and about groups of people that only the notices need."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from app.calls.models import Call, CallQuestion, CallStage
from app.core.outbox import OutboxEvent
from app.decisions.queries import records_closed_to
from app.extensions import db
from app.identity.models import Membership, Person
from app.notifications.models import EmailDelivery, Notification
from app.projects.models import Agreement, Milestone, Report
from app.proposals.models import Proposal, ProposalCollaborator, StageSubmission
from app.proposals.queries import extended_to
from app.proposals.queries.records import whole
from app.reviews import visibility
from app.reviews.models import Review
from app.reviews.queries import still_waiting
from workflows.agreement import AgreementState
from workflows.call_lifecycle import CallState
from workflows.machine import Category, State
from workflows.milestone_monitoring import MilestoneState
from workflows.progress_report import ReportState
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState
from workflows.reviewer_scoring import ReviewState

WRITERS = ("owner", "editor")
WRITING = ("editor", "contributor")  # of those who are invited into one proposal


def _of_category(states: type[State], *categories: Category) -> tuple[str, ...]:
    return tuple(s.value for s in states if s.category in categories)


HANDED_IN = tuple(state.value for state in visibility.HANDED_IN)
BEGUN = (ReviewState.ACCEPTED.value, ReviewState.DRAFT.value)
STILL_REVIEWING = _of_category(ReviewState, Category.WAITING, Category.OPEN)
TO_REPORT = _of_category(MilestoneState, Category.OPEN)
TO_SUBMIT = _of_category(ReportState, Category.OPEN)


def unread_count(person_id: uuid.UUID) -> int:
    """How many notices the person has not read."""
    query = select(func.count(Notification.id)).where(
        Notification.person_id == person_id, Notification.read_at.is_(None), ~_behind_a_conflict(person_id)
    )
    return db.session.scalar(query) or 0


def notices_of(person_id: uuid.UUID) -> Select[tuple[Notification]]:
    """The person's notices, the newest first."""
    return (
        select(Notification)
        .where(Notification.person_id == person_id, ~_behind_a_conflict(person_id))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )


def _behind_a_conflict(person_id: uuid.UUID) -> ColumnElement[bool]:
    """Notices about what a conflict of interest has closed to the person since: they are kept and not shown."""
    closed = OutboxEvent.subject_id.in_(records_closed_to(person_id))
    return Notification.event_id.in_(select(OutboxEvent.id).where(closed))


def get_notice(ident: uuid.UUID) -> Notification | None:
    """The notice with this id."""
    return db.session.get(Notification, ident)


def get_delivery(ident: uuid.UUID) -> EmailDelivery | None:
    """The mail with this id."""
    return db.session.get(EmailDelivery, ident)


def dead_letters(limit: int = 100) -> list[EmailDelivery]:
    """Mails that were given up, the newest first."""
    query = select(EmailDelivery).where(EmailDelivery.dead_at.is_not(None))
    return list(db.session.scalars(query.order_by(EmailDelivery.dead_at.desc(), EmailDelivery.id).limit(limit)))


def people_who_apply() -> list[Person]:
    """Everybody who writes for some organisation, by id."""
    writers = select(Membership.person_id).where(Membership.role.in_(WRITERS))
    return list(db.session.scalars(select(Person).where(Person.id.in_(writers)).order_by(Person.id)))


def applicants_of_call(call_id: uuid.UUID) -> list[Person]:
    """Everybody who writes a proposal in the call that is not withdrawn, as a member or as invited, by id."""
    in_call = Proposal.call_id == call_id, Proposal.state != ProposalState.WITHDRAWN.value
    applying = select(Proposal.organisation_id).where(*in_call)
    writers = select(Membership.person_id).where(Membership.role.in_(WRITERS), Membership.organisation_id.in_(applying))
    invited = select(ProposalCollaborator.person_id).where(
        ProposalCollaborator.proposal_id.in_(select(Proposal.id).where(*in_call)),
        ProposalCollaborator.ended_at.is_(None),
        ProposalCollaborator.role.in_(WRITING),
    )
    query = select(Person).where(Person.id.in_(writers) | Person.id.in_(invited)).order_by(Person.id)
    return list(db.session.scalars(query))


def people_to_announce_to(call_id: uuid.UUID) -> list[Person]:
    """Everybody who works on a proposal of the call or asked about it, and can be reached, by id."""
    writing = {person.id for person in applicants_of_call(call_id)}
    asked = select(CallQuestion.asked_by_id).where(CallQuestion.call_id == call_id)
    query = select(Person).where(Person.id.in_(writing) | Person.id.in_(asked), Person.suspended_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.id)))


def people_reviewing(proposal_id: uuid.UUID) -> list[Person]:
    """The reviewers of a proposal whose review is not finished, by id."""
    reviewing = select(Review.reviewer_id).where(Review.proposal_id == proposal_id, Review.state.in_(STILL_REVIEWING))
    return list(db.session.scalars(select(Person).where(Person.id.in_(reviewing)).order_by(Person.id)))


def people_discussing(proposal_id: uuid.UUID) -> list[Person]:
    """The reviewers of a proposal who have handed in a sheet, by id."""
    found = select(Review.reviewer_id).where(Review.proposal_id == proposal_id, Review.state.in_(HANDED_IN))
    return list(db.session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.id)))


def people_with_sheets(call_id: uuid.UUID, states: Collection[str]) -> list[Person]:
    """Reviewers of proposals of a call still being assessed whose review is in one of these states, by id."""
    found = (
        select(Review.reviewer_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(
            Proposal.call_id == call_id,
            Proposal.state == ProposalState.ASSESSING.value,
            Review.state.in_(states),
        )
    )
    return list(db.session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.id)))


def reviews_named_in(event: OutboxEvent) -> list[Review]:
    """The reviews that an event asks after, as far as they still wait for their reviewer."""
    return still_waiting([uuid.UUID(ident) for ident in event.payload["reviews"].split(",")])


def open_milestones(begin: date, end: date) -> list[Milestone]:
    """Milestones still to be reported in running projects, due between two days, the earliest first."""
    return list(
        db.session.scalars(
            select(Milestone)
            .join(Agreement, Agreement.project_id == Milestone.project_id)
            .where(
                Agreement.state == AgreementState.ACTIVE.value,
                Milestone.state.in_(TO_REPORT),
                Milestone.due_on.between(begin, end),
            )
            .order_by(Milestone.due_on, Milestone.id)
        )
    )


def open_reports(begin: date, end: date) -> list[Report]:
    """Reports still to be submitted in running projects, due between two days, the earliest first."""
    return list(
        db.session.scalars(
            select(Report)
            .join(Agreement, Agreement.project_id == Report.project_id)
            .where(
                Agreement.state == AgreementState.ACTIVE.value,
                Report.state.in_(TO_SUBMIT),
                Report.due_on.between(begin, end),
            )
            .order_by(Report.due_on, Report.id)
        )
    )


def drafts_closing_between(begin: datetime, end: datetime) -> list[StageSubmission]:
    """Drafts of open calls whose stage closes for their applicant between two instants, the earliest first."""
    extended = extended_to()
    closes_at = case((extended > CallStage.closes_at, extended), else_=CallStage.closes_at)
    return list(
        db.session.scalars(
            select(StageSubmission)
            .join(StageSubmission.call_stage)
            .join(Call, Call.id == CallStage.call_id)
            .join(Proposal, Proposal.id == StageSubmission.proposal_id)
            .options(joinedload(StageSubmission.proposal).options(*whole(forms=False)))
            .where(
                Call.state.in_((CallState.OPEN.value, CallState.CLOSED.value)),
                StageSubmission.state.in_((StageState.DRAFT.value, StageState.AWAITING_SIGN_OFF.value)),
                closes_at > begin,
                closes_at <= end,
            )
            .order_by(closes_at, StageSubmission.id)
        )
    )
