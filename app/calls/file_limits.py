"""What a question asks of a file beyond its type: how large it may be, and how many pages a PDF may have. Pure."""

from __future__ import annotations

import logging
from pathlib import Path

from pypdf import PdfReader

from app.calls.form_schema import Question
from workflows.machine import N_, Refusal

MEGABYTE = 1024 * 1024
UNTOLD = N_("The number of pages of this file cannot be told. Save it as an ordinary PDF without a password.")


def file_refusal(question: Question, *, extension: str, size: int, path: Path) -> Refusal | None:
    """Why a file cannot answer the question, or nothing; the file lies at ``path``, its type was looked at before."""
    if question.max_mb is not None and size > question.max_mb * MEGABYTE:
        return Refusal(N_("This file is larger than %(most)s MB."), {"most": question.max_mb})
    if question.max_pages is None or extension != "pdf":
        return None
    return pages_refusal(question.max_pages, pages_of(path))


def pages_refusal(most: int, pages: int | None) -> Refusal | None:
    """Why a PDF with so many pages cannot answer, or nothing."""
    if pages is None:
        return Refusal(UNTOLD)
    if pages > most:
        return Refusal(
            N_("This file has %(pages)s pages; at most %(most)s are possible."), {"pages": pages, "most": most}
        )
    return None


def pages_of(path: Path) -> int | None:
    """How many pages a PDF has; nothing when that cannot be told (damaged, or locked with a password)."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with path.open("rb") as stream:
            return len(PdfReader(stream, strict=False).pages)
    except Exception:  # a reader of strangers' files may fail in any way; all of them mean the same
        return None
