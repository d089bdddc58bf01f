"""What a form is made of: sections of questions, each with its texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

TABLES = frozenset({"table", "partners", "group", "logframe"})
# Tables whose columns may have conditions, judged for each row.
ROWS = frozenset({"table", "partners", "group"})
PICKS = frozenset({"choice", "choices", "countries", "mineral", "minerals", "yes_no", "consent"})
LISTS = frozenset({"choices", "countries", "minerals"})
TEXTS = frozenset({"short_text", "long_text", "organisation", "email", "url"})
NUMBERS = frozenset({"integer", "decimal", "money"})
# What no public page shows, whatever a form says: where people dig, how to reach somebody, what a file may hold.
NEVER_PUBLIC = frozenset({"site", "point", "email", "file", "consent"})
# What tells reviewers who applies: never read by those who must not learn it, whatever a form says.
SAYS_WHO = frozenset({"partners", "organisation", "email", "url"})
# Kinds whose answer has several parts, each with an input of its own: ``id.country``, ``id.region`` and so on.
PARTS: Mapping[str, tuple[str, ...]] = {
    "region": ("country", "region"),
    "site": ("site", "name", "country", "region"),
    "point": ("latitude", "longitude"),
}
KINDS = (
    "short_text", "long_text", "integer", "decimal", "money", "date", "yes_no", "choice", "choices", "country",
    "countries", "region", "mineral", "minerals", "organisation", "site", "point", "email", "url", "file", "consent",
    "table", "partners", "group", "budget", "logframe",
)  # fmt: skip
CELL_KINDS = (
    "short_text", "long_text", "integer", "decimal", "money", "date", "yes_no", "choice", "country", "region", "mineral",
    "minerals", "organisation", "email", "url",
)  # fmt: skip
# What may stand in a repeating group: every kind with one plain answer.
GROUP_KINDS = (*CELL_KINDS, "choices", "countries", "site", "point")
# The applicant always reads the own answers; ``public`` must be named, all others may read when nobody is named.
AUDIENCES = ("programme", "reviewer", "applicant", "public")

Texts = Mapping[str, str]
Answers = Mapping[str, Any]
Tree = tuple[Any, ...]


def text(texts: Texts | None, language: str) -> str:
    """The text in a language, else in English, French or Spanish, else in whatever there is."""
    if not texts:
        return ""
    return texts.get(language) or texts[_instead(texts)]


def _instead(texts: Texts) -> str:
    """The language to fall back to: the same on every database, of which one sorts the languages by itself."""
    return next((code for code in ("en", "fr", "es") if texts.get(code)), min(texts))


def language_shown(texts: Texts | None, language: str) -> str:
    """The language of what ``text`` gives when it is not the one wanted, else nothing."""
    if not texts or texts.get(language):
        return ""
    return _instead(texts)


@dataclass(frozen=True)
class Condition:
    """The short way to write a condition: another answer ``equals`` a value, is ``among`` some, or is ``above`` an amount."""

    question: str
    equals: str | None = None
    among: tuple[str, ...] = ()
    above: str | None = None


@dataclass(frozen=True)
class Expression:
    """A condition as it was written and as it is evaluated; ``condition`` when it was written the short way."""

    source: str
    tree: Tree
    condition: Condition | None = None


@dataclass(frozen=True)
class Option:
    """One possible answer, one line or one source of a budget."""

    id: str
    label: Texts


@dataclass(frozen=True)
class Question:
    """One question, or one column of a table. ``visible_to`` empty: everybody who may read the proposal.

    The conditions of a column see the other columns of their own row first, then the questions of the form.
    ``columns`` are those of a table, the questions of a repeating group, and every cell of a line of a budget.
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
    tolerance: int = 0
    least: str | None = None
    most: str | None = None
    show_if: Expression | None = None
    require_if: Expression | None = None
    columns: tuple[Question, ...] = ()
    min_rows: int = 0
    max_rows: int = 30
    years: int = 0
    sources: tuple[Option, ...] = ()
    free_lines: int = 0
    currency: str = ""
    file_types: tuple[str, ...] = ()
    max_files: int = 1
    max_mb: int | None = None
    max_pages: int | None = None
    visible_to: tuple[str, ...] = ()
    hidden_when_blind: bool = False
    personal: bool = False

    @property
    def asks_by_row(self) -> bool:
        """Whether some column is asked in some rows only."""
        return any(column.show_if for column in self.columns)

    def for_public(self) -> Question | None:
        """The question as everybody may read its answer once the project is funded: only what names the public, never
        personal data, a file, an address or the place of a mine. Nothing where nothing is left."""
        if "public" not in self.visible_to or not self._is_harmless:
            return None
        columns = tuple(column for column in self.columns if column._is_harmless)
        return replace(self, columns=columns) if columns or not self.columns else None

    @property
    def _is_harmless(self) -> bool:
        return not self.personal and self.kind not in NEVER_PUBLIC

    @property
    def says_who(self) -> bool:
        """Whether reviewers who must not learn who applies do not read it: marked so, personal, or of such a kind."""
        return self.hidden_when_blind or self.personal or self.kind in SAYS_WHO

    def without_who(self) -> Question:
        """The question as reviewers read it who must not learn who applies: without the columns that tell."""
        columns = tuple(column for column in self.columns if not column.says_who)
        return self if len(columns) == len(self.columns) else replace(self, columns=columns)

    def is_visible_to(self, audience: str, blind: bool = False) -> bool:
        """Whether an audience may read the answer; ``blind``: reviewers must not learn who applies."""
        if audience == "applicant":
            return True
        if audience == "public":
            return "public" in self.visible_to
        if blind and audience == "reviewer" and (self.says_who or (self.columns and not self.without_who().columns)):
            return False
        return not self.visible_to or audience in self.visible_to or "public" in self.visible_to


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    id: str
    title: Texts
    intro: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Check:
    """A sentence beside ``question`` that stands in the way of submitting while the expression ``when`` is true."""

    id: str
    when: Expression
    message: Texts
    question: str


@dataclass(frozen=True)
class Form:
    """A whole form, as frozen as the call that publishes it."""

    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()

    @cached_property
    def _places(self) -> dict[str, tuple[Section, Question]]:
        return {q.id: (s, q) for s in reversed(self.sections) for q in reversed(s.questions)}

    def section(self, section_id: str) -> Section | None:
        return next((s for s in self.sections if s.id == section_id), None)

    def question(self, question_id: str) -> Question | None:
        return self._places[question_id][1] if question_id in self._places else None

    def section_of(self, question_id: str) -> Section | None:
        return self._places[question_id][0] if question_id in self._places else None


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer: a translatable sentence and where; ``name`` is the field's name in the page.

    ``texts``: the sentence of a form's own check, in the form's languages. Texts among ``params`` are labels of the form.
    """

    section_id: str
    question_id: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    texts: Texts = field(default_factory=dict)
    check: str = ""

    def in_language(self, language: str) -> Mapping[str, object]:
        """The params with the form's labels in one language."""
        return {
            key: text(value, language) if isinstance(value, Mapping) else value for key, value in self.params.items()
        }

    def __str__(self) -> str:
        if self.texts:
            return text(self.texts, "en")
        return self.message % self.in_language("en") if self.params else self.message
