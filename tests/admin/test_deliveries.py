"""The state of delivery: figures for managers, dead letters of their programmes, and a new start for one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR
from app.notifications.models import EmailDelivery
from tests.client import soup, text_of
from tests.factories.identity import make_person

PAGE = "/admin/deliveries"


def bury(session, thing, error="550 no such user: someone@secret.example"):
    """A dead event about a thing."""
    from app.core import outbox

    event = outbox.publish("proposal.submitted", thing, SYSTEM_ACTOR)
    event.dead_at, event.attempts, event.last_error = clock.now(), 12, error
    session.commit()
    return event


def test_figures_and_dead_letters(worlds, browser, session):
    ours, theirs = worlds
    own, foreign = bury(session, ours.proposal), bury(session, theirs.proposal)
    client = browser(ours.manager)
    page = client.get(PAGE)
    actions = [f["action"] for f in soup(page).find_all("form") if "/retry" in f.get("action", "")]
    assert actions == [f"{PAGE}/outbox_event/{own.id}/retry"]
    assert "someone@secret.example" not in text_of(page) and "550 no such user" in text_of(page)
    assert client.act(f"{PAGE}/outbox_event/{foreign.id}/retry").status_code == 404


def test_a_new_start(worlds, browser, session):
    ours, _theirs = worlds
    event = bury(session, ours.proposal)
    client = browser(ours.manager)
    assert client.act(f"{PAGE}/outbox_event/{event.id}/retry").status_code == 303
    session.refresh(event)
    assert (event.dead_at, event.attempts) == (None, 0)
    assert client.act(f"{PAGE}/outbox_event/{event.id}/retry").status_code == 404, "it is no dead letter any more"


def test_mails_too(worlds, browser, session):
    ours, _theirs = worlds
    event = session.scalars(select(OutboxEvent).where(OutboxEvent.subject_id == ours.proposal.id)).first() or bury(
        session, ours.proposal
    )
    mail = EmailDelivery(
        event_id=event.id,
        event_name=event.name,
        person_id=ours.applicant.id,
        address=ours.applicant.email,
        message_id="<x@assay>",
        dead_at=clock.now(),
        last_error="timeout",
    )
    session.add(mail)
    session.commit()
    client = browser(ours.manager)
    page = text_of(client.get(PAGE))
    assert "Mails" in page and ours.applicant.email not in page
    assert client.act(f"{PAGE}/email_delivery/{mail.id}/retry").status_code == 303
    session.refresh(mail)
    assert mail.dead_at is None


@pytest.mark.parametrize("kind", ["person", "audit_entry", "idempotency_record"])
def test_other_tables_are_no_work(worlds, browser, kind):
    ours, _theirs = worlds
    assert browser(ours.manager).act(f"{PAGE}/{kind}/{ours.applicant.id}/retry").status_code == 404


def test_mails_about_accounts_can_be_revived_by_any_manager(worlds, browser, session):
    ours, _theirs = worlds
    event = bury(session, make_person())
    assert browser(ours.manager).act(f"{PAGE}/outbox_event/{event.id}/retry").status_code == 303
    assert browser(ours.auditor).act(f"{PAGE}/outbox_event/{event.id}/retry").status_code == 404
