"""Downloads: stored files as attachments that no browser runs, and tables that no spreadsheet runs."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from flask import Response, send_file
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from app.core import copies, files, images, scanning
from app.core.errors import MoveRefused, NotFound
from workflows.machine import N_

log = structlog.get_logger()
CANNOT_BE_BLIND = N_(
    "This file cannot be shown without naming its makers, so it is not shown to reviewers. "
    "Ask the programme for what you need of it."
)
BEGINS_A_FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_000
Cell = str | int | Decimal | date | datetime | bool | None


def attachment(file: files.StoredFile, name: str = "", *, own: bool = False, blind: bool = False) -> Response:
    """Answer with the file as an attachment after checking that its content is what was stored.

    ``blind`` gives a copy without what programs note about who made it; where none can be made, nothing is given.
    Photos come without what the camera wrote beside the picture (the exact position, above all), except to those whose
    ``own`` file it is: they may compare it with the hash on their receipt. The stored file stays whole.
    """
    scanning.refuse_unsafe(file)
    path = files.path_of(file)
    if not path.is_file() or not _intact(file):
        log.error("file.damaged", file_id=str(file.id))
        raise NotFound()
    if blind:
        response = send_file(_blind_copy(file), mimetype=file.media_type, conditional=False, etag=False)
    elif file.media_type in images.CLEANERS and not own:
        response = Response(images.without_metadata(path.read_bytes(), file.media_type), mimetype=file.media_type)
    else:
        response = send_file(path, mimetype=file.media_type, conditional=False, etag=False)
    response.headers.pop("Last-Modified", None)
    response.headers["Content-Disposition"] = _disposition(name or file.original_name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _blind_copy(file: files.StoredFile) -> Path:
    try:
        return copies.blind_copy(file)
    except copies.NotBlind as error:
        raise MoveRefused(CANNOT_BE_BLIND) from error


def _intact(file: files.StoredFile) -> bool:
    with files.path_of(file).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


def _disposition(shown: str) -> str:
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "-_." else "_" for c in shown) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}"


def text_download(name: str, content: str, mimetype: str = "text/plain") -> Response:
    """Answer with a text as a file, byte for byte in UTF-8."""
    return file_download(name, content.encode(), f"{mimetype}; charset=utf-8")


def file_download(name: str, content: bytes, content_type: str) -> Response:
    """Answer with something made here (a PDF, a workbook) as an attachment that no browser runs."""
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def csv_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as CSV (UTF-8 with its mark, so that spreadsheets read accents right)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([csv_cell(column) for column in columns])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    response = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def xlsx_download(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a table as a workbook: numbers are numbers, days and instants ISO texts, and no text is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (columns, *rows):
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return file_download(name, out.getvalue(), XLSX)


def _xlsx_cell(sheet: Any, value: Cell) -> Any:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    plain: Any = value if is_number else ""
    cell = WriteOnlyCell(sheet, plain)
    if not is_number and value is not None:
        text = value if isinstance(value, str) else csv_cell(value)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
        cell.data_type = "s"  # whatever it begins with
    return cell


def csv_cell(value: Cell) -> str:
    """A value by its type: numbers bare, days and instants as ISO 8601, and no text that a spreadsheet would calculate."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return f"'{value}" if value.lstrip(" \u00a0\ufeff").startswith(BEGINS_A_FORMULA) else value
