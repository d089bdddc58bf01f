"""What an event is about, with everything around it that its telling may need, loaded in one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.calls.models import Call, CallStage
from app.core.files import StoredFile
from app.core.outbox import OutboxEvent
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import DocumentVersion, Invitation, Organisation, OrganisationDocument, Person
from app.projects.models import Agreement, Milestone, Payee, Payment, Project, Report
from app.proposals.models import Proposal, ProposalInvitation, ProposalTransfer, StageExtension, StageSubmission
from app.reviews.models import DiscussionMessage, Review, ReviewInvitation, ReviewNudge, ReviewRound, Unblinding


@dataclass(frozen=True)
class Subject:
    """An event with its record (``thing``) and the records above it."""

    event: OutboxEvent
    thing: Any
    call: Call | None = None
    proposal: Proposal | None = None
    project: Project | None = None
    organisation: Organisation | None = None


class Gone(LookupError):
    """The record of an event no longer exists; there is nothing to tell."""


def load(event: OutboxEvent) -> Subject:
    """The subject of an event; raises ``Gone`` when its record is no more, ``KeyError`` for an unknown kind of record."""
    model, options, build = LOADERS[event.subject_type]
    thing = db.session.get(model, event.subject_id, options=options(), populate_existing=True)
    if thing is None:
        raise Gone(f"{event.subject_type} {event.subject_id}")
    return build(event, thing)


def _of_proposal(event: OutboxEvent, thing: Any, proposal: Proposal) -> Subject:
    return Subject(event, thing, proposal.call, proposal, None, proposal.organisation)


def _of_stage(event: OutboxEvent, stage: StageSubmission) -> Subject:
    """The proposal is loaded by itself: its list of stages holds this very stage and would take away what was loaded."""
    options = _own_proposal_options()
    proposal = db.session.get(Proposal, stage.proposal_id, options=options, populate_existing=True)
    if proposal is None:
        raise Gone(f"proposal {stage.proposal_id}")
    return _of_proposal(event, stage, proposal)


def _of_project(event: OutboxEvent, thing: Any, project: Project) -> Subject:
    proposal = project.decision.proposal
    return Subject(event, thing, proposal.call, proposal, project, project.organisation)


def _of_payee(event: OutboxEvent, payee: Payee) -> Subject:
    project = db.session.get(Project, payee.project_id, options=_project_options())
    if project is None:
        raise Gone(f"project {payee.project_id}")
    return _of_project(event, payee, project)


def _around_proposal(load_proposal: Any) -> list[ORMOption]:
    return [
        load_proposal.joinedload(Proposal.call),
        load_proposal.joinedload(Proposal.organisation),
        load_proposal.selectinload(Proposal.stages),
    ]


def _project_options() -> list[ORMOption]:
    return _around_project(None)


def _around_project(load_project: Any) -> list[ORMOption]:
    def step(relationship: Any) -> Any:
        return load_project.joinedload(relationship) if load_project else joinedload(relationship)

    proposal = step(Project.decision).joinedload(Decision.proposal)
    return [step(Project.organisation), proposal.joinedload(Proposal.call)]


def _part_of_project(model: Any, *more: str) -> tuple[Any, Callable[[], list[ORMOption]], Any]:
    def options() -> list[ORMOption]:
        return [*_around_project(joinedload(model.project)), *(joinedload(getattr(model, name)) for name in more)]

    return model, options, lambda event, thing: _of_project(event, thing, thing.project)


def _part_of_proposal(model: Any, *more: str) -> tuple[Any, Callable[[], list[ORMOption]], Any]:
    def options() -> list[ORMOption]:
        return [*_around_proposal(joinedload(model.proposal)), *(joinedload(getattr(model, name)) for name in more)]

    return model, options, lambda event, thing: _of_proposal(event, thing, thing.proposal)


def _own_proposal_options() -> list[ORMOption]:
    return [
        joinedload(Proposal.call),
        joinedload(Proposal.organisation),
        selectinload(Proposal.stages),
        selectinload(Proposal.extensions),
    ]


def _extension_options() -> list[ORMOption]:
    return [
        joinedload(StageExtension.organisation),
        joinedload(StageExtension.proposal),
        joinedload(StageExtension.call_stage).joinedload(CallStage.call),
    ]


def _round_options() -> list[ORMOption]:
    return [joinedload(ReviewRound.call_stage).joinedload(CallStage.call)]


def _of_extension(event: OutboxEvent, thing: StageExtension) -> Subject:
    return Subject(event, thing, thing.call_stage.call, thing.proposal, None, thing.organisation)


LOADERS: dict[str, tuple[Any, Callable[[], list[ORMOption]], Callable[[OutboxEvent, Any], Subject]]] = {
    "person": (Person, list, Subject),
    "organisation": (Organisation, list, lambda e, t: Subject(e, t, organisation=t)),
    "document_version": (
        DocumentVersion,
        lambda: [joinedload(DocumentVersion.document).joinedload(OrganisationDocument.organisation)],
        lambda e, t: Subject(e, t, organisation=t.document.organisation),
    ),
    "stored_file": (StoredFile, list, Subject),
    "invitation": (Invitation, list, lambda e, t: Subject(e, t, organisation=t.organisation)),
    "call": (Call, lambda: [selectinload(Call.stages)], lambda e, t: Subject(e, t, call=t)),
    "proposal_transfer": _part_of_proposal(ProposalTransfer, "to_person"),
    "proposal_invitation": _part_of_proposal(ProposalInvitation),
    "proposal": (Proposal, _own_proposal_options, lambda e, t: _of_proposal(e, t, t)),
    "stage_submission": (StageSubmission, list, _of_stage),
    "stage_extension": (StageExtension, _extension_options, _of_extension),
    "review_nudge": (
        ReviewNudge,
        lambda: [joinedload(ReviewNudge.call), joinedload(ReviewNudge.person)],
        lambda e, t: Subject(e, t, call=t.call),
    ),
    "review": _part_of_proposal(Review, "reviewer"),
    "discussion_message": _part_of_proposal(DiscussionMessage),
    "unblinding": _part_of_proposal(Unblinding),
    "review_round": (ReviewRound, _round_options, lambda e, t: Subject(e, t, call=t.call_stage.call)),
    "review_invitation": (
        ReviewInvitation,
        lambda: [
            *_around_proposal(joinedload(ReviewInvitation.proposal)),
            joinedload(ReviewInvitation.review).joinedload(Review.reviewer),
        ],
        lambda e, t: _of_proposal(e, t, t.proposal),
    ),
    "decision": _part_of_proposal(Decision),
    "project": (Project, _project_options, lambda e, t: _of_project(e, t, t)),
    "agreement": _part_of_project(Agreement),
    "milestone": _part_of_project(Milestone),
    "payment": _part_of_project(Payment, "milestone"),
    "report": _part_of_project(Report),
    "payee": (Payee, list, _of_payee),
}
