"""Starting a proposal and finding one's own."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries as call_queries
from app.calls.form_schema import text
from app.calls.models import Call
from app.core.errors import DomainError, NotFound
from app.identity import queries as identity_queries
from app.proposals import policy, queries, services
from app.proposals.forms import StartForm, choices
from app.proposals.present.pages import groups_of
from app.proposals.present.parts import deadline_of
from app.proposals.present.team import invitation_view
from app.proposals.views import bp
from app.proposals.views.loading import language, load_proposal, my_id, myself
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


def _call() -> Call:
    call = call_queries.public_call(request.values.get("call", ""))
    if call is None:
        raise NotFound()
    return call


def _start_form() -> StartForm:
    """The form with the organisations that this person writes for."""
    mine = identity_queries.memberships_of(myself().id)
    form = StartForm()
    form.organisation.choices = choices(
        (str(organisation.id), organisation.name)
        for organisation in identity_queries.organisations_of(my_id())
        if mine[organisation.id] in policy.WRITERS
    )
    return form


def _start_page(call: Call, form: StartForm, refusal: str = "") -> str:
    if len(form.organisation.choices) == 1 and not form.organisation.data:
        form.organisation.data = form.organisation.choices[0].value
    return render(
        "proposals/start.html",
        form=form,
        call_title=text(call.title, language()),
        call_code=call.code,
        has_quiz=bool(call.quiz),
        closes=deadline_of(
            services.closes_for_newcomers(call.stages[0], identity_queries.memberships_of(my_id())), call.zone
        ),
        has_organisation=bool(form.organisation.choices),
        refusal=refusal,
    )


@bp.get("/start")
@requires("proposal.start")
def start() -> str:
    """Choose an organisation and begin."""
    form, call = _start_form(), _call()
    try:
        services.refuse_unless_open(call, call.stages[0], identity_queries.memberships_of(my_id()))
    except DomainError as error:
        return _start_page(call, form, refusal=translate(error))
    return _start_page(call, form)


@bp.post("/start")
@requires("proposal.start")
def begin() -> Response | tuple[str, int]:
    """Make the proposal with its reference and the draft of its first stage."""
    form, call = _start_form(), _call()
    if not form.validate_on_submit():
        return _start_page(call, form), 422
    organisation = authorised(identity_queries.get_organisation(uuid.UUID(form.organisation.data)), "proposal.create")
    try:
        proposal = services.start_proposal(
            call=call, organisation=organisation, title=form.title.data, actor=current_actor()
        )
    except DomainError as error:
        form.add_error(error)
        return _start_page(call, form), 422
    flash(gettext("Your proposal has the reference %(reference)s.", reference=proposal.reference), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)


@bp.get("/")
@requires("proposal.list_own")
def index() -> str:
    """Everything that my organisations applied for."""
    person = myself()
    found = queries.proposals_of_person(person.id)
    invited = queries.open_invitations(email=person.email) if person.email_verified_at else []
    return render(
        "proposals/index.html",
        groups=groups_of(found, language()),
        invitations=[invitation_view(one, language()) for one in invited],
    )


@bp.post("/<uuid:proposal_id>/stages/<key>/start")
@requires("proposal.begin_stage")
def start_stage(proposal_id: uuid.UUID, key: str) -> Response:
    """Begin the next stage, filled in with what is known."""
    proposal = load_proposal(proposal_id)
    submission = services.start_stage(proposal=proposal, key=key, actor=current_actor())
    title = text(submission.call_stage.title, language())
    flash(gettext("“%(stage)s” is open. What you answered before is filled in.", stage=title), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)
