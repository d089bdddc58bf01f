"""What the practice page of a form shows: the real questions, checked like the real ones, with no draft behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.calls import queries as calls
from app.calls.form_schema import (
    Form,
    Problem,
    Section,
    asked_answers,
    read_section,
    section_problems,
    text,
)
from app.calls.form_schema.expressions import names_in
from app.calls.models import Call, CallStage
from app.calls.present import DeadlineView, QuestionView, deadline_view, section_logic, section_questions
from app.calls.rules import broken_rules
from app.proposals.figures import questions_of
from app.proposals.present.figures import FigureView, figures_view
from app.proposals.services.drafting import LARGEST_SECTION

Fields = dict[str, list[str]]
NOT_ANSWERS = frozenset({"csrf_token", "add_row", "remove_row", "check"})


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere."""

    label: str
    href: str


@dataclass(frozen=True)
class PracticePage:
    """One section of a form to be tried."""

    call: str
    call_href: str
    stage: str
    title: str
    intro: str
    step: str
    url: str
    stages: tuple[Link, ...]
    questions: tuple[QuestionView, ...]
    elsewhere: frozenset[str]
    logic: str
    files: tuple[str, ...]
    hints: tuple[str, ...]
    figures: tuple[FigureView, ...]
    opens: DeadlineView
    closes: DeadlineView
    is_open: bool
    was_checked: bool
    is_wrong: bool
    previous: Link | None
    following: Link | None


def is_too_much(posted: MultiDict[str, str]) -> bool:
    """More text than the real page would take."""
    return sum(len(value) for values in posted.listvalues() for value in values) > LARGEST_SECTION


def fields_of(posted: MultiDict[str, str]) -> Fields:
    """The typed fields, without the row that is to go."""
    fields = {name: list(values) for name, values in posted.lists() if name not in NOT_ANSWERS}
    table, _, key = re.sub(r"[:.]", " ", posted.get("remove_row", "")).partition(" ")
    return {name: values for name, values in fields.items() if not (key and name.startswith(f"{table}.{key}."))}


def practice_page(
    call: Call,
    stage: CallStage,
    section: Section,
    language: str,
    now: datetime,
    fields: Fields | None = None,
    add_row_to: str = "",
    checks: bool = True,
) -> PracticePage:
    """The page of a section, empty, or with what was typed and, when it ``checks``, what is to be said of it."""
    form = calls.form_of(stage)
    answers = read_section(form, section.id, fields, {})[0] if fields is not None else {}
    checks = checks and fields is not None and not add_row_to
    problems = _problems(form, section, answers) if checks else []
    index = form.sections.index(section)
    shown, elsewhere = _on_its_own(section)
    return PracticePage(
        call=text(call.title, language),
        call_href=url_for("calls.show", code=call.code),
        stage=text(stage.title, language),
        title=text(section.title, language),
        intro=text(section.intro, language),
        step=gettext("Section %(number)s of %(all)s", number=index + 1, all=len(form.sections)),
        url=_url(call, stage, section),
        stages=_other_stages(call, stage, language),
        questions=section_questions(form, shown, answers, language=language, problems=problems, add_row_to=add_row_to),
        elsewhere=elsewhere,
        logic=section_logic(form, shown, answers),
        files=tuple(text(q.label, language) for q in section.questions if q.kind == "file"),
        hints=_hints(call, form, section, answers),
        figures=_figures(call, form, section, answers, language),
        opens=deadline_view(stage.opens_at, call.zone, now),
        closes=deadline_view(stage.closes_at, call.zone, now),
        is_open=stage.opens_at <= now < stage.closes_at,
        was_checked=checks,
        is_wrong=bool(problems),
        previous=_neighbour(call, stage, form, index - 1, language),
        following=_neighbour(call, stage, form, index + 1, language),
    )


def _on_its_own(section: Section) -> tuple[Section, frozenset[str]]:
    """The section as it can be tried alone, and the questions that hang on other pages: they are always asked here.

    Files are named beside it and never taken.
    """
    own = {question.id for question in section.questions}
    asked = tuple(question for question in section.questions if question.kind != "file")
    elsewhere = frozenset(
        q.id for q in asked if q.show_if and any(name[0] not in own for name in names_in(q.show_if.tree))
    )
    free = tuple(replace(q, show_if=None) if q.id in elsewhere else q for q in asked)
    return replace(section, questions=free), elsewhere


def _other_stages(call: Call, stage: CallStage, language: str) -> tuple[Link, ...]:
    return tuple(
        Link(text(one.title, language), _url(call, one, calls.form_of(one).sections[0]))
        for one in call.stages
        if one.key != stage.key
    )


def _url(call: Call, stage: CallStage, section: Section) -> str:
    return url_for("public.practice", code=call.code, key=stage.key, section_id=section.id)


def _neighbour(call: Call, stage: CallStage, form: Form, index: int, language: str) -> Link | None:
    if not 0 <= index < len(form.sections):
        return None
    section = form.sections[index]
    return Link(text(section.title, language), _url(call, stage, section))


def _problems(form: Form, section: Section, answers: Mapping[str, Any]) -> list[Problem]:
    """What the real page would say of these answers, files apart."""
    counts = {question.id: question.max_files for question in section.questions if question.kind == "file"}
    return section_problems(form, section.id, answers, counts)


def _hints(call: Call, form: Form, section: Section, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Rules of the call that answers of this section break."""
    own = {question.id for question in section.questions}
    broken = broken_rules(call.rules, asked_answers(form, answers))
    return tuple(gettext(b.message, **b.params) for b in broken if b.question_id in own)


def _figures(
    call: Call, form: Form, section: Section, answers: Mapping[str, Any], language: str
) -> tuple[FigureView, ...]:
    if not questions_of(call.rules) & {question.id for question in section.questions}:
        return ()
    return figures_view(call.rules, form, answers, call.currency, language)
