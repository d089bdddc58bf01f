"""``demo load``: the demonstration's people, calls, proposals, projects and mines."""

from __future__ import annotations

import click

from app.developers.commands.running import say, writes
from app.developers.demo import loader


@click.group("demo", help="The demonstration.")
def demo() -> None:
    """Group of the commands about the demonstration."""


@demo.command("load")
@writes
def load() -> None:
    """Load the demonstration; a second time changes nothing."""
    if loader.load_demo():
        say("The demonstration is loaded.")
    else:
        say("The demonstration is already there; nothing was changed.")
    say(f"Its sign-ins are in {loader.write_accounts()}.")


COMMANDS = (demo,)
