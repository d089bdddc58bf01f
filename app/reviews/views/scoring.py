"""The score sheet beside the sealed proposal: reading, saving (by button and by itself), submitting, files."""

from __future__ import annotations

import uuid

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext

from app.core.errors import Conflict, NotFound
from app.proposals import queries as proposals_queries
from app.reviews import queries, services
from app.reviews.forms import SheetReading, read_sheet
from app.reviews.models import Review
from app.reviews.present import (
    Typed,
    advice_view,
    budget_of,
    content_view,
    form_of,
    names_of_files,
    sheet_view,
    total_text,
)
from app.reviews.views import bp
from app.web import transaction
from app.web.downloads import attachment
from app.web.filters import translate
from app.web.forms import AssayForm
from app.web.permissions import authorised, can, current_actor, is_shown_again, requires
from app.web.rendering import render
from workflows.machine import Refusal

AUTOSAVE = "X-Autosave"
NO_VERSION = 0


@bp.get("/<uuid:review_id>/sheet")
@requires("review.read")
def sheet(review_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """The proposal on the left, the sheet on the right; first comes the agreement, when its wording changed."""
    review = queries.get_readable_review(review_id)
    if review is not None and can("review.answer", review) and not services.has_agreed(review):
        authorised(review, "review.answer")
        return redirect(url_for("reviews.show", review_id=review_id, _anchor="agreement"), code=303)
    return _page(authorised(review), Typed())


def _page(review: Review, typed: Typed, refusals: tuple[Refusal, ...] = ()) -> str:
    sealed = queries.sealed_of(review)
    if sealed is None:
        raise NotFound()
    form = AssayForm(formdata=None, data={"version": review.version})
    rubric, written = services.rubric_of(review.proposal), services.sheet_of(review)
    return render(
        "reviews/sheet.html",
        sheet=sheet_view(review, rubric, written, form_of(sealed), budget_of(review, sealed), typed),
        content=content_view(review, sealed),
        advice=advice_view(proposals_queries.advice_of(review.proposal)),
        errors=[(refusal.link.lstrip("#"), translate(refusal)) for refusal in refusals],
        form=form,
    )


@bp.post("/<uuid:review_id>/sheet")
@requires("review.score", shows_again=True)
def save(review_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Save what was typed, finished or not."""
    review = authorised(queries.get_readable_review(review_id))
    if is_shown_again():
        return _again(review)
    if AUTOSAVE in request.headers:
        return _autosave(review)
    try:
        reading = _write(review)
    except Conflict:
        return _overtaken(review)
    if reading.problems:
        return _with_problems(review, reading)
    flash(gettext("Your scores are saved."), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)


@bp.post("/<uuid:review_id>/sheet/submit")
@requires("review.score", shows_again=True)
def submit(review_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Save, then hand in; what is missing is named with its place, and what was typed is kept."""
    review = authorised(queries.get_readable_review(review_id))
    if is_shown_again():
        return _again(review)
    try:
        reading = _write(review)
    except Conflict:
        return _overtaken(review)
    refusals = services.submit_refusals(review, current_actor())
    if reading.problems or refusals:
        return _with_problems(review, reading, refusals)
    if services.is_flat(review) and request.form.get("flat") != "meant":
        transaction.keep()
        return _page(review, Typed(flat=True)), 422
    services.submit(review=review, actor=current_actor())
    flash(gettext("Your review is submitted. Thank you."), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)


def _write(review: Review) -> SheetReading:
    """Keep all that can be kept; raises ``Conflict`` when the sheet was changed elsewhere since the page was made."""
    fields = request.form.to_dict(flat=False)
    lines = [line.key for line in budget_of(review, queries.sealed_of(review))]
    reading = read_sheet(services.rubric_of(review.proposal), fields, review.proposal.currency, lines)
    version = AssayForm().expected_version
    services.save_scores(
        review=review,
        changes=reading.changes,
        actor=current_actor(),
        expected_version=NO_VERSION if version is None else version,
    )
    return reading


def _autosave(review: Review) -> Response:
    reading = _write(review)
    rubric, written = services.rubric_of(review.proposal), services.sheet_of(review)
    saved_at = review.scores_saved_at
    return jsonify(
        version=review.version,
        saved_at=saved_at.isoformat() if saved_at else None,
        errors=dict(reading.problems),
        live={"total": total_text(rubric, written)},
    )


def _with_problems(review: Review, reading: SheetReading, refusals: tuple[Refusal, ...] = ()) -> tuple[str, int]:
    """What could be kept is kept; the rest stays on the page as it was typed."""
    transaction.keep()
    fields = {name: request.form.getlist(name) for name in reading.problems}
    return _page(review, Typed(fields, reading.problems), refusals), 422


def _overtaken(review: Review) -> tuple[str, int]:
    """Both texts, side by side; saving again keeps the typed one."""
    return _page(review, Typed(request.form.to_dict(flat=False), overtaken=True)), 409


def _again(review: Review) -> str:
    """What was typed before its writer was signed out, not kept yet; a sheet that is closed by now cannot show it."""
    if not services.is_editable(review):
        raise Conflict()
    overtaken = AssayForm().expected_version != review.version
    return _page(review, Typed(request.form.to_dict(flat=False), overtaken=overtaken, again=True))


@bp.get("/<uuid:review_id>/files/<uuid:file_id>")
@requires("review.read")
def file(review_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of the version under review, under a neutral name and without what names its makers."""
    review = authorised(queries.get_readable_review(review_id))
    sealed = queries.sealed_of(review)
    name = names_of_files(review, sealed).get(str(file_id)) if sealed else None
    found = proposals_queries.get_file(queries.final_stage(review.proposal).id, file_id) if name else None
    if found is None or name is None:
        raise NotFound()
    return attachment(found.file, name, blind=True)
