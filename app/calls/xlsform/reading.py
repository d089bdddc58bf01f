"""A form from the sheets of an XLSForm, with a sentence and a cell for everything that has no place here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.calls.building.finding import Document
from app.calls.building.ids import new_id
from app.calls.strict import WORD, Flaw, FormError
from app.calls.xlsform.questions import Reading, is_known, read_row, read_texts, type_of
from app.calls.xlsform.sheets import ABSENT, OWN, Row, Sheets, language_of, plain, unpacked
from workflows.machine import N_

OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
SILENT = frozenset(
    {"start", "end", "today", "deviceid", "username", "phonenumber", "audit", "subscriberid", "simserial"}
)
GENERAL = {"en": "General", "fr": "Généralités", "es": "Generalidades"}


@dataclass(frozen=True)
class Imported:
    """The form that was read, and what of the file has no place in it."""

    document: Document
    notes: tuple[Flaw, ...]


def read_sheets(sheets: Sheets) -> Imported:
    """Read a form; raises ``FormError`` when the file holds none."""
    if not sheets.get("survey"):
        raise FormError([Flaw("", N_("The file has no sheet “survey” with questions in it."))])
    settings = next(iter(sheets.get("settings") or ()), Row(2, {}, sheet="settings"))
    language = language_of("x::" + settings.get("default_language"))[1] or "en"
    notes: list[Flaw] = []
    own = _settings(settings, notes)
    checks = own.get("checks")
    lists = _lists(sheets.get("choices") or [], language)
    reader = _Reader(Reading(lists=lists, language=language, checks=checks if isinstance(checks, list) else ()))
    for row in sheets["survey"]:
        reader.take(row)
    reader.finish()
    return Imported({"sections": reader.sections, **own}, (*reader.reading.notes, *notes))


def _settings(settings: Row, notes: list[Flaw]) -> Document:
    """What our own columns tell of the whole form."""
    found: Document = {}
    for name, text in settings.cells.items():
        if name.startswith(OWN) and text:
            try:
                found[name.removeprefix(OWN)] = unpacked(text)
            except ValueError:
                notes.append(settings.note(name, N_("This cannot be read, and is left out.")))
    return found


def _lists(rows: list[Row], language: str) -> dict[str, list[Document]]:
    """The lists of choices; codes that no option can have become ones that can."""
    found: dict[str, list[Document]] = {}
    for row in rows:
        options = found.setdefault(row.get("list_name") or row.get("list name"), [])
        code = row.get("name") or row.get("value")
        taken = {option["id"] for option in options}
        if not OPTION.fullmatch(code):
            code = new_id(code, taken, "option")
        options.append({"id": code, "label": read_texts(row, "label", language)})
    return found


class _Reader:
    """Takes rows from top to bottom: groups become sections, repeats become groups of questions."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.sections: list[Document] = []
        self.taken: set[str] = set()
        self.taken_sections: set[str] = set()
        self.open: list[tuple[str, Document | None]] = []

    def take(self, row: Row) -> None:
        kind = type_of(row)
        if kind in {"begin_group", "begin_repeat"}:
            self._begin(row, kind)
        elif kind in {"end_group", "end_repeat"}:
            self._end(row, kind)
        elif kind in SILENT:
            self._say(row, "type", N_("“%(type)s” notes something about the device; a form here does not."), type=kind)
        elif kind == "note" and not row.get(f"{OWN}kind"):
            self._note(row)
        elif is_known(row):
            self._question(row)
        elif kind:
            self._say(
                row,
                "type",
                N_("A question of type “%(type)s” has no place here, and is left out."),
                type=row.get("type")[:60],
            )

    def finish(self) -> None:
        """Say what was never closed."""
        for kind, _ in self.open:
            self.reading.notes.append(Flaw("survey", N_("A “%(kind)s” is never ended."), {"kind": kind}))
        if not any(section["questions"] for section in self.sections):
            raise FormError([Flaw("survey", N_("The file holds no question that can be asked here."))])

    def _say(self, row: Row, column: str, message: str, **params: object) -> None:
        self.reading.notes.append(row.note(column, message, **params))

    def _id(self, row: Row, fallback: str, taken: set[str]) -> str:
        name = row.get("name")
        ident = name if WORD.fullmatch(name) and name not in taken else new_id(name, taken, fallback)
        if ident != name:
            self._say(
                row, "name", N_("“%(name)s” cannot be a code here; it became “%(id)s”."), name=name[:80], id=ident
            )
        self.reading.names[name] = ident
        taken.add(ident)
        return ident

    def _begin(self, row: Row, kind: str) -> None:
        inside = next((each for _, each in reversed(self.open) if each is not None and "kind" in each), None)
        if kind == "begin_repeat" and inside is None:
            question = self._question(row)
            self.open.append((kind, question))
        elif kind == "begin_group" and not self.open:
            self.open.append((kind, self._section(row)))
        else:
            self._say(
                row, "type", N_("A group inside a group has no place here; its questions stand in the outer one.")
            )
            self.open.append((kind, None))

    def _section(self, row: Row) -> Document:
        section: Document = {
            "id": self._id(row, "section", self.taken_sections),
            "title": read_texts(row, "label", self.reading.language),
        }
        for name, text in row.cells.items():
            if name.startswith(OWN) and text and text != ABSENT:
                try:
                    section[name.removeprefix(OWN)] = unpacked(text)
                except ValueError:
                    self._say(row, name, N_("This cannot be read, and is left out."))
            elif name.startswith(OWN) and text == ABSENT:
                section.pop(name.removeprefix(OWN), None)
        if row.get("relevant"):
            self._say(row, "relevant", N_("A section has no condition here; give it to each of its questions."))
        section["questions"] = []
        self.sections.append(section)
        return section

    def _end(self, row: Row, kind: str) -> None:
        if not self.open or self.open[-1][0] != kind.replace("end", "begin"):
            self._say(row, "type", N_("This ends a group that was never begun."))
            return
        self.open.pop()

    def _question(self, row: Row) -> Document:
        home = next((each for _, each in reversed(self.open) if each is not None), None)
        if home is not None and "kind" in home:
            entries = home.setdefault("columns", [])
            ident = self._id(row, "column", {c["id"] for c in entries})
        else:
            entries = (home or self._general())["questions"]
            ident = self._id(row, "question", self.taken)
        question = read_row(row, ident, self.reading)
        self.reading.kinds[ident] = str(question.get("kind", ""))
        if type_of(row) == "begin_repeat" and not row.get(f"{OWN}columns"):
            question["columns"] = []
        entries.append(question)
        return question

    def _general(self) -> Document:
        """The section for questions that stand in no group."""
        if not self.sections or self.sections[-1].get("title") != GENERAL:
            ident = new_id("general", self.taken_sections, "section")
            self.taken_sections.add(ident)
            self.sections.append({"id": ident, "title": dict(GENERAL), "questions": []})
        return self.sections[-1]

    def _note(self, row: Row) -> None:
        """A note at the beginning of a group introduces it; elsewhere it has no place."""
        home = next((each for _, each in reversed(self.open) if each is not None), None)
        words = read_texts(row, "label", self.reading.language)
        introduces = home is not None and "kind" not in home and not home["questions"]
        if (
            home is not None
            and introduces
            and words
            and ("intro" not in home or row.get("name") == f"{home['id']}_intro")
        ):
            if words != {code: plain(text) for code, text in home.get("intro", {}).items() if plain(text)}:
                home["intro"] = words
        else:
            self._say(
                row, "label", N_("A note has no place between questions; put its text into the help of the next one.")
            )
