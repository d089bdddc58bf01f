"""Where the link of an invitation leads: looking changes nothing, three buttons answer."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.identity import services as identity
from app.identity.views.registering import dead_link, unshared
from app.proposals import queries as proposals_queries
from app.reviews import queries, services
from app.reviews.forms.asking import AcceptForm, ConflictByLinkForm, DeclineByLinkForm
from app.reviews.models import ReviewInvitation
from app.reviews.present.asked import asked_view
from app.reviews.views import bp
from app.web import transaction
from app.web.forms import AssayForm
from app.web.permissions import current_actor, public_page
from app.web.rendering import render
from app.web.security import client_address


@bp.get("/invitations/<token>")
@public_page
def asked(token: str) -> ResponseReturnValue:
    """The invitation. Scanners of mail open links: this answers nothing."""
    try:
        invitation = services.open_link(token)
    except identity.DeadLink:
        return dead_link()
    accepting = AcceptForm(formdata=None, data={"signed_as": invitation.name})
    return _page(token, invitation, accepting=accepting)


def _page(
    token: str,
    invitation: ReviewInvitation,
    status: int = 200,
    accepting: AcceptForm | None = None,
    declining: DeclineByLinkForm | None = None,
    conflict: ConflictByLinkForm | None = None,
) -> ResponseReturnValue:
    stage = queries.final_stage(invitation.proposal)
    sealed = proposals_queries.sealed_version(stage.id, invitation.sealed_number)
    form: AssayForm | None = next((f for f in (accepting, declining, conflict) if f is not None and f.errors), None)
    page = render(
        "reviews/asked.html",
        asked=asked_view(token, invitation, sealed, services.rubric_of(invitation.proposal)),
        accepting=accepting or AcceptForm(formdata=None, data={"signed_as": invitation.name}),
        declining=declining or DeclineByLinkForm(formdata=None),
        conflict=conflict or ConflictByLinkForm(formdata=None),
        wrong=form,
    )
    return unshared(page, status)


def _opened(token: str) -> ReviewInvitation:
    """The invitation that is being answered; every try counts, whatever comes of it."""
    try:
        identity.count_answer(client_address())
    except identity.TooManyAttempts:
        abort(429)
    return services.open_link(token)


@bp.post("/invitations/<token>/accept")
@public_page
def accept_by_link(token: str) -> ResponseReturnValue:
    """Accept with the declaration and the agreement; who has no account chooses a password next."""
    form = AcceptForm()
    try:
        invitation = _opened(token)
        if not form.validate():
            return _page(token, invitation, 422, accepting=form)
        done = services.accept_by_link(token=token, name=form.signed_as.data or "")
    except identity.DeadLink:
        return _dead()
    if done.review is None:
        return _thanks("closed")
    if done.password_link:
        flash(gettext("You have accepted. Choose a password now; the proposal opens when you sign in."), "success")
        return redirect(url_for("identity.reset_password", token=done.password_link), code=303)
    flash(gettext("You have accepted. The proposal is open to you now."), "success")
    page = url_for("reviews.show", review_id=done.review.id)
    if done.person is not None and current_actor().person_id == done.person.id:
        return redirect(page, code=303)
    return redirect(url_for("identity.sign_in", next=page), code=303)


@bp.post("/invitations/<token>/decline")
@public_page
def decline_by_link(token: str) -> ResponseReturnValue:
    """Decline; no account is made."""
    form = DeclineByLinkForm()
    try:
        invitation = _opened(token)
        if not form.validate():
            return _page(token, invitation, 422, declining=form)
        services.decline_by_link(token=token, reason=form.words)
    except identity.DeadLink:
        return _dead()
    return _thanks("declined")


@bp.post("/invitations/<token>/conflict")
@public_page
def conflict_by_link(token: str) -> ResponseReturnValue:
    """Say that one has a conflict of interest; no account is made."""
    form = ConflictByLinkForm()
    try:
        invitation = _opened(token)
        if not form.validate():
            return _page(token, invitation, 422, conflict=form)
        services.declare_conflict_by_link(token=token, note=form.note.data or "")
    except identity.DeadLink:
        return _dead()
    return _thanks("conflicted")


def _dead() -> ResponseReturnValue:
    """The same page whatever is wrong with a link; the try stays counted."""
    transaction.keep()
    return dead_link()


def _thanks(answer: str) -> ResponseReturnValue:
    """A page of its own: somebody who clicks twice is thanked, too."""
    return redirect(url_for("reviews.answered", answer=answer), code=303)


@bp.get("/invitations/answered/<any(declined, conflicted, closed):answer>")
@public_page
def answered(answer: str) -> str:
    """What an answer by a link means; it tells nothing about the invitation."""
    return render("reviews/answered.html", answer=answer)
