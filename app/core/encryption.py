"""Field encryption: what must not be readable in a database file or its backups, with a key that lies outside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import JSON, Dialect, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

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


SEALED = "sealed"
POSITION = frozenset({"latitude", "longitude"})


class SecretJson(TypeDecorator[Any]):
    """A JSON column whose whole value is encrypted at rest: ``{"sealed": …}`` in the database, plain in memory."""

    impl = JSON
    cache_ok = True

    def __init__(self, place: str) -> None:
        """``place`` names the column (``rival_text.typed``): a value copied into another column is not read there."""
        super().__init__()
        self.place = place

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if value is None else self._sealed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self._opened(value)

    def _sealed(self, value: Any) -> dict[str, str]:
        return {SEALED: encrypt(json.dumps(value), f"json:{self.place}").decode()}

    def _opened(self, value: Any) -> Any:
        """The value itself; what the key of this installation does not open stays closed, and the rest can be read."""
        if not isinstance(value, dict) or set(value) != {SEALED}:
            return value
        try:
            return json.loads(decrypt(str(value[SEALED]).encode(), f"json:{self.place}"))
        except Conflict:
            return value


class PositionsJson(SecretJson):
    """A JSON column in which only positions are encrypted: every mapping that names a latitude or a longitude."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self._walked(value, self._closed)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self._walked(value, self._opened)

    def _closed(self, value: dict[str, Any]) -> Any:
        return self._sealed(value) if POSITION & value.keys() else value

    def _walked(self, value: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
        if isinstance(value, list):
            return [self._walked(part, change) for part in value]
        if not isinstance(value, dict):
            return value
        found = change(value)
        return found if found is not value else {name: self._walked(part, change) for name, part in value.items()}
