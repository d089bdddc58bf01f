"""A score sheet as one file, an HTML page or a workbook: filled in without a network, and what comes back in it. Pure.

Both hold the fields as they were when the file was made (``base``) beside what stands in them now. Names of fields are those
of the page; every value is a text.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from app.calls.strict import FormError
from app.calls.xlsform.workbook import check_archive
from app.proposals.offline import UnreadablePack, read_block, read_fields
from workflows.machine import N_

FORMAT = "assay-sheet-1"
MEMORY = "assay"
MOST_ROWS = 500
DAMAGED = N_("This is not an offline score sheet of Assay, or it was damaged on its way.")
Values = Mapping[str, str]


class UnreadableSheet(ValueError):
    """A file that is no returned sheet; the message is a sentence for people."""


@dataclass(frozen=True)
class Returned:
    """What a returned file says: whose review it is, and the fields then and now."""

    review: str
    base: Values
    fields: Values


@dataclass(frozen=True)
class Line:
    """One field of a sheet: what it is called, what helps to fill it in, its value, and its choices if it has any."""

    name: str
    label: str
    hint: str
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A field that the file fills in otherwise than the sheet does now; ``is_newer``: only the file changed it."""

    name: str
    now: str
    packed: str
    is_newer: bool


def block_of(review: str, file_name: str) -> dict[str, Any]:
    """The data inside an HTML sheet; ``pack`` tells this file from every other one of the same review."""
    marks = {"format": FORMAT, "proposal": review, "stage": "sheet", "pack": secrets.token_hex(8), "file": file_name}
    return {**marks, "rows": {}, "base": {}, "fields": {}}


def read_returned(content: bytes) -> Returned:
    """Read what came back, whichever kind of file it is. Raises ``UnreadableSheet``."""
    return _read_workbook(content) if content.startswith(b"PK") else _read_page(content)


def _read_page(content: bytes) -> Returned:
    try:
        told = read_block(content, FORMAT)
        base, fields = (
            {name: values[-1] if values else "" for name, values in read_fields(told.get(part)).items()}
            for part in ("base", "fields")
        )
    except UnreadablePack as error:
        raise UnreadableSheet(DAMAGED) from error
    return Returned(str(told.get("proposal")), base, fields or base)


def write_workbook(review: str, title: str, heads: Sequence[str], lines: Iterable[Line]) -> bytes:
    """The sheet as a workbook: a row for each field, and in a hidden sheet what each of them held."""
    book: Any = Workbook()
    sheet, memory = book.active, book.create_sheet(MEMORY)
    sheet.title, memory.sheet_state = "Sheet", "veryHidden"
    _put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    for column, (head, width) in enumerate(zip(("", *heads), (2, 44, 60, 80), strict=True), 1):
        _put(sheet, 2, column, head).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(2, column).column_letter].width = width
    sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "A3"
    _put(memory, 1, 1, FORMAT)
    _put(memory, 1, 2, review)
    for number, line in enumerate(lines, 3):
        for column, text in enumerate((line.name, line.label, line.hint, line.value), 1):
            _put(sheet, number, column, text)
        _put(memory, number, 1, line.name)
        _put(memory, number, 2, line.value)
        _offer(sheet, number, line.choices)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """A text, whatever it begins with."""
    cell = sheet.cell(row, column, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")
    return cell


def _offer(sheet: Any, row: int, choices: Sequence[str]) -> None:
    if choices:
        listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        sheet.add_data_validation(listed)
        listed.add(sheet.cell(row, 4))


def _read_workbook(content: bytes) -> Returned:
    try:
        check_archive(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        memory, sheet = (_cells(book[name]) for name in (MEMORY, book.sheetnames[0]))
    except FormError as error:
        raise UnreadableSheet(DAMAGED) from error
    except Exception as error:  # the reader raises whatever a damaged part makes it raise
        raise UnreadableSheet(DAMAGED) from error
    if not memory or memory[0][0] != FORMAT:
        raise UnreadableSheet(DAMAGED)
    base = {row[0]: row[1] for row in memory[2:] if row[0]}
    return Returned(memory[0][1], base, {row[0]: row[3] for row in sheet[2:] if row[0] in base} or base)


def _cells(sheet: Any) -> list[tuple[str, ...]]:
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=4, values_only=True)
    return [tuple(_text(value) for value in (*row, "", "", "", "")[:4]) for row in rows]


def _text(value: Any) -> str:
    """A cell as it reads: whole numbers without a point, however the program keeps them."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\x00", "")


def differences(returned: Returned, now: Values) -> list[Difference]:
    """What the file says otherwise than the sheet does now, in the order of the sheet. What was not touched in the file is
    no difference, and what the sheet does not ask any more is none either."""
    found = []
    for name, value in now.items():
        was, packed = (_plain(part.get(name, "")) for part in (returned.base, returned.fields))
        if packed != was and packed != _plain(value):
            found.append(Difference(name, value, packed, _plain(value) == was))
    return found


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
