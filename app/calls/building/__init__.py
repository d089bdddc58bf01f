"""Building a form: operations on its document, each of which returns a new one."""

from app.calls.building.finding import Document, Gone, found_in, parts, question, questions, section, section_of
from app.calls.building.ids import ids_of, new_id, part_ids_of, within
from app.calls.building.operations import (
    add_question,
    add_section,
    duplicate_question,
    duplicate_section,
    edit_question,
    edit_section,
    move_question,
    move_question_to,
    move_section,
    remove_question,
    remove_section,
)
from app.calls.building.parts import add_part, duplicate_part, edit_part, move_part, remove_part
from app.calls.building.structure import check_structure
from app.calls.building.uses import Use, names_of, uses_of

__all__ = [
    "Document",
    "Gone",
    "Use",
    "add_part",
    "add_question",
    "add_section",
    "check_structure",
    "duplicate_part",
    "duplicate_question",
    "duplicate_section",
    "edit_part",
    "edit_question",
    "edit_section",
    "found_in",
    "ids_of",
    "move_part",
    "move_question",
    "move_question_to",
    "move_section",
    "names_of",
    "new_id",
    "part_ids_of",
    "parts",
    "question",
    "questions",
    "remove_part",
    "remove_question",
    "remove_section",
    "section",
    "section_of",
    "uses_of",
    "within",
]
