"""Sheets from and to the bytes of an Excel file: read with bounds, nothing in it evaluated, no link followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.calls.strict import Flaw, FormError
from app.calls.xlsform.sheets import Cells, Row, Sheets
from workflows.machine import N_

MOST_BYTES = 2_000_000
MOST_UNPACKED = 30_000_000
MOST_ENTRIES = 200
MOST_ROWS = {"survey": 3_000, "choices": 20_000, "settings": 20}
MOST_COLUMNS = 120
LONGEST_CELL = 32_000
FIRST = ("type", "list_name", "name", "form_title")


def write_workbook(sheets: Sheets) -> bytes:
    """An Excel file with these sheets."""
    book: Any = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        cut = [_cut(row.cells) for row in rows]
        columns = sorted(
            {c for cells in cut for c in cells}, key=lambda c: (c not in FIRST, c.startswith("assay::"), c)
        )
        for at, title in enumerate(columns, 1):
            _put(sheet, 1, at, title).font = Font(bold=True)
        for number, cells in enumerate(cut, 2):
            for at, title in enumerate(columns, 1):
                if title in cells:
                    _put(sheet, number, at, cells[title])
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Any, row: int, column: int, text: str) -> Any:
    """A text, never a formula."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    return cell


def _cut(cells: Cells) -> Cells:
    """No cell longer than a spreadsheet holds: the rest goes on in ``name#2``, ``name#3`` …"""
    found: Cells = {}
    for name, text in cells.items():
        for number, start in enumerate(range(0, len(text), LONGEST_CELL), 1):
            found[name if number == 1 else f"{name}#{number}"] = text[start : start + LONGEST_CELL]
    return found


def read_workbook(content: bytes) -> tuple[Sheets, list[Flaw]]:
    """The sheets of an XLSForm, and what in them was not read. Raises ``FormError`` in words for a file that is none."""
    check_archive(content)
    notes: list[Flaw] = []
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        found = {s.title.strip().lower(): s for s in book.worksheets}
        sheets = {name: list(_rows(found[name], name, notes)) for name in MOST_ROWS if name in found}
    except FormError:
        raise
    except Exception as error:  # the reader raises whatever a damaged part makes it raise
        raise FormError([Flaw("", N_("The file cannot be read as an Excel workbook."))]) from error
    return sheets, notes


def check_archive(content: bytes) -> None:
    """Refuse what would unpack to a flood, and what could make its reader reach outside."""
    if len(content) > MOST_BYTES:
        raise FormError([Flaw("", N_("The file is larger than 2 MB."))])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise FormError([Flaw("", N_("The file unpacks to far more than a form needs, and is not opened."))])
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, FormError):
            raise
        raise FormError([Flaw("", N_("The file cannot be read as an Excel workbook."))]) from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as part:
        text = part.read(entry.file_size + 1)
    if len(text) > entry.file_size:
        raise FormError([Flaw("", N_("The file unpacks to far more than a form needs, and is not opened."))])
    if entry.filename.endswith((".xml", ".rels")) and (
        b"<!" in text.replace(b"<!--", b"") or text[:2] in {b"\xff\xfe", b"\xfe\xff"}
    ):
        raise FormError([Flaw("", N_("The file holds definitions that no workbook needs, and is not opened."))])


def _rows(sheet: Any, name: str, notes: list[Flaw]) -> Iterator[Row]:
    """The rows with something in them; a formula is named and left out."""
    titles: list[str] = []
    most = MOST_ROWS[name]
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if not titles:
            titles = [str(cell.value or "").strip() for cell in cells]
            continue
        if number > most + 1:
            raise FormError(
                [Flaw(name, N_("The sheet “%(name)s” has more than %(most)s rows."), {"name": name, "most": most})]
            )
        row = _row(name, number, titles, cells, notes)
        if row.cells:
            yield row


def _row(name: str, number: int, titles: list[str], cells: Any, notes: list[Flaw]) -> Row:
    found: Cells = {}
    letters: dict[str, str] = {}
    for at, (title, cell) in enumerate(zip(titles, cells, strict=False), 1):
        if not title or cell.value is None:
            continue
        place = get_column_letter(at)
        if cell.data_type == "f":
            notes.append(
                Flaw(f"{name}!{place}{number}", N_("A formula is not worked out, and is left out. Write its result."))
            )
            continue
        base = title.partition("#")[0]
        text = _text(cell.value)
        found[base] = found.get(base, "") + (text if "#" in title or len(text) >= LONGEST_CELL else text.strip())
        letters.setdefault(base, place)
    return Row(number, {key: value for key, value in found.items() if value}, letters, name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[: LONGEST_CELL + 1000]
