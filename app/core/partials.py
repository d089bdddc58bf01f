"""Files that arrive in pieces: one growing file on disk for each, whose synced size tells how much has arrived.

Nothing is locked while a slow line is waited for: each block is written only where its sender believes the end to be,
so that of two who send the same piece one is overtaken, and a connection that hangs hinders nobody.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import time
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO

from app.core import files

BLOCK = 64 * 1024
ALGORITHMS = ("sha1", "sha256")
Read = Callable[[int], bytes]


class Overtaken(Exception):
    """Somebody else has written at this place; ``size`` is where the file ends now."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the file has {size} bytes")
        self.size = size


class WrongChecksum(Exception):
    """A piece is not what its sender says it is; nothing of it was kept."""


def path_of(ident: uuid.UUID) -> Path:
    """Where what has arrived of an upload lies."""
    return files.root() / "partial" / str(ident)


def begin(ident: uuid.UUID) -> None:
    """Make the empty file of an upload."""
    path = path_of(ident)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(exist_ok=False)
    files.sync_folder(path.parent)


def size_of(ident: uuid.UUID) -> int | None:
    """How much has arrived and will survive a power cut; nothing when there is no such file."""
    try:
        with path_of(ident).open("rb") as part:
            os.fsync(part.fileno())
            return os.fstat(part.fileno()).st_size
    except FileNotFoundError:
        return None


def append(ident: uuid.UUID, start: int, read: Read, end: int, checksum: tuple[str, bytes] | None = None) -> int:
    """Write what ``read`` gives from ``start`` on, at most up to ``end``; return where the file ends then, synced.

    A sender who goes silent (``read`` gives nothing) loses nothing of what has come. With a checksum (algorithm, digest)
    the whole piece is kept or none of it. Raises ``Overtaken``, ``WrongChecksum``, ``FileNotFoundError``.
    """
    if checksum is None:
        return _append(ident, start, read, end)
    aside = path_of(ident).with_name(f"{ident}.{secrets.token_hex(4)}")
    try:
        with aside.open("w+b") as piece:
            _gather(piece, read, end - start, checksum)
            return _append(ident, start, piece.read, end)
    finally:
        aside.unlink(missing_ok=True)


def _gather(piece: BinaryIO, read: Read, most: int, checksum: tuple[str, bytes]) -> None:
    """Put a whole piece aside and look whether it is what it should be."""
    algorithm, digest = checksum
    found = hashlib.new(algorithm, usedforsecurity=False)
    while most > 0 and (block := read(min(BLOCK, most))):
        piece.write(block)
        found.update(block)
        most -= len(block)
    if not secrets.compare_digest(found.digest(), digest):
        raise WrongChecksum
    piece.seek(0)


def _append(ident: uuid.UUID, start: int, read: Read, end: int) -> int:
    at = start
    with path_of(ident).open("r+b", buffering=0) as part:
        if start != (size := os.fstat(part.fileno()).st_size):
            raise Overtaken(size)
        while at < end and (block := read(min(BLOCK, end - at))):
            _put(part.fileno(), at, block)
            at += len(block)
        os.fsync(part.fileno())
    return at


def _put(part: int, at: int, block: bytes) -> None:
    """Write one block if the file still ends where it should begin; a disk that is full keeps nothing of it."""
    fcntl.flock(part, fcntl.LOCK_EX)
    try:
        size = os.fstat(part).st_size
        if size != at:
            raise Overtaken(size)
        try:
            if os.pwrite(part, block, at) != len(block):
                raise OSError("the disk took a part of a block only")
        except OSError:
            os.ftruncate(part, at)
            raise
    finally:
        fcntl.flock(part, fcntl.LOCK_UN)


def remove(ident: uuid.UUID) -> None:
    """Take away what has arrived."""
    path_of(ident).unlink(missing_ok=True)


def remove_strays(known: Collection[uuid.UUID], older_than: float = 3600) -> int:
    """Take away files that belong to no open upload and were not written to for an hour; returns how many."""
    folder, names = path_of(uuid.UUID(int=0)).parent, {str(ident) for ident in known}
    strays = [p for p in folder.glob("*") if p.name not in names and p.stat().st_mtime < time.time() - older_than]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
