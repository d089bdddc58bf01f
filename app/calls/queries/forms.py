"""Stored forms and rubrics as pure data."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.calls import form_schema, rubric
from app.calls.form_schema import Form
from app.calls.models import (
    CallStage,
    FormVersion,
)
from app.calls.rubric import Rubric
from app.extensions import db

_forms: dict[str, Form] = {}


def form_version_by_hash(sha256: str) -> FormVersion | None:
    """The stored form with this content, if there is one."""
    query = select(FormVersion).where(FormVersion.sha256 == sha256).options(undefer(FormVersion.document))
    return db.session.scalar(query)


def form_versions_by_hash(hashes: Iterable[str]) -> list[FormVersion]:
    """The stored forms among these contents."""
    query = select(FormVersion).where(FormVersion.sha256.in_(sorted(hashes))).order_by(FormVersion.sha256)
    return list(db.session.scalars(query))


def form_of(stage: CallStage) -> Form:
    """The form that a stage gives to new proposals, as pure data."""
    return read_form(stage.form_version)


def read_form(version: FormVersion) -> Form:
    """A form version as pure data; versions never change, so each is parsed once per process."""
    if version.sha256 not in _forms:
        if len(_forms) > 200:
            _forms.clear()
        _forms[version.sha256] = form_schema.parse(version.document, languages=())
    return _forms[version.sha256]


def forms_by_hash(hashes: Iterable[str]) -> dict[str, Form]:
    """Several stored forms by their SHA-256, in the order asked for."""
    wanted = list(hashes)
    unread = [sha for sha in wanted if sha not in _forms]
    if unread:
        for version in db.session.scalars(select(FormVersion).where(FormVersion.sha256.in_(unread))):
            read_form(version)
    found = {sha: form_by_hash(sha) for sha in wanted}
    return {sha: form for sha, form in found.items() if form is not None}


def form_by_hash(sha256: str) -> Form | None:
    """The form with this SHA-256, if it is stored."""
    if sha256 in _forms:
        return _forms[sha256]
    version = form_version_by_hash(sha256)
    return read_form(version) if version else None


def rubric_of(stage: CallStage) -> Rubric | None:
    """The rubric of a stage as pure data, if it has one."""
    return rubric.parse(stage.rubric, languages=()) if stage.rubric else None
