"""What a form is made of: sections of questions, each with its texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TABLES = frozenset({"table", "partners"})
PICKS = frozenset({"choice", "choices", "countries", "minerals", "yes_no", "consent"})
KINDS = (
    "short_text", "long_text", "integer", "decimal", "money", "date", "yes_no", "choice", "choices", "country",
    "countries", "minerals", "organisation", "email", "url", "file", "consent", "table", "partners", "budget",
)  # fmt: skip
CELL_KINDS = (
    "short_text", "long_text", "integer", "decimal", "money", "date", "yes_no", "choice", "country", "minerals",
    "organisation", "email", "url",
)  # fmt: skip
AUDIENCES = ("programme", "reviewer")

Texts = Mapping[str, str]
Answers = Mapping[str, Any]


def text(texts: Texts | None, language: str) -> str:
    """The text in a language, else in English, else in the first language there is."""
    if not texts:
        return ""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


@dataclass(frozen=True)
class Condition:
    """A question is shown only if another one's answer ``equals`` a value, is ``among`` some, or is ``above`` an amount."""

    question: str
    equals: str | None = None
    among: tuple[str, ...] = ()
    above: str | None = None


@dataclass(frozen=True)
class Option:
    """One possible answer, or one line of a budget."""

    id: str
    label: Texts


@dataclass(frozen=True)
class Question:
    """One question, or one column of a table. ``visible_to`` empty: everybody who may read the proposal.

    ``standard`` is the code of the question of the library that this one is, in every call that asks it.
    """

    id: str
    kind: str
    label: Texts
    help: Texts = field(default_factory=dict)
    required: bool = True
    standard: str = ""
    options: tuple[Option, ...] = ()
    limit: int | None = None
    limit_unit: str = "characters"
    least: str | None = None
    most: str | None = None
    show_if: Condition | None = None
    columns: tuple[Question, ...] = ()
    min_rows: int = 0
    max_rows: int = 30
    currency: str = ""
    file_types: tuple[str, ...] = ()
    max_files: int = 1
    visible_to: tuple[str, ...] = ()

    def is_visible_to(self, audience: str) -> bool:
        """Whether an audience (``applicant``, ``programme``, ``reviewer``) may read the answer."""
        return audience == "applicant" or not self.visible_to or audience in self.visible_to


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    id: str
    title: Texts
    intro: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A whole form, as frozen as the call that publishes it."""

    sections: tuple[Section, ...]

    def section(self, section_id: str) -> Section | None:
        return next((s for s in self.sections if s.id == section_id), None)

    def question(self, question_id: str) -> Question | None:
        return next((q for s in self.sections for q in s.questions if q.id == question_id), None)

    def section_of(self, question_id: str) -> Section | None:
        return next((s for s in self.sections for q in s.questions if q.id == question_id), None)


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: a translatable sentence and where; ``name`` is the field's name in the page."""

    section_id: str
    question_id: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
