"""Documents on paper: a Typst template and data make a tagged PDF. What people wrote is data, never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

PAPER = Path(__file__).resolve().parent.parent.parent / "templates" / "pdf"


def make_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of ``templates/pdf/<template>.typ`` with ``data`` (JSON-like). Templates read no other file."""
    made = typst.compile(str(PAPER / f"{template}.typ"), root=str(PAPER), sys_inputs={"data": json.dumps(data)})
    if not isinstance(made, bytes):
        raise TypeError("a document of several files is not a PDF")
    return made
