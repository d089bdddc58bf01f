"""What differs between two versions of a form, each difference a sentence with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from app.calls.form_change_words import KIND_NAMES, OPTION_WORDS, OTHER_SETTING, SETTING_WORDS
from app.calls.form_schema import TABLES, Form, Option, Question, Section, is_empty
from app.calls.form_schema.types import Texts
from workflows.machine import N_, Refusal

Param = Texts | Refusal | str | int
GONE = frozenset({"section_removed", "question_removed", "retyped", "column_removed", "line_removed", "option_removed"})
TOLD_APART = frozenset({
    "id", "kind", "label", "help", "required", "options", "limit", "limit_unit", "least", "most", "show_if", "columns",
    "min_rows", "max_rows", "currency", "file_types", "max_files", "visible_to",
})  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One difference: a translatable sentence and where it holds. ``part`` is an option, a column or a line."""

    code: str
    message: str
    section: Texts
    question: str = ""
    label: Texts = field(default_factory=dict)
    column: str = ""
    column_label: Texts = field(default_factory=dict)
    part: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def takes_away(self) -> bool:
        """Whether something that was answered may have no place any more; it is kept and shown."""
        return self.code in GONE


def differences(old: Form, new: Form) -> list[Change]:
    """Everything that differs, in the order of the new form, what went away after it."""
    found = [change for section in new.sections for change in _in_section(old, new, section)]
    found += _section_moves(old, new)
    found += [change for section in old.sections for change in _gone_from(section, new)]
    if any(getattr(old, f.name) != getattr(new, f.name) for f in fields(Form) if f.name != "sections"):
        found.append(Change("form_rules", N_("Checks across the whole form changed."), {}))
    return found


def _in_section(old: Form, new: Form, section: Section) -> Iterator[Change]:
    before = old.section(section.id)
    if before is None:
        yield Change("section_added", N_("New section."), section.title)
    else:
        yield from _section_texts(before, section)
    moved = _moved([q.id for q in before.questions] if before else [], [q.id for q in section.questions])
    for question in section.questions:
        was, where = old.question(question.id), old.section_of(question.id)
        if was is None or where is None:
            yield _added(section, question)
            continue
        if where.id != section.id:
            yield _of(section, question, "question_moved", N_("Moved here from “%(old)s”."), old=where.title)
        elif question.id in moved:
            yield _of(section, question, "question_moved", N_("Stands at another place in its section."))
        for change in _question(was, question):
            yield replace(change, section=section.title)


def _section_texts(before: Section, section: Section) -> Iterator[Change]:
    if before.title != section.title:
        message = N_("Its title is now “%(new)s”, not “%(old)s”.")
        yield Change("section_retitled", message, section.title, params={"old": before.title, "new": section.title})
    if before.intro != section.intro:
        yield Change("section_intro", N_("Its introduction reads differently."), section.title)
    told = {"id", "title", "intro", "questions"}
    for name in (f.name for f in fields(Section) if f.name not in told):
        if getattr(before, name) != getattr(section, name):
            yield Change("setting", OTHER_SETTING, section.title, params={"name": name})


def _section_moves(old: Form, new: Form) -> Iterator[Change]:
    moved = _moved([s.id for s in old.sections], [s.id for s in new.sections])
    for section in new.sections:
        if section.id in moved:
            yield Change("section_moved", N_("This section stands at another place."), section.title)


def _gone_from(section: Section, new: Form) -> Iterator[Change]:
    if new.section(section.id) is None:
        yield Change("section_removed", N_("This section is no longer part of the form."), section.title)
    for question in section.questions:
        if new.question(question.id) is None:
            message = N_("No longer asked. What was answered is kept and stays readable for the applicant.")
            yield _of(section, question, "question_removed", message)


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest names that had to change their place; names that only one side has do not count."""
    common = [name for name in before if name in set(after)]
    place = {name: number for number, name in enumerate(common)}
    best: list[list[str]] = []
    for name in (n for n in after if n in place):
        longest = max((run for run in best if place[run[-1]] < place[name]), key=len, default=[])
        best.append([*longest, name])
    stayed = max(best, key=len, default=[])
    return frozenset(common) - frozenset(stayed)


def _of(section: Section, question: Question, code: str, message: str, **params: Param) -> Change:
    return Change(code, message, section.title, question.id, question.label, params=params)


def _added(section: Section, question: Question) -> Change:
    message = N_("New question; it must be answered.") if question.required else N_("New question; it may stay empty.")
    return _of(section, question, "question_added", message)


def _question(old: Question, new: Question) -> Iterator[Change]:
    """What differs in one question, or in one column of a table."""

    def change(code: str, message: str, **params: Param) -> Change:
        return Change(code, message, {}, new.id, new.label, params=params)

    if old.kind != new.kind:
        message = N_("Was answered as %(old)s, now as %(new)s. What does not fit is kept and stays readable.")
        yield change("retyped", message, old=_kind(old), new=_kind(new))
    if old.label != new.label:
        yield change("relabelled", N_("Now reads “%(new)s”, not “%(old)s”."), old=old.label, new=new.label)
    if old.help != new.help:
        yield change("help", N_("Its help text reads differently."))
    if old.required != new.required:
        yield change("required", N_("Must now be answered.") if new.required else N_("May now stay empty."))
    yield from _limits(old, new, change)
    yield from _settings(old, new, change)
    if old.kind == new.kind or {old.kind, new.kind} <= {"choice", "choices"} | TABLES:
        yield from _parts(old, new)


def _kind(question: Question) -> Refusal:
    return Refusal(KIND_NAMES.get(question.kind, question.kind))


def _limits(old: Question, new: Question, change: Any) -> Iterator[Change]:
    if (old.limit, old.limit_unit) != (new.limit, new.limit_unit):
        if new.limit is None:
            yield change("limit", N_("There is no limit to its length any more."))
        elif new.limit_unit == "words":
            yield change("limit", N_("At most %(most)s words now."), most=new.limit)
        else:
            yield change("limit", N_("At most %(most)s characters now."), most=new.limit)
    for name, some, none in (
        ("least", N_("The least possible is now %(amount)s."), N_("There is no least amount any more.")),
        ("most", N_("The most possible is now %(amount)s."), N_("There is no greatest amount any more.")),
    ):
        if getattr(old, name) != getattr(new, name):
            amount = getattr(new, name)
            yield change(name, none) if amount is None else change(name, some, amount=amount.removesuffix(".00"))
    if (old.min_rows, old.max_rows) != (new.min_rows, new.max_rows):
        yield change("rows", N_("Takes %(least)s to %(most)s rows now."), least=new.min_rows, most=new.max_rows)
    if old.max_files != new.max_files:
        yield change("max_files", N_("Takes at most %(most)s files now."), most=new.max_files)


def _settings(old: Question, new: Question, change: Any) -> Iterator[Change]:
    if old.show_if != new.show_if:
        yield change("condition", _condition_words(old, new))
    if old.currency != new.currency and {old.kind, new.kind} & {"money", "budget"}:
        yield change("currency", N_("Amounts are in %(new)s now, not in %(old)s."), old=old.currency, new=new.currency)
    if old.file_types != new.file_types:
        yield change("file_types", N_("Takes other kinds of files now."))
    if old.visible_to != new.visible_to:
        yield change("visible_to", N_("Other readers than before may see the answer."))
    for name in (f.name for f in fields(Question) if f.name not in TOLD_APART):
        if getattr(old, name) != getattr(new, name):
            now, no_longer = SETTING_WORDS.get(name, (OTHER_SETTING, OTHER_SETTING))
            yield change("setting", now if getattr(new, name) else no_longer, name=name.replace("_", " "))


def _condition_words(old: Question, new: Question) -> str:
    if new.show_if is None:
        return N_("Is always asked now.")
    if old.show_if is None:
        return N_("Is asked under a condition now.")
    return N_("Is asked under another condition now.")


def _parts(old: Question, new: Question) -> Iterator[Change]:
    """Options or lines, and columns."""
    kind = "line" if new.kind == "budget" else "option"
    yield from _options(old, new, kind)
    before, after = ({c.id: c for c in q.columns} for q in (old, new))
    for column in new.columns:
        if column.id not in before:
            yield _part(new, "column_added", N_("New column “%(part)s”."), column)
        else:
            for change in _question(before[column.id], column):
                yield replace(change, question=new.id, label=new.label, column=column.id, column_label=column.label)
    for column in old.columns:
        if column.id not in after:
            message = N_("The column “%(part)s” is no longer asked. What was filled in is kept and stays readable.")
            yield _part(new, "column_removed", message, column)
    if _moved(list(before), list(after)):
        yield Change("columns_moved", N_("The columns stand in another order."), {}, new.id, new.label)


def _options(old: Question, new: Question, kind: str) -> Iterator[Change]:
    added, removed, relabelled = OPTION_WORDS[kind]
    before, after = ({o.id: o for o in q.options} for q in (old, new))
    for option in new.options:
        if option.id not in before:
            yield _part(new, f"{kind}_added", added, option)
        elif option.label != before[option.id].label:
            labels = {"old": before[option.id].label, "new": option.label}
            yield Change(f"{kind}_relabelled", relabelled, {}, new.id, new.label, part=option.id, params=labels)
    for option in old.options:
        if option.id not in after:
            yield _part(new, f"{kind}_removed", removed, option)
    if _moved(list(before), list(after)):
        yield Change(f"{kind}s_moved", N_("The possible answers stand in another order."), {}, new.id, new.label)


def _part(question: Question, code: str, message: str, part: Option | Question) -> Change:
    return Change(code, message, {}, question.id, question.label, part=part.id, params={"part": part.label})


def has_answer(change: Change, answers: Mapping[str, Any], files: Mapping[str, int]) -> bool:
    """Whether a difference touches something that was answered."""
    answer = answers.get(change.question)
    values = _cells(answer, change.column) if change.column else [answer]
    if change.code == "option_removed":
        return any(change.part in (value if isinstance(value, list) else [value]) for value in values)
    if change.code == "line_removed":
        return isinstance(answer, dict) and not is_empty(answer.get(change.part))
    if change.code == "column_removed":
        values = _cells(answer, change.part)
    return bool(files.get(change.question)) or not is_empty(values)


def _cells(answer: Any, column: str) -> list[Any]:
    """What stands in one column of a table or a budget."""
    rows = list(answer.values()) if isinstance(answer, dict) else answer if isinstance(answer, list) else []
    return [row.get(column) for row in rows if isinstance(row, dict)]
