"""Keeping what is typed: fields that nobody else changed merge by themselves, and no text takes another's place unseen.

A page sends the fields that were edited, with the version it knew of each. A field that somebody else changed since keeps
what stands, and the page's text is kept beside it. A blank is never a rival: text stays, or comes back over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.calls import form_schema
from app.calls.form_schema import Form, Problem, is_empty
from app.core import clock, transitions
from app.core.errors import MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.edits import by_section, edited_fields, said
from app.proposals.fields import question_of, same, value_at
from app.proposals.models import GONE, LATE, RIVAL, PatchReceipt, StageSubmission
from app.proposals.posted import MOST, Posted
from app.proposals.services.drafting import refuse_unless_editable
from app.proposals.services.facts import refuse_strangers
from app.proposals.services.rivals import Beside
from app.proposals.services.storing import answers_on_page, store_answers

Fields = Mapping[str, Sequence[str]]
SILENT = timedelta(days=90)  # longer than any page stays open


@dataclass
class Kept:
    """What became of a posted page: problems with what was stored, and the fields whose text was kept beside the answers.

    ``why`` is the refusal when a section could not be written in; ``repeated``: all of it had been taken in before.
    """

    problems: list[Problem] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    why: MoveRefused | None = None
    repeated: bool = False


@dataclass(frozen=True)
class _Case:
    """One posted page on its way into a locked submission."""

    submission: StageSubmission
    asked: queries.AskedForm
    page: Posted
    actor: Actor
    beside: Beside
    kept: Kept

    @property
    def form(self) -> Form:
        """The form that the page showed."""
        return self.asked.form

    @property
    def answers(self) -> Mapping[str, Any]:
        """The stored answers as that page shows them."""
        return answers_on_page(self.submission, self.asked)


def save_page(*, submission: StageSubmission, page: Posted, actor: Actor) -> Kept:
    """Keep what was edited on a posted page, also what is wrong with it; taken in once, however often it is sent."""
    refuse_strangers(actor, submission, "proposal.edit")
    transitions.lock(submission)
    kept = Kept(repeated=_was_taken(submission, page))
    if kept.repeated:
        return kept
    asked = queries.form_of_page(submission, page.form_mark)
    case = _Case(submission, asked, page, actor, Beside(submission, page, actor), kept)
    for section_id, fields in by_section(asked.form, edited_fields(asked.form, case.answers, page)).items():
        _take(case, section_id, fields)
    if page.removed:
        _remove_row(case, *page.removed)
    return kept


def save_section(
    *, submission: StageSubmission, section_id: str, fields: Fields, expected_version: int | None, actor: Actor
) -> list[Problem]:
    """Keep some fields of a section; returns what is wrong with them. Without a version they overrule what stands.

    Raises the refusal when the section cannot be written in now.
    """
    refuse_strangers(actor, submission, "proposal.edit")
    transitions.lock(submission)
    refuse_unless_editable(submission, section_id, actor)
    given = {name: list(values) for name, values in fields.items()}
    base = MOST if expected_version is None else expected_version
    page = Posted(given, bases=dict.fromkeys(given, base), section_id=section_id)
    return save_page(submission=submission, page=page, actor=actor).problems


def _was_taken(submission: StageSubmission, page: Posted) -> bool:
    """Whether this page's edits up to this number are here already; if not, from now on they are."""
    if not page.client:
        return False
    receipt = queries.patch_receipt(submission.id, page.client)
    if receipt is not None and page.sequence <= receipt.sequence:
        return True
    now = clock.now()  # asks the database: only after it may a half-filled row be in the session
    if receipt is None:
        receipt = PatchReceipt(stage_submission_id=submission.id, client=page.client)
        db.session.add(receipt)
    receipt.sequence, receipt.at = page.sequence, now
    return False


def forget_patches() -> int:
    """Forget how far pages had got that nobody has heard of for 90 days; returns how many."""
    return queries.forget_receipts(clock.now() - SILENT)


def _take(case: _Case, section_id: str, fields: Fields) -> None:
    """Store the fields of one section, or keep them beside the answers when they have no place there now."""
    if not section_id:
        case.kept.aside += case.beside.keep_said(GONE, case.page.section_id, fields)
        return
    try:
        refuse_unless_editable(case.submission, section_id, case.actor)
    except MoveRefused as refusal:
        case.kept.why = refusal
        case.kept.aside += case.beside.keep_said(LATE, section_id, fields)
        return
    overtaken = _overtaken(case, section_id, fields)
    rivals = [name for name in overtaken if said(fields[name])]
    for name in rivals:
        case.beside.keep(RIVAL, section_id, name, fields[name])
    case.kept.rivals += rivals
    _store(case, section_id, {n: v for n, v in fields.items() if n not in overtaken})


def _overtaken(case: _Case, section_id: str, fields: Fields) -> list[str]:
    """The fields where somebody else has written something since, and something else than this page says."""
    answers, found = case.answers, []
    for name in (n for n in fields if changed_since(case.submission, n, case.page)):
        read, _ = form_schema.read_section(case.form, section_id, {name: fields[name]}, answers, True)
        stands, typed = value_at(answers, name), value_at({**answers, **read}, name)
        if not is_empty(stands) and not same(stands, typed):
            found.append(name)
    return found


def changed_since(submission: StageSubmission, name: str, page: Posted) -> bool:
    """Whether somebody else, or the same person on another page, changed a field after this page last knew it."""
    version, client = submission.field_versions.get(name, (0, ""))
    base = (page.bases or {}).get(name, page.seen)
    return base is not None and version > base and not (client and client == page.client)


def _store(case: _Case, section_id: str, fields: Fields) -> None:
    submission, before = case.submission, case.answers
    answers, problems = form_schema.read_section(case.form, section_id, fields, before, True)
    after = {**before, **answers}
    changed = [name for name in fields if not same(value_at(before, name), value_at(after, name))]
    touched = {question_of(name) for name in changed}
    new = {q: answer if case.page.client else _tidy(answer) for q, answer in answers.items() if q in touched}
    store_answers(submission, section_id, case.asked, new, changed, case.page.client, case.actor)
    case.kept.problems += problems
    unplaced = {n: v for n, v in fields.items() if said(v) and is_empty(value_at(after, n))}
    case.kept.aside += case.beside.keep_said(GONE, section_id, unplaced)


def _tidy(answer: Any) -> Any:
    """A table without rows that were emptied; while a script saves, they keep their places under whoever types."""
    if not isinstance(answer, list):
        return answer
    return [part for part in answer if not (isinstance(part, dict) and is_empty(part))]


def _remove_row(case: _Case, table: str, key: str) -> None:
    """Take a row out; cells that somebody else changed since the page was made stay."""
    submission = case.submission
    section, rows = case.form.section_of(table), form_schema.rows_by_key(case.answers.get(table))
    if section is None or key not in rows:
        return
    refuse_unless_editable(submission, section.id, case.actor)
    names = {column: f"{table}.{key}.{column}" for column in rows[key] if column != form_schema.ROW_ID}
    stays = {c: rows[key][c] for c, name in names.items() if changed_since(submission, name, case.page)}
    left = rows | {key: {form_schema.ROW_ID: key, **stays}}
    answer = [row for row in left.values() if not is_empty(row)]
    gone = [name for column, name in names.items() if column not in stays]
    store_answers(submission, section.id, case.asked, {table: answer}, gone, case.page.client, case.actor)
