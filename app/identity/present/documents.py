"""The documents of an organisation as its members see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.core import clock
from app.identity.documents import EXPIRED, EXPIRING, FUTURE, standing
from app.identity.models import DocumentVersion, Organisation, OrganisationDocument
from app.web.filters import day, instant
from workflows.machine import N_

DOCUMENT_KIND_LABELS = {
    "statutes": N_("Statutes"),
    "register_extract": N_("Register extract"),
    "audit_report": N_("Audit report"),
    "annual_accounts": N_("Annual accounts"),
    "integrity_policy": N_("Integrity policy"),
    "bank_letter": N_("Letter of the bank"),
    "tax_certificate": N_("Tax certificate"),
    "other": N_("Another document"),
}
MARKS = {
    EXPIRED: (N_("Expired"), "refused"),
    EXPIRING: (N_("Expires soon"), "waiting"),
    FUTURE: (N_("Not valid yet"), "waiting"),
}


@dataclass(frozen=True)
class Mark:
    """A word with its colour."""

    label: str
    category: str


@dataclass(frozen=True)
class VersionView:
    """One file of a document."""

    number: int
    name: str
    href: str
    valid: str
    added: str
    mark: Mark | None


@dataclass(frozen=True)
class DocumentView:
    """A document with its versions, the newest first."""

    id: uuid.UUID
    kind: str
    note: str
    href: str
    newest: VersionView
    versions: tuple[VersionView, ...]


@dataclass(frozen=True)
class DocumentsPage:
    """Everything an organisation keeps."""

    organisation_id: uuid.UUID
    organisation: str
    documents: tuple[DocumentView, ...]


def documents_page(organisation: Organisation, documents: Iterable[OrganisationDocument]) -> DocumentsPage:
    """The list of an organisation's documents."""
    views = tuple(document_view(document) for document in documents)
    return DocumentsPage(organisation.id, organisation.name, views)


def document_view(document: OrganisationDocument) -> DocumentView:
    """One document."""
    versions = tuple(_version(document, version) for version in reversed(document.versions))
    where: dict[str, Any] = {"organisation_id": document.organisation_id, "ident": document.id}
    return DocumentView(
        id=document.id,
        kind=gettext(DOCUMENT_KIND_LABELS[document.kind]),
        note=document.note,
        href=url_for("identity.document", **where),
        newest=versions[0],
        versions=versions,
    )


def _version(document: OrganisationDocument, version: DocumentVersion) -> VersionView:
    where: dict[str, Any] = {
        "organisation_id": document.organisation_id,
        "ident": document.id,
        "number": version.number,
    }
    added = gettext("%(when)s by %(who)s", when=instant(version.created_at), who=version.added_by_name)
    return VersionView(
        number=version.number,
        name=version.file.original_name,
        href=url_for("identity.document_file", **where),
        valid=_validity(version.valid_from, version.valid_until),
        added=added,
        mark=mark_of(version),
    )


def _validity(first: date | None, last: date | None) -> str:
    if first and last:
        return gettext("%(first)s to %(last)s", first=day(first), last=day(last))
    if last:
        return gettext("until %(last)s", last=day(last))
    return gettext("from %(first)s", first=day(first)) if first else gettext("without an end")


def mark_of(version: DocumentVersion) -> Mark | None:
    """A word when a version is not simply valid today."""
    found = MARKS.get(standing(version.valid_from, version.valid_until, clock.now().date()))
    return Mark(gettext(found[0]), found[1]) if found else None
