"""``files scan-again``: a new start for files that no scanner has judged."""

from __future__ import annotations

import click

from app.core import scanning
from app.developers.commands.running import fail, say, writes
from app.extensions import current_settings


@click.group("files", help="Stored files.")
def files_group() -> None:
    """Group of the commands about stored files."""


@files_group.command("scan-again")
@writes
def scan_again() -> None:
    """Have files checked for viruses whose check failed, or that came before there was a scanner."""
    if current_settings().clamd_url is None:
        fail("No scanner is configured: set ASSAY_CLAMD_URL.")
    say(f"{scanning.scan_again()} files wait for the scanner.")


COMMANDS = (files_group,)
