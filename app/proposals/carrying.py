"""Answers when their form changes: what the new form still shows, and what is kept beside it. Nothing gets lost. Pure.

``kept`` holds, by the SHA-256 of an earlier form and the id of its question, the whole answer that the present form does
not show in full: the question went away, is answered in another way, or lost a column or a line that was filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from app.calls.form_schema import ROW_ID, TABLES, Form, Option, Question, Section, is_empty, rows_by_key, value_problems
from app.calls.form_schema.budget import columns_of, line_ids
from app.calls.form_schema.types import Texts

Answers = Mapping[str, Any]
Kept = Mapping[str, Answers]
TEXTS = frozenset({"short_text", "long_text", "organisation", "email", "url"})
NUMBERS = frozenset({"integer", "decimal"})
CODED = frozenset({"choice", "choices", "country", "countries", "mineral", "minerals", "yes_no"})
LISTED = {"choice": "choices", "country": "countries", "mineral": "minerals"}


class Fit(NamedTuple):
    """An answer as another question shows it, and whether that is all of it."""

    answer: Any
    is_whole: bool


@dataclass(frozen=True)
class Carried:
    """Answers to the present form, and what is kept of earlier ones."""

    answers: dict[str, Any]
    kept: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class KeptAnswer:
    """An answer that the present form does not show, with its question as it was asked then."""

    form_sha256: str
    section: Section
    question: Question
    answer: Any


def carry(old: Form, old_sha256: str, new: Form, answers: Answers, kept: Kept, known: Mapping[str, Form]) -> Carried:
    """Take answers over to a new form. ``known`` are the earlier forms: what they keep comes back when it is asked again."""
    live: dict[str, Any] = {}
    aside = {sha: dict(found) for sha, found in kept.items()}
    for name, answer in answers.items():
        was, asked = old.question(name), new.question(name)
        fit = Fit(answer, True) if was is None else fit_answer(was, asked, answer)
        if not is_empty(fit.answer):
            live[name] = fit.answer
        if not fit.is_whole:
            aside.setdefault(old_sha256, {})[name] = answer
    return _come_back(new, live, aside, known)


def _come_back(new: Form, live: dict[str, Any], aside: dict[str, dict[str, Any]], known: Mapping[str, Form]) -> Carried:
    """Answers to questions that are asked again, the newest first, where nothing else was answered meanwhile."""
    for sha in reversed(list(known)):
        for name, answer in list(aside.get(sha, {}).items()):
            was, asked = known[sha].question(name), new.question(name)
            fit = fit_answer(was, asked, answer) if was is not None else Fit(None, False)
            if fit.is_whole and _is_part(live.get(name), fit.answer):
                live[name] = fit.answer
                del aside[sha][name]
    return Carried(live, {sha: found for sha, found in aside.items() if found})


def _is_part(less: Any, more: Any) -> bool:
    """Whether an answer says nothing that another does not say, too, at the same place."""
    if is_empty(less):
        return True
    if isinstance(less, list) and isinstance(more, list):
        return len(less) == len(more) and all(_is_part(one, other) for one, other in zip(less, more, strict=True))
    if isinstance(less, dict) and isinstance(more, dict):
        return all(_is_part(value, more.get(name)) for name, value in less.items())
    return bool(less == more)


def fit_answer(was: Question, asked: Question | None, answer: Any) -> Fit:
    """An answer to one question as the answer to another; what does not fit at all is nothing, and not whole."""
    if is_empty(answer):
        return Fit(answer, True)
    if asked is None or (asked.kind == "consent" and (was.label, was.help) != (asked.label, asked.help)):
        return Fit(None, False)
    if asked.kind == was.kind or {asked.kind, was.kind} <= TABLES:
        return _same_kind(was, asked, answer)
    return _other_kind(was, asked, answer)


def _same_kind(was: Question, asked: Question, answer: Any) -> Fit:
    if asked.kind in TABLES and isinstance(answer, list):
        rows = [_cells(was.columns, asked.columns, row) for row in answer]
        return Fit([row.answer for row in rows], all(row.is_whole for row in rows))
    if asked.kind == "budget" and isinstance(answer, dict):
        return _lines(was, asked, answer)
    if asked.kind == "money" and asked.currency != was.currency:
        return Fit(None, False)
    return Fit(answer, True)


def _lines(was: Question, asked: Question, answer: Mapping[str, Any]) -> Fit:
    """The lines that are still asked; a line in another currency is another line."""
    gone = set(line_ids(was)) - set(line_ids(asked))
    lines = {
        line: _cells(columns_of(was, line), columns_of(asked, line), cells)
        for line, cells in answer.items()
        if line not in gone
    }
    whole = all(line.is_whole for line in lines.values()) and all(is_empty(answer.get(line)) for line in gone)
    return Fit({name: line.answer for name, line in lines.items() if not is_empty(line.answer)}, whole)


def _cells(was: Sequence[Question], asked: Sequence[Question], row: Any) -> Fit:
    """One row: each cell as its column asks it now. Rows keep their places, also empty ones."""
    if not isinstance(row, dict):
        return Fit(row, True)
    before, after = ({column.id: column for column in columns} for columns in (was, asked))
    found: dict[str, Any] = {}
    whole = True
    for name, value in row.items():
        fit = fit_answer(before[name], after.get(name), value) if name in before else Fit(value, True)
        whole = whole and fit.is_whole
        if fit.answer is not None:
            found[name] = fit.answer
    return Fit(found, whole)


def _other_kind(was: Question, asked: Question, answer: Any) -> Fit:
    """A plain answer in another kind, where nothing of it changes; otherwise it does not fit."""
    if was.kind in TEXTS and asked.kind in TEXTS and isinstance(answer, str):
        return Fit(answer, asked.kind == "long_text" or "\n" not in answer)
    if was.kind in CODED and asked.kind not in CODED:
        return Fit(None, False)  # a code is no text: without its label it says nothing
    candidate = answer
    if was.kind in NUMBERS and (asked.kind in TEXTS or asked.kind == "decimal"):
        candidate = str(answer)
    elif LISTED.get(was.kind) == asked.kind:
        candidate = [answer]
    elif LISTED.get(asked.kind) == was.kind and isinstance(answer, list) and len(answer) == 1:
        candidate = answer[0]
    plain = isinstance(candidate, str | int | list) and asked.kind not in {*TABLES, "budget", "file", "consent"}
    return Fit(candidate, True) if plain and not value_problems("", asked, candidate) else Fit(None, False)


def settle(page: Form, page_sha256: str, now: Form, typed: Answers, stored: Answers, kept: Kept) -> Carried:
    """What was typed on a page of an earlier form: the part that the present form shows, and what is kept of it.

    Returns only what is to be changed: answers by question, and the new ``kept`` of that earlier form.
    """
    live: dict[str, Any] = {}
    aside = dict(kept.get(page_sha256, {}))
    for name, answer in typed.items():
        was, asked = page.question(name), now.question(name)
        if was is None:
            continue
        fit = fit_answer(was, asked, answer)
        if asked is not None and (_takes(was, asked) if is_empty(answer) else not is_empty(fit.answer)):
            live[name] = _with_unseen(was, asked, fit.answer, stored.get(name))
        if not fit.is_whole or name in aside:
            aside[name] = answer
    return Carried(live, {page_sha256: {name: answer for name, answer in aside.items() if not is_empty(answer)}})


def _with_unseen(was: Question, asked: Question, typed: Any, stored: Any) -> Any:
    """Rows and lines as they were typed, with the cells beside them that the page of the earlier form did not show."""
    if asked.kind in TABLES and isinstance(stored, list):
        seen = {column.id for column in was.columns}
        rows = _unseen(rows_by_key(typed), rows_by_key(stored), lambda _key: seen)
        return [{**row, ROW_ID: key} for key, row in rows.items()]
    if asked.kind == "budget" and isinstance(stored, dict):
        known = set(line_ids(was))
        shown = {line: {c.id for c in columns_of(was, line)} if line in known else set() for line in stored}
        return _unseen(typed if isinstance(typed, dict) else {}, stored, lambda line: shown[line])
    return typed


def _unseen(typed: Answers, stored: Answers, seen: Callable[[str], set[str]]) -> dict[str, Any]:
    found = {key: dict(row) for key, row in typed.items() if isinstance(row, dict)}
    for key, row in stored.items():
        beside = {n: v for n, v in row.items() if n not in seen(key)} if isinstance(row, dict) else {}
        if key in found or not is_empty(beside):
            found[key] = {**beside, **found.get(key, {})}
    return found


def _takes(was: Question, asked: Question) -> bool:
    """Whether emptying the one empties the other: they are asked in one way."""
    return asked.kind == was.kind or any({asked.kind, was.kind} <= alike for alike in (TEXTS, TABLES))


def as_on_page(page: Form, page_sha256: str, answers: Answers, kept: Kept) -> dict[str, Any]:
    """The answers as a page of an earlier form has them now: what is kept of it, with what was answered since."""
    found = {name: answer for name, answer in answers.items() if page.question(name) is not None}
    for name, whole in kept.get(page_sha256, {}).items():
        question = page.question(name)
        in_cells = question is not None and question.kind in {*TABLES, "budget"}
        found[name] = _laid_over(whole, found.get(name)) if in_cells else whole
    return found


def _laid_over(whole: Any, newer: Any) -> Any:
    """Rows and lines with the newer cells in their places."""
    if isinstance(whole, list) and isinstance(newer, list):
        rows, since = _by_key(whole), _by_key(newer)
        return list(_merged(rows, since).values())
    return _merged(whole, newer) if isinstance(whole, dict) and isinstance(newer, dict) else whole


def _merged(rows: Answers, since: Answers) -> dict[str, Any]:
    return {key: _one(rows.get(key), since.get(key)) for key in dict.fromkeys([*rows, *since])}


def _one(row: Any, since: Any) -> Any:
    if isinstance(row, dict) and isinstance(since, dict):
        return {**row, **since}
    return row if since is None else since


def _by_key(rows: Sequence[Any]) -> dict[str, Any]:
    """Rows by their own key, or by their place."""
    return dict(rows_by_key(rows))


def kept_answers(forms: Mapping[str, Form], kept: Kept) -> list[KeptAnswer]:
    """Everything that is kept, the newest form first, in the order of its questions."""
    return [
        KeptAnswer(sha, section, question, kept[sha][question.id])
        for sha in reversed(list(forms))
        for section in forms[sha].sections
        for question in section.questions
        if not is_empty(kept.get(sha, {}).get(question.id))
    ]


def former_question(forms: Iterable[Form], question_id: str, kind: str) -> tuple[Section, Question] | None:
    """A question of this kind as the newest earlier form asked it; ``forms`` has the newest last."""
    for form in reversed(list(forms)):
        question, section = form.question(question_id), form.section_of(question_id)
        if question is not None and section is not None and question.kind == kind:
            return section, question
    return None


def with_former_options(
    question: Question, former: Sequence[Question], answer: Any, told: Callable[[Texts], Texts]
) -> Question:
    """A question that also offers what was chosen when earlier forms offered it, so that it stays until it is changed."""
    if question.columns:
        columns = tuple(
            with_former_options(
                column,
                [c for was in former for c in was.columns if c.id == column.id],
                _column(answer, column.id),
                told,
            )
            for column in question.columns
        )
        question = replace(question, columns=columns)
    now = {option.id for option in question.options}
    chosen = {str(value) for value in _flat(answer)} - now
    before = {option.id: option.label for was in former for option in was.options if option.id in chosen}
    extra = tuple(Option(ident, told(label)) for ident, label in before.items())
    return replace(question, options=(*question.options, *extra)) if now and extra else question


def _column(answer: Any, column: str) -> list[Any]:
    rows = answer if isinstance(answer, list) else []
    return [row.get(column) for row in rows if isinstance(row, dict)]


def _flat(answer: Any) -> Iterator[Any]:
    if isinstance(answer, list):
        for value in answer:
            yield from _flat(value)
    elif isinstance(answer, str):
        yield answer
