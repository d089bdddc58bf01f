"""Outages before a deadline: what the health record tells, what is offered, and one press that makes it good."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app import pulse, schedule
from app.calls import jobs, outages, queries, services
from app.calls.models import Call, ServiceSpan
from app.calls.outages import Span
from app.core import audit, clock
from app.core.errors import Invalid
from app.core.outbox import OutboxEvent
from app.extensions import db
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_person, make_staff

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def live(begin, end, frozen, step=timedelta(seconds=20)):
    """Let the service give its signs of life from one instant to another."""
    moment = begin
    while moment <= end:
        frozen(moment)
        services.beat()
        moment += step
    frozen(end)


def test_a_service_that_lives_keeps_one_row(session, frozen):
    live(AT, AT + 30 * MINUTE, frozen, timedelta(minutes=2))
    spans = list(db.session.scalars(select(ServiceSpan)))
    assert [(s.began_at, s.last_seen_at) for s in spans] == [(AT, AT + 30 * MINUTE)]


def test_a_longer_silence_begins_a_new_row_and_old_rows_go(session, frozen):
    frozen(AT - timedelta(days=100))
    services.beat()
    live(AT, AT + MINUTE, frozen)
    frozen(AT + 3 * MINUTE + timedelta(microseconds=1))
    services.beat()
    assert [s.began_at for s in queries.spans_since(AT - timedelta(days=200))] == [
        AT,
        AT + 3 * MINUTE + timedelta(microseconds=1),
    ]


@pytest.mark.parametrize(
    ("signs", "found"),
    [
        ([], []),
        ([(0, 10)], []),
        ([(0, 10), (12, 20)], []),
        ([(0, 10), (13, 20)], [(10, 13)]),
        ([(13, 20), (0, 10), (50, 60)], [(10, 13), (20, 50)]),
        ([(0, 40), (5, 10), (43, 50)], [(40, 43)]),
    ],
)
def test_silences_between_signs(signs, found):
    spans = [Span(AT + a * MINUTE, AT + b * MINUTE) for a, b in signs]
    assert outages.outages(spans) == [Span(AT + a * MINUTE, AT + b * MINUTE) for a, b in found]


@pytest.mark.parametrize(
    ("begin", "end", "now", "minutes", "closes"),
    [
        (-600, -563, -60, 37, 45),  # 37 minutes become three quarters of an hour
        (-600, -570, -60, 30, 30),  # a whole quarter stays
        (-2900, -2870, -60, 10, 15),  # only what lies in the last 48 hours counts
        (-20, 30, 40, 20, 60),  # over the closing: from now on, the twenty minutes that were lost
        (-3000, -2900, -60, None, None),  # longer ago
        (5, 30, 40, None, None),  # after the closing
        (-600, -563, 60 * 49, None, None),  # nobody asks two days later
    ],
)
def test_what_an_outage_takes_from_a_deadline(begin, end, now, minutes, closes):
    found = outages.loss([Span(AT + begin * MINUTE, AT + end * MINUTE)], AT, AT + now * MINUTE, "Europe/Amsterdam")
    if minutes is None:
        assert found is None
    else:
        assert (found.minutes, found.closes_at) == (minutes, AT + closes * MINUTE)


def test_quarters_are_those_of_the_wall():
    moment = datetime(2026, 6, 1, 12, 1, tzinfo=UTC)
    assert outages.next_quarter(moment, "Asia/Kathmandu") == datetime(2026, 6, 1, 12, 15, tzinfo=UTC)
    assert outages.next_quarter(AT, "Asia/Kathmandu") == AT


@pytest.fixture
def hit(session, frozen):
    """An open call and a silence of 37 minutes ten hours before its first closing."""
    call = make_call()
    manager = make_staff(call.programme, "manager")
    stage = call.stages[0]
    down = stage.closes_at - timedelta(hours=10)
    live(down - 5 * MINUTE, down, frozen)
    live(down + 37 * MINUTE, down + 40 * MINUTE, frozen)
    session.commit()
    return SimpleNamespace(call=call, stage=stage, down=down, closes_at=stage.closes_at, manager=manager)


def test_the_page_offers_it_and_one_press_makes_it_good_once(session, hit, client, sign_in):
    sign_in(client, hit.manager)
    where = f"/calls/{hit.call.code}/manage"
    shown = text_of(client.get(where))
    assert "unreachable for 37 minutes" in shown and "Make the lost time good" in client.get(where).text
    form = client.form(where, f"/calls/{hit.call.code}/outage")
    assert client.post(form["action"], data=form["values"]).status_code == 303
    db.session.expunge_all()
    call = queries.get_call(hit.call.id)
    stage = call.stages[0]
    assert stage.closes_at == hit.closes_at + 45 * MINUTE
    entry = audit.history(Call.__tablename__, hit.call.id)[-1]
    assert "unreachable for 37 minutes" in entry.reason and entry.action == "call.extend"
    assert db.session.scalar(select(OutboxEvent.name).where(OutboxEvent.name == "call.extended"))
    assert "Make the lost time good" not in client.get(where).text
    with pytest.raises(Invalid, match="no outage left"):
        services.extend_after_outage(call=call, key=stage.key, reasons={"en": "Again."}, actor=actor_of(hit.manager))


def test_the_reason_is_suggested_in_each_language_and_what_was_typed_stays(session, hit, client, sign_in):
    hit.call.languages = ["fr", "en"]
    session.commit()
    sign_in(client, hit.manager)
    page, action = f"/calls/{hit.call.code}/manage", f"/calls/{hit.call.code}/outage"
    suggested = client.form(page, action)["values"]
    assert "unreachable for 37 minutes" in str(suggested["reason_en"]) and "37 minutes" in str(suggested["reason_fr"])
    assert suggested["reason_en"] != suggested["reason_fr"]
    none = client.fill(page, action, reason_en=" ", reason_fr="")
    assert none.status_code == 422 and "Say why; applicants will read it." in text_of(none)
    long = client.fill(page, action, reason_en="My own words.", reason_fr="x" * 2001)
    assert long.status_code == 422 and "My own words." in long.text and "x" * 2001 in long.text
    stale = client.fill(page, action, reason_en="My own words.", version="999")
    assert stale.status_code == 409 and "My own words." in stale.text
    gone = client.fill(page, action, stage="elsewhere", reason_en="My own words.")
    assert gone.status_code == 422 and "no outage left" in text_of(gone) and "My own words." in text_of(gone)
    assert queries.get_stage(hit.stage.id).closes_at == hit.closes_at


def test_an_extension_for_another_reason_leaves_the_offer(session, hit):
    call = queries.get_call(hit.call.id)
    before = services.outage_offers(call)
    services.extend(
        call=call,
        stage=call.stages[-1],
        wall=datetime(2026, 12, 20, 14, 0),
        reasons={"en": "More."},
        actor=actor_of(hit.manager),
    )
    assert [o.loss for o in services.outage_offers(call)] == [o.loss for o in before] != []


def test_what_people_did_meanwhile_shows_that_they_reached_it(session, hit, frozen):
    now = clock.now()
    frozen(hit.down + 18 * MINUTE)
    audit.record(make_person(), "person.changed", actor_of(hit.manager))
    frozen(hit.down + 36 * MINUTE)
    audit.record(make_person(), "person.changed", actor_of(hit.manager))
    frozen(now)
    offer = services.outage_offers(queries.get_call(hit.call.id))[0]
    assert offer.loss.minutes == 36, "a silence of a minute is none"


def test_officers_and_strangers_extend_nothing(session, hit, client, sign_in, new_client):
    officer = sign_in(client, make_staff(hit.call.programme, "officer"))
    assert "Make the lost time good" not in officer.get(f"/calls/{hit.call.code}/manage").text
    values = {"stage": hit.stage.key, "reason_en": "Because."}
    assert officer.act(f"/calls/{hit.call.code}/outage", **values).status_code in {403, 404, 409}
    stranger = sign_in(new_client(), make_person())
    assert stranger.act(f"/calls/{hit.call.code}/outage", **values).status_code == 404
    assert queries.get_stage(hit.stage.id).closes_at == hit.closes_at


def test_the_pulse_is_quick_enough_and_no_periodic_job_gives_signs_of_life(session, frozen):
    assert outages.LONGEST_SILENCE.total_seconds() / 2 > pulse.EVERY_SECONDS + pulse.PATIENCE
    assert not [job for job in schedule.TABLE if job.path == "app.calls.jobs.beat"], (
        "delivery is not what applicants use"
    )
    jobs.beat()
    assert queries.newest_span().last_seen_at == clock.now()
