"""Copying answers of an earlier proposal: choose one, see what would be filled in, do it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls.form_schema import text
from app.calls.present import answer_view
from app.core.errors import NotFound
from app.proposals import queries, services
from app.proposals.models import StageSubmission
from app.proposals.services import Copied
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web.forms import AssayForm
from app.web.permissions import current_actor, requires
from app.web.rendering import render

PLACE = "/<uuid:proposal_id>/stages/<key>/copy"


def _chosen(target: StageSubmission) -> StageSubmission | None:
    """The stage that the address names, if it is one that may be copied from."""
    wanted = request.values.get("source", "")
    if not wanted:
        return None
    known = {str(one.id): one.id for one in services.sources_for(target, current_actor())}
    found = queries.get_stage_submission(known[wanted]) if wanted in known else None
    if found is None:
        raise NotFound()
    return found


def _line(item: Copied) -> tuple[str, object]:
    label = text(item.question.label, language())
    if item.was_kept:
        label = gettext("%(question)s (from a question that its form no longer asks)", question=label)
    if item.files:
        return label, ", ".join(one.file.original_name for one in item.files)
    return label, answer_view(item.question, item.answer, language=language())


@bp.get(PLACE)
@requires("proposal.edit")
def copy_from(proposal_id: uuid.UUID, key: str) -> str:
    """One's earlier proposals; with one chosen, what would be copied of it."""
    target = load_stage(proposal_id, key)
    source = _chosen(target)
    sources = [] if source else services.sources_for(target, current_actor())
    plan = services.plan_copy(source=source, target=target, actor=current_actor()) if source else []
    return render(
        "proposals/copy.html",
        reference=target.proposal.reference,
        proposal_href=url_for("proposals.show", proposal_id=proposal_id),
        url=url_for("proposals.copy_answers", proposal_id=proposal_id, key=key),
        sources=[(str(s.id), f"{s.proposal.reference} · {s.proposal.title}") for s in sources],
        source=(str(source.id), source.proposal.reference, source.proposal.title) if source else None,
        lines=[_line(item) for item in plan],
        form=AssayForm(formdata=None),
    )


@bp.post(PLACE)
@requires("proposal.edit")
def copy_answers(proposal_id: uuid.UUID, key: str) -> Response:
    """Copy it."""
    target = load_stage(proposal_id, key)
    source = _chosen(target)
    if source is None:
        raise NotFound()
    count = services.copy_answers(source=source, target=target, actor=current_actor())
    flash(gettext("Copied: %(count)s answers. Read them again before you submit.", count=count), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)
