"""What an act on many proposals will do, or has done, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.core.errors import DomainError
from app.dashboard.services import Outcome
from app.web.filters import translate
from workflows.machine import N_

LABELS = {
    "nudge": N_("Ask after open reviews"),
    "due": N_("Set a due date for open reviews"),
    "message": N_("Write to the applicants"),
    "table": N_("Table for decision"),
}


@dataclass(frozen=True)
class OutcomeView:
    """One line: the proposal, what happens to whom, or why not."""

    reference: str
    title: str
    text: str
    refusal: str


@dataclass(frozen=True)
class ActView:
    """The lines of an act, and how many take effect."""

    label: str
    lines: tuple[OutcomeView, ...]
    good: int
    refused: int


def labels() -> list[tuple[str, str]]:
    """The acts for a select."""
    return [("", gettext("Choose one")), *((act, gettext(label)) for act, label in LABELS.items())]


def act_view(act: str, outcomes: Iterable[Outcome], due_text: str) -> ActView:
    """Foreseen or done."""
    lines = tuple(_line(one, due_text) for one in outcomes)
    refused = sum(bool(line.refusal) for line in lines)
    return ActView(gettext(LABELS[act]), lines, len(lines) - refused, refused)


def _line(one: Outcome, due_text: str) -> OutcomeView:
    texts = {
        "nudge": gettext("%(name)s gets a mail that lists the open reviews among these.", name=one.to),
        "due": gettext("The review of %(name)s is due on %(due)s; a mail says so.", name=one.to, due=due_text),
        "message": gettext("%(name)s reads the message in its thread and is told by mail.", name=one.to),
        "table": gettext("Submitted reviews become final, and the committee sees the proposal."),
    }
    refusal = translate(one.refusal) if isinstance(one.refusal, DomainError) or one.refusal else ""
    text = "" if one.refusal and not one.to else texts[one.act]
    return OutcomeView(one.reference, one.title, text, refusal)
