"""The file that makes a call: strict YAML, read into one checked value; dates can be moved by whole days. Pure."""

from app.calls.document.dates import WALL, canonical_sha256, move_dates
from app.calls.document.parsing import parse
from app.calls.document.types import CallDocument, StageDocument
from app.calls.document.yaml_text import MAX_BYTES, read_yaml, write_yaml
from app.calls.strict import Flaw, FormError

__all__ = [
    "MAX_BYTES",
    "WALL",
    "CallDocument",
    "Flaw",
    "FormError",
    "StageDocument",
    "canonical_sha256",
    "move_dates",
    "parse",
    "read_yaml",
    "write_yaml",
]
