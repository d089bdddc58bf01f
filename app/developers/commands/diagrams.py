"""``workflows diagram``: the workflows as Mermaid text, made from the code."""

from __future__ import annotations

from pathlib import Path

import click

from app.developers.commands.running import say
from workflows import diagram
from workflows.catalogue import WORKFLOWS


@click.group("workflows", help="The workflows that the program obeys.")
def workflows() -> None:
    """Group of the commands about workflows."""


@workflows.command("diagram")
@click.option("--write", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def show_diagram(target: Path | None) -> None:
    """Print every workflow as a Mermaid diagram with its table of moves."""
    text = diagram.document()
    if target is None:
        say(text.rstrip())
        return
    target.write_text(text)
    say(f"{len(WORKFLOWS)} workflows are written to {target}.")


COMMANDS = (workflows,)
