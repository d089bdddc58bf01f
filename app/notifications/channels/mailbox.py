"""The on-disk mailbox: one ``.eml`` file for each mail, for instances without an SMTP server.

The file is named after the row of the mail, so sending it again replaces the same file: at most one copy, whatever is killed.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

ENDING = ".eml"


def put(folder: Path, ident: uuid.UUID, message: EmailMessage) -> Path:
    """Write the mail whole or not at all: to a temporary file, to the disk, then renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(message.as_bytes())
            out.flush()
            os.fsync(out.fileno())
        target = folder / f"{ident}{ENDING}"
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def idents(folder: Path) -> list[str]:
    """The names of the mails in the folder, the newest first (they are named by UUIDv7)."""
    return sorted((path.stem for path in folder.glob(f"*{ENDING}")), reverse=True)


def read(folder: Path, ident: uuid.UUID) -> EmailMessage | None:
    """One mail, or nothing when there is no such file in the folder."""
    path = folder / f"{ident}{ENDING}"
    return message_from_bytes(path.read_bytes(), policy=default) if path.is_file() else None


def headers(folder: Path, ident: str) -> Message:
    """The headers of one mail of the folder, without reading its texts into parts."""
    with (folder / f"{ident}{ENDING}").open("rb") as file:
        return BytesHeaderParser(policy=default).parse(file)  # type: ignore[arg-type]
