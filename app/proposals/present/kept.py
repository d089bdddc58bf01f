"""Answers that the present form does not show: kept, and shown to the applicant where they were and on the proposal's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import Known, Question, Section, is_empty, text
from app.calls.present import QuestionView, answer_view
from app.proposals import queries, services
from app.proposals.carrying import former_question, kept_answers
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.present.former import Former, former_of
from app.proposals.present.sections import FileView, file_view


@dataclass(frozen=True)
class KeptView:
    """One answer that is kept: in which section it stood, why it is not asked now, and how it reads."""

    section_id: str
    section: str
    why: str
    reading: QuestionView


def kept_views(
    submission: StageSubmission, language: str, files: list[ProposalFile], section_id: str = ""
) -> tuple[KeptView, ...]:
    """Everything of a stage that its form does not show now, or what of it stood in one section."""
    former = former_of(submission)
    found = [*_no_longer_asked(submission, former, language), *_not_asked_now(submission, former, files, language)]
    found += _kept_files(submission, former, files, language)
    return tuple(
        replace(view, reading=replace(view.reading, id=f"kept-{submission.call_stage.key}-{number}"))
        for number, view in enumerate(found)
        if section_id in {"", view.section_id}
    )


def _no_longer_asked(submission: StageSubmission, former: Former, language: str) -> Iterator[KeptView]:
    form = queries.form_of(submission)
    for kept in kept_answers(former.forms, submission.kept_answers):
        asked = form.question(kept.question.id)
        why = gettext("Is asked in another way now.") if asked else gettext("Is no longer asked.")
        yield _view(kept.section, former.question(kept.question, kept.answer, language), why, kept.answer, language)


def _not_asked_now(
    submission: StageSubmission, former: Former, files: list[ProposalFile], language: str
) -> Iterator[KeptView]:
    """Answers to questions that a condition hides: another answer brings them back."""
    form = queries.form_of(submission)
    known = Known(form, submission.answers)
    why = gettext("Is not asked with your present answers. It comes back when they do.")
    for section in form.sections:
        for question in section.questions:
            if known.shows(question):
                yield from _cells_not_asked(section, question, known, former, language)
                continue
            own = _files_of(submission, question.id, files)
            answer = submission.answers.get(question.id)
            if own or not is_empty(answer):
                yield _view(section, former.question(question, answer, language), why, answer, language, own)


def _cells_not_asked(
    section: Section, question: Question, known: Known, former: Former, language: str
) -> Iterator[KeptView]:
    """The cells of a table that a condition hides in their row, while they hold something."""
    cells = known.unasked(question)
    if not is_empty(cells):
        filled = {name for row in cells for name, value in row.items() if not is_empty(value)}
        columns = tuple(column for column in question.columns if column.id in filled)
        asked = former.question(replace(question, columns=columns), cells, language)
        why = gettext("Is not asked with your present answers. It comes back when they do.")
        yield _view(section, asked, why, cells, language)


def _kept_files(
    submission: StageSubmission, former: Former, files: list[ProposalFile], language: str
) -> Iterator[KeptView]:
    """Files of questions that no longer take any."""
    form = queries.form_of(submission)
    for question_id in dict.fromkeys(file.question_id for file in files):
        asked = form.question(question_id)
        before = former_question(former.forms.values(), question_id, "file")
        if before is not None and (asked is None or asked.kind != "file"):
            own = _files_of(submission, question_id, files)
            yield _view(*before, gettext("Is no longer asked."), None, language, own)


def _files_of(submission: StageSubmission, question_id: str, files: list[ProposalFile]) -> tuple[FileView, ...]:
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    return tuple(
        file_view(services.sealed_file(file), lambda ident: url_for("proposals.download", **where, file_id=ident))
        for file in files
        if file.question_id == question_id
    )


def _view(
    section: Section, question: Question, why: str, answer: Any, language: str, files: tuple[FileView, ...] = ()
) -> KeptView:
    reading = answer_view(question, answer, language=language, files=files)
    return KeptView(section.id, text(section.title, language), why, reading)
