"""Forms as data: pure types, a strict reader of their documents, and the reading and checking of answers."""

from app.calls.form_schema.checking import (
    problems,
    section_problems,
    section_status,
    section_warnings,
    value_problems,
)
from app.calls.form_schema.conditions import Known, asked_answers, is_required, is_shown, shown_questions
from app.calls.form_schema.flaws import is_empty
from app.calls.form_schema.parsing import parse, parse_node
from app.calls.form_schema.parsing_questions import BELONGS, FILE_TYPES, OPTIONAL
from app.calls.form_schema.reading import read_section
from app.calls.form_schema.rows import ROW_ID, fresh_row_key, row_at, rows_by_key, without_row_keys
from app.calls.form_schema.types import (
    AUDIENCES,
    CELL_KINDS,
    GROUP_KINDS,
    KINDS,
    PARTS,
    PICKS,
    ROWS,
    SAYS_WHO,
    TABLES,
    Check,
    Condition,
    Expression,
    Form,
    Option,
    Problem,
    Question,
    Section,
    language_shown,
    text,
)
from app.calls.strict import Flaw, FormError

__all__ = [
    "AUDIENCES",
    "BELONGS",
    "CELL_KINDS",
    "FILE_TYPES",
    "GROUP_KINDS",
    "KINDS",
    "OPTIONAL",
    "PARTS",
    "PICKS",
    "ROWS",
    "ROW_ID",
    "SAYS_WHO",
    "TABLES",
    "Check",
    "Condition",
    "Expression",
    "Flaw",
    "Form",
    "FormError",
    "Known",
    "Option",
    "Problem",
    "Question",
    "Section",
    "asked_answers",
    "fresh_row_key",
    "is_empty",
    "is_required",
    "is_shown",
    "language_shown",
    "parse",
    "parse_node",
    "problems",
    "read_section",
    "row_at",
    "rows_by_key",
    "section_problems",
    "section_status",
    "section_warnings",
    "shown_questions",
    "text",
    "value_problems",
    "without_row_keys",
]
