"""Writing and giving the advice that ends a quick scan."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import Conflict, DomainError
from app.proposals import queries, services
from app.proposals.forms import AdviceForm
from app.proposals.models import StageSubmission
from app.proposals.present.checking import file_links
from app.proposals.present.screening import heading
from app.proposals.present.sections import sections_view
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web.permissions import current_actor, requires
from app.web.rendering import render

STAGE = "/<uuid:proposal_id>/stages/<key>"
Answer = Response | str | tuple[str, int]


def _page(submission: StageSubmission, form: AdviceForm) -> str:
    sealed = queries.latest_sealed(submission.id)
    sections = sections_view(sealed, language(), "programme", file_links(submission)) if sealed else ()
    return render("proposals/advice.html", heading=heading(submission.proposal), form=form, sections=sections)


@bp.get(STAGE + "/advice")
@requires("proposal.screen")
def advice_form(proposal_id: uuid.UUID, key: str) -> str:
    """The form of the advice, with what was written before, beside the answers."""
    submission = load_stage(proposal_id, key)
    written = queries.advice_on(submission.id)
    form = AdviceForm(formdata=None)
    if written is not None:
        form.outcome.data, form.text.data, form.version.data = written.outcome, written.text, written.version
    return _page(submission, form)


@bp.post(STAGE + "/advice")
@requires("proposal.screen")
def write_advice(proposal_id: uuid.UUID, key: str) -> Answer:
    """Keep the advice; give it at once when that button was pressed."""
    submission = load_stage(proposal_id, key)
    form = AdviceForm()
    if not form.validate_on_submit():
        return _page(submission, form), 422
    try:
        _write(submission, form)
    except DomainError as error:
        form.add_error(error)
        return _page(submission, form), 409 if isinstance(error, Conflict) else 422
    given = request.form.get("then") == "give"
    words = (
        gettext("The advice was given to the applicant.")
        if given
        else gettext("The advice is saved and not given yet.")
    )
    flash(words, "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)


def _write(submission: StageSubmission, form: AdviceForm) -> None:
    services.write_advice(
        submission=submission,
        outcome=form.outcome.data,
        text=form.text.data,
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    if request.form.get("then") == "give":
        services.give_advice(submission=submission, actor=current_actor())
