"""A world reaches every named state through the services, and what it may not do is refused with the place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.calls.strict import FormError
from app.core import clock
from app.core.audit import AuditEntry
from app.decisions import queries as decisions
from app.developers import invariants
from app.developers.worlds import loading
from app.developers.worlds.diary import WorldError
from app.developers.worlds.files import CALLS
from app.developers.worlds.reading import read_world
from app.projects import queries as projects
from app.reviews import queries as reviews
from tests.developers.conftest import ground, proposal
from workflows.agreement import AgreementState
from workflows.funding_decision import DecisionState
from workflows.milestone_monitoring import MilestoneState
from workflows.payment import PaymentState
from workflows.progress_report import ReportState
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState
from workflows.reviewer_scoring import ReviewState

STAGES = {
    StageState.DRAFT: ("NEW", "application"),
    StageState.AWAITING_SIGN_OFF: ("SIGN", "application"),
    StageState.SUBMITTED: ("SIGN", "application"),
    StageState.SCREENING: ("OLD", "application"),
    StageState.RETURNED: ("OLD", "application"),
    StageState.ACCEPTED: ("OLD", "application"),
    StageState.ADVISED: ("EPRM-2020", "quick_scan"),
    StageState.INELIGIBLE: ("OLD", "application"),
    StageState.WITHDRAWN: ("OLD", "application"),
}


def milestone(reaches: str = "planned", percent: int = 0, due: str = "60", payment: str = "") -> dict:
    told = {"title": f"To be {reaches}", "kind": "output_milestone", "due": due, "percent": percent, "reaches": reaches}
    return {**told, "payment": payment} if payment else told


def reported(state: str) -> dict:
    return {"reports": [{"kind": "final", "reaches": state}], "at": AT}


def assert_sound() -> None:
    assert not {name: found for name, found in invariants.run() if found}


def test_every_state_of_a_stage(play):
    made = [proposal(s.value, f"{stage}.{s.value}", call) for s, (call, stage) in STAGES.items()]
    world = play(ground(proposals=[*made, proposal("late", "application.late")]))
    assert set(STAGES) == set(StageState)
    for state, (_, stage) in STAGES.items():
        assert world.stage(state.value, stage).state == state.value
    assert world.stage("late", "application").state == StageState.DRAFT
    assert world.stage("late", "application").submitted_at is None
    assert_sound()


def test_every_state_of_a_proposal(play):
    world = play(ground(proposals=[proposal(s.value, s.value) for s in ProposalState]))
    for state in ProposalState:
        assert world.proposal(state.value).state == state.value
    assert_sound()


def test_every_state_of_a_review(play):
    made = [
        proposal(s.value, "assessing", reviews=[{"by": "rev1", "reaches": s.value, "reason": "A reason."}])
        for s in ReviewState
    ]
    world = play(ground(proposals=made))
    for state in ReviewState:
        found = reviews.reviews_of_proposals([world.proposal(state.value).id])
        assert [review.state for review in found] == [state.value]
    assert_sound()


def test_every_state_of_a_decision(play):
    made = [
        proposal(s.value, "awarded" if s is DecisionState.ANNOUNCED else "deciding", decision={"reaches": s.value})
        for s in DecisionState
    ]
    world = play(ground(proposals=made))
    for state in DecisionState:
        assert decisions.decision_of(world.proposal(state.value).id).state == state.value
    assert_sound()


def test_every_state_of_an_agreement(play):
    whole = [milestone("verified", 100, payment="paid")]
    made = [
        proposal(s.value, "awarded", project={"agreement": s.value, "milestones": whole, "at": AT})
        for s in AgreementState
    ]
    world = play(ground(proposals=made))
    for state in AgreementState:
        assert projects.agreement_of(world.ident("project", state.value)).state == state.value
    assert_sound()


AT = {"create": "-200"}


def test_every_state_of_milestones_payments_and_reports(play):
    plan = [milestone(s.value) for s in MilestoneState]
    payments = (
        PaymentState.CLAIMABLE,
        PaymentState.REQUESTED,
        PaymentState.APPROVED,
        PaymentState.RELEASED,
        PaymentState.PAID,
    )
    plan += [milestone("verified", 10, payment=state.value) for state in payments]
    plan += [milestone("planned", 50, payment="held")]
    reports = [{"kind": "progress", "reaches": "returned"}]
    ended = {"agreement": "terminated", "milestones": [milestone("planned", 100)], "at": AT}
    world = play(
        ground(
            proposals=[
                proposal("run", "awarded", project={"milestones": plan, "reports": reports, "at": AT, "starts": "-190"}),
                proposal("end", "awarded", project=ended),
                *(proposal(f"report-{s.value}", "awarded", project=reported(s.value)) for s in ReportState),
            ]
        )
    )  # fmt: skip
    rows = projects.milestone_rows(world.ident("project", "run"))
    assert [row.milestone.state for row in rows[: len(MilestoneState)]] == [s.value for s in MilestoneState]
    assert [row.payment.state for row in rows[len(MilestoneState) : -1]] == [s.value for s in payments]
    assert rows[-1].payment.held_at is not None
    assert [p.state for p in projects.payments_of(world.ident("project", "end"))] == [PaymentState.CANCELLED.value]
    for state in ReportState:
        found = projects.reports_of(world.ident("project", f"report-{state.value}"))
        assert next(r.state for r in found if r.kind == "final") == state.value
    assert_sound()


def test_things_happen_in_order_of_time_and_never_later_than_now(play, session):
    now = clock.now()
    play(ground(proposals=[proposal("a", "awarded"), proposal("b", "application.screening")]))
    instants = session.scalars(select(AuditEntry.at).order_by(AuditEntry.id)).all()
    assert list(instants) == sorted(instants) and instants[-1] <= clock.tick()
    assert (now - instants[0]).days > 365


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"proposals": [proposal("x", "application.screening", "NEW")]}, "screening"),
        ({"proposals": [proposal("x", "assessing", "NOWHERE")]}, "there is no call “NOWHERE”"),
        ({"proposals": [proposal("x", "interview.draft")]}, "the call has no stage “interview”"),
        ({"proposals": [proposal("x", "application.draft", organisation="nobody")]}, "no organisation “nobody”"),
        ({"calls": [{"small": {"code": "OLD", "programme": "PRO", "title": "T"}, "opens": "5"}]}, "cannot be open yet"),
        ({"proposals": [proposal("x", "application.draft", stages={"application": {"at": {"start": "soon"}}})]}, "no moment"),
        ({"proposals": [proposal("x", "awarded", grant="900000.00")]}, "above the most"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_place(session, change, words):
    with pytest.raises((WorldError, FormError)) as refused:
        loading.load(read_world(ground(**change), (CALLS,)), clock.now())
    assert words in str(refused.value)
