"""Proposals that have passed screening, and reviews of them in any state, made row by row so that tests start at once."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core import clock, transitions
from app.core.types import SYSTEM_ACTOR, Money
from app.extensions import db
from app.identity.models import Organisation, Person
from app.proposals import queries as proposals_queries
from app.proposals.models import ConflictOfInterest, Proposal, SealedSubmission, StageSubmission
from app.proposals.snapshot import SealedFile, compose, digest
from app.reviews import queries, services
from app.reviews.models import Review
from app.reviews.sheet import Changes
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation, make_person, make_programme, make_staff
from workflows.call_lifecycle import CallState
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

_number = itertools.count(1)
WELL = {"A1": 4, "A2": 4, "B1": 4}
REASON = "Because the plan names people, dates and money."


def make_assessing_call(**over: Any) -> Call:
    """A call whose closing time has passed and whose proposals are being assessed."""
    call = make_call(programme=over.pop("programme", None) or make_programme(), **over)
    for state in (CallState.CLOSED, CallState.ASSESSING):
        _put(call, state.value)
    return call


def _put(thing: Any, state: str) -> None:
    setattr(thing, "state", state)  # noqa: B010 - a test may begin anywhere
    thing.state_changed_at = clock.now()
    db.session.flush()


def answers_of(**over: Any) -> dict[str, Any]:
    """Complete answers to the full form of ``tests.factories.calls``."""
    return {
        "partners": [
            {"name": "Kahuzi Miners", "role": "lead", "supply_chain": "no"},
            {"name": "Lakeside Smelting", "role": "partner", "supply_chain": "yes"},
        ],
        "contact_email": "secret-contact@example.org",
        "title": "Safer pits",
        "problem": "Pits collapse in the rain.",
        "minerals": ["tin"],
        "duration": 24,
        "mercury": "no",
        "grant": {"amount": "100000.00", "currency": "EUR"},
        "budget": {"staff": {"amount": {"amount": "125000.00", "currency": "EUR"}}},
        "honest": "yes",
        **over,
    }


def make_assessed_proposal(
    *,
    call: Call | None = None,
    organisation: Organisation | None = None,
    files: tuple[SealedFile, ...] = (),
    **over: Any,
) -> Proposal:
    """A proposal whose last stage was accepted. ``grant`` (euros), ``total``, ``title``, ``state``, ``answers`` may be given."""
    call = call or make_assessing_call()
    organisation = organisation or make_organisation(owner=make_person())
    n = next(_number)
    grant, title = Decimal(over.pop("grant", 100_000)), over.pop("title", f"Safer pits {n}")
    total = Decimal(over.pop("total", grant))
    proposal = Proposal(
        call_id=call.id,
        organisation_id=organisation.id,
        reference=f"{call.reference_prefix}-{n:04}",
        title=title,
        created_by_id=make_person().id,
        currency=call.currency,
        requested_minor=Money(grant, call.currency).minor,
        countries=["CD"],
        minerals=["tin"],
    )
    transitions.begin(proposal, SYSTEM_ACTOR, "proposal.started")
    answers = answers_of(
        title=title,
        grant={"amount": f"{grant:.2f}", "currency": "EUR"},
        budget={"staff": {"amount": {"amount": f"{total:.2f}", "currency": "EUR"}}},
        **over.pop("answers", {}),
    )
    _seal(proposal, call, answers, files)
    _put(proposal, over.pop("state", ProposalState.ASSESSING.value))
    return reload(proposal)


def _seal(proposal: Proposal, call: Call, answers: dict[str, Any], files: tuple[SealedFile, ...]) -> None:
    stage = calls_queries.get_call(call.id).stages[-1]  # type: ignore[union-attr]
    form = calls_queries.form_of(stage)
    about = {"reference": proposal.reference, "form_sha256": stage.form_version.sha256, "version": 1}
    text = compose(about, form, answers, files)
    submission = StageSubmission(
        proposal_id=proposal.id,
        call_stage_id=stage.id,
        form_version_id=stage.form_version_id,
        position=stage.position,
        answers=answers,
        submitted_at=clock.now(),
        sealed_number=1,
    )
    transitions.begin(submission, SYSTEM_ACTOR, "stage_submission.started")
    db.session.add(
        SealedSubmission(
            stage_submission_id=submission.id,
            number=1,
            snapshot=text,
            sha256=digest(text),
            submitted_at=clock.now(),
            submitted_by_id=proposal.created_by_id,
            submitted_by_name="Applicant",
        )
    )
    _put(submission, StageState.ACCEPTED.value)


def reload(proposal: Proposal) -> Proposal:
    """The proposal with all that pages load with it."""
    db.session.flush()
    db.session.expire(proposal)
    found = proposals_queries.get_proposal(proposal.id)
    assert found is not None
    return found


def make_officer(call: Call) -> Person:
    """An officer of the call's programme."""
    return make_staff(call.programme, "officer")


def make_reviewer(call: Call, **over: Any) -> Person:
    """A reviewer of the call's programme."""
    return make_staff(call.programme, "reviewer", person=make_person(**over))


def make_review(
    proposal: Proposal,
    *,
    reviewer: Person | None = None,
    state: str = "invited",
    due_at: datetime | None = None,
    scores: dict[str, int] | None = None,
    **over: Any,
) -> Review:
    """A review that went through the moves up to ``state``: invited, accepted, draft, submitted, reopened or final."""
    call = calls_queries.get_call(proposal.call_id)
    assert call is not None
    reviewer = reviewer or make_reviewer(call)
    officer = actor_of(make_officer(call))
    review = services.invite(
        proposal=proposal, reviewer=reviewer, due_at=due_at or clock.now() + timedelta(days=14), actor=officer
    )
    review = queries.get_review(review.id)
    assert review is not None
    me = actor_of(reviewer)
    if state != "invited":
        services.accept(review=review, no_conflict=True, signed_as=reviewer.name, actor=me)
    if state not in {"invited", "accepted"}:
        services.save_scores(review=review, changes=full_sheet(scores, **over), actor=me)
    if state in {"submitted", "reopened", "final"}:
        services.submit(review=review, actor=me)
    if state == "reopened":
        services.reopen(review=review, reason="Look at A1 again.", actor=officer)
    if state == "final":
        services.finalise(review=review, actor=officer)
    return review


def full_sheet(scores: dict[str, int] | None = None, **over: Any) -> Changes:
    """A sheet on which nothing is missing."""
    return Changes(
        scores=scores or WELL,
        texts=dict.fromkeys(("A", "B", "A1", "A2", "B1"), REASON),
        comment_to_applicant=over.get("comment_to_applicant", "A clear plan."),
        note_to_staff=over.get("note_to_staff", "Ask for the licence."),
        recommended_minor=over.get("recommended_minor"),
        recommended_given="recommended_minor" in over,
    )


def make_conflict(person: Person, proposal: Proposal) -> ConflictOfInterest:
    """A conflict of interest on record."""
    conflict = ConflictOfInterest(
        person_id=person.id, proposal_id=proposal.id, basis="recorded_by_staff", recorded_by_id=person.id
    )
    db.session.add(conflict)
    db.session.flush()
    proposals_queries.forget_conflicts()
    return conflict


def make_tabled_proposal(*, call: Call, scores: tuple[dict[str, int], ...] = (WELL, WELL), **over: Any) -> Proposal:
    """A proposal before the committee, with one final review for each of ``scores``."""
    proposal = make_assessed_proposal(call=call, **over)
    for sheet in scores:
        make_review(proposal, state="submitted", scores=sheet)
    services.table(proposal=proposal, actor=actor_of(make_officer(call)))
    return proposal
