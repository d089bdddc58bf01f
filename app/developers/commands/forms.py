"""``form schema``: the published JSON Schema of forms, made from the code."""

from __future__ import annotations

from pathlib import Path

import click

from app.calls.form_schema.json_schema import as_text
from app.developers.commands.running import say


@click.group("form", help="Forms as documents.")
def form() -> None:
    """Group of the commands about forms."""


@form.command("schema")
@click.option("--write", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def show_schema(target: Path | None) -> None:
    """Print the JSON Schema of a form's document."""
    if target is None:
        say(as_text().rstrip())
        return
    target.write_text(as_text())
    say(f"The schema is written to {target}.")


COMMANDS = (form,)
