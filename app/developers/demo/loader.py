"""Loading the demonstration once, telling everybody what happened as it happens, and writing down the sign-ins."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app.core import clock, outbox
from app.core.db import affected
from app.core.errors import Invalid
from app.core.outbox import OutboxEvent
from app.developers.demo.discussion import discuss
from app.developers.demo.plans import plan_reviews
from app.developers.demo.pool import fill_pool
from app.developers.demo.talk import load_talk
from app.developers.demo.team import write_together
from app.developers.demo.vetting import make_ready
from app.developers.worlds import loading
from app.developers.worlds.files import read_files
from app.developers.worlds.register import Register
from app.developers.worlds.specifications import World
from app.extensions import current_settings, db
from app.identity import queries as identity
from app.knowledge.services import load_history
from app.notifications import telling
from app.notifications.models import EmailDelivery, Notification
from app.proposals.services import extend_for_applicant
from workflows.machine import N_

FOLDER = Path(__file__).resolve().parent
FILES = tuple(FOLDER / f"{name}.yaml" for name in ("people", "calls", "mines", "prose", "proposals"))
ACCOUNTS = "demo-accounts.json"
MAILED_BEFORE = timedelta(days=2)
READ_BEFORE = timedelta(days=10)


def load_demo() -> bool:
    """Load everything in the present transaction; false when it is there already. Never in production."""
    if current_settings().is_production:
        raise Invalid(N_("The demonstration holds invented people with a known password; it is not for production."))
    if identity.person_by_email(_people().people[0].email) is not None:
        return False
    now = clock.now()
    load_history()
    register = loading.load(read_files(FILES), now, after_each=tell_news)
    with clock.frozen(now - timedelta(hours=20)):
        give_more_time(register)
        tell_news()
    load_talk(now, tell_news)
    write_together(register, now)
    fill_pool(register, now)
    make_ready(register, now)
    discuss(register, now, tell_news)
    plan_reviews(register, now)
    tell_news()
    settle_old_mail(now)
    return True


def give_more_time(register: Register) -> None:
    """One applicant has two days more than the others, for a reason."""
    proposal, manager = register.proposal("veta_next"), register.actor("manager")
    call, stage = proposal.call, proposal.stages[0].call_stage
    closes = (stage.closes_at + timedelta(days=2)).astimezone(ZoneInfo(call.zone))
    extend_for_applicant(
        call=call,
        stage=stage,
        applicant=proposal.reference,
        wall=closes.replace(tzinfo=None),
        reason="The valley had no electricity for four days; the cooperative sent the notice of the network operator.",
        actor=manager,
    )
    db.session.flush()
    db.session.expunge_all()


def _people() -> World:
    """The people alone, without reading all the rest."""
    return read_files(FILES[:1])


def tell_news() -> None:
    """Write the notices and mails of the events that the last step published, as a worker would do right after it."""
    for ticket in outbox.due(OutboxEvent):
        event = db.session.get(OutboxEvent, ticket.ident)
        if event is not None and outbox.complete(OutboxEvent, event.id):
            telling.tell(event)
        db.session.flush()
        db.session.expunge_all()


def settle_old_mail(now: datetime) -> None:
    """Mails of the demonstration's past count as sent, without being sent: nobody wants months of mail at once.

    Those of the last two days stay in the outbox and are delivered as soon as the worker runs, so the mailbox has
    something to read. Older notices count as read, which leaves each inbox with a few new lines on top.
    """
    mailed, read = now - MAILED_BEFORE, now - READ_BEFORE
    old_mail = update(EmailDelivery).where(EmailDelivery.created_at < mailed, EmailDelivery.done_at.is_(None))
    affected(old_mail.values(done_at=EmailDelivery.created_at))
    old_notices = update(Notification).where(Notification.created_at < read, Notification.read_at.is_(None))
    affected(old_notices.values(read_at=Notification.created_at))


def write_accounts() -> Path:
    """Leave the sign-ins where ``./run`` and the development sign-in page find them."""
    path = current_settings().data_dir / ACCOUNTS
    path.write_text(json.dumps(_accounts(_people()), ensure_ascii=False, indent=1) + "\n")
    return path


def _accounts(world: World) -> list[dict[str, str]]:
    return [
        {"role": person.about, "name": person.name, "email": person.email, "password": world.password}
        for person in world.people
    ]
