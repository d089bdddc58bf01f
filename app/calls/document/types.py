"""A checked call, ready to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.calls.form_schema import Form


@dataclass(frozen=True)
class StageDocument:
    """One stage, with its wall times still in the call's zone."""

    key: str
    title: dict[str, str]
    opens: datetime
    closes: datetime
    form: Form
    form_document: dict[str, Any]
    rubric_document: dict[str, Any]
    checks: list[dict[str, Any]]
    gives_advice: bool
    screens_on_receipt: bool
    answer_by: datetime | None = None


@dataclass(frozen=True)
class CallDocument:
    """A checked call, ready to be stored."""

    code: str
    programme: dict[str, str]
    reference_prefix: str
    title: dict[str, str]
    summary: dict[str, str]
    currency: str
    budget: str
    zone: str
    languages: list[str]
    minerals: list[str]
    contact: str
    documents: list[dict[str, Any]]
    sources: list[str]
    rules: dict[str, Any]
    process: dict[str, Any]
    stages: tuple[StageDocument, ...]
    quiz: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    sha256: str
