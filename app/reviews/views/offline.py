"""The score sheet without a network: taking it along as a file, and bringing it back."""

from __future__ import annotations

import json
import uuid

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.core.errors import Conflict, NotFound
from app.proposals import offline as packs
from app.reviews import offline as files
from app.reviews import queries, services
from app.reviews.forms import ReturnedSheetForm, read_sheet
from app.reviews.models import Review
from app.reviews.present import (
    SheetView,
    Typed,
    budget_of,
    form_of,
    lines_of,
    offline_sheet,
    page_links,
    returned_view,
    sheet_view,
)
from app.reviews.views import bp
from app.web.downloads import XLSX, file_download
from app.web.forms import AssayForm
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render, static_text

PATH = "/<uuid:review_id>/sheet/offline"
SCRIPTS = ("js/forms.js", "js/offline.js")


def _open(review_id: uuid.UUID) -> Review:
    """The review, while its sheet can be written on."""
    review = authorised(queries.get_readable_review(review_id))
    if not services.is_editable(review):
        raise Conflict()
    return review


def _sheet(review: Review) -> SheetView:
    sealed = queries.sealed_of(review)
    if sealed is None:
        raise NotFound()
    rubric, written = services.rubric_of(review.proposal), services.sheet_of(review)
    return sheet_view(review, rubric, written, form_of(sealed), budget_of(review, sealed), Typed())


@bp.get(PATH)
@requires("review.score")
def offline(review_id: uuid.UUID) -> str:
    """What a sheet as a file is, its two kinds, and where it comes back."""
    return _page(_open(review_id), ReturnedSheetForm(formdata=None))


def _page(review: Review, form: ReturnedSheetForm) -> str:
    view = {"id": str(review.id), "reference": review.proposal.reference, **page_links(review)}
    return render("reviews/offline.html", page=view, form=form)


@bp.get(PATH + "/sheet.html")
@requires("review.score")
def offline_page(review_id: uuid.UUID) -> Response:
    """The sheet as one page that needs no network and can send nothing."""
    review = _open(review_id)
    page = offline_sheet(review, _sheet(review))
    html = packs.document(
        render("reviews/offline_sheet.html", page=page, sheet=page.sheet),
        static_text("css/assay.css"),
        "\n".join(static_text(name) for name in SCRIPTS),
        files.block_of(str(review.id), page.file_name),
    )
    return file_download(page.file_name, html.encode(), "text/html; charset=utf-8")


@bp.get(PATH + "/sheet.xlsx")
@requires("review.score")
def offline_workbook(review_id: uuid.UUID) -> Response:
    """The sheet as a workbook."""
    review = _open(review_id)
    sheet = _sheet(review)
    heads = (gettext("What is asked"), gettext("Help"), gettext("Your entry"))
    title = f"{sheet.reference} · {sheet.title}"
    content = files.write_workbook(str(review.id), title, heads, lines_of(sheet))
    return file_download(f"{sheet.reference}-{gettext('score sheet')}.xlsx", content, XLSX)


@bp.post(PATH)
@requires("review.score")
def return_offline(review_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a returned file changes; nothing of it is taken over yet."""
    review, form = _open(review_id), ReturnedSheetForm()
    upload = request.files.get("file")
    content = upload.stream.read(packs.LARGEST + 1) if upload else b""
    if not form.validate():
        return _page(review, form), 422
    try:
        returned = files.read_returned(content)
    except files.UnreadableSheet as error:
        form.file.errors = [gettext(str(error))]
        return _page(review, form), 422
    if returned.review != str(review.id):
        form.file.errors = [gettext("This file is the sheet of another review.")]
        return _page(review, form), 422
    return _comparison(review, returned)


def _comparison(
    review: Review, returned: files.Returned, take: frozenset[str] | None = None, problems: dict[str, str] | None = None
) -> str:
    view = returned_view(_sheet(review), returned, take, problems)
    form = AssayForm(formdata=None, data={"version": review.version})
    return render("reviews/offline_returned.html", page=view, form=form, is_late=take is not None and not problems)


@bp.post(PATH + "/take")
@requires("review.score")
def take_offline(review_id: uuid.UUID) -> ResponseReturnValue:
    """Write what is ticked of a returned file on the sheet."""
    review, returned = _open(review_id), _carried(str(review_id))
    take = frozenset(request.form.getlist("take")) & set(returned.fields)
    fields = {name: [returned.fields[name]] for name in take}
    lines = [line.key for line in budget_of(review, queries.sealed_of(review))]
    reading = read_sheet(services.rubric_of(review.proposal), fields, review.proposal.currency, lines)
    if reading.problems:
        return _comparison(review, returned, take, dict(reading.problems)), 422
    version = AssayForm().expected_version
    try:
        services.save_scores(
            review=review,
            changes=reading.changes,
            actor=current_actor(),
            expected_version=0 if version is None else version,
        )
    except Conflict:
        return _comparison(review, returned, take), 409
    flash(ngettext("%(num)s entry was taken over.", "%(num)s entries were taken over.", len(take)), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)


def _carried(review_id: str) -> files.Returned:
    """The file as the comparison carries it along."""
    try:
        told = json.loads(request.form.get("pack", ""))
        parts = [{str(k): str(v) for k, v in dict(told[part]).items()} for part in ("base", "fields")]
    except (ValueError, TypeError, KeyError, RecursionError):
        parts = [{}, {}]
    return files.Returned(review_id, *parts)
