"""Texts that wait beside an answer, and what the script of a page is told after it saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import Form, Question, Section, text
from app.calls.present import QuestionView, answer_view
from app.proposals import queries
from app.proposals.edits import reading
from app.proposals.fields import mark_of, posted_values, question_of, value_at
from app.proposals.models import RivalText, StageSubmission
from app.proposals.posted import Posted
from app.web.filters import instant
from app.web.rendering import render

SEPARATOR = " · "


@dataclass(frozen=True)
class TextView:
    """A text that was typed and not stored, with what stands now; ``url`` takes the decision between them."""

    id: str
    name: str
    anchor: str
    kind: str
    label: str
    who: str
    when: str
    saved_by: str
    typed: QuestionView
    standing: QuestionView
    mark: str
    url: str
    page_url: str
    section: str
    can_settle: bool = True


def field_names(questions: Iterable[QuestionView]) -> list[str]:
    """The names of the fields that a page of these questions posts."""
    cells = [cell for q in questions if q.kind != "file" for row in (q.rows or ((q,),)) for cell in row]
    return [one.name for cell in cells for one in (cell.parts or (cell,))]


def stage_texts(
    submission: StageSubmission,
    editable: Collection[str],
    language: str,
    may_write: bool,
    waiting: Sequence[RivalText] | None = None,
) -> tuple[TextView, ...]:
    """The texts of a stage that wait for a decision; those in sections that may be written in lead there.

    ``waiting``, those of the whole proposal, spare a query to those who have them.
    """
    known = queries.waiting_texts([submission.id]) if waiting is None else waiting
    views = _views(submission, [one for one in known if one.stage_submission_id == submission.id], language)
    return tuple(replace(v, page_url=v.page_url if v.section in editable else "", can_settle=may_write) for v in views)


def _views(submission: StageSubmission, waiting: Sequence[RivalText], language: str) -> list[TextView]:
    if not waiting:
        return []
    form = queries.form_of(submission)
    saved = queries.last_changes(submission.id, {question_of(one.name) for one in waiting})
    names = {question: change.person_name for question, change in saved.items()}
    return [_view(submission, form, one, names.get(question_of(one.name), ""), language) for one in waiting]


def texts_by_question(
    submission: StageSubmission, form: Form, section: Section, language: str
) -> dict[str, tuple[TextView, ...]]:
    """The texts that wait beside the questions of one section."""
    own = {question.id for question in section.questions}
    waiting = [one for one in queries.waiting_texts([submission.id]) if question_of(one.name) in own]
    views = _views(submission, waiting, language)
    return {q: tuple(v for v in views if question_of(v.name) == q) for q in own if views}


def _view(submission: StageSubmission, form: Form, one: RivalText, saved_by: str, language: str) -> TextView:
    read = reading(form, {one.name: one.typed}, {})
    typed = value_at(read, one.name) if question_of(one.name) in read else "\n".join(one.typed)
    standing = value_at(submission.answers, one.name)
    section = form.section_of(question_of(one.name))
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    page = url_for("proposals.section", **where, section_id=section.id) if section else ""
    return TextView(
        id=str(one.id),
        name=one.name,
        anchor="q-" + question_of(one.name),
        kind=one.kind,
        label=_label(form, submission.answers, one.name, language),
        who=one.person_name,
        when=instant(one.at, submission.proposal.call.zone),
        saved_by=saved_by,
        typed=_value_view(form, one.name, typed, language),
        standing=_value_view(form, one.name, standing, language),
        mark=mark_of(standing),
        url=url_for("proposals.settle_text", **where, section_id=one.section_id, text_id=one.id),
        page_url=page,
        section=section.id if section else "",
    )


def _asked(form: Form, name: str) -> tuple[Question | None, Question | None]:
    """The question of a field, and the column when it is a cell of a table or budget."""
    question = form.question(question_of(name))
    column = name.rpartition(".")[2]
    columns = question.columns if question and "." in name else ()
    return question, next((c for c in columns if c.id == column), None)


def _label(form: Form, answers: Mapping[str, Any], name: str, language: str) -> str:
    question, column = _asked(form, name)
    if question is None:
        return gettext("A question that is no longer asked (%(name)s)", name=name)
    words = [text(question.label, language)]
    rows = answers.get(question.id)
    keys = [str(row.get("_id")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    key = name.split(".")[1] if "." in name else ""
    if key in keys:
        words.append(gettext("Row %(number)s", number=keys.index(key) + 1))
    line = next((o for o in question.options if o.id == key), None)
    return SEPARATOR.join([*words, *([text(line.label, language)] if line else []), *_column_words(column, language)])


def _column_words(column: Question | None, language: str) -> list[str]:
    return [text(column.label, language)] if column else []


def _value_view(form: Form, name: str, value: Any, language: str) -> QuestionView:
    question, column = _asked(form, name)
    asked = column or (question if "." not in name else None)
    if asked is None:
        return QuestionView("", name, "long_text", "", value=None if value in ("", None) else str(value))
    return answer_view(asked, value, language=language)


def answer_to_script(
    submission: StageSubmission, section: Section | None, page: Posted, language: str
) -> dict[str, Any]:
    """What a page is told after it saved: the version, texts that wait, and the fields that others changed meanwhile."""
    saved_at = submission.answers_saved_at
    form = queries.form_of(submission)
    views = texts_by_question(submission, form, section, language) if section else {}
    return {
        "version": submission.version,
        "saved_at": saved_at.isoformat() if saved_at else "",
        "texts": [
            {
                "id": view.id,
                "name": view.name,
                "kind": view.kind,
                "html": render("proposals/parts/text.html", text=view),
            }
            for found in views.values()
            for view in found
        ],
        "newer": _newer(submission, section, page),
    }


def _newer(submission: StageSubmission, section: Section | None, page: Posted) -> dict[str, list[str]]:
    """The fields of the section that other pages changed after the version this page knew."""
    own = {question.id for question in section.questions} if section else set()
    seen = submission.version if page.seen is None else page.seen
    names = [
        name
        for name, (version, client) in submission.field_versions.items()
        if question_of(name) in own and version > seen and not (client and client == page.client)
    ]
    values = {name: posted_values(value_at(submission.answers, name)) for name in names}
    return {name: found for name, found in values.items() if found is not None}
