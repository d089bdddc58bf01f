"""Forms as data: pure types, a strict reader of their documents, and the reading and checking of answers."""

from app.calls.form_schema.checking import is_empty, problems, section_problems, section_status, value_problems
from app.calls.form_schema.conditions import is_shown, shown_questions
from app.calls.form_schema.parsing import parse, parse_node
from app.calls.form_schema.reading import read_section
from app.calls.form_schema.rows import ROW_ID, fresh_row_key, rows_by_key, without_row_keys
from app.calls.form_schema.types import (
    AUDIENCES,
    CELL_KINDS,
    KINDS,
    PICKS,
    TABLES,
    Condition,
    Form,
    Option,
    Problem,
    Question,
    Section,
    text,
)
from app.calls.strict import Flaw, FormError

__all__ = [
    "AUDIENCES",
    "CELL_KINDS",
    "KINDS",
    "PICKS",
    "ROW_ID",
    "TABLES",
    "Condition",
    "Flaw",
    "Form",
    "FormError",
    "Option",
    "Problem",
    "Question",
    "Section",
    "fresh_row_key",
    "is_empty",
    "is_shown",
    "parse",
    "parse_node",
    "problems",
    "read_section",
    "rows_by_key",
    "section_problems",
    "section_status",
    "shown_questions",
    "text",
    "value_problems",
    "without_row_keys",
]
