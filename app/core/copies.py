"""Copies of files for readers who may not learn who made them: made once for each content, kept by its hash."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import structlog

from app.core import files

log = structlog.get_logger()
EDITION = 1  # goes up when what is taken away changes, so that older copies are made anew
SECONDS = 25.0
PROGRAM = Path(__file__).with_name("stripping.py")
PLAIN = frozenset({"text/plain", "text/csv"})


class NotBlind(Exception):
    """No copy without metadata could be made; the file itself must not be given instead."""


def blind_copy(file: files.StoredFile) -> Path:
    """Where the copy without metadata lies; plain text has none to lose. Raises ``NotBlind``."""
    if file.media_type in PLAIN:
        return files.path_of(file)
    kept = files.root() / "blind" / str(EDITION) / file.sha256[:2] / f"{file.sha256}.{file.extension}"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        _make(files.path_of(file), kept, file.media_type)
    return kept


def words_of(file: files.StoredFile) -> str | None:
    """The words of a document's blind copy; nothing when it cannot be read, or holds none (a scan). Read once."""
    try:
        copy = blind_copy(file)
    except NotBlind:
        return None
    if file.media_type in PLAIN:
        return copy.read_text("utf-8", "replace").strip() or None
    kept = files.root() / "words" / str(EDITION) / file.sha256[:2] / f"{file.sha256}.txt"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_name(f"{kept.name}.{uuid.uuid4().hex}")
        aside.write_bytes(_read(copy, file.media_type))
        os.replace(aside, kept)
    return kept.read_text("utf-8", "replace").strip() or None


def _read(source: Path, media_type: str) -> bytes:
    """What a process of its own reads in a file; nothing when it fails or takes too long, and it is not tried again."""
    try:
        done = _run("text", str(source), "", media_type)
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def count_pages(path: Path) -> int | None:
    """How many pages a PDF has; nothing when that cannot be found out."""
    try:
        done = _run("pages", str(path))
    except subprocess.TimeoutExpired:
        return None
    found = done.stdout.decode("ascii", "replace").strip()
    return int(found) if done.returncode == 0 and found.isdigit() else None


def _run(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", str(PROGRAM), *words]
    return subprocess.run(command, capture_output=True, timeout=SECONDS, env={}, cwd="/")  # noqa: S603


def _make(source: Path, kept: Path, media_type: str) -> None:
    """Let a process of its own make the copy; whatever goes wrong there, or takes too long, is a refusal."""
    aside = kept.with_name(f"{kept.name}.{uuid.uuid4().hex}")
    try:
        done = _run("strip", str(source), str(aside), media_type)
        if done.returncode != 0 or not aside.is_file():
            last = done.stderr.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
            log.warning("blind_copy.failed", sha256=source.name, status=done.returncode, error=last.partition(":")[0])
            raise NotBlind
        os.replace(aside, kept)
    except subprocess.TimeoutExpired as error:
        log.warning("blind_copy.failed", sha256=source.name, error="timeout")
        raise NotBlind from error
    finally:
        aside.unlink(missing_ok=True)
