"""When a stage closes: the grace of a call, and the wall across changes of the clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid, MoveRefused
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import SealedSubmission
from app.proposals.services import deadlines
from tests.client import text_of
from tests.factories.calls import call_document, make_call
from tests.factories.identity import actor_of
from tests.factories.proposals import fill_in, make_proposal
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.deadlines import TICK, filled, manager_of
from workflows.lateness import seconds_late


def with_grace(minutes=15):
    process = {**call_document()["process"], "late_minutes": minutes}
    proposal = filled()
    proposal.call.process = {**proposal.call.process, **process}
    db.session.flush()
    return proposal


@pytest.mark.parametrize(
    ("offset", "late"),
    [
        (-TICK, 0),
        (timedelta(0), 1),
        (timedelta(minutes=4, seconds=14), 254),
        (timedelta(minutes=15) - TICK, 899),
    ],
)
def test_a_draft_begun_in_time_has_grace_and_is_marked(session, frozen, offset, late):
    proposal = with_grace()
    frozen(proposal.call.stages[0].closes_at + offset)
    sealed = services.submit(submission=loaded(proposal), actor=owner(proposal))
    assert sealed.late_seconds == late
    receipt = queries.receipt_of(sealed.id)
    assert ("Late: " in receipt.text) == bool(late)
    assert receipt.facts.get("Late", "").startswith(f"{late} s after" if late else "")


def test_grace_ends_half_open_and_lateness_counts_from_the_deadline(session, frozen):
    proposal = with_grace()
    frozen(proposal.call.stages[0].closes_at + timedelta(minutes=15))
    with pytest.raises(MoveRefused, match="this arrived 15 minutes late"):
        services.submit(submission=loaded(proposal), actor=owner(proposal))


def test_what_was_begun_after_the_deadline_has_no_grace(session, frozen):
    proposal = with_grace()
    due = proposal.call.stages[0].closes_at
    proposal.stages[0].created_at = due
    frozen(due + timedelta(minutes=1))
    with pytest.raises(MoveRefused, match="1 minute late"):
        services.submit(submission=loaded(proposal), actor=owner(proposal))


def test_a_version_in_time_is_not_replaced_by_a_late_one(session, frozen):
    proposal = with_grace()
    due = proposal.call.stages[0].closes_at
    frozen(due - timedelta(minutes=1))
    services.submit(submission=loaded(proposal), actor=owner(proposal))
    frozen(due + timedelta(minutes=1))
    stage = loaded(proposal)
    assert services.open_sections(stage) == frozenset()
    with pytest.raises(MoveRefused):
        services.resubmit(submission=stage, actor=owner(proposal))


def test_late_within_grace_is_told_to_the_applicant_and_to_staff(session, frozen, as_owner, as_officer):
    proposal = with_grace()
    due = proposal.call.stages[0].closes_at
    frozen(due + timedelta(minutes=4))
    client = as_owner(proposal)
    assert "It can still be submitted until" in text_of(client.get(f"/proposals/{proposal.id}"))
    stage = loaded(proposal)
    services.submit(submission=stage, actor=owner(proposal))
    words = "4 minutes late, within the grace time of the call"
    assert words in text_of(client.get(address(loaded(proposal)) + "/versions/1/receipt"))
    assert f"Version 1 submitted, {words}" in text_of(client.get(f"/proposals/{proposal.id}"))
    officer = as_officer(proposal)
    assert words in text_of(officer.get(f"/proposals/{proposal.id}/screening"))
    assert f"Version 1 submitted, {words}" in text_of(officer.get(f"/proposals/{proposal.id}"))


def test_what_came_in_grace_counts_as_received_in_time(session, frozen):
    proposal = with_grace()
    due = proposal.call.stages[0].closes_at
    first = SealedSubmission(submitted_at=due + timedelta(minutes=4), late_seconds=0)
    stage = loaded(proposal)
    assert deadlines.came_in_time(stage, first)
    stage.proposal.call.process = {**stage.proposal.call.process, "late_minutes": 0}
    assert not deadlines.came_in_time(stage, first)


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Europe/Amsterdam", "2026-10-24 14:00", datetime(2026, 10, 24, 12, 0, tzinfo=UTC)),
        ("Europe/Amsterdam", "2026-10-25 14:00", datetime(2026, 10, 25, 13, 0, tzinfo=UTC)),
        ("Europe/Amsterdam", "2027-03-28 14:00", datetime(2027, 3, 28, 12, 0, tzinfo=UTC)),
        ("Africa/Lubumbashi", "2026-10-25 14:00", datetime(2026, 10, 25, 12, 0, tzinfo=UTC)),
        ("Africa/Lubumbashi", "2027-03-28 14:00", datetime(2027, 3, 28, 12, 0, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize(("offset", "accepted"), [(-TICK, True), (timedelta(0), False), (TICK, False)])
def test_two_oclock_is_two_oclock_across_the_change_of_clocks(session, frozen, zone, wall, instant, offset, accepted):
    quick, full = call_document()["stages"]
    call = make_call(
        timezone=zone,
        stages=[{**quick, "closes": wall}, {**full, "opens": quick["opens"], "closes": "2027-06-30 14:00"}],
    )
    proposal = make_proposal("draft", call=call)
    fill_in(proposal.stages[-1])
    assert call.stages[0].closes_at == instant
    frozen(instant + offset)
    if accepted:
        assert services.submit(submission=loaded(proposal), actor=owner(proposal)).late_seconds == 0
        return
    with pytest.raises(MoveRefused, match="this arrived 1 second late"):
        services.submit(submission=loaded(proposal), actor=owner(proposal))
    assert loaded(proposal).answers["problem"]


def test_a_night_with_a_change_of_clocks_is_an_hour_longer(session, frozen):
    """From 14:00 to 14:00 over the night of 25 October there are 25 hours; a draft has all of them."""
    quick, full = call_document()["stages"]
    call = make_call(stages=[{**quick, "closes": "2026-10-24 14:00"}, {**full, "closes": "2026-12-30 14:00"}])
    proposal = make_proposal("draft", call=call)
    fill_in(proposal.stages[-1])
    services.extend_for_applicant(
        call=call,
        stage=call.stages[0],
        applicant=proposal.reference,
        wall=datetime(2026, 10, 25, 14, 0),
        reason="A night more.",
        actor=actor_of(manager_of(call)),
    )
    manager = actor_of(manager_of(call))
    assert services.due_at(loaded(proposal)) - call.stages[0].closes_at == timedelta(hours=25)
    with pytest.raises(Invalid, match="happens twice"):
        services.extend_for_applicant(
            call=call,
            stage=call.stages[0],
            applicant=proposal.reference,
            wall=datetime(2027, 10, 31, 2, 30),
            reason="A night more.",
            actor=manager,
        )


def test_lateness_is_never_nothing():
    moment = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    assert seconds_late(moment, moment) == 1
    assert clock.from_wall_time(datetime(2026, 6, 1, 14, 0), "Europe/Amsterdam") == moment
