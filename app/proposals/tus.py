"""The headers of the tus protocol for resumable uploads, version 1.0.0 (https://tus.io/protocols/resumable-upload). Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
PIECE = "application/offset+octet-stream"
LARGEST_NUMBER, LONGEST = 2**53, 20


class ProtocolError(Exception):
    """A request that is not as the protocol says; ``status`` is the answer it prescribes."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class Piece:
    """What the headers of a PATCH say: where the piece begins, how long it is if that is told, and its checksum."""

    offset: int
    length: int | None
    checksum: tuple[str, bytes] | None


def check_version(headers: Mapping[str, str]) -> None:
    """Refuse clients of another version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise ProtocolError(412, "Tus-Resumable must be 1.0.0.")


def number(headers: Mapping[str, str], name: str) -> int:
    """A header that is a whole number from 0 up."""
    written = headers.get(name, "")
    if not (written.isascii() and written.isdigit()) or len(written) > LONGEST or int(written) > LARGEST_NUMBER:
        raise ProtocolError(400, f"{name} must be a whole number.")
    return int(written)


def metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """``Upload-Metadata``: comma-separated pairs of a key and its value in Base64."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in headers.get("Upload-Metadata", "").split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError) as error:
            raise ProtocolError(400, "Upload-Metadata must hold UTF-8 text in Base64.") from error
    return found


def piece(headers: Mapping[str, str], algorithms: Collection[str]) -> Piece:
    """What a PATCH brings."""
    if headers.get("Content-Type", "").partition(";")[0].strip() != PIECE:
        raise ProtocolError(415, f"Content-Type must be {PIECE}.")
    length = number(headers, "Content-Length") if headers.get("Content-Length") else None
    return Piece(number(headers, "Upload-Offset"), length, _checksum(headers, algorithms))


def _checksum(headers: Mapping[str, str], algorithms: Collection[str]) -> tuple[str, bytes] | None:
    if "Upload-Checksum" not in headers:
        return None
    algorithm, _, digest = headers["Upload-Checksum"].partition(" ")
    if algorithm not in algorithms:
        raise ProtocolError(400, f"Upload-Checksum may use {', '.join(algorithms)}.")
    try:
        return algorithm, base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError(400, "Upload-Checksum must be in Base64.") from error
