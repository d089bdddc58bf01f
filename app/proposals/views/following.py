"""The page of a proposal and its thread."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import DomainError
from app.proposals import services
from app.proposals.forms import DeclareForm, MessageForm
from app.proposals.models import Proposal
from app.proposals.present.pages import proposal_page
from app.proposals.views import bp
from app.proposals.views.loading import language, load_proposal
from app.web.permissions import current_actor, requires
from app.web.rendering import render

Answer = Response | str | tuple[str, int]


@bp.get("/<uuid:proposal_id>")
@requires("proposal.view")
def show(proposal_id: uuid.UUID) -> str:
    """A proposal as its reader's side sees it."""
    return _show(load_proposal(proposal_id), MessageForm(formdata=None))


def _show(proposal: Proposal, form: MessageForm) -> str:
    page = proposal_page(proposal, current_actor(), language())
    return render("proposals/show.html", page=page, form=form, declare=DeclareForm(formdata=None, prefix="declare"))


@bp.post("/<uuid:proposal_id>/messages")
@requires("proposal.message", shows_again=True)
def post_message(proposal_id: uuid.UUID) -> Answer:
    """Write into the thread."""
    proposal = load_proposal(proposal_id)
    form = MessageForm()
    if not form.validate_on_submit():
        return _show(proposal, form), 422
    try:
        services.post_message(proposal=proposal, text=form.text.data, actor=current_actor())
    except DomainError as error:
        form.add_error(error)
        return _show(proposal, form), 422
    flash(gettext("Your message was sent."), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id, _anchor="thread"), code=303)
