"""``receipt verify`` and ``receipt key``: what the public page says, on the command line."""

from __future__ import annotations

from typing import TextIO

import click

from app.core.errors import Invalid
from app.developers.commands.running import fail, reads, say
from app.extensions import current_settings
from app.proposals import queries, receipts
from app.proposals.receipts import Verdict

WORDS = {
    Verdict.GENUINE: "Genuine: this installation signed it, and the version is on record.",
    Verdict.NOT_ON_RECORD: "Genuine, but not on record: this installation signed it and no longer has the version.",
    Verdict.FORGED: "Not genuine: no key of this installation made this signature for this text.",
}


@click.group("receipt", help="Signed receipts of submitted versions.")
def receipt_group() -> None:
    """Group of the commands about receipts."""


@receipt_group.command("verify")
@click.argument("file", type=click.File(encoding="utf-8"))
@reads
def verify_receipt(file: TextIO) -> None:
    """Check the receipt in FILE (``-`` reads from standard input); ends with 1 unless it is genuine and on record."""
    try:
        receipt = receipts.read(file.read(receipts.LONGEST))
    except Invalid as error:
        fail(str(error))
    verdict = queries.judge_receipt(receipt)
    if verdict is not Verdict.GENUINE:
        fail(WORDS[verdict])
    say(WORDS[verdict], *(f"{name}: {value}" for name, value in receipt.facts.items()))


@receipt_group.command("key")
@reads
def receipt_key() -> None:
    """Print the public key with which receipts are signed now, as PEM."""
    say(receipts.public_pem(receipts.signing_key(current_settings().receipt_key)).strip())


COMMANDS = (receipt_group,)
