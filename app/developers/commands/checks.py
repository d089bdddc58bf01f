"""``audit verify``, ``outbox status`` and ``invariants``: is everything as it must be?"""

from __future__ import annotations

import click

from app.core import audit, outbox
from app.developers import invariants
from app.developers.commands.running import fail, reads, say
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
    if given_up:
        fail("What was given up stands at /admin/deliveries, with the reason and a button to try again.")


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
