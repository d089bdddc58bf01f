"""Which fields of a posted page were edited, and where they belong in a form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.calls.form_schema import PICKS, ROW_ID, Form, is_shown, read_section, rows_by_key
from app.proposals.fields import mark_of, question_of, same, value_at
from app.proposals.posted import Posted

Answers = Mapping[str, Any]
Fields = Mapping[str, Sequence[str]]


def edited_fields(form: Form, answers: Answers, page: Posted) -> dict[str, list[str]]:
    """The fields that a script says were edited, else those that differ from what the page showed.

    A page that does not tell what it showed is compared with the stored answers.
    """
    if page.bases is not None:
        return {name: page.fields.get(name, []) for name in page.bases}
    own = {n: v for n, v in page.fields.items() if n in (page.shown or ()) or form.question(question_of(n))}
    read = reading(form, own, {})
    return {
        n: v for n, v in (own | _unticked(form, answers, page, read)).items() if _is_edit(answers, page, read, n, v)
    }


def _is_edit(answers: Answers, page: Posted, read: Answers, name: str, values: Sequence[str]) -> bool:
    if page.shown is None:
        return not same(value_at(read, name), value_at(answers, name))
    if question_of(name) in read or not said(values):
        return mark_of(value_at(read, name)) != page.shown.get(name, "")
    return True


def _unticked(form: Form, answers: Answers, page: Posted, read: Answers) -> dict[str, list[str]]:
    """Boxes that the page showed and that were posted empty: a browser says nothing of them."""
    now = {**answers, **read}
    return {name: [] for name in page.shown or () if name not in page.fields and _is_box(form, name, now)}


def _is_box(form: Form, name: str, answers: Answers) -> bool:
    """Whether a field is boxes to tick, of a question that is asked."""
    question = form.question(question_of(name))
    if question is None or not is_shown(form, question, answers):
        return False
    column = name.rpartition(".")[2]
    asked = next((c for c in question.columns if c.id == column), None) if "." in name else question
    return asked is not None and asked.kind in PICKS


def said(values: Sequence[str]) -> bool:
    """Whether posted values hold any text."""
    return any(text.strip() for text in values)


def by_section(form: Form, fields: Fields) -> dict[str, dict[str, Sequence[str]]]:
    """The fields by the section that asks them now; under no name those that no section asks."""
    found: dict[str, dict[str, Sequence[str]]] = {}
    for name, values in fields.items():
        section = form.section_of(question_of(name))
        found.setdefault(section.id if section else "", {})[name] = values
    return found


def reading(form: Form, fields: Fields, answers: Answers) -> dict[str, Any]:
    """The answers with these fields in place, whichever sections they belong to."""
    found = dict(answers)
    for section_id, own in by_section(form, fields).items():
        if section_id:
            found |= read_section(form, section_id, own, answers, True)[0]
    return found


def whole_questions(answers: Answers, question_ids: Iterable[str], fields: Fields) -> dict[str, list[str]]:
    """The fields, and a blank for whatever else answers hold under these questions: the fields are all there is."""
    blanks: dict[str, list[str]] = {
        name: [""] for question in question_ids for name in _held(question, answers.get(question)) if name not in fields
    }
    return {name: list(values) for name, values in (blanks | dict(fields)).items()}


def _held(name: str, value: Any) -> Iterator[str]:
    """The fields under which an answer holds something."""
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        value = rows_by_key(value)
    if not isinstance(value, dict) or "amount" in value:
        yield name
        return
    for part in value:
        if part != ROW_ID:
            yield from _held(f"{name}.{part}", value[part])
