"""The documents that an organisation keeps for its proposals."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

from app.core import audit, clock, files, transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.extensions import db
from app.identity import policy, queries
from app.identity.models import DOCUMENT_KINDS, DocumentVersion, Organisation, OrganisationDocument
from workflows.machine import N_

MOST = 100


def add_document(
    *,
    organisation: Organisation,
    kind: str,
    stream: BinaryIO,
    name: str,
    actor: Actor,
    valid_from: date | None = None,
    valid_until: date | None = None,
    note: str = "",
) -> OrganisationDocument:
    """Keep a document with its first version."""
    _refuse_strangers(actor, organisation, "document.add")
    if kind not in DOCUMENT_KINDS:
        raise Invalid(N_("Choose what kind of document this is."), field="kind")
    transitions.lock(organisation)
    if len(queries.documents_of(organisation.id)) >= MOST:
        raise Invalid(N_("You keep %(most)s documents here already. Remove one first."), most=MOST)
    content = _receive(stream, name, valid_from, valid_until)
    document = OrganisationDocument(organisation_id=organisation.id, kind=kind, note=note.strip(), versions=[])
    db.session.add(document)
    db.session.flush()
    _add_version(document, content, valid_from, valid_until, actor)
    return document


def add_document_version(
    *,
    document: OrganisationDocument,
    stream: BinaryIO,
    name: str,
    actor: Actor,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> DocumentVersion:
    """Keep a newer file of a document; the earlier ones stay to be read."""
    _refuse_strangers(actor, document, "document.change")
    transitions.lock(document)
    if document.removed_at is not None:
        raise NotFound()
    content = _receive(stream, name, valid_from, valid_until)
    last = document.versions[-1].file
    if last.sha256 == content.sha256:
        message = N_("This file is kept here already as “%(name)s”.")
        raise Invalid(message, field="file", name=last.original_name)
    return _add_version(document, content, valid_from, valid_until, actor)


def remove_document(*, document: OrganisationDocument, actor: Actor) -> None:
    """Take a document out of the list; what was attached to proposals stays attached."""
    _refuse_strangers(actor, document, "document.change")
    transitions.lock(document)
    if document.removed_at is None:
        document.removed_at = clock.now()
        db.session.flush()
        audit.record(document, "organisation_document.removed", actor)


def _receive(stream: BinaryIO, name: str, valid_from: date | None, valid_until: date | None) -> files.Content:
    """Take the file in, before anything is written of it."""
    if valid_from and valid_until and valid_from > valid_until:
        raise Invalid(N_("The last day of validity lies before the first."), field="valid_until")
    try:
        return files.receive(stream, name)
    except Invalid as refused:
        raise Invalid(refused.message, field="file", **refused.params) from refused


def _add_version(
    document: OrganisationDocument,
    content: files.Content,
    valid_from: date | None,
    valid_until: date | None,
    actor: Actor,
) -> DocumentVersion:
    version = DocumentVersion(
        number=len(document.versions) + 1,
        file=files.add(content, actor),
        valid_from=valid_from,
        valid_until=valid_until,
        added_by_name=actor.name,
    )
    document.versions.append(version)
    db.session.flush()
    audit.record(document, "organisation_document.version_added", actor, number=version.number, sha256=content.sha256)
    return version


def _refuse_strangers(actor: Actor, thing: Organisation | OrganisationDocument, action: str) -> None:
    if not actor.is_system and not policy.relations(actor, thing) & policy.ACTIONS[action]:
        raise NotFound()
