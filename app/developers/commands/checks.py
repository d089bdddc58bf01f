"""``audit verify``, ``outbox status`` and ``resume``, ``invariants``: is everything as it must be?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from app.core import audit, outbox, sendguard
from app.core.db import unit_of_work
from app.developers import invariants
from app.developers.commands.running import fail, reads, say
from app.notifications import services as notifications
from app.notifications.models import EmailDelivery


@click.group("audit", help="The audit trail.")
def audit_group() -> None:
    """Group of the commands about the audit trail."""


@audit_group.command("verify")
@reads
def verify_audit() -> None:
    """Recompute every chain of the audit trail and compare it with the anchors outside the database."""
    problems = audit.verify()
    if problems:
        fail(*problems, f"The audit trail is broken in {len(problems)} places.")
    say("The audit trail is whole: every entry continues the one before it.")


class Instant(click.ParamType):
    """``now``, or an instant with its offset such as ``2026-03-01T12:00:00+00:00``."""

    name = "INSTANT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = outbox.real_now() if value == "now" else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is no instant; write it like 2026-03-01T12:00:00+00:00.", param, ctx)
        if found.tzinfo is None:
            self.fail(f"{value} has no offset from UTC; write it like 2026-03-01T12:00:00+00:00.", param, ctx)
        return found


@click.group("outbox", help="What waits to be told.")
def outbox_group() -> None:
    """Group of the commands about the outbox."""


@outbox_group.command("status")
@reads
def outbox_status() -> None:
    """Say how many events and mails wait, are done, or were given up; the last is a failure."""
    given_up = 0
    for what, model in (("Events", outbox.OutboxEvent), ("E-mails", EmailDelivery)):
        found = outbox.counts(model)
        given_up += found["dead"]
        say(f"{what}: {found['waiting']} waiting, {found['done']} done, {found['dead']} given up.")
    if reason := sendguard.reason_to_hold():
        fail(reason, "Nothing is sent until an operator runs `assay outbox resume`.")
    if given_up:
        fail("What was given up stands at /admin/deliveries, with the reason and a button to try again.")


@outbox_group.command("resume")
@click.option("--discard-before", type=Instant(), help="Send nothing that was written before: an instant, or 'now'.")
@click.option("--send-all", is_flag=True, help="Send everything that waits, also what was sent before the restore.")
@with_appcontext
def resume_delivery(discard_before: datetime | None, send_all: bool) -> None:
    """End the hold after a restore, once it is said what becomes of the messages that wait."""
    if send_all == (discard_before is not None):
        raise click.UsageError("Say either --discard-before INSTANT or --send-all.")
    with unit_of_work():
        reason = sendguard.reason_to_hold()
        if not reason:
            fail("Delivery is not on hold; nothing was changed.")
        discarded = notifications.resume(reason=reason, discard_before=discard_before)
    sendguard.accept()
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in discarded.items()) or "nothing"
    say(f"Delivery goes on. Discarded: {counts}.")


@click.command("invariants")
@reads
def check_invariants() -> None:
    """Check what must always hold: money, states, seals, files, audit trail."""
    problems = []
    for name, found in invariants.run():
        say(f"{'FAILED' if found else 'holds '}  {name}")
        problems += found
    if problems:
        fail(*problems, f"{len(problems)} problems were found.")
    say("Everything that must hold holds.")


COMMANDS = (audit_group, outbox_group, check_invariants)
