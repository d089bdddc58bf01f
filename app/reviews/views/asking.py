"""Asking somebody by e-mail who need not have an account; and signing the agreement when its wording changed."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries, services
from app.reviews.forms.asking import AskForm
from app.reviews.forms.reviewing import AgreeForm
from app.reviews.present.asked import mailed_rows
from app.reviews.queries import asking
from app.reviews.views import bp
from app.web.forms import AssayForm
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/proposals/<uuid:proposal_id>/ask")
@requires("review.invite")
def ask_form(proposal_id: uuid.UUID) -> str:
    """The form, and who was asked by e-mail."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    due_on = (clock.now() + timedelta(days=proposal.call.process["review_days"])).date()
    return _page(proposal, AskForm(formdata=None, data={"due_on": due_on, "locale": "en"}))


def _page(proposal: Proposal, form: AskForm) -> str:
    return render(
        "reviews/ask.html",
        reference=proposal.reference,
        title=proposal.title,
        proposal_id=str(proposal.id),
        rows=mailed_rows(asking.mailed_invitations(proposal.id), proposal.call.zone),
        form=form,
        token=AssayForm(formdata=None),
    )


@bp.post("/proposals/<uuid:proposal_id>/ask")
@requires("review.invite")
def ask(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Mail the invitation."""
    proposal, form = authorised(proposals_queries.get_proposal(proposal_id)), AskForm()
    asked = form.took(
        lambda: services.ask(
            proposal=proposal,
            name=form.name.data or "",
            email=form.email.data or "",
            locale=form.locale.data,
            due_at=form.due_at(proposal.call.zone),
            message=form.message.data or "",
            actor=current_actor(),
        )
    )
    if not asked:
        return _page(proposal, form), 422
    flash(gettext("We have written to %(name)s.", name=form.name.data), "success")
    return redirect(url_for("reviews.ask_form", proposal_id=proposal.id), code=303)


@bp.post("/invitations/<uuid:ident>/withdraw")
@requires("review.invite")
def withdraw(ident: uuid.UUID) -> ResponseReturnValue:
    """Make the mailed link useless."""
    invitation = asking.get_invitation(ident)
    if invitation is None:
        raise NotFound()
    proposal = authorised(proposals_queries.get_proposal(invitation.proposal_id))
    try:
        services.withdraw(invitation=invitation, actor=current_actor())
    except Invalid as invalid:
        flash(gettext(invalid.message), "error")
    else:
        flash(gettext("The invitation is withdrawn."), "success")
    return redirect(url_for("reviews.ask_form", proposal_id=proposal.id), code=303)


@bp.post("/<uuid:review_id>/agree")
@requires("review.answer")
def agree(review_id: uuid.UUID) -> ResponseReturnValue:
    """Sign the present wording of the confidentiality agreement."""
    review, form = authorised(queries.get_review(review_id)), AgreeForm()
    if not form.validate():
        flash(gettext("Write your name under the confidentiality agreement."), "error")
        return redirect(url_for("reviews.show", review_id=review.id, _anchor="agreement"), code=303)
    services.agree(
        programme_id=review.proposal.call.programme_id,
        person=review.reviewer,
        name=form.signed_as.data or "",
        actor=current_actor(),
    )
    flash(gettext("Thank you. The proposal is open to you."), "success")
    return redirect(url_for("reviews.show", review_id=review.id), code=303)
