"""Forms as XLSForm, the Excel sheets that many survey tools share."""

from __future__ import annotations

from app.calls.building.finding import Document
from app.calls.xlsform.lists import Labels
from app.calls.xlsform.reading import Imported, read_sheets
from app.calls.xlsform.unsaid import Unsaid, unsaid
from app.calls.xlsform.workbook import MOST_BYTES, read_workbook, write_workbook
from app.calls.xlsform.writing import write_sheets

__all__ = [
    "MOST_BYTES",
    "Imported",
    "Labels",
    "Unsaid",
    "read_sheets",
    "read_xlsform",
    "unsaid",
    "write_sheets",
    "write_xlsform",
]


def write_xlsform(document: Document, title: str, languages: list[str], labels: Labels | None = None) -> bytes:
    """A form as an Excel file; ``labels`` name the answers that every form shares (minerals, countries, yes and no)."""
    return write_workbook(write_sheets(document, title, languages, labels))


def read_xlsform(content: bytes) -> Imported:
    """A form from an Excel file. Raises ``FormError``."""
    sheets, notes = read_workbook(content)
    found = read_sheets(sheets)
    return Imported(found.document, (*notes, *found.notes))
