"""Answers when their form changes: what the new form still shows, and what is kept beside it. Nothing gets lost. Pure.

``kept`` holds, by the SHA-256 of an earlier form and the id of its question, the whole answer that the present form does
not show in full: the question went away, is answered in another way, or lost a column or a line that was filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.calls.form_schema import TABLES, Form, Question, Section, is_empty, value_problems

Answers = Mapping[str, Any]
Kept = Mapping[str, Answers]
TEXTS = frozenset({"short_text", "long_text", "organisation", "email", "url"})
NUMBERS = frozenset({"integer", "decimal"})
LISTED = {"choice": "choices", "country": "countries"}


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
            if was is None or asked is None or not is_empty(live.get(name)):
                continue
            fit = fit_answer(was, asked, answer)
            if fit.is_whole:
                live[name] = fit.answer
                del aside[sha][name]
    return Carried(live, {sha: found for sha, found in aside.items() if found})


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
        rows = [_cells(was, asked, row) for row in answer]
        return Fit([row.answer for row in rows], all(row.is_whole for row in rows))
    if asked.kind == "budget" and isinstance(answer, dict):
        return _lines(was, asked, answer)
    if asked.kind == "money" and asked.currency != was.currency:
        return Fit(None, False)
    return Fit(answer, True)


def _lines(was: Question, asked: Question, answer: Mapping[str, Any]) -> Fit:
    """The lines that are still asked; a line in another currency is another line."""
    gone = {line.id for line in was.options} - {line.id for line in asked.options}
    lines = {line: _cells(was, asked, cells) for line, cells in answer.items() if line not in gone}
    whole = all(line.is_whole for line in lines.values()) and all(is_empty(answer.get(line)) for line in gone)
    return Fit({name: line.answer for name, line in lines.items() if not is_empty(line.answer)}, whole)


def _cells(was: Question, asked: Question, row: Any) -> Fit:
    """One row: each cell as its column asks it now. Rows keep their places, also empty ones."""
    if not isinstance(row, dict):
        return Fit(row, True)
    before, after = ({column.id: column for column in q.columns} for q in (was, asked))
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
    candidate = answer
    if was.kind in NUMBERS and (asked.kind in TEXTS or asked.kind == "decimal"):
        candidate = str(answer)
    elif LISTED.get(was.kind) == asked.kind:
        candidate = [answer]
    elif LISTED.get(asked.kind) == was.kind and isinstance(answer, list) and len(answer) == 1:
        candidate = answer[0]
    plain = isinstance(candidate, str | int | list) and asked.kind not in {*TABLES, "budget", "file", "consent"}
    return Fit(candidate, True) if plain and not value_problems("", asked, candidate) else Fit(None, False)


def settle(page: Form, page_sha256: str, now: Form, typed: Answers, kept: Kept) -> Carried:
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
        if asked is not None and (fit.is_whole or not is_empty(fit.answer)):
            live[name] = fit.answer
        if not fit.is_whole or name in aside:
            aside[name] = answer
    return Carried(live, {page_sha256: {name: answer for name, answer in aside.items() if not is_empty(answer)}})


def as_on_page(page: Form, page_sha256: str, answers: Answers, kept: Kept) -> dict[str, Any]:
    """The answers as a page of an earlier form has them now: what is kept of it, with what was answered since."""
    known = {name: answer for name, answer in answers.items() if page.question(name) is not None}
    return {**known, **{n: _laid_over(a, known.get(n)) for n, a in kept.get(page_sha256, {}).items()}}


def _laid_over(whole: Any, newer: Any) -> Any:
    """Rows and lines with the newer cells in their places; any other kept answer is itself."""
    if isinstance(whole, list) and isinstance(newer, list) and all(isinstance(r, dict) for r in (*whole, *newer)):
        rows = [{**row, **(newer[i] if i < len(newer) else {})} for i, row in enumerate(whole)]
        return rows + newer[len(rows) :]
    if isinstance(whole, dict) and isinstance(newer, dict):
        return {
            n: _laid_over(whole.get(n, {}), newer.get(n, {})) for n in (*whole, *(n for n in newer if n not in whole))
        }
    return whole


def kept_answers(forms: Mapping[str, Form], kept: Kept) -> list[KeptAnswer]:
    """Everything that is kept, the newest form first, in the order of its questions."""
    return [
        KeptAnswer(sha, section, question, kept[sha][question.id])
        for sha in reversed(list(forms))
        for section in forms[sha].sections
        for question in section.questions
        if not is_empty(kept.get(sha, {}).get(question.id))
    ]


def former_question(forms: Iterable[Form], question_id: str, kind: str = "") -> tuple[Section, Question] | None:
    """A question as an earlier form asked it, the newest form last in ``forms``; ``kind`` picks one of that kind."""
    for form in reversed(list(forms)):
        question, section = form.question(question_id), form.section_of(question_id)
        if question is not None and section is not None and kind in {"", question.kind}:
            return section, question
    return None


def with_former_options(question: Question, former: Sequence[Question]) -> dict[str, Mapping[str, str]]:
    """Labels of options that earlier forms offered and this question does not, by their ids."""
    now = {option.id for option in question.options}
    return {option.id: option.label for was in former for option in was.options if option.id not in now}
