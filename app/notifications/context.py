"""The values that the wording of an event may use: each a plain text, made by a named function, in the receiver's language.

The catalogue lists for every telling which of these it gets; nothing else of the record reaches a template.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from babel.dates import format_timedelta
from flask_babel import get_locale, gettext

from app.calls import queries as calls
from app.calls.form_changes import differences
from app.calls.form_schema import language_shown, text
from app.calls.models import CallStage
from app.calls.present import change_lines
from app.core import audit, clock
from app.core.audit import AuditEntry
from app.core.types import Money
from app.identity.present import DOCUMENT_KIND_LABELS
from app.identity.services.tokens import LIFETIMES
from app.notifications import queries
from app.notifications.subjects import Subject
from app.proposals import queries as proposals
from app.proposals.models import StageExtension, StageSubmission
from app.proposals.services.deadlines import closes_to_begin
from app.reviews.models import Review, ReviewInvitation
from app.web import filters
from workflows.machine import N_
from workflows.reviewer_scoring import ReviewState

ROLES = {
    "owner": N_("owner"),
    "editor": N_("editor"),
    "viewer": N_("reader"),
    "contributor": N_("section contributor"),
    "signatory": N_("signatory"),
}
LINKS = {
    "person.verification_requested": LIFETIMES["verify_email"],
    "person.password_reset_requested": LIFETIMES["reset_password"],
}
REPORTS = {
    "inception": N_("inception report"),
    "progress": N_("progress report"),
    "annual": N_("annual report"),
    "financial_claim": N_("financial claim"),
    "final": N_("final report"),
}


def _texts(texts: dict[str, str] | None) -> str:
    return text(texts, str(get_locale() or "en"))


def _zone(subject: Subject) -> str:
    return subject.call.zone if subject.call else filters.ZONE


def _call(subject: Subject) -> str:
    return _texts(subject.call.title) if subject.call else ""


def _call_stage(subject: Subject) -> CallStage:
    """The stage of the call that the event is about: the submission's, the one it names, else the first."""
    if isinstance(subject.thing, StageSubmission | StageExtension):
        return subject.thing.call_stage
    stages: list[CallStage] = subject.thing.stages
    named = subject.event.payload.get("stage")
    return next((stage for stage in stages if stage.key == named), stages[0])


def _stage(subject: Subject) -> str:
    return _texts(_call_stage(subject).title)


def _stage_closes(subject: Subject) -> str:
    """The applicant's own deadline where the event is about their proposal, else the one that all have."""
    stage = _call_stage(subject)
    if isinstance(subject.thing, StageExtension):
        return filters.instant(subject.thing.closes_at, _zone(subject))
    own = isinstance(subject.thing, StageSubmission) and subject.proposal is not None
    closes_at = closes_to_begin(subject.proposal, stage) if own and subject.proposal else stage.closes_at
    return filters.instant(closes_at, _zone(subject))


def _reason(subject: Subject) -> str:
    """Why, in the words of who did it: of an extension its own, of a move those in the record's history."""
    if isinstance(subject.thing, StageExtension):
        return subject.thing.reason
    entry = _reasoned(subject)
    if entry is None:
        return ""
    return _texts(entry.detail.get("reasons")) or entry.reason


def _reason_language(subject: Subject) -> str:
    """The language of a reason that was written in several, but not in the receiver's."""
    entry = _reasoned(subject)
    return language_shown(entry.detail.get("reasons"), str(get_locale() or "en")) if entry else ""


def _reasoned(subject: Subject) -> AuditEntry | None:
    """The entry of the record's history that says why the event happened."""
    entries = audit.history(subject.event.subject_type, subject.event.subject_id)
    return next((e for e in reversed(entries) if e.at == subject.event.occurred_at and e.reason), None)


def _reference(subject: Subject) -> str:
    record = subject.project or subject.proposal
    return record.reference if record else ""


def _title(subject: Subject) -> str:
    record = subject.project or subject.proposal
    return record.title if record else ""


def _organisation(subject: Subject) -> str:
    return subject.organisation.name if subject.organisation else ""


def _submitted(subject: Subject) -> str:
    return filters.instant(subject.event.occurred_at, _zone(subject))


def _digest(subject: Subject) -> str:
    """The content hash of the version that the event is about, for the receipt."""
    sealed = proposals.sealed_version(subject.thing.id, int(subject.event.payload["version"]))
    return sealed.sha256 if sealed else ""


def _receipt(subject: Subject) -> str:
    """The signed receipt of the version that the event is about; nothing for versions sealed before there were any."""
    sealed = proposals.sealed_version(subject.thing.id, int(subject.event.payload["version"]))
    signed = proposals.receipt_of(sealed.id) if sealed else None
    return signed.armoured if signed else ""


def _correct_by(subject: Subject) -> str:
    return filters.instant(subject.thing.correct_by, _zone(subject))


def _due_at(subject: Subject) -> str:
    return filters.instant(subject.thing.due_at, _zone(subject))


def _due_on(subject: Subject) -> str:
    return filters.day(subject.thing.due_on)


def _expires(subject: Subject) -> str:
    return filters.instant(subject.thing.expires_at)


def _works_for(subject: Subject) -> str:
    """How long a mailed link works."""
    return format_timedelta(LINKS[subject.event.name], threshold=2, locale=str(get_locale() or "en"))


def _reviewer(subject: Subject) -> str:
    if isinstance(subject.thing, ReviewInvitation):
        return subject.thing.name
    return str(subject.thing.reviewer.name)


def _message(subject: Subject) -> str:
    """What the staff wrote in an invitation of its own."""
    return str(subject.thing.message)


def _open_reviews(subject: Subject) -> str:
    return open_reviews(queries.reviews_named_in(subject.event))


def open_reviews(reviews: Iterable[Review]) -> str:
    """One line for each review; a title is folded into its line, so that it cannot pose as one of ours."""
    return "\n".join(_review_line(review) for review in reviews)


def _review_line(review: Review) -> str:
    names = {"reference": review.proposal.reference, "title": " ".join(review.proposal.title.split())}
    due = filters.instant(review.due_at, review.proposal.call.zone)
    if review.state == ReviewState.INVITED.value:
        return gettext("– %(reference)s “%(title)s”: not answered yet, due on %(due)s", due=due, **names)
    if review.due_at <= clock.now():
        return gettext("– %(reference)s “%(title)s”: was due on %(due)s", due=due, **names)
    return gettext("– %(reference)s “%(title)s”: due on %(due)s", due=due, **names)


def _milestone(subject: Subject) -> str:
    return str(getattr(subject.thing, "milestone", subject.thing).title)


def _amount(subject: Subject) -> str:
    amount: Money = subject.thing.amount
    return filters.money(amount)


def _report(subject: Subject) -> str:
    return filters.translate(REPORTS[subject.thing.kind])


def _announcement(subject: Subject) -> str:
    """The text of an announcement, in the receiver's language where the call has it."""
    news = calls.get_announcement(uuid.UUID(subject.event.payload["announcement_id"]))
    return _texts(news.text) if news else ""


def _announcement_language(subject: Subject) -> str:
    """The language of an announcement that the call does not speak in the receiver's."""
    news = calls.get_announcement(uuid.UUID(subject.event.payload["announcement_id"]))
    return language_shown(news.text, str(get_locale() or "en")) if news else ""


def _form_changes(subject: Subject) -> str:
    """What differs between the two forms that the event names, one line each."""
    before, after = (calls.form_by_hash(subject.event.payload[name]) for name in ("form_before", "form_after"))
    if before is None or after is None:
        return ""
    return "\n".join(change_lines(differences(before, after), str(get_locale() or "en"), MOST_LINES))


def _role(subject: Subject) -> str:
    return filters.translate(ROLES[subject.thing.role])


def _document(subject: Subject) -> str:
    return filters.translate(DOCUMENT_KIND_LABELS[subject.thing.document.kind])


def _file(subject: Subject) -> str:
    return str(subject.thing.original_name)


def _valid_until(subject: Subject) -> str:
    return filters.day(subject.thing.valid_until)


def _asked_by(subject: Subject) -> str:
    return str(subject.thing.asked_by_name)


FIELDS: dict[str, Callable[[Subject], str]] = {
    "call": _call,
    "stage": _stage,
    "stage_closes": _stage_closes,
    "reference": _reference,
    "title": _title,
    "organisation": _organisation,
    "submitted": _submitted,
    "digest": _digest,
    "receipt": _receipt,
    "correct_by": _correct_by,
    "due_at": _due_at,
    "due_on": _due_on,
    "expires": _expires,
    "works_for": _works_for,
    "reviewer": _reviewer,
    "message": _message,
    "open_reviews": _open_reviews,
    "milestone": _milestone,
    "amount": _amount,
    "reason": _reason,
    "reason_language": _reason_language,
    "report": _report,
    "role": _role,
    "document": _document,
    "file": _file,
    "valid_until": _valid_until,
    "asked_by": _asked_by,
    "form_changes": _form_changes,
    "announcement": _announcement,
    "announcement_language": _announcement_language,
}


OF_MANY_LINES = frozenset({"receipt", "form_changes", "announcement", "open_reviews"})
MOST_LINES = 25


def values(subject: Subject, names: Iterable[str]) -> dict[str, str]:
    """The listed values, in the language that is set, each on one line: what people typed cannot pose as our paragraphs.

    A receipt, the differences of a form and news of the staff hold nothing that applicants typed, and keep their lines; so does
    the list of open reviews, which folds its titles itself.
    """
    found = {name: FIELDS[name](subject) for name in names}
    return {name: value if name in OF_MANY_LINES else " ".join(value.split()) for name, value in found.items()}
