"""The fields of the page on which a question, section or check is edited: filled in, with the flaws beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.calls.building import Document
from app.calls.building.keys import Key, keys_of
from app.calls.building.posting import WAYS as CONDITION_WAYS
from app.calls.building.posting import shown_condition, shown_value
from app.calls.form_schema import Flaw, text
from app.calls.present.building import words
from app.calls.present.pages import language_names
from app.web.filters import translate
from workflows.machine import Refusal

Flaws = Sequence[tuple[str, Flaw]]
SPARE_ROWS = 3


@dataclass(frozen=True)
class Texts:
    """One text in one language."""

    name: str
    id: str
    language: str
    language_name: str
    value: str
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartRow:
    """One option or line: its code, its texts, and what its buttons post."""

    name: str
    id: str
    code: str
    texts: tuple[Texts, ...]
    errors: tuple[str, ...]
    target: str
    is_new: bool
    first: bool
    last: bool


@dataclass(frozen=True)
class ConditionView:
    """A condition as plain fields and as text."""

    how: str
    question: str
    way: str
    value: str
    text: str
    questions: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldView:
    """One setting as ``calls/building/_fields.html`` shows it."""

    name: str
    id: str
    widget: str
    label: str
    hint: str
    value: str = ""
    on: bool = False
    options: tuple[tuple[str, str, bool], ...] = ()
    texts: tuple[Texts, ...] = ()
    parts: tuple[PartRow, ...] = ()
    condition: ConditionView | None = None
    errors: tuple[str, ...] = ()
    locked: bool = False


def question_fields(
    question: Document,
    flaws: Flaws,
    languages: Sequence[str],
    asked: Sequence[Document],
    *,
    inside: str = "",
    locked: frozenset[str] = frozenset(),
    spare: int = SPARE_ROWS,
) -> tuple[FieldView, ...]:
    """The settings of a question. ``asked`` are those on which a condition may depend, in the order of the form."""
    errors = sentences(flaws)
    return tuple(
        _field(key, question, errors, languages, asked, key.name in locked, spare)
        for key in keys_of(str(question.get("kind", "")), inside)
        if key.widget != "columns"
    )


def sentences(flaws: Flaws) -> dict[str, tuple[str, ...]]:
    """The flaws as sentences, by the name of the field they belong to (``options[1].label.fr`` → ``options.1.label.fr``)."""
    found: dict[str, tuple[str, ...]] = {}
    for rest, flaw in flaws:
        name = rest.replace("[", ".").replace("]", "")
        found[name] = (*found.get(name, ()), sentence(flaw))
    return found


def sentence(flaw: Flaw) -> str:
    """A flaw as a sentence of its own."""
    words = translate(Refusal(flaw.message, flaw.params))
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def field_id(name: str) -> str:
    return "f-" + name.replace(".", "-")


def text_views(
    name: str, texts: Any, errors: Mapping[str, tuple[str, ...]], languages: Sequence[str]
) -> tuple[Texts, ...]:
    """One text in every language of the call, side by side."""
    given = texts if isinstance(texts, dict) else {}
    return tuple(
        Texts(
            name=f"{name}.{code}",
            id=field_id(f"{name}.{code}"),
            language=code,
            language_name=called,
            value=str(given.get(code, "")),
            errors=(*errors.get(f"{name}.{code}", ()), *(errors.get(name, ()) if place == 0 else ())),
        )
        for place, (code, called) in enumerate(zip(languages, language_names(languages), strict=True))
    )


def _field(
    key: Key,
    question: Document,
    errors: Mapping[str, tuple[str, ...]],
    languages: Sequence[str],
    asked: Sequence[Document],
    locked: bool,
    spare: int,
) -> FieldView:
    value = question.get(key.name)
    head: dict[str, Any] = {
        "name": key.name,
        "id": field_id(key.name),
        "widget": key.widget,
        "label": words.key_label(key.name),
        "hint": words.key_help(key.name),
        "locked": locked,
    }
    if key.widget in {"texts", "long_texts"}:
        return FieldView(**head, texts=text_views(key.name, value, errors, languages))
    head["errors"] = _own(key.name, errors, nested=key.widget in {"condition", "several"})
    if key.widget == "parts":
        return FieldView(**head, parts=part_rows(key.name, value or [], errors, languages, 0 if locked else spare))
    if key.widget == "flag":
        return FieldView(**head, on=bool(key.default if value is None else value))
    if key.widget == "several":
        chosen = value if isinstance(value, list) else []
        return FieldView(**head, options=tuple((v, words.value_label(v), v in chosen) for v in key.allowed))
    if key.widget == "one":
        present = shown_value(value) or str(key.default)
        return FieldView(**head, options=tuple((v, words.value_label(v), v == present) for v in key.allowed))
    if key.widget == "condition":
        return FieldView(**head, condition=condition_view(value, asked, languages))
    return FieldView(**head, value=shown_value(value))


def _own(name: str, errors: Mapping[str, tuple[str, ...]], nested: bool) -> tuple[str, ...]:
    """The sentences of a field, with those of the parts that have no field of their own."""
    inside = (found for place, found in errors.items() if nested and place.startswith(f"{name}."))
    return (*errors.get(name, ()), *(s for found in inside for s in found))


def part_rows(
    name: str, parts: Sequence[Document], errors: Mapping[str, tuple[str, ...]], languages: Sequence[str], spare: int
) -> tuple[PartRow, ...]:
    """Options or lines, then empty rows for new ones."""
    return tuple(
        _part_row(name, number, part, len(parts), errors, languages)
        for number, part in enumerate([*parts, *({} for _ in range(spare))])
    )


def _part_row(
    name: str,
    number: int,
    part: Document,
    count: int,
    errors: Mapping[str, tuple[str, ...]],
    languages: Sequence[str],
) -> PartRow:
    row, code = f"{name}.{number}", str(part.get("id", ""))
    return PartRow(
        name=row,
        id=field_id(row),
        code=code,
        texts=text_views(f"{row}.label", part.get("label"), errors, languages),
        errors=(*errors.get(row, ()), *errors.get(f"{row}.id", ())),
        target=f"{name}:{code}",
        is_new=not code,
        first=number == 0,
        last=number >= count - 1,
    )


def condition_view(condition: Any, asked: Sequence[Document], languages: Sequence[str]) -> ConditionView:
    """A condition with the questions it may depend on and their possible answers."""
    shown = shown_condition(condition)
    first = languages[0]
    return ConditionView(
        how=shown["how"],
        question=shown.get("question", ""),
        way=shown.get("way", "is"),
        value=shown.get("value", ""),
        text=shown.get("text", ""),
        questions=tuple((q["id"], f"{label_of(q, first)} ({q['id']})") for q in asked if q.get("kind") != "file"),
        ways=tuple((way, translate(words.WAYS[way])) for way in CONDITION_WAYS),
        answers=tuple(_answers(asked, first)),
    )


def _answers(asked: Sequence[Document], language: str) -> Iterable[tuple[str, str]]:
    """The codes of the answers that a condition can wait for, for each question that has such."""
    for question in asked:
        codes = [f"{o.get('id')} = {text(o.get('label'), language)}" for o in question.get("options") or ()]
        codes = ["yes, no"] if question.get("kind") in {"yes_no", "consent"} else codes
        if codes:
            yield label_of(question, language), " · ".join(codes)


def label_of(part: Document, language: str) -> str:
    """The label of a part of a document, else its code."""
    return text(part.get("label") or part.get("title"), language) or str(part.get("id", ""))
