"""What the public pages show."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from app.proposals.receipts import SignedReceipt, Verdict


@dataclass(frozen=True)
class VerdictView:
    """What is to be thought of a receipt, in words, with what it says when it may be believed."""

    tone: str
    title: str
    text: str
    facts: tuple[tuple[str, str], ...]


def verdict_view(verdict: Verdict, receipt: SignedReceipt) -> VerdictView:
    """The answer to somebody who had a receipt checked."""
    if verdict is Verdict.FORGED:
        return VerdictView(
            "error",
            gettext("This receipt was not made here, or it was changed"),
            gettext("Its signature does not belong to what it says. Do not rely on it."),
            (),
        )
    facts = tuple((label, receipt.facts.get(name, "")) for name, label in _labels())
    if verdict is Verdict.NOT_ON_RECORD:
        return VerdictView(
            "warning",
            gettext("The signature is genuine, but the version is not on record"),
            gettext(
                "This installation signed it and does not have the version any more. Show this page to the programme."
            ),
            facts,
        )
    return VerdictView(
        "success",
        gettext("This receipt is genuine"),
        gettext("What it names arrived here at the time it says, and is kept unchanged."),
        facts,
    )


def _labels() -> tuple[tuple[str, str], ...]:
    return (
        ("Call", gettext("Call")),
        ("Reference", gettext("Reference")),
        ("Stage", gettext("Stage")),
        ("Version", gettext("Version")),
        ("Received", gettext("Received at")),
        ("Content-SHA256", gettext("Hash of the content")),
    )
