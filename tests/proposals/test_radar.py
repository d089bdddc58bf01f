"""The draft radar: counts and a forecast without content, and reminders to people whom nobody sees."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core import audit, clock
from app.core.errors import Invalid, NotFound
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity.models import Person
from app.proposals import queries, radar, services
from app.proposals.models import DraftCount
from app.proposals.present import radar as present
from app.proposals.radar import Forecast, Past
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_staff
from tests.factories.proposals import fill_in, make_proposal, officer_of, owner_of


def reminders():
    return db.session.scalar(select(func.count()).where(OutboxEvent.name == "proposal.draft_reminder"))


@pytest.mark.parametrize(
    ("asked", "missing", "band"), [(0, 0, 0), (10, 10, 0), (10, 8, 0), (4, 3, 1), (4, 2, 2), (10, 1, 3), (10, 0, 4)]
)
def test_bands_are_quarters_and_complete_is_complete(asked, missing, band):
    assert radar.band_of(asked, missing) == band


@pytest.mark.parametrize(
    ("begun", "submitted", "bands", "past", "found"),
    [
        (40, 10, [5, 5, 10, 5, 5], [], Forecast(10, 30, 40, 0)),
        (40, 10, [5, 5, 10, 5, 5], [Past(10, 8)], Forecast(10, 30, 40, 0)),
        (40, 10, [0] * 5, [Past(4, 4), Past(10, 5), Past(20, 30), Past(10, 8)], Forecast(20, 32, 60, 3)),
        (40, 25, [0] * 5, [Past(10, 5), Past(10, 6)], Forecast(25, 25, 25, 2)),
        (0, 0, [0] * 5, [Past(10, 5), Past(10, 6)], Forecast(0, 0, 0, 2)),
    ],
)
def test_the_forecast_follows_its_stated_method(begun, submitted, bands, past, found):
    assert radar.forecast(begun=begun, submitted=submitted, bands=bands, past=past) == found


@pytest.fixture
def crowd(session, frozen):
    """A call with two complete drafts, two hardly begun, one submitted."""
    call = make_call()
    made = [make_proposal("draft", call=call) for _ in range(4)]
    for one in made[:2]:
        fill_in(one.stages[0])
    submitted = make_proposal("submitted", call=call)
    session.commit()
    return call, made, submitted


def test_drafts_are_counted_once_a_day_by_how_complete_they_are(crowd, frozen):
    call, made, _ = crowd
    assert services.count_all_drafts() >= 1
    stage = call.stages[0]
    first = queries.draft_counts(stage.id)
    assert [(c.bands, c.submitted) for c in first] == [([0, 2, 0, 0, 2], 1)]
    fill_in(made[2].stages[0])
    frozen(clock.now() + timedelta(hours=1))
    services.count_all_drafts()
    assert [c.bands for c in queries.draft_counts(stage.id)] == [[0, 1, 0, 0, 3]]
    frozen(clock.now() + timedelta(days=1))
    services.count_all_drafts()
    assert len(queries.draft_counts(stage.id)) == 2


def test_days_before_the_first_draft_are_left_out(app):
    def count(day, *bands):
        return DraftCount(counted_on=date(2026, 6, day), bands=list(bands), submitted=0)

    empty, one = count(1, 0, 0, 0, 0, 0), count(2, 1, 0, 0, 0, 0)
    with app.test_request_context():
        assert [row.total for row in present._days([empty, one, count(3, 0, 0, 0, 0, 1)])] == [1, 1]
        assert [row.total for row in present._days([empty, empty])] == [0]
        assert present._days([]) == ()


def test_earlier_calls_are_looked_at_as_they_stood_at_the_same_time(session, frozen):
    old = make_call()
    stage = old.stages[0]
    for hours, state in ((30, "submitted"), (20, "submitted"), (2, "submitted"), (25, "draft")):
        proposal = make_proposal(state, call=old)
        proposal.stages[0].created_at = stage.closes_at - timedelta(hours=hours)
    frozen(stage.closes_at + timedelta(days=300))
    new = make_call(programme=old.programme)
    found = queries.earlier_stages(new, new.stages[0], timedelta(hours=10), clock.now())
    assert found == [Past(3, 3)]
    other = make_call()
    assert queries.earlier_stages(other, other.stages[0], timedelta(hours=10), clock.now()) == []


def test_staff_see_counts_and_nothing_of_a_draft(crowd, client, sign_in, new_client):
    call, made, submitted = crowd
    services.count_all_drafts()
    db.session.commit()
    officer = sign_in(client, db.session.get(Person, officer_of(submitted).person_id))
    where = f"/proposals/calls/{call.code}/radar"
    page = officer.get(where)
    shown = text_of(page)
    assert "Drafts, never submitted 4" in shown and "About 3, between 1 and 5" in shown
    assert "<svg" in page.text and "Too few earlier calls" in shown
    for one in made:
        for secret in (one.title, one.reference, one.organisation.name, owner_of(one.organisation).name, str(one.id)):
            assert secret not in page.text
    applicant = sign_in(new_client(), owner_of(made[0].organisation))
    assert applicant.get(where).status_code == 404
    assert applicant.act(where + "/quick_scan/remind").status_code == 404


def test_one_press_reminds_every_open_draft_once_a_day(crowd, client, sign_in, frozen):
    call, made, submitted = crowd
    officer = sign_in(client, db.session.get(Person, officer_of(submitted).person_id))
    where = f"/proposals/calls/{call.code}/radar"
    assert "4 drafts are not submitted." in text_of(officer.get(where))
    assert officer.act(where + "/quick_scan/remind").status_code == 303
    assert reminders() == 4
    assert officer.act(where + "/quick_scan/remind").status_code == 303
    assert "Nobody is left to remind today." in text_of(officer.get(where)) and reminders() == 4
    frozen(clock.now() + timedelta(days=1))
    officer.act(where + "/quick_scan/remind")
    assert reminders() == 8
    assert [e.detail["count"] for e in audit.history("call", call.id) if e.action == "call.drafts_reminded"] == [4, 4]
    assert officer.act(where + "/no_such/remind").status_code == 404


def test_after_its_own_deadline_a_draft_is_left_alone(crowd, frozen):
    call, made, submitted = crowd
    frozen(call.stages[0].closes_at)
    with pytest.raises(Invalid, match="Nobody is left"):
        services.remind_drafts(call=call, stage=call.stages[0], actor=officer_of(submitted))
    with pytest.raises(NotFound):
        services.remind_drafts(call=call, stage=call.stages[0], actor=actor_of(owner_of(made[0].organisation)))
    with pytest.raises(NotFound):
        services.remind_drafts(
            call=call, stage=call.stages[0], actor=actor_of(make_staff(make_call().programme, "manager"))
        )


def test_counts_name_nobody():
    assert {c.key for c in DraftCount.__table__.columns} == {
        "id", "created_at", "call_stage_id", "counted_on", "counted_at", "bands", "submitted",
    }  # fmt: skip
