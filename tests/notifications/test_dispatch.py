"""From events to notices and mails: each person once, whatever is repeated; failures stay alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import queue
from app.core.outbox import MAX_ATTEMPTS, OutboxEvent
from app.extensions import db
from app.identity.services import as_actor
from app.notifications import dispatch, jobs
from app.notifications.channels import email, smtp
from app.notifications.models import EmailDelivery
from tests.conftest import NOON
from tests.factories.calls import make_call
from tests.factories.identity import make_member, make_organisation, make_person, make_staff
from tests.factories.notifications import add_event, deliver, deliveries, mails, make_event, notices
from tests.factories.proposals import make_proposal


def row(event):
    db.session.expire_all()
    return db.session.get(OutboxEvent, event.id)


def test_an_event_becomes_a_mail_with_a_working_link(app):
    person = make_person(email="ada@example.org", name="Ada Obi")
    make_event("person.verification_requested", person, as_actor(person), token_path="/verify/abc")
    deliver()
    (mail,) = mails("ada@example.org")
    assert mail["Subject"] == "Confirm your e-mail address"
    for kind in ("plain", "html"):
        assert "http://localhost/verify/abc" in mail.get_body((kind,)).get_content()
    (delivery,) = deliveries()
    assert mail["Message-ID"] == delivery.message_id == f"<{delivery.id}@localhost>"
    assert delivery.done_at is not None and delivery.attempts == 1


def test_the_one_time_link_is_erased_once_delivered(app):
    person = make_person()
    event = make_event("person.password_reset_requested", person, as_actor(person), token_path="/reset-password/abc")
    dispatch.expand(event.id)
    assert "token_path" not in row(event).payload
    assert deliveries()[0].path == "/reset-password/abc"
    deliver()
    assert deliveries()[0].path == ""


def test_the_one_time_link_is_erased_when_the_mail_is_given_up(app, monkeypatch, frozen):
    person = make_person()
    make_event("person.password_reset_requested", person, as_actor(person), token_path="/reset-password/abc")
    monkeypatch.setattr(email, "send", _raises(smtp.Rejected("550 no such box")))
    moment = NOON
    for _ in range(MAX_ATTEMPTS):
        deliver()
        moment += timedelta(minutes=11)
        frozen(moment)
    (delivery,) = deliveries()
    assert delivery.dead_at is not None and delivery.path == ""
    assert "550 no such box" in delivery.last_error


def _raises(error):
    def send(_letter):
        raise error

    return send


def test_a_call_opening_is_told_to_applicants_and_to_staff_in_other_words(app):
    call = make_call()
    officer = make_staff(call.programme, "officer")
    organisation = make_organisation(owner=make_person())
    editor, viewer = make_member(organisation, "editor"), make_member(organisation, "viewer")
    db.session.commit()
    make_event("call.opened", call)
    deliver()
    (notice,) = notices(editor)
    assert notice.side == "" and notice.path == f"/calls/{call.code}"
    assert [n.side for n in notices(officer)] == ["staff"]
    assert notices(viewer) == []
    assert len(mails(editor.email)) == 1 and mails(officer.email) == []


def test_expanding_twice_tells_once(app):
    call = make_call()
    editor = make_person()
    make_organisation(owner=editor)
    event = make_event("call.opened", call)
    assert dispatch.expand(event.id)
    assert not dispatch.expand(event.id)
    jobs.expand_event(str(event.id))
    deliver()
    assert len(notices(editor)) == 1 and len(mails(editor.email)) == 1


def test_sending_twice_sends_once(app):
    person = make_person()
    make_event("person.password_changed", person)
    deliver()
    (delivery,) = deliveries()
    for _ in range(3):
        jobs.send_email(str(delivery.id))
    assert len(mails()) == 1 and deliveries()[0].attempts == 1


def test_who_caused_an_event_is_not_told_of_it(app):
    call = make_call()
    one, other = make_staff(call.programme, "officer"), make_staff(call.programme, "manager")
    make_event("call.closed", call, as_actor(one))
    deliver()
    assert notices(one) == [] and len(notices(other)) == 1


def test_the_suspended_hear_nothing_and_the_unconfirmed_get_no_mail(app):
    call = make_call()
    newcomer, known = make_person(verified=False), make_person()
    make_organisation(owner=make_person(suspended_at=NOON))
    make_organisation(owner=newcomer)
    make_organisation(owner=known)
    db.session.commit()
    make_event("call.opened", call)
    deliver()
    assert len(notices(newcomer)) == len(notices(known)) == 1
    assert sorted(n.side for n in notices()) == ["", "", "staff"]
    assert {mail.person_id for mail in deliveries()} <= {known.id}


def test_two_accounts_that_say_one_address_hear_each_for_itself(app):
    """And the mail goes once, to the account that confirmed it."""
    call = make_call()
    owner = make_person(email="cleo@example.org")
    newcomer = make_person(email="cleo@example.org", verified=False)
    for person in (newcomer, owner):
        make_proposal("draft", call=call, organisation=make_organisation(owner=person))
    db.session.commit()
    make_event("call.extended", call)
    deliver()
    assert len(notices(newcomer)) == len(notices(owner)) == 1
    assert [mail.person_id for mail in deliveries() if mail.address == "cleo@example.org"] == [owner.id]


def test_an_unknown_event_is_buried_at_once_and_stops_nobody(app):
    person = make_person()
    strange = make_event("moon.risen", person)
    add_event("person.password_changed", person)
    deliver()
    assert row(strange).dead_at is not None and "moon.risen" in row(strange).last_error
    assert len(mails()) == 1


def test_an_event_that_only_the_audit_keeps_is_done_quietly(app):
    event = make_event("call.published", make_call())
    deliver()
    assert row(event).done_at is not None
    assert notices() == [] and deliveries() == []


def test_an_event_whose_record_is_gone_is_done_quietly(app):
    person = make_person()
    event = make_event("person.password_changed", person)
    db.session.delete(db.session.get(type(person), person.id))
    db.session.commit()
    deliver()
    assert row(event).done_at is not None and deliveries() == []


def test_a_poisoned_event_changes_nothing_and_stops_nobody(app, monkeypatch):
    call = make_call()
    staff = make_staff(call.programme, "officer")
    poisoned = make_event("call.closed", call)
    add_event("person.password_changed", make_person())

    def explode(_telling, _names):
        raise RuntimeError("poison")

    monkeypatch.setattr("app.notifications.context.values", explode)
    deliver()
    assert row(poisoned).done_at is None and row(poisoned).dead_at is None
    assert "RuntimeError: poison" in row(poisoned).last_error
    assert notices(staff) == []


def test_a_refusing_mail_server_delays_and_loses_nothing(app, monkeypatch, frozen):
    people = [make_person() for _ in range(3)]
    for person in people:
        add_event("person.password_changed", person)
    monkeypatch.setattr(email, "send", _raises(smtp.Outage("ConnectionRefusedError")))
    moment = NOON
    for _ in range(30):
        deliver()
        moment += timedelta(seconds=60)
        frozen(moment)
    assert mails() == [] and all(d.dead_at is None and d.attempts == 0 for d in deliveries())
    monkeypatch.undo()
    frozen(moment + timedelta(seconds=301))
    deliver()
    assert sorted(str(m["To"]) for m in mails()) == sorted(p.email for p in people)


def test_an_outage_is_tried_by_one_mail_and_not_by_all(app, monkeypatch):
    for _ in range(5):
        add_event("person.password_changed", make_person())
    tried = []

    def send(letter):
        tried.append(letter)
        raise smtp.Outage("timed out")

    monkeypatch.setattr(email, "send", send)
    deliver()
    assert len(tried) == 1


def test_one_mail_put_off_does_not_hold_up_the_others(app, monkeypatch):
    first, second = make_person(), make_person()
    for person in (first, second):
        add_event("person.password_changed", person)
    send = email.send

    def choosy(letter):
        if letter.address == first.email:
            raise smtp.Deferred("451 greylisted")
        send(letter)

    monkeypatch.setattr(email, "send", choosy)
    deliver()
    assert [str(m["To"]) for m in mails()] == [second.email]


def test_a_member_invited_without_an_account_gets_the_mail(app):
    from app.identity import services

    owner = make_person()
    organisation = make_organisation(owner=owner)
    services.invite_member(organisation=organisation, email="new@example.org", role="editor", actor=as_actor(owner))
    db.session.commit()
    deliver()
    (mail,) = mails("new@example.org")
    assert organisation.name in mail["Subject"]
    assert "/invitations/" in mail.get_body(("plain",)).get_content()
    assert db.session.scalar(select(EmailDelivery.path)) == ""


@pytest.fixture
def fake_queue(monkeypatch):
    """What the sweep put into the queue, as (path, id) pairs; the queue is as deep as that list is long."""
    jobs_in_queue: list[tuple[str, str]] = []

    def enqueue(path, *args, job_id=None, timeout=60):
        if job_id:
            assert timeout < 45
            jobs_in_queue.append((path, *args))
        return True

    monkeypatch.setattr(queue, "enqueue", enqueue)
    monkeypatch.setattr(queue, "depth", lambda: len(jobs_in_queue))
    return jobs_in_queue


def test_the_sweep_gives_each_piece_of_work_one_job(app, fake_queue, frozen):
    event = make_event("person.password_changed", make_person())
    for _ in range(2):
        dispatch.sweep()
    assert fake_queue == [("app.notifications.jobs.expand_event", str(event.id))]
    frozen(NOON + timedelta(seconds=app.extensions["settings"].lease_seconds + 1))
    dispatch.sweep()
    assert len(fake_queue) == 2, "a lost job comes again"
    for path, ident in list(fake_queue):
        assert path.endswith("expand_event")
        jobs.expand_event(ident)
    dispatch.sweep()
    assert fake_queue[-1] == ("app.notifications.jobs.send_email", str(deliveries()[0].id))


def test_the_sweep_never_floods_the_queue(app, fake_queue):
    fake_queue.extend([("old", "1")] * dispatch.HAND_OUT_AT_ONCE)
    make_event("person.password_changed", make_person())
    dispatch.sweep()
    assert len(fake_queue) == dispatch.HAND_OUT_AT_ONCE


def test_while_redis_is_away_the_sweep_delivers_itself(app):
    make_event("person.password_changed", make_person())
    dispatch.sweep()
    assert len(mails()) == 1


@pytest.mark.parametrize("count", [1, 40])
def test_expanding_takes_the_same_number_of_reads_for_one_and_for_many(app, count):
    from sqlalchemy import event as listen

    call = make_call()
    for _ in range(count):
        make_organisation(owner=make_person())
    event = make_event("call.opened", call)
    reads = []
    engine = db.session.get_bind()
    with app.app_context():
        listen.listen(engine, "before_cursor_execute", seen := (lambda *a: reads.append(a[2])))
        try:
            dispatch.expand(event.id)
        finally:
            listen.remove(engine, "before_cursor_execute", seen)
    assert sum(s.startswith("SELECT") for s in reads) <= 12
    assert len([n for n in notices() if n.side == ""]) == count
