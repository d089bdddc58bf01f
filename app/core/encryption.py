"""Field encryption: what must not be readable in a database file or its backups, with a key that lies outside it."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from app.core.errors import Conflict
from workflows.machine import N_


def _cipher(context: str) -> Fernet:
    """The cipher of one field of one record: a value copied into another row, or read with another key, is refused."""
    secret = current_app.extensions["settings"].field_key
    digest = hashlib.sha256(f"field:{context}:{secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def encrypt(text: str, context: str) -> bytes:
    """Encrypt a text for one place, named like ``mine_position:<id>``."""
    return _cipher(context).encrypt(text.encode())


def decrypt(token: bytes, context: str) -> str:
    """Give the text back, or raise ``Conflict``: a wrong key, a changed or a moved value never yields anything."""
    try:
        return _cipher(context).decrypt(bytes(token)).decode()
    except InvalidToken as error:
        raise Conflict(N_("This value cannot be read: the key of this installation does not fit it.")) from error
