"""A form as the sheets of an XLSForm. What XLSForm has no place for stands in columns of ours, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.calls.building.finding import Document, questions
from app.calls.strict import WORD
from app.calls.xlsform.constraints import kept_to
from app.calls.xlsform.lists import Labels, own_name, rows_of, shared_list
from app.calls.xlsform.questions import LISTED, Reading, cells_of, guess, own_cells, texts
from app.calls.xlsform.sheets import OWN, Cells, Row, Sheets, column, packed, plain

REPEATED = frozenset({"table", "partners", "group"})


def write_sheets(document: Document, title: str, languages: list[str], labels: Labels | None = None) -> Sheets:
    """The sheets ``survey``, ``choices`` and ``settings``."""
    writer = _Writer(document, languages)
    for section in document["sections"]:
        writer.section(section)
    for name in sorted(writer.shared):
        writer.choices.extend(rows_of(name, labels or {}, languages))
    settings = {"form_title": plain(title), "form_id": "assay", "default_language": column("", languages[0])[2:]}
    settings |= {f"{OWN}{name}": packed(value) for name, value in document.items() if name != "sections"}
    return {
        "survey": _numbered(writer.survey, "survey"),
        "choices": _numbered(writer.choices, "choices"),
        "settings": _numbered([settings], "settings"),
    }


def _numbered(cells: list[Cells], sheet: str) -> list[Row]:
    return [Row(number, row, sheet=sheet) for number, row in enumerate(cells, 2)]


class _Writer:
    """Collects the rows of a form in their order."""

    def __init__(self, document: Document, languages: list[str]) -> None:
        self.kinds = {q["id"]: str(q.get("kind", "")) for q in questions(document)}
        self.survey: list[Cells] = []
        self.choices: list[Cells] = []
        self.lists: dict[str, list[Document]] = {}
        self.shared: set[str] = set()
        self.language = languages[0]
        self.checks = list(kept_to(document))

    def section(self, section: Document) -> None:
        """A group with its questions; the introduction is a note at its beginning."""
        head: Cells = {"type": "begin_group", "name": plain(section["id"]), **texts("label", section.get("title"))}
        intro = texts("label", section.get("intro"))
        guessed = {"title": _held(section.get("title")), **({"intro": _held(section["intro"])} if intro else {})}
        rest = {name: value for name, value in section.items() if name not in {"id", "questions"}}
        self.survey.append({**head, **own_cells(rest, guessed)})
        if intro:
            self.survey.append({"type": "note", "name": f"{plain(section['id'])}_intro", **intro})
        for question in section["questions"]:
            self.question(question)
        self.survey.append({"type": "end_group"})

    def question(self, question: Document, inside: str = "", kinds: Mapping[str, str] | None = None) -> None:
        """The row of a question, and those of its columns, which see the kinds of their own row first."""
        own = {**self.kinds, **{str(c.get("id")): str(c.get("kind", "")) for c in question.get("columns") or ()}}
        listed = f"{inside}_{question['id']}" if inside else str(question["id"])
        name = own_name(plain(listed), self.lists)
        self._list(question, name)
        cells = cells_of(question, kinds or self.kinds, name)
        self.shared |= {shared_list(cells["type"])} - {""}
        repeats = cells["type"] == "begin_repeat"
        held = {"columns"} if repeats and _plain_columns(question) else set[str]()
        reading = Reading(lists=self.lists, language=self.language)
        guessed = guess(Row(0, cells), question["id"], reading)
        if repeats and not held:
            guessed["columns"] = []
        checked = {} if inside else self._checked(str(question["id"]), cells.get("constraint", ""))
        self.survey.append({**cells, **checked, **own_cells(question, guessed, tuple(held))})
        for each in question["columns"] if held else ():
            self.question(each, listed, own)
        if repeats:
            self.survey.append({"type": "end_repeat"})

    def _checked(self, ident: str, bounds: str) -> Cells:
        """The checks beside a question as its constraint; their words, unless that also says the bounds of the answer."""
        found = [(check, told) for check, told in self.checks if check.get("question") == ident]
        if not found:
            return {}
        said = found[0][0].get("message") if len(found) == 1 and not bounds else None
        whole = " and ".join(filter(None, [bounds, *(told for _, told in found)]))
        return {"constraint": whole, **texts("constraint_message", said)}

    def _list(self, question: Document, name: str) -> None:
        """The answers to choose from, as far as a list can hold them."""
        if str(question.get("kind")) not in LISTED:
            return
        rows = [
            {"list_name": name, "name": plain(str(o.get("id"))), **texts("label", o.get("label"))}
            for o in question.get("options") or ()
        ]
        self.choices.extend(rows)
        self.lists[name] = [
            {"id": r["name"], "label": _held(o.get("label"))}
            for r, o in zip(rows, question.get("options") or (), strict=True)
        ]


def _plain_columns(question: Document) -> bool:
    """Whether the columns can stand as rows of their own."""
    columns = question.get("columns")
    if not isinstance(columns, list) or not columns:
        return False
    idents = [str(column.get("id")) for column in columns]
    simple = all(str(column.get("kind")) not in REPEATED and "columns" not in column for column in columns)
    return simple and len(set(idents)) == len(idents) and all(map(WORD.fullmatch, idents))


def _held(given: Mapping[str, Any] | None) -> dict[str, str]:
    """Texts as cells hold them."""
    return {code: plain(text) for code, text in (given or {}).items() if plain(text)}
