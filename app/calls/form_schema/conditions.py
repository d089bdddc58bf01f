"""Which questions are asked and which must be answered, given the answers so far, and which checks speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.calls.form_schema.expressions import is_true
from app.calls.form_schema.types import Answers, Check, Form, Question, Section
from app.calls.form_schema.values import value_of


class Known:
    """The answers as conditions see them: a question that is not asked has no answer."""

    def __init__(self, form: Form, answers: Answers) -> None:
        self.form = form
        self.answers = answers
        self._shown: dict[str, bool] = {}

    def value(self, name: Sequence[str]) -> Any:
        """The value of a name; nothing when its question is unknown or not asked."""
        question = self.form.question(name[0])
        if question is None or not self.shows(question):
            return None
        return value_of(question, self.answers.get(question.id), name[1] if len(name) > 1 else "")

    def shows(self, question: Question) -> bool:
        """Whether a question is asked. Parsing has refused circles; here one would end in no."""
        if question.show_if is None:
            return True
        if question.id not in self._shown:
            self._shown[question.id] = False
            self._shown[question.id] = is_true(question.show_if.tree, self.value)
        return self._shown[question.id]

    def requires(self, question: Question) -> bool:
        """Whether an answer must be given."""
        if question.require_if is not None:
            return is_true(question.require_if.tree, self.value)
        return question.required

    def speaks(self, check: Check) -> bool:
        """Whether a check of the form finds something wrong, and the page shows where."""
        question = self.form.question(check.question)
        return question is not None and self.shows(question) and is_true(check.when.tree, self.value)


def is_shown(form: Form, question: Question, answers: Answers) -> bool:
    """Whether a question is asked; one that hangs on a question that is not asked is not asked either."""
    return question.show_if is None or Known(form, answers).shows(question)


def is_required(form: Form, question: Question, answers: Answers) -> bool:
    """Whether a question must be answered, given the other answers."""
    return Known(form, answers).requires(question)


def shown_questions(form: Form, section: Section, answers: Answers) -> Iterator[Question]:
    """The questions of a section that are asked."""
    known = Known(form, answers)
    return (q for q in section.questions if known.shows(q))


def speaking_checks(form: Form, section: Section, answers: Answers) -> Iterator[Check]:
    """The checks beside questions of a section that find something wrong."""
    own = {q.id for q in section.questions}
    known = Known(form, answers)
    return (check for check in form.checks if check.question in own and known.speaks(check))
