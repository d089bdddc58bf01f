"""Which questions are asked and which must be answered, given the answers so far, and which checks speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
        self._asked: dict[str, Any] = {}

    def value(self, name: Sequence[str]) -> Any:
        """The value of a name; nothing when its question is unknown or not asked."""
        question = self.form.question(name[0])
        if question is None or not self.shows(question):
            return None
        return value_of(question, self.asked(question), name[1] if len(name) > 1 else "")

    def asked(self, question: Question) -> Any:
        """The answer to a question, in every row only the cells that are asked there."""
        answer = self.answers.get(question.id)
        if not question.asks_by_row or not isinstance(answer, list):
            return answer
        if question.id not in self._asked:
            self._asked[question.id] = [self.row(question, r).asked() if isinstance(r, dict) else r for r in answer]
        return self._asked[question.id]

    def unasked(self, question: Question) -> list[dict[str, Any]]:
        """The cells of a table that hold something and are not asked, row by row."""
        answer = self.answers.get(question.id)
        rows = [r for r in answer if isinstance(r, dict)] if question.asks_by_row and isinstance(answer, list) else []
        return [{n: v for n, v in row.items() if n not in self.row(question, row).asked()} for row in rows]

    def row(self, question: Question, cells: Mapping[str, Any]) -> KnownRow:
        """One row of a table, for the conditions of its columns."""
        return KnownRow(self, question, cells)

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


class KnownRow:
    """One row as the conditions of its columns see it: the columns of the row first, then the questions of the form."""

    def __init__(self, known: Known, question: Question, cells: Mapping[str, Any]) -> None:
        self.known = known
        self.columns = {column.id: column for column in question.columns}
        self.cells = cells
        self._shown: dict[str, bool] = {}

    def value(self, name: Sequence[str]) -> Any:
        """The value of a name; nothing when its column is not asked in this row."""
        column = self.columns.get(name[0])
        if column is None:
            return self.known.value(name)
        if not self.shows(column):
            return None
        return value_of(column, self.cells.get(column.id), name[1] if len(name) > 1 else "")

    def shows(self, column: Question) -> bool:
        """Whether a column is asked in this row."""
        if column.show_if is None:
            return True
        if column.id not in self._shown:
            self._shown[column.id] = False
            self._shown[column.id] = is_true(column.show_if.tree, self.value)
        return self._shown[column.id]

    def requires(self, column: Question) -> bool:
        """Whether the cell must be filled in when the row is used."""
        if column.require_if is not None:
            return is_true(column.require_if.tree, self.value)
        return column.required

    def asked(self) -> dict[str, Any]:
        """The cells without those that are not asked."""
        hidden = {ident for ident, column in self.columns.items() if not self.shows(column)}
        return {name: value for name, value in self.cells.items() if name not in hidden}


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


def asked_answers(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers to what is asked: no question and no cell whose condition does not hold."""
    known = Known(form, answers)
    asked = (q for s in form.sections for q in s.questions if q.id in answers and known.shows(q))
    return {question.id: known.asked(question) for question in asked}


def speaking_checks(form: Form, section: Section, answers: Answers) -> Iterator[Check]:
    """The checks beside questions of a section that find something wrong."""
    own = {q.id for q in section.questions}
    known = Known(form, answers)
    return (check for check in form.checks if check.question in own and known.speaks(check))
