"""What can be done to a form. Every operation returns a new document and leaves the given one as it was."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.calls.building import finding
from app.calls.building.finding import Document, copied
from app.calls.building.ids import ids_of, new_id
from app.calls.building.uses import renamed

Made = tuple[Document, str]


def add_section(document: Document, section: Document, taken: Collection[str] = (), after: str = "") -> Made:
    """A new section without questions, at the end or after another; returns its id too."""
    made = copied(document)
    ident = new_id(section.get("title") or {}, {*ids_of(made), *taken}, "section")
    at = finding.place_of(made["sections"], after) + 1 if after else len(made["sections"])
    made["sections"].insert(at, {**copied(section), "id": ident, "questions": section.get("questions") or []})
    return made, ident


def edit_section(document: Document, ident: str, section: Document) -> Document:
    """Another title or introduction; id and questions stay."""
    made = copied(document)
    old = finding.section(made, ident)
    at = finding.place_of(made["sections"], ident)
    made["sections"][at] = {**copied(section), "id": ident, "questions": old["questions"]}
    return made


def remove_section(document: Document, ident: str) -> Document:
    """Without the section and its questions."""
    made = copied(document)
    del made["sections"][finding.place_of(made["sections"], ident)]
    return made


def move_section(document: Document, ident: str, step: int) -> Document:
    """One place earlier (-1) or later (1); at the ends it stays."""
    made = copied(document)
    _step(made["sections"], finding.place_of(made["sections"], ident), step)
    return made


def duplicate_section(document: Document, ident: str, taken: Collection[str] = ()) -> Made:
    """The section again, after itself, with questions of new ids; conditions among them point to the new ones.

    The copies are no questions of the library.
    """
    old = finding.section(document, ident)
    made, new = add_section(document, {**old, "questions": []}, taken, after=ident)
    names: dict[str, str] = {}
    for question in old["questions"]:
        made, names[question["id"]] = add_question(made, new, _own(question), taken)
    copies = finding.section(made, new)
    copies["questions"] = [renamed(question, names) for question in copies["questions"]]
    return made, new


def add_question(
    document: Document, section_id: str, question: Document, taken: Collection[str] = (), after: str = ""
) -> Made:
    """A new question at the end of a section or after another one; its id is made from its label."""
    made = copied(document)
    entries = finding.section(made, section_id)["questions"]
    ident = new_id(question.get("label") or {}, {*ids_of(made), *taken}, "question")
    at = finding.place_of(entries, after) + 1 if after else len(entries)
    entries.insert(at, {**copied(question), "id": ident})
    return made, ident


def edit_question(document: Document, ident: str, question: Document) -> Document:
    """The question as given now; its id and place stay."""
    made = copied(document)
    entries = finding.section_of(made, ident)["questions"]
    entries[finding.place_of(entries, ident)] = {**copied(question), "id": ident}
    return made


def remove_question(document: Document, ident: str) -> Document:
    """Without the question. Conditions that wait for it stay, and are flaws to mend."""
    made = copied(document)
    entries = finding.section_of(made, ident)["questions"]
    del entries[finding.place_of(entries, ident)]
    return made


def duplicate_question(document: Document, ident: str, taken: Collection[str] = ()) -> Made:
    """The question again, after itself, under a new id; the copy is no question of the library."""
    old = finding.question(document, ident)
    return add_question(document, finding.section_of(document, ident)["id"], _own(old), taken, after=ident)


def _own(question: Document) -> Document:
    """A question as one of this form alone: no code of the library."""
    return {name: value for name, value in question.items() if name != "standard"}


def move_question(document: Document, ident: str, step: int) -> Document:
    """One place earlier (-1) or later (1); beyond the edge of its section it goes on in the next one."""
    made = copied(document)
    home = finding.place_of(made["sections"], finding.section_of(made, ident)["id"])
    entries = made["sections"][home]["questions"]
    at = finding.place_of(entries, ident)
    if 0 <= at + step < len(entries):
        _step(entries, at, step)
    elif 0 <= home + step < len(made["sections"]):
        neighbours = made["sections"][home + step]["questions"]
        neighbours.insert(0 if step > 0 else len(neighbours), entries.pop(at))
    return made


def move_question_to(document: Document, ident: str, section_id: str) -> Document:
    """To the end of another section."""
    made = copied(document)
    target = finding.section(made, section_id)["questions"]
    entries = finding.section_of(made, ident)["questions"]
    if entries is not target:
        target.append(entries.pop(finding.place_of(entries, ident)))
    return made


def _step(entries: list[Any], at: int, step: int) -> None:
    """Exchange an entry with its neighbour, if it has one there."""
    if 0 <= at + step < len(entries):
        entries[at], entries[at + step] = entries[at + step], entries[at]
