"""What of a form the columns of XLSForm cannot say. It stands in columns of ours, which other tools do not read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.calls.building.finding import Document, questions
from app.calls.xlsform.constraints import kept_to
from app.calls.xlsform.relevance import to_relevant
from workflows.machine import N_

Kinds = Mapping[str, str]
TABLES = frozenset({"budget", "logframe"})


@dataclass(frozen=True)
class Unsaid:
    """One sentence with %(names)s, and what it is about: a question, or its column after it; of a check nothing else."""

    message: str
    about: tuple[tuple[Document, ...], ...]


def unsaid(document: Document) -> tuple[Unsaid, ...]:
    """Everything that a survey tool would not learn from the file, reason by reason."""
    rows = list(_rows(document))
    found = [
        Unsaid(message, tuple(path for path, kinds in rows if is_lost(path[-1], kinds))) for message, is_lost in REASONS
    ]
    said = [check for check, _ in kept_to(document)]
    checks = tuple((c,) for c in document.get("checks") or () if isinstance(c, dict) and c not in said)
    found.append(Unsaid(N_("It does not check: %(names)s"), checks))
    return tuple(each for each in found if each.about)


def _rows(document: Document) -> Iterator[tuple[tuple[Document, ...], Kinds]]:
    """Every question and column, with the kinds that its conditions may name."""
    kinds = {str(q["id"]): str(q.get("kind", "")) for q in questions(document)}
    for question in questions(document):
        yield (question,), kinds
        columns = [column for column in question.get("columns") or () if isinstance(column, dict)]
        own = {**kinds, **{str(column.get("id")): str(column.get("kind", "")) for column in columns}}
        for column in columns:
            yield (question, column), own


def _condition(name: str) -> Callable[[Document, Kinds], bool]:
    return lambda question, kinds: question.get(name) is not None and not to_relevant(question[name], kinds)


def _table(question: Document, _kinds: Kinds) -> bool:
    return str(question.get("kind")) in TABLES


def _words(question: Document, _kinds: Kinds) -> bool:
    return question.get("limit") is not None and question.get("limit_unit") == "words"


def _readers(question: Document, _kinds: Kinds) -> bool:
    return bool(question.get("visible_to") or question.get("hidden_when_blind"))


REASONS: tuple[tuple[str, Callable[[Document, Kinds], bool]], ...] = (
    (N_("It shows only a note for these tables: %(names)s"), _table),
    (N_("It asks always, without their condition: %(names)s"), _condition("show_if")),
    (N_("It never requires, because it cannot say the condition: %(names)s"), _condition("require_if")),
    (N_("It does not count words: %(names)s"), _words),
    (N_("It does not say who may read the answer: %(names)s"), _readers),
)
