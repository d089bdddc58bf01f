"""Files: streamed to a folder under generated names, judged by their content, limited in size, known by their SHA-256."""

from __future__ import annotations

import errno
import hashlib
import lzma
import os
import re
import struct
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import filetype
from flask import current_app
from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Record, one_of
from app.core.errors import Invalid
from app.core.types import Actor, UTCDateTime
from app.extensions import db
from workflows.machine import N_

OFFICE = {
    "word/": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
ALLOWED = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
    **dict(OFFICE.values()),
    **{e: m for m, e in OPEN_DOCUMENT.items()},
}
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ENTRIES = 5_000
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError, struct.error, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
SAME_ENDING = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "text": "txt"}
CHUNK = 256 * 1024
SCAN_STATES = ("not_configured", "waiting", "clean", "infected", "failed")


class StoredFile(Record, db.Model):
    """What is known of one upload. Several rows may share one stored content (same SHA-256)."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        one_of("scan_state", SCAN_STATES),
        CheckConstraint("scan_state <> 'waiting' OR scan_due_at IS NOT NULL", name="waiting_has_a_turn"),
        Index("ix_stored_file_sha256", "sha256"),
        Index("ix_stored_file_scan", "scan_state", "scan_due_at"),
    )

    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    extension: Mapped[str] = mapped_column(String(8))
    original_name: Mapped[str] = mapped_column(String(255))
    uploaded_by_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    scan_state: Mapped[str] = mapped_column(String(16), default="not_configured")
    scan_note: Mapped[str] = mapped_column(String(120), default="")
    scan_attempts: Mapped[int] = mapped_column(Integer, default=0)
    scan_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def root() -> Path:
    """The folder that holds file contents."""
    return Path(urlsplit(current_app.extensions["settings"].storage_url).path)


def path_of(file: StoredFile | Content) -> Path:
    """Where the content of a file lies."""
    return root() / file.sha256[:2] / file.sha256


@dataclass(frozen=True)
class Content:
    """What an upload is found to be; it lies in storage already."""

    sha256: str
    size: int
    media_type: str
    extension: str
    name: str


def store(stream: BinaryIO, original_name: str, actor: Actor, allowed: Collection[str] = ()) -> StoredFile:
    """Stream an upload to storage and return its (flushed) row; raises ``Invalid`` for what is too big or not allowed.

    ``allowed`` narrows the kinds down to some extensions. The content is on disk and synced before the row is written,
    so a row never lacks its file; what is refused leaves nothing behind.
    """
    return add(receive(stream, original_name, allowed), actor)


def receive(stream: BinaryIO, original_name: str, allowed: Collection[str] = (), limit: int | None = None) -> Content:
    """Stream an upload to storage, limited and judged; a row is still to be written."""
    root().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=root(), prefix="incoming-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            digest, size = _copy(stream, out, limit or largest())
        return _judged(temporary, digest, size, original_name, allowed)
    finally:
        temporary.unlink(missing_ok=True)


def adopt(arrived: Path, original_name: str, allowed: Collection[str] = (), limit: int | None = None) -> Content:
    """Judge a file that lies on this disk already (synced) and put it into storage without copying it.

    The file stays where it was, too, until its owner takes it away: a transaction that fails has lost nothing.
    """
    size = arrived.stat().st_size
    _refuse_size(size, limit or largest())
    with arrived.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    temporary = root() / f"incoming-{uuid.uuid4().hex}"
    try:
        os.link(arrived, temporary)
        return _judged(temporary, digest, size, original_name, allowed)
    finally:
        temporary.unlink(missing_ok=True)


def add(content: Content, actor: Actor) -> StoredFile:
    """Write the row of a content that lies in storage."""
    file = StoredFile(
        sha256=content.sha256,
        size=content.size,
        media_type=content.media_type,
        extension=content.extension,
        original_name=content.name,
        uploaded_by_id=actor.person_id,
    )
    if current_app.extensions["settings"].clamd_url is not None:
        file.scan_state, file.scan_due_at = "waiting", clock.unshifted()
    db.session.add(file)
    db.session.flush()
    return file


def largest() -> int:
    """The largest file that is taken, in bytes."""
    limit: int = current_app.extensions["settings"].upload_limit_bytes
    return limit


def _judged(temporary: Path, digest: str, size: int, original_name: str, allowed: Collection[str]) -> Content:
    extension, media_type = judge(temporary, original_name)
    if allowed and extension not in allowed:
        raise Invalid(N_("Only these kinds of file are accepted here: %(kinds)s."), kinds=", ".join(allowed))
    _keep(temporary, digest)
    return Content(digest, size, media_type, extension, honest_name(original_name, extension))


def _refuse_size(size: int, limit: int) -> None:
    if size > limit:
        raise Invalid(N_("The file is larger than %(limit)s MB. Split it or make it smaller."), limit=limit // 1048576)
    if not size:
        raise Invalid(N_("The file is empty."))


def _copy(stream: BinaryIO, out: BinaryIO, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            break
        digest.update(chunk)
        out.write(chunk)
    _refuse_size(size, limit)
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest(), size


def _keep(temporary: Path, digest: str) -> None:
    """Move the content to its place, also over what is there: the same content, or what was left of it after damage.

    The folder is synced too: a name that a power cut takes back would leave the row without its file.
    """
    target = root() / digest[:2] / digest
    target.parent.mkdir(exist_ok=True)
    os.replace(temporary, target)
    sync_folder(target.parent)
    sync_folder(root())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean_name(name: str) -> str:
    """The last part of a client's file name without control characters, for showing only, never for storing."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in bare if c.isprintable() and c not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068").strip(
        " ."
    )
    return shown[-200:] or "file"


def honest_name(name: str, extension: str) -> str:
    """The name with the ending of what the file is: on the disk of its reader, the ending decides which program opens it."""
    shown = clean_name(name)
    ending = shown.rpartition(".")[2].lower() if "." in shown else ""
    return shown if SAME_ENDING.get(ending, ending) == extension else f"{shown}.{extension}"


def judge(path: Path, original_name: str) -> tuple[str, str]:
    """Return (extension, media type) by looking inside; raises ``Invalid`` for everything not on the list."""
    with path.open("rb") as content:
        head = content.read(8192)
    kind = filetype.guess(head)
    if head.startswith(b"PK\x03\x04"):
        return _judge_zip(path)
    if kind and kind.extension in {"pdf", "png", "jpg"}:
        return kind.extension, ALLOWED[kind.extension]
    if kind is None and _is_plain_text(path):
        ending = "csv" if original_name.lower().endswith(".csv") else "txt"
        return ending, ALLOWED[ending]
    raise Invalid(
        N_("This kind of file is not accepted. Use PDF, Word, Excel, OpenDocument, PNG, JPEG, CSV or plain text.")
    )


def _is_plain_text(path: Path) -> bool:
    content = path.read_bytes()
    lowered = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if CONTROL.search(content) or lowered.startswith(
        (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"mime-version")
    ):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _judge_zip(path: Path) -> tuple[str, str]:
    refused = Invalid(N_("This archive is not a Word, Excel, PowerPoint or OpenDocument file, or it contains macros."))
    try:
        with zipfile.ZipFile(path) as archive:
            found = _judge_entries(archive)
    except BROKEN_ARCHIVE as error:
        raise refused from error
    except OSError as error:  # a place before the beginning of the file, or damaged bzip2; a failing disk is no refusal
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise refused from error
    if found is None:
        raise refused
    return found


def _judge_entries(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """(extension, media type) of a document that is an archive; nothing for other archives and those with macros."""
    entries = archive.infolist()
    names = {e.filename for e in entries}
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise Invalid(N_("The file unpacks to more than is allowed."))
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        return None
    if "mimetype" in names:
        with archive.open("mimetype") as content:
            media = content.read(100).decode("ascii", "replace")
        if media in OPEN_DOCUMENT:
            return OPEN_DOCUMENT[media], media
    if "[Content_Types].xml" in names:
        return next((v for prefix, v in OFFICE.items() if any(n.startswith(prefix) for n in names)), None)
    return None
