"""A submitted version as data: what goes into its seal, how it is hashed, and what can be read from it again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from app.calls.amounts import number_of
from app.calls.form_schema import Form, asked_answers, is_empty, shown_questions, without_row_keys
from app.calls.form_schema.places import for_record
from app.calls.rules import answer_at, budget_lines, window_of


@dataclass(frozen=True)
class SealedFile:
    """A file as a sealed version names it."""

    id: str
    question: str
    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Snapshot:
    """What a sealed version says."""

    document: Mapping[str, Any]
    answers: Mapping[str, Any]
    files: tuple[SealedFile, ...]

    @property
    def form_sha256(self) -> str:
        return str(self.document["form_sha256"])

    @property
    def file_counts(self) -> dict[str, int]:
        return dict(Counter(file.question for file in self.files))


@dataclass(frozen=True)
class Summary:
    """The few figures of a proposal that lists show; nothing where the answers do not tell."""

    title: str
    requested: Decimal | None
    countries: tuple[str, ...]
    minerals: tuple[str, ...]
    window: str


def shown_answers(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: to questions that are asked, and not empty; positions only as the cell they lie in."""
    asked = asked_answers(form, answers)
    return {
        question.id: for_record(question, without_row_keys(asked[question.id]))
        for section in form.sections
        for question in section.questions
        if question.kind != "file" and not is_empty(asked.get(question.id))
    }


def asked_files(form: Form, answers: Mapping[str, Any], files: Iterable[SealedFile]) -> list[SealedFile]:
    """The files that count: those of questions that are asked."""
    asked = {q.id for s in form.sections for q in shown_questions(form, s, answers) if q.kind == "file"}
    return [file for file in files if file.question in asked]


def compose(about: Mapping[str, Any], form: Form, answers: Mapping[str, Any], files: Iterable[SealedFile]) -> str:
    """The canonical text of a version: ``about`` (who, what, when), the answers and files that count."""
    document = {
        **about,
        "format": 1,
        "answers": shown_answers(form, answers),
        "files": [asdict(file) for file in asked_files(form, answers, files)],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """SHA-256 of a version's text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> Snapshot:
    """A sealed version read again."""
    document = json.loads(text)
    return Snapshot(document, document["answers"], tuple(SealedFile(**entry) for entry in document["files"]))


def differs(sealed: str, form: Form, answers: Mapping[str, Any], files: Iterable[SealedFile]) -> bool:
    """Whether what is written now says something else than a sealed version."""
    before = read(sealed)
    now = {file.id for file in asked_files(form, answers, files)}
    return before.answers != shown_answers(form, answers) or {file.id for file in before.files} != now


def summarise(rules: Mapping[str, Any], answers: Mapping[str, Any]) -> Summary:
    """Read title, grant, countries, minerals and funding window by the names that the call's rules give them."""
    names = {"title": "title", "countries": "countries", "minerals": "minerals", **rules.get("answers", {})}
    values = {figure: _value(named, answers) for figure, named in names.items()}
    title, grant = values.get("title"), values.get("grant")
    return Summary(
        title=title.strip()[:200] if isinstance(title, str) else "",
        requested=sum(budget_lines(grant).values(), Decimal(0)) if budget_lines(grant) else number_of(grant),
        countries=_codes(values.get("countries")),
        minerals=_codes(values.get("minerals")),
        window=window_of(rules, answers)[:40],
    )


def _value(named: Any, answers: Mapping[str, Any]) -> Any:
    wanted = [named] if isinstance(named, str) else list(named)
    found = (answer_at(answers, name) for name in wanted)
    return next((value for value in found if not is_empty(value)), None)


def _codes(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()
