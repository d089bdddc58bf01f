"""The documents of an organisation: kept once, attached to many proposals; only its members see them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.identity import queries, services
from app.identity.forms import DocumentForm, VersionForm
from app.identity.models import Organisation, OrganisationDocument
from app.identity.present import document_view, documents_page
from app.identity.views import bp
from app.web.downloads import attachment
from app.web.permissions import authorised, can, current_actor, requires
from app.web.rendering import render

ALL = "/organisations/<uuid:organisation_id>/documents"
ONE = ALL + "/<uuid:ident>"


def _load(organisation_id: uuid.UUID, ident: uuid.UUID) -> OrganisationDocument:
    """The document of the address, if it is that organisation's."""
    found = queries.get_document(ident)
    return authorised(found if found and found.organisation_id == organisation_id else None)


def _sent(form: VersionForm) -> dict[str, Any]:
    """What a form brings, for the services."""
    upload = form.file.data
    return {
        "stream": upload.stream,
        "name": upload.filename or "",
        "valid_from": form.valid_from.data,
        "valid_until": form.valid_until.data,
        "actor": current_actor(),
    }


@bp.get(ALL)
@requires("document.list")
def documents(organisation_id: uuid.UUID) -> str:
    """What the organisation keeps."""
    return _list_page(authorised(queries.get_organisation(organisation_id)), DocumentForm(formdata=None))


def _list_page(organisation: Organisation, form: DocumentForm) -> str:
    page = documents_page(organisation, queries.documents_of(organisation.id))
    may_change = bool(can("document.add", organisation))
    return render("identity/documents.html", page=page, form=form, may_change=may_change)


@bp.post(ALL)
@requires("document.add")
def add_document(organisation_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a document."""
    organisation, form = authorised(queries.get_organisation(organisation_id)), DocumentForm()

    def act() -> None:
        services.add_document(organisation=organisation, kind=form.kind.data, note=form.note.data or "", **_sent(form))

    if not form.took(act):
        return _list_page(organisation, form), 422
    flash(gettext("The document is kept. You can attach it to your proposals."), "success")
    return redirect(url_for("identity.documents", organisation_id=organisation_id), code=303)


@bp.get(ONE)
@requires("document.view")
def document(organisation_id: uuid.UUID, ident: uuid.UUID) -> str:
    """One document with every version of it."""
    return _page(_load(organisation_id, ident), VersionForm(formdata=None))


def _page(found: OrganisationDocument, form: VersionForm) -> str:
    return render(
        "identity/document.html",
        document=document_view(found),
        organisation=found.organisation.name,
        organisation_id=found.organisation_id,
        form=form,
        may_change=bool(can("document.change", found)),
    )


@bp.post(ONE + "/versions")
@requires("document.change")
def add_document_version(organisation_id: uuid.UUID, ident: uuid.UUID) -> ResponseReturnValue:
    """Keep a newer file of it."""
    found, form = _load(organisation_id, ident), VersionForm()
    if not form.took(lambda: services.add_document_version(document=found, **_sent(form))):
        return _page(found, form), 422
    flash(gettext("The newer version is kept."), "success")
    return redirect(url_for("identity.document", organisation_id=organisation_id, ident=ident), code=303)


@bp.post(ONE + "/remove")
@requires("document.change")
def remove_document(organisation_id: uuid.UUID, ident: uuid.UUID) -> Response:
    """Take it out of the list."""
    services.remove_document(document=_load(organisation_id, ident), actor=current_actor())
    flash(gettext("The document is removed. Where it was attached, it stays attached."), "success")
    return redirect(url_for("identity.documents", organisation_id=organisation_id), code=303)


@bp.get(ONE + "/versions/<int:number>")
@requires("document.view")
def document_file(organisation_id: uuid.UUID, ident: uuid.UUID, number: int) -> Response:
    """One file of it, whole: it is the members' own."""
    found = _load(organisation_id, ident)
    version = next((v for v in found.versions if v.number == number), None)
    if version is None:
        raise NotFound()
    return attachment(version.file, own=True)
