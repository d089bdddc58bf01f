"""Importing, publishing, extending, cancelling, and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.calls import document as documents
from app.calls import queries, services
from app.calls.document import FormError
from app.calls.models import Call, CallStage, FormVersion
from app.core import audit, clock
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR, Money
from app.extensions import db
from app.identity import queries as identity_queries
from tests.calls.sources import FILES, call_file
from tests.factories.calls import call_document, make_call, make_draft
from tests.factories.identity import actor_of, make_person, make_programme, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def events(name: str) -> list[OutboxEvent]:
    return list(db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == name)))


def manager_of(call):
    return actor_of(make_staff(call.programme, "manager"))


def test_both_real_files_import_on_a_fresh_database(session):
    calls = [services.import_call(document=call_file(name), actor=SYSTEM_ACTOR) for name in FILES]
    assert [c.state for c in calls] == ["draft", "draft"]
    assert calls[0].programme_id == calls[1].programme_id
    assert calls[0].budget == Money.from_minor(380_000_000, "EUR")
    assert calls[0].closes_at == datetime(2020, 9, 1, 12, 0, tzinfo=UTC), "14:00 in Amsterdam in summer"
    assert calls[1].opens_at == datetime(2023, 9, 1, 10, 0, tzinfo=UTC)
    assert calls[1].closes_at == datetime(2023, 11, 30, 13, 0, tzinfo=UTC), "14:00 in Amsterdam in winter"
    assert "gold" not in calls[1].minerals
    assert db.session.query(FormVersion).count() == 3
    assert queries.rubric_of(calls[0].stages[1]).total == 100
    assert len(calls[0].stages[1].checks) == 14
    assert calls[0].stages[1].closes_wall == "2020-09-01 14:00"
    assert not events("call.published")


def test_moved_real_call_can_be_published_and_opens(session):
    moved = documents.move_dates(call_file(), date(2026, 5, 30))
    call = services.import_call(document=moved, actor=SYSTEM_ACTOR)
    services.publish(call=call, actor=manager_of(call))
    assert services.open_due_calls() == 1
    assert services.is_open(call.stages[0], clock.now())


def test_importing_a_draft_again_replaces_it(session):
    programme = make_programme()
    first = make_draft(programme=programme, code="AGAIN-1", reference_prefix="AG1")
    ids = {stage.key: stage.id for stage in first.stages}
    again = call_document(code="AGAIN-1", reference_prefix="AG1", title={"en": "Better"})
    again["programme"] = {"code": programme.code, "name": programme.name}
    again["stages"] = again["stages"][1:]
    second = services.import_call(document=again, actor=SYSTEM_ACTOR)
    assert second.id == first.id and second.title == {"en": "Better"}
    assert [(s.key, s.id) for s in second.stages] == [("full_proposal", ids["full_proposal"])], "its form's copy stays"
    assert [e.action for e in audit.history("call", first.id)] == ["call.imported", "call.reimported"]


def test_what_was_published_is_never_replaced(session):
    call = make_call(code="FIXED-1", reference_prefix="FX1")
    document = call_document(code="FIXED-1", reference_prefix="FX1", title={"en": "Other"})
    document["programme"] = {"code": call.programme.code, "name": call.programme.name}
    with pytest.raises(Invalid, match="no longer a draft"):
        services.import_call(document=document, actor=SYSTEM_ACTOR)
    assert queries.get_call(call.id, fresh=True).title != {"en": "Other"}


def test_a_code_or_prefix_of_another_call_is_refused(session):
    make_draft(code="ONE-1", reference_prefix="ONE")
    with pytest.raises(Invalid, match="belongs to the call ONE-1"):
        services.import_call(document=call_document(code="TWO-1", reference_prefix="ONE"), actor=SYSTEM_ACTOR)
    with pytest.raises(Invalid, match="belongs to another programme"):
        services.import_call(document=call_document(code="ONE-1", reference_prefix="ONE"), actor=SYSTEM_ACTOR)


def test_a_file_for_another_programme_is_refused(session):
    programme = make_programme()
    with pytest.raises(Invalid, match="not for"):
        services.import_call(document=call_document(), actor=SYSTEM_ACTOR, programme=programme)
    assert identity_queries.programme_by_code(call_document()["programme"]["code"]) is None


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        ("2026-03-29 02:30", "does not exist in Europe/Amsterdam"),
        ("2026-10-25 02:30", "happens twice in Europe/Amsterdam"),
    ],
)
def test_wall_times_that_are_no_instant_are_flaws_with_a_path(session, wall, sentence):
    document = call_document()
    document["stages"][1]["closes"] = wall
    document["stages"][0]["closes"] = "2026-03-28 10:00"
    for stage in document["stages"]:
        stage["opens"] = "2026-03-01 10:00"
    with pytest.raises(FormError, match=r"stages\[1\].closes: .*" + sentence):
        services.import_call(document=document, actor=SYSTEM_ACTOR)
    assert db.session.query(Call).count() == 0


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        ("2027-03-28 02:30", "does not exist in Europe/Amsterdam"),
        ("2027-10-31 02:30", "happens twice in Europe/Amsterdam"),
    ],
)
def test_the_end_of_questions_is_an_instant_of_the_zone(session, wall, sentence):
    document = call_document()
    document["stages"][1]["closes"] = "2027-12-01 10:00"
    document["process"]["questions_until"] = wall
    with pytest.raises(FormError, match=r"process.questions_until: .*" + sentence):
        services.import_call(document=document, actor=SYSTEM_ACTOR)
    with pytest.raises(FormError, match=sentence):
        services.check_document(document=document)
    assert db.session.query(Call).count() == 0


def test_a_draft_that_holds_a_time_of_a_clock_change_is_not_published(session):
    draft = make_draft()
    draft.stages[1].closes_wall = "2027-12-01 10:00"
    draft.process = {**draft.process, "questions_until": "2027-03-28 02:30"}
    db.session.flush()
    with pytest.raises(MoveRefused, match="no longer fit together"):
        services.publish(call=draft, actor=manager_of(draft))
    draft.process = {**draft.process, "questions_until": "2027-03-28 03:30"}
    services.publish(call=draft, actor=manager_of(draft))


def test_equal_forms_share_one_row_that_cannot_change(session):
    one, two = make_draft(), make_draft()
    assert one.stages[0].form_version_id == two.stages[0].form_version_id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE form_version SET sha256 = 'x'"))


def test_publishing_needs_the_manager_a_rubric_and_a_future(session, frozen):
    draft = make_draft()
    officer = actor_of(make_staff(draft.programme, "officer"))
    with pytest.raises(MoveRefused, match="role"):
        services.publish(call=draft, actor=officer)
    with pytest.raises(MoveRefused, match="role"):
        services.publish(call=draft, actor=actor_of(make_person()))
    frozen(draft.closes_at)
    with pytest.raises(MoveRefused, match="closing time has passed"):
        services.publish(call=draft, actor=manager_of(draft))
    document = call_document()
    del document["stages"][1]["rubric"]
    bare = services.import_call(document=document, actor=SYSTEM_ACTOR)
    with pytest.raises(MoveRefused, match="no rubric"):
        services.publish(call=bare, actor=manager_of(bare))


def test_publishing_freezes_and_tells(session):
    draft = make_draft()
    services.publish(call=draft, actor=manager_of(draft), version=draft.version)
    assert draft.state == "published" and draft.published_at == clock.now()
    entry = audit.history("call", draft.id)[-1]
    assert entry.detail["document_sha256"] == draft.document_sha256
    assert entry.detail["forms"] == [s.form_version.sha256 for s in draft.stages]
    assert len(events("call.published")) == 1


def test_a_stale_version_is_a_conflict(session):
    draft = make_draft()
    with pytest.raises(Conflict):
        services.publish(call=draft, actor=manager_of(draft), version=draft.version + 1)


def test_half_open_from_the_opening_until_before_the_closing(session):
    call = make_call()
    quick = call.stages[0]
    second = timedelta(seconds=1)
    assert services.is_open(quick, quick.opens_at)
    assert not services.is_open(quick, quick.opens_at - second)
    assert services.is_open(quick, quick.closes_at - second)
    assert not services.is_open(quick, quick.closes_at)


def test_a_draft_or_cancelled_call_is_never_open(session):
    draft = make_draft()
    assert not services.is_open(draft.stages[0], clock.now())
    call = make_call()
    services.cancel(call=call, reason="No money.", actor=manager_of(call))
    assert call.state == "cancelled"
    assert not services.is_open(call.stages[0], clock.now())


def test_the_clock_opens_and_closes_once(session, frozen):
    call = make_call(state="published")
    assert services.open_due_calls() == 1 and services.open_due_calls() == 0
    assert call.state == "open" and services.close_due_calls() == 0
    frozen(call.closes_at - timedelta(seconds=1))
    assert services.close_due_calls() == 0
    frozen(call.closes_at)
    assert services.close_due_calls() == 1 and services.close_due_calls() == 0
    assert call.state == "closed"
    assert (len(events("call.opened")), len(events("call.closed"))) == (1, 1)
    assert audit.history("call", call.id)[-1].actor_id is None


def test_a_call_extended_a_moment_ago_is_not_closed(session, frozen, monkeypatch):
    """The list of calls to close may be old by the time the row is locked; the row decides."""
    call = make_call()
    due = call.closes_at
    frozen(due - timedelta(minutes=1))
    services.extend(
        call=call,
        stage=call.stages[-1],
        wall=datetime(2026, 7, 8, 14, 0),
        reasons={"en": "Why."},
        actor=manager_of(call),
    )
    frozen(due)
    monkeypatch.setattr(queries, "calls_to_close", lambda _now: [call])
    assert services.close_due_calls() == 0 and call.state == "open"


def test_drafts_do_not_open_by_the_clock(session):
    make_draft()
    assert services.open_due_calls() == 0


def test_extending_moves_the_last_stage_and_the_call(session):
    call = make_call()
    manager, last = manager_of(call), call.stages[-1]
    later = last.closes_at + timedelta(days=7)
    services.extend(call=call, stage=last, wall=datetime(2026, 7, 8, 14, 0), reasons={"en": "Floods."}, actor=manager)
    assert last.closes_at == call.closes_at == later
    assert last.closes_wall == "2026-07-08 14:00"
    entry = audit.history("call", call.id)[-1]
    assert (entry.reason, entry.detail["old"], entry.detail["new"]) == (
        "Floods.",
        "2026-07-01 14:00",
        "2026-07-08 14:00",
    )
    assert events("call.extended")[0].payload == {"stage": "full_proposal"}


def test_extending_an_earlier_stage_leaves_the_end(session):
    call = make_call()
    quick, end = call.stages[0], call.closes_at
    services.extend(
        call=call, stage=quick, wall=datetime(2026, 6, 20, 14, 0), reasons={"en": "Floods."}, actor=manager_of(call)
    )
    assert quick.closes_at == datetime(2026, 6, 20, 12, 0, tzinfo=UTC) and call.closes_at == end
    with pytest.raises(Invalid, match="Extend the last stage first"):
        services.extend(
            call=call, stage=quick, wall=datetime(2026, 8, 1), reasons={"en": "More."}, actor=manager_of(call)
        )


@pytest.mark.parametrize("wall", [datetime(2026, 7, 1, 14, 0), datetime(2026, 6, 30, 14, 0)])
def test_extending_must_be_later(session, wall):
    call = make_call()
    with pytest.raises(MoveRefused, match="must be later"):
        services.extend(call=call, stage=call.stages[-1], wall=wall, reasons={"en": "Why."}, actor=manager_of(call))


def test_extending_needs_a_reason_and_the_manager(session):
    call, wall = make_call(), datetime(2026, 8, 1, 14, 0)
    with pytest.raises(Invalid, match="Say why"):
        services.extend(call=call, stage=call.stages[-1], wall=wall, reasons={"en": " "}, actor=manager_of(call))
    officer = actor_of(make_staff(call.programme, "officer"))
    with pytest.raises(MoveRefused, match="role"):
        services.extend(call=call, stage=call.stages[-1], wall=wall, reasons={"en": "Why."}, actor=officer)


def test_extending_to_a_time_the_zone_skips_or_has_twice(session):
    call = make_call()
    with pytest.raises(Invalid, match="happens twice"):
        services.extend(
            call=call,
            stage=call.stages[-1],
            wall=datetime(2026, 10, 25, 2, 30),
            reasons={"en": "Why."},
            actor=manager_of(call),
        )


def test_extending_a_closed_call_opens_it_again(session, frozen):
    call = make_call()
    frozen(call.closes_at + timedelta(hours=1))
    services.close_due_calls()
    last = call.stages[-1]
    services.extend(
        call=call, stage=last, wall=datetime(2026, 7, 8, 14, 0), reasons={"en": "Outage."}, actor=manager_of(call)
    )
    assert call.state == "open" and services.is_open(last, clock.now())
    assert not services.is_open(call.stages[0], clock.now())


def test_cancelling_during_assessment_belongs_to_the_decisions(session, frozen):
    call = make_call()
    manager = manager_of(call)
    frozen(call.closes_at)
    services.close_due_calls()
    services.move(call=call, name="assess", actor=manager)
    assert "cancel" not in {o.move.name for o in services.offers(call, manager)}
    with pytest.raises(MoveRefused, match="page of its decisions"):
        services.cancel(call=call, reason="No.", actor=manager)
    with pytest.raises(MoveRefused, match="already announced"):
        services.cancel(call=call, reason="No.", actor=manager, awards_announced=1)
    with pytest.raises(MoveRefused, match="3 proposals"):
        services.close_decisions(call=call, actor=manager, unannounced=3, awards_announced=0)
    services.close_decisions(call=call, actor=manager, unannounced=0, awards_announced=2)
    services.move(call=call, name="archive", actor=manager)
    assert call.state == "archived"


def test_public_means_published_at_some_time(session):
    draft, call = make_draft(), make_call()
    gone = make_draft()
    services.cancel(call=gone, reason="Never mind.", actor=manager_of(gone))
    withdrawn = make_call(state="published")
    services.cancel(call=withdrawn, reason="Too early.", actor=manager_of(withdrawn))
    assert {c.code for c in queries.public_calls()} == {call.code, withdrawn.code}
    assert queries.public_call(draft.code) is None and queries.public_call(gone.code) is None
    assert queries.call_by_code(draft.code) is not None


def test_stage_knows_its_call(session):
    call = make_call()
    db.session.expunge_all()
    stage = queries.get_stage(call.stages[0].id)
    assert stage.call.programme.code == call.programme.code
    assert isinstance(db.session.get(CallStage, stage.id).form_version, FormVersion)
