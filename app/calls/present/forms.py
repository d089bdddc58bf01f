"""A stage as everybody may read it before signing in: its questions, threshold checks and rubric."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app.calls import queries
from app.calls.form_schema import Condition, Expression, Form, Question, Section, text
from app.calls.form_schema.expressions import names_in
from app.calls.models import Call, CallStage
from app.calls.present.fields import options_of
from app.calls.present.parts import DeadlineView, deadline_view
from app.calls.rubric import Criterion, Rubric, RubricSection
from app.web.filters import number
from workflows.machine import N_

KINDS = {
    "short_text": N_("One line of text"),
    "long_text": N_("Text"),
    "integer": N_("Whole number"),
    "decimal": N_("Number"),
    "money": N_("Amount"),
    "date": N_("Date"),
    "yes_no": N_("Yes or no"),
    "choice": N_("One of the answers offered"),
    "choices": N_("One or more of the answers offered"),
    "country": N_("Country"),
    "countries": N_("Countries"),
    "mineral": N_("Mineral"),
    "minerals": N_("Minerals"),
    "organisation": N_("Organisation"),
    "email": N_("E-mail address"),
    "url": N_("Web address"),
    "file": N_("File"),
    "consent": N_("Declaration to agree to"),
    "table": N_("Table"),
    "partners": N_("Table"),
    "budget": N_("Budget"),
    "group": N_("Repeating group"),
    "logframe": N_("Logical framework"),
    "region": N_("Country and region"),
    "site": N_("Mine site"),
    "point": N_("Point on the map"),
}
Find = Callable[[str], Question | None]


@dataclass(frozen=True)
class ConditionWords:
    """How a condition is told: on one answer, above a figure, or on answers that are too many to name."""

    equals: str
    above: str
    some: str
    several: str


ASKED = ConditionWords(
    N_("Asked only if “%(question)s” is “%(value)s”."),
    N_("Asked only if “%(question)s” is above %(value)s."),
    N_("Asked only after certain answers to “%(question)s”."),
    N_("Asked only after certain answers to %(questions)s."),
)
NEEDED = ConditionWords(
    N_("Must be answered if “%(question)s” is “%(value)s”."),
    N_("Must be answered if “%(question)s” is above %(value)s."),
    N_("Must be answered after certain answers to “%(question)s”."),
    N_("Must be answered after certain answers to %(questions)s."),
)


@dataclass(frozen=True)
class ColumnFacts:
    """A column of a table, and when it is asked or must be filled in."""

    label: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class QuestionFacts:
    """One question as a reader sees it."""

    label: str
    help: str
    kind: str
    required: bool
    limits: str
    options: tuple[str, ...]
    may_be_required: bool
    columns: tuple[ColumnFacts, ...]
    conditions: tuple[str, ...]
    confidential: bool
    is_public: bool
    personal: bool
    hidden_when_blind: bool


@dataclass(frozen=True)
class SectionFacts:
    id: str
    title: str
    intro: str
    questions: tuple[QuestionFacts, ...]


@dataclass(frozen=True)
class CheckFacts:
    code: str
    label: str
    help: str


@dataclass(frozen=True)
class CriterionFacts:
    code: str
    label: str
    help: str
    max: int
    share: str


@dataclass(frozen=True)
class RubricSectionFacts:
    code: str
    label: str
    max: int
    share: str
    minimum: int
    criteria: tuple[CriterionFacts, ...]


@dataclass(frozen=True)
class RubricFacts:
    """How a stage is scored."""

    total: int
    pass_total: int
    divergence: int
    justify: str
    ties: str
    scale: tuple[tuple[int, str], ...]
    sections: tuple[RubricSectionFacts, ...]


@dataclass(frozen=True)
class StageFacts:
    """A stage: dates, what happens, questions, checks, rubric."""

    key: str
    title: str
    opens: DeadlineView
    closes: DeadlineView
    answer_by: DeadlineView | None
    gives_advice: bool
    screens_on_receipt: bool
    question_count: int
    sections: tuple[SectionFacts, ...]
    checks: tuple[CheckFacts, ...]
    rubric: RubricFacts | None


def stage_facts(stage: CallStage, language: str, call: Call, now: datetime) -> StageFacts:
    """Everything a stage of the call asks and looks at."""
    zone, blind = call.zone, call.process.get("blind") == "double"
    form, rubric = queries.form_of(stage), queries.rubric_of(stage)
    return StageFacts(
        key=stage.key,
        title=text(stage.title, language),
        opens=deadline_view(stage.opens_at, zone, now),
        closes=deadline_view(stage.closes_at, zone, now),
        answer_by=deadline_view(stage.answer_by, zone, now) if stage.answer_by else None,
        gives_advice=stage.gives_advice,
        screens_on_receipt=stage.screens_on_receipt,
        question_count=sum(len(s.questions) for s in form.sections),
        sections=tuple(_section(form, section, language, blind) for section in form.sections),
        checks=tuple(_check(check, language) for check in stage.checks),
        rubric=_rubric(rubric, language) if rubric else None,
    )


def _section(form: Form, section: Section, language: str, blind: bool) -> SectionFacts:
    questions = tuple(_question(form, question, language, blind) for question in section.questions)
    return SectionFacts(section.id, text(section.title, language), text(section.intro, language), questions)


def _question(form: Form, question: Question, language: str, blind: bool) -> QuestionFacts:
    return QuestionFacts(
        label=text(question.label, language),
        help=text(question.help, language),
        kind=gettext(KINDS[question.kind]),
        required=question.required,
        limits=limits_text(question),
        options=tuple(text(option.label, language) for option in question.options),
        may_be_required=question.require_if is not None,
        columns=_columns(form, question, language),
        conditions=_conditions(question, form.question, language),
        is_public=question.for_public() is not None,
        confidential=not question.is_visible_to("reviewer"),
        personal=question.personal or any(column.personal for column in question.columns),
        hidden_when_blind=question.hidden_when_blind or (blind and question.says_who),
    )


def limits_text(question: Question) -> str:
    """What bounds the answer, in words."""
    if question.limit and question.limit_unit == "words":
        return gettext("up to %(limit)s words", limit=number(question.limit))
    if question.limit:
        return gettext("up to %(limit)s characters", limit=number(question.limit))
    if question.kind == "file":
        kinds = ", ".join(ending.upper() for ending in question.file_types)
        most = gettext("up to %(count)s files", count=question.max_files) if question.max_files > 1 else ""
        return "; ".join(part for part in (kinds, most) if part)
    return question.currency if question.kind == "money" else ""


def _columns(form: Form, question: Question, language: str) -> tuple[ColumnFacts, ...]:
    """The columns of a table; in its conditions a name means the row's own column first."""
    own = {column.id: column for column in question.columns}

    def find(name: str) -> Question | None:
        return own.get(name) or form.question(name)

    return tuple(ColumnFacts(text(c.label, language), _conditions(c, find, language)) for c in question.columns)


def _conditions(question: Question, find: Find, language: str) -> tuple[str, ...]:
    both = ((question.show_if, ASKED), (question.require_if, NEEDED))
    return tuple(_told(found, words, find, language) for found, words in both if found)


def _told(found: Expression, words: ConditionWords, find: Find, language: str) -> str:
    if found.condition is not None:
        return _condition(found.condition, words, find, language)
    named = (find(name[0]) for name in dict.fromkeys(names_in(found.tree)))
    labels = ", ".join(f"“{text(q.label, language)}”" for q in named if q)
    return gettext(words.several, questions=labels)


def _condition(condition: Condition, words: ConditionWords, find: Find, language: str) -> str:
    asked = find(condition.question)
    label = text(asked.label, language) if asked else condition.question
    if condition.above is not None:
        return gettext(words.above, question=label, value=condition.above)
    known = {"yes": gettext("Yes"), "no": gettext("No")} | dict(options_of(asked, language) if asked else ())
    wanted = [condition.equals] if condition.equals is not None else list(condition.among)
    answers = " / ".join(known.get(str(value), str(value)) for value in wanted)
    if len(wanted) > 3:
        return gettext(words.some, question=label)
    return gettext(words.equals, question=label, value=answers)


def _check(check: Mapping[str, Any], language: str) -> CheckFacts:
    return CheckFacts(check["code"], text(check["label"], language), text(check["help"], language))


def _rubric(rubric: Rubric, language: str) -> RubricFacts:
    return RubricFacts(
        total=rubric.total,
        pass_total=rubric.pass_total,
        divergence=rubric.divergence,
        justify=", ".join(str(score) for score in rubric.justify),
        ties=", ".join(rubric.ties),
        scale=tuple((step.score, text(step.label, language)) for step in rubric.scale),
        sections=tuple(_rubric_section(section, rubric, language) for section in rubric.sections),
    )


def _rubric_section(section: RubricSection, rubric: Rubric, language: str) -> RubricSectionFacts:
    criteria = tuple(_criterion(criterion, rubric, language) for criterion in section.criteria)
    label, share = text(section.label, language), _share(section.max, rubric)
    return RubricSectionFacts(section.code, label, section.max, share, section.minimum, criteria)


def _criterion(criterion: Criterion, rubric: Rubric, language: str) -> CriterionFacts:
    label, note = text(criterion.label, language), text(criterion.help, language)
    return CriterionFacts(criterion.code, label, note, criterion.max, _share(criterion.max, rubric))


def _share(points: int, rubric: Rubric) -> str:
    """The weight of some points in the whole, in percent."""
    percent = Decimal(points * 100) / rubric.total
    return f"{number(percent.quantize(Decimal('0.1')).normalize())} %"
