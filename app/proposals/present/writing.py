"""The page where one section is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import (
    Form,
    Problem,
    Section,
    is_empty,
    row_at,
    section_problems,
    text,
)
from app.calls.present import QuestionView, problem_text, section_logic, section_questions
from app.calls.queries import unknown_sites
from app.calls.rules import broken_rules
from app.proposals import queries, services
from app.proposals.fields import marks_of
from app.proposals.figures import questions_of
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.posted import Posted
from app.proposals.present.figures import FigureView, figures_view
from app.proposals.present.file_notes import own_notes
from app.proposals.present.former import former_of
from app.proposals.present.kept import KeptView, kept_views
from app.proposals.present.parts import Deadline, Link, deadline_of
from app.proposals.present.sections import file_view
from app.proposals.present.texts import TextView, field_names, texts_by_question
from app.proposals.snapshot import shown_answers
from app.web.filters import instant
from workflows.proposal_submission import StageState


@dataclass(frozen=True)
class SectionPage:
    """One section to be written."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    title: str
    intro: str
    step: str
    questions: tuple[QuestionView, ...]
    hints: tuple[str, ...]
    figures: tuple[FigureView, ...]
    version: int
    form_mark: str
    url: str
    autosave_url: str
    saved: str
    closes: Deadline
    return_text: str
    previous: Link | None
    following: Link
    has_files: bool
    logic: str
    shown: str
    unsaved: bool
    texts: Mapping[str, tuple[TextView, ...]]
    kept: tuple[KeptView, ...]


@dataclass(frozen=True)
class Attempt:
    """Why a section is shown again: answers typed and not stored, errors beside questions, an empty row asked for.

    ``sees_others``: who writes is a member of the organisation, and may know of its other proposals.
    ``strict`` names also what is still missing; ``form_mark`` is that of an earlier form, when its page is shown again.
    ``page`` is what was posted, when the page that comes back must know no more than that one did.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    sees_others: bool = False
    add_row_to: str = ""
    form_mark: str = ""
    page: Posted | None = None


def section_page(
    submission: StageSubmission, section: Section, language: str, attempt: Attempt | None = None
) -> SectionPage:
    """The page of a section."""
    attempt = attempt or Attempt()
    form = queries.form_of(submission)
    known = {**submission.answers, **attempt.answers}
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    index = next((number for number, one in enumerate(form.sections) if one.id == section.id), 0)
    mark = attempt.form_mark or queries.form_mark(submission)
    questions = _questions(submission, form, section, known, language, attempt)
    return SectionPage(
        reference=submission.proposal.reference,
        proposal_title=submission.proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=submission.proposal_id),
        stage=text(submission.call_stage.title, language),
        title=text(section.title, language),
        intro=text(section.intro, language),
        step=gettext("Section %(number)s of %(all)s", number=index + 1, all=len(form.sections)),
        questions=questions,
        hints=_rule_hints(submission, form, section, known),
        figures=_section_figures(submission, form, section, known, language),
        version=submission.version if attempt.page is None else attempt.page.seen or 0,
        form_mark=mark,
        url=url_for("proposals.section", **where, section_id=section.id),
        autosave_url=url_for("proposals.section", **where, section_id=section.id, form_mark=mark),
        saved=saved_text(submission),
        closes=_closes(submission),
        return_text=submission.return_text if submission.state == StageState.RETURNED else "",
        previous=_neighbour(form, index - 1, where, language) if index else None,
        following=_neighbour(form, index + 1, where, language),
        has_files=any(q.kind == "file" for q in section.questions),
        logic=section_logic(form, section, known),
        shown=json.dumps(_shown_marks(submission, questions, attempt.page), separators=(",", ":")),
        unsaved=bool(attempt.answers),
        texts=texts_by_question(submission, form, section, language),
        kept=kept_views(submission, language, _files(submission, form, section), section.id),
    )


def _shown_marks(
    submission: StageSubmission, questions: tuple[QuestionView, ...], page: Posted | None
) -> Mapping[str, str]:
    """What the page knows of each field; one that comes back knows what it knew when it was made."""
    now = marks_of(submission.answers, field_names(questions))
    return now if page is None or page.shown is None else {**now, **page.shown}


def _problems(
    form: Form, section: Section, answers: Mapping[str, Any], counts: Mapping[str, int], strict: bool
) -> list[Problem]:
    found = [*section_problems(form, section.id, answers, counts), *unknown_sites(form, answers, section.id)]
    return [p for p in found if strict or _is_wrong(form, answers, p, counts)]


def wrong_questions(submission: StageSubmission, section: Section) -> list[str]:
    """The questions of a section that something is wrong with, what is missing counted in."""
    form = queries.form_of(submission)
    current = form.section(section.id)
    if current is None:
        return []
    counts = Counter(file.question_id for file in _files(submission, form, current))
    return sorted({p.question_id for p in _problems(form, current, submission.answers, counts, True)})


def _is_wrong(form: Form, answers: Mapping[str, Any], problem: Problem, counts: Mapping[str, int]) -> bool:
    """A problem with what is there, not with what is missing; missing answers are named when the person is done."""
    question = form.question(problem.question_id)
    if problem.check:
        return True
    if question is None or question.kind == "file":
        return bool(counts.get(problem.question_id))
    answer = answers.get(question.id)
    if not question.columns:
        return not is_empty(answer)
    return not is_empty(_cell(answer, problem.name))


def _cell(answer: Any, name: str) -> Any:
    """The cell of a table or budget that a field's name (``id.ROW.column``) points to."""
    _, _, place = name.partition(".")
    row, _, column = place.partition(".")
    if isinstance(answer, list):
        cells = row_at(answer, row)
    else:
        cells = answer.get(row) if isinstance(answer, dict) else {}
    return cells.get(column) if isinstance(cells, dict) else None


def _files(submission: StageSubmission, form: Form, section: Section) -> list[ProposalFile]:
    """The files of a stage, where this section shows some or may keep some."""
    asks = any(q.kind == "file" for q in section.questions)
    return queries.files_of(submission.id) if asks or submission.earlier_forms else []


def _questions(
    submission: StageSubmission,
    form: Form,
    section: Section,
    answers: Mapping[str, Any],
    language: str,
    attempt: Attempt,
) -> tuple[QuestionView, ...]:
    files = _files(submission, form, section)
    offered = former_of(submission).section(section, answers, language)
    counts = Counter(file.question_id for file in files)
    problems = _problems(form, section, answers, counts, attempt.strict)
    own: dict[str, list[Any]] = {}
    notes = own_notes(submission, files, attempt.sees_others)
    for file in files:
        view = _editable_file(submission, section, services.sealed_file(file), notes[str(file.id)])
        own.setdefault(file.question_id, []).append(view)
    views = section_questions(
        form, offered, answers, language=language, problems=problems, files=own, add_row_to=attempt.add_row_to
    )
    return tuple(
        replace(v, errors=(*v.errors, attempt.errors[v.name])) if v.name in attempt.errors else v for v in views
    )


def _editable_file(submission: StageSubmission, section: Section, file: Any, note: str) -> Any:
    where: dict[str, Any] = {
        "proposal_id": submission.proposal_id,
        "key": submission.call_stage.key,
        "file_id": file.id,
    }
    return file_view(
        file,
        lambda ident: url_for("proposals.download", **{**where, "file_id": ident}),
        url_for("proposals.remove_file", **where, section_id=section.id),
        note,
    )


def saved_text(submission: StageSubmission) -> str:
    """When the stage was saved last and by whom, in the call's zone."""
    if submission.answers_saved_at is None:
        return gettext("Nothing saved yet")
    when = instant(submission.answers_saved_at, submission.proposal.call.zone)
    return gettext("Saved %(when)s by %(who)s", when=when, who=submission.answers_saved_by)


def _closes(submission: StageSubmission) -> Deadline:
    moment = services.due_at(submission)
    if submission.state == StageState.RETURNED and submission.correct_by:
        moment = submission.correct_by
    return deadline_of(moment, submission.proposal.call.zone)


def _neighbour(form: Form, index: int, where: dict[str, Any], language: str) -> Link:
    if index >= len(form.sections):
        return Link(gettext("Check your answers"), url_for("proposals.check", **where))
    section = form.sections[index]
    return Link(text(section.title, language), url_for("proposals.section", **where, section_id=section.id))


def _rule_hints(
    submission: StageSubmission, form: Form, section: Section, answers: Mapping[str, Any]
) -> tuple[str, ...]:
    """Rules of the call that answers of this section break: told while there is time, not only at the end."""
    own = {q.id for q in section.questions}
    broken = broken_rules(submission.proposal.call.rules, shown_answers(form, answers))
    return tuple(gettext(b.message, **b.params) for b in broken if b.question_id in own)


def _section_figures(
    submission: StageSubmission, form: Form, section: Section, answers: Mapping[str, Any], language: str
) -> tuple[FigureView, ...]:
    rules = submission.proposal.call.rules
    if not questions_of(rules) & {q.id for q in section.questions}:
        return ()
    return figures_view(rules, form, shown_answers(form, answers), submission.proposal.currency, language)


def error_texts(problems: Iterable[Problem]) -> dict[str, str]:
    """The first sentence for each field, for the script that saves while people type."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.name or problem.question_id, problem_text(problem))
    return found
