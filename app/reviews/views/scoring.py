"""The score sheet beside the sealed proposal: reading, saving (by button and by itself), submitting, files."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext

from app.core.errors import Conflict, MoveRefused, NotFound
from app.proposals import queries as proposals_queries
from app.proposals.posted import Posted, read_page
from app.reviews import queries, services
from app.reviews.forms import read_sheet
from app.reviews.merging import shown_of
from app.reviews.models import Review
from app.reviews.present import (
    Typed,
    advice_view,
    budget_of,
    content_view,
    form_of,
    labels_in,
    names_of_files,
    needs_text,
    sheet_view,
    texts_of,
    told_to_script,
    total_text,
    values_in,
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
    lines = budget_of(review, sealed)
    sheet = sheet_view(review, rubric, written, form_of(sealed), lines, typed)
    now = values_in(sheet_view(review, rubric, written, None, lines, Typed()))
    return render(
        "reviews/sheet.html",
        sheet=sheet,
        content=content_view(review, sealed),
        advice=advice_view(proposals_queries.advice_of(review.proposal)),
        errors=[(refusal.link.lstrip("#"), translate(refusal)) for refusal in refusals],
        texts=texts_of(review, now, labels_in(sheet)),
        shown=json.dumps(shown_of(now)),
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
    kept = _write(review)
    if kept.problems or kept.beside:
        return _with_problems(review, kept)
    flash(gettext("Your scores are saved."), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)


@bp.post("/<uuid:review_id>/sheet/submit")
@requires("review.score", shows_again=True)
def submit(review_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Save, then hand in; what is missing is named with its place, and what was typed is kept."""
    review = authorised(queries.get_readable_review(review_id))
    if is_shown_again():
        return _again(review)
    kept = _write(review)
    refusals = services.submit_refusals(review, current_actor())
    if kept.problems or kept.beside or refusals:
        return _with_problems(review, kept, refusals)
    if services.is_flat(review) and request.form.get("flat") != "meant":
        transaction.keep()
        return _page(review, Typed(flat=True)), 422
    services.submit(review=review, actor=current_actor())
    flash(gettext("Your review is submitted. Thank you."), "success")
    return redirect(url_for("reviews.sheet", review_id=review.id), code=303)


def _posted() -> Posted:
    return read_page(dict(request.form.lists()), "")


def _lines(review: Review) -> list[str]:
    return [line.key for line in budget_of(review, queries.sealed_of(review))]


def _reader(review: Review, lines: list[str]) -> services.Reader:
    rubric, currency = services.rubric_of(review.proposal), review.proposal.currency
    return lambda fields: read_sheet(rubric, fields, currency, lines)


def _write(review: Review) -> services.Kept:
    """Keep all that can be kept; what another page wrote meanwhile stays, and the typed text waits beside it."""
    lines = _lines(review)
    return services.save_page(
        review=review, page=_posted(), read=_reader(review, lines), lines=lines, actor=current_actor()
    )


def _autosave(review: Review) -> Response:
    kept = _write(review)
    return jsonify(**_told(review), errors=dict(kept.problems))


def _told(review: Review) -> dict[str, Any]:
    """What the script of the page is told."""
    rubric, written = services.rubric_of(review.proposal), services.sheet_of(review)
    sheet = sheet_view(review, rubric, written, None, budget_of(review, queries.sealed_of(review)), Typed())
    told = told_to_script(review, _posted(), values_in(sheet), labels_in(sheet))
    needs = {f"needs-{c.code}": needs_text(rubric, written, c.code) for c in rubric.criteria}
    return {**told, "wrong": [], "live": {"total": total_text(rubric, written), **needs}}


def _with_problems(review: Review, kept: services.Kept, refusals: tuple[Refusal, ...] = ()) -> tuple[str, int]:
    """What could be kept is kept; the rest stays on the page as it was typed."""
    transaction.keep()
    fields = {name: request.form.getlist(name) for name in kept.problems}
    return _page(review, Typed(fields, kept.problems, two=bool(kept.beside)), refusals), 422


def _again(review: Review) -> str:
    """What was typed before its writer was signed out, not kept yet; a sheet that is closed by now cannot show it."""
    if not services.is_editable(review):
        raise Conflict()
    overtaken = AssayForm().expected_version != review.version
    return _page(review, Typed(request.form.to_dict(flat=False), overtaken=overtaken, again=True))


@bp.post("/<uuid:review_id>/sheet/texts/<uuid:text_id>")
@requires("review.score")
def settle_text(review_id: uuid.UUID, text_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Keep the typed or the saved text; what else was changed on the page is saved with it."""
    review = authorised(queries.get_readable_review(review_id))
    if _posted().shown is not None:
        _write(review)
    name, refusal = _settle(review, str(text_id))
    if AUTOSAVE in request.headers:
        now = services.values_of(review, _lines(review)).get(name, "")
        settled = {} if refusal else {name: [now] if now else []}
        return jsonify(**_told(review), refusal=refusal, settled=settled)
    flash(refusal or gettext("Your choice is saved."), "error" if refusal else "success")
    return redirect(url_for("reviews.sheet", review_id=review.id, _anchor=name or None), code=303)


def _settle(review: Review, text_id: str) -> tuple[str, str]:
    """Settle; returns the field, and the refusal when what is saved changed under the decision."""
    choice, _, seen = request.form.get("settle", "").partition(":")
    lines, actor = _lines(review), current_actor()
    read = _reader(review, lines)
    try:
        name = services.settle_text(
            review=review, text_id=text_id, choice=choice, seen=seen, read=read, lines=lines, actor=actor
        )
    except MoveRefused as refusal:
        return "", translate(refusal)
    return name, ""


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
