"""What somebody sees who opens the link of an invitation, and whom the staff has asked by e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from app.calls.rubric import Rubric
from app.proposals.models import SealedSubmission
from app.proposals.present import reviewer_sections
from app.reviews import confidentiality
from app.reviews.models import ReviewInvitation
from app.reviews.present.content import partners_of
from app.reviews.present.parts import Badge, locale, title_of
from app.web.filters import instant
from workflows.machine import N_

SUMMARIES = ("summary", "abstract", "objective", "objectives")
LONGEST_SUMMARY = 1500


@dataclass(frozen=True)
class AskedView:
    """Enough to see a conflict of interest and to decide; nothing of the content but its summary."""

    token: str
    name: str
    reference: str
    title: str
    summary: str
    organisation: str
    partners: tuple[str, ...]
    blind: bool
    call: str
    programme: str
    due: str
    criteria: int
    message: str
    agreement: tuple[str, ...]


def asked_view(token: str, invitation: ReviewInvitation, sealed: SealedSubmission | None, rubric: Rubric) -> AskedView:
    """The page behind a link."""
    proposal = invitation.proposal
    blind = proposal.call.process.get("blind") == "double"
    return AskedView(
        token=token,
        name=invitation.name,
        reference=proposal.reference,
        title=proposal.title,
        summary=summary_of(proposal.reference, sealed, blind) if sealed else "",
        organisation="" if blind else proposal.organisation.name,
        partners=() if blind else partners_of(sealed),
        blind=blind,
        call=title_of(proposal.call.title),
        programme=proposal.call.programme.name,
        due=instant(invitation.due_at, proposal.call.zone),
        criteria=len(rubric.criteria),
        message=invitation.message,
        agreement=agreement_words(),
    )


def agreement_words() -> tuple[str, ...]:
    """The confidentiality agreement in the reader's language."""
    return tuple(gettext(text) for text in confidentiality.PARAGRAPHS)


def summary_of(reference: str, sealed: SealedSubmission, blind: bool) -> str:
    """The answer that sums the proposal up, where reviewers of this call may read it at all."""
    sections = reviewer_sections(reference, sealed, locale(), lambda _ident: "", blind)
    found = {q.id: q for section in sections for q in section.questions if q.id in SUMMARIES}
    for name in SUMMARIES:
        if name in found and isinstance(found[name].value, str):
            return str(found[name].value)[:LONGEST_SUMMARY]
    return ""


STATES = {
    "accepted": (N_("Accepted"), "done"),
    "declined": (N_("Declined"), "refused"),
    "conflicted": (N_("Conflict of interest"), "refused"),
    "": (N_("Not answered"), "waiting"),
}


@dataclass(frozen=True)
class MailedRow:
    """One person asked by e-mail."""

    id: str
    name: str
    email: str
    due: str
    state: Badge
    reason: str
    open: bool


def mailed_rows(invitations: Iterable[ReviewInvitation], zone: str) -> tuple[MailedRow, ...]:
    """Whom the staff asked by e-mail, with the answers."""
    rows = []
    for one in invitations:
        label, category = STATES[one.answer]
        badge = Badge(gettext(label), category)
        rows.append(
            MailedRow(str(one.id), one.name, one.email, instant(one.due_at, zone), badge, one.reason, not one.answer)
        )
    return tuple(rows)
