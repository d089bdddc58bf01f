"""``seed``: make the people, calls, proposals and projects that a world file describes."""

from __future__ import annotations

from pathlib import Path

import click

from app.core import clock
from app.developers.commands.running import say, writes
from app.developers.worlds import loading
from app.developers.worlds.files import read_files

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("seed")
@click.argument("files", nargs=-1, required=True, type=A_FILE, metavar="WORLD.yaml...")
@writes
def seed(files: tuple[Path, ...]) -> None:
    """Play one or several world files, one after the other taken as one; see docs/cli.md."""
    world = read_files(files)
    loading.load(world, clock.now())
    counts = {
        "people": world.people,
        "organisations": world.organisations,
        "calls": world.calls,
        "mine sites": world.sites,
        "proposals": world.proposals,
    }
    made = [f"{len(things)} {name}" for name, things in counts.items() if things]
    say(f"Made {', '.join(made) or 'nothing'}.")
    if world.people:
        say(f"Everybody signs in with the password {world.password}.")


COMMANDS = (seed,)
