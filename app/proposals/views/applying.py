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
from app.identity import services as identity
from app.identity.models import Organisation
from app.proposals import policy, queries, services
from app.proposals.forms import FirstStartForm, StartForm, choices
from app.proposals.models import Proposal
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


def _start_form() -> StartForm | FirstStartForm:
    """The form with the organisations that this person writes for; without any, one that names the first."""
    mine = identity_queries.memberships_of(myself().id)
    found = [one for one in identity_queries.organisations_of(my_id()) if mine[one.id] in policy.WRITERS]
    form = StartForm() if found else FirstStartForm()
    if isinstance(form, StartForm):
        form.organisation.choices = choices((str(organisation.id), organisation.name) for organisation in found)
    earlier = services.earlier_stages(current_actor())
    labels = ((str(s.id), f"{s.proposal.reference} · {s.proposal.title}") for s in earlier)
    form.source.choices = choices([("", gettext("Begin with an empty form")), *labels])
    return form


def _start_page(call: Call, form: StartForm | FirstStartForm, refusal: str = "") -> str:
    if isinstance(form, StartForm) and len(form.organisation.choices) == 1 and not form.organisation.data:
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
        is_first=isinstance(form, FirstStartForm),
        has_earlier=len(form.source.choices) > 1,
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
@requires("proposal.start", shows_again=True)
def begin() -> Response | tuple[str, int]:
    """Make the proposal with its reference and the draft of its first stage."""
    form, call = _start_form(), _call()
    if not form.validate_on_submit():
        return _start_page(call, form), 422
    try:
        proposal = services.start_proposal(
            call=call, organisation=_organisation(form), title=form.title.data, actor=current_actor()
        )
        copied = _copy(proposal, form.source.data)
    except DomainError as error:
        form.add_error(error)
        return _start_page(call, form), 422
    flash(gettext("Your proposal has the reference %(reference)s.", reference=proposal.reference), "success")
    if copied is not None:
        flash(gettext("Copied: %(count)s answers. Read them again before you submit.", count=copied), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal.id), code=303)


def _organisation(form: StartForm | FirstStartForm) -> Organisation:
    """The chosen organisation, or the one that is named here."""
    if isinstance(form, StartForm):
        return authorised(identity_queries.get_organisation(uuid.UUID(form.organisation.data)), "proposal.create")
    return identity.name_organisation(
        actor=current_actor(), name=form.name.data, country=form.country.data, kind=form.kind.data
    )


def _copy(proposal: Proposal, wanted: str) -> int | None:
    """Fill in what the chosen earlier proposal answers; nothing when none was chosen."""
    source = queries.get_stage_submission(uuid.UUID(wanted)) if wanted else None
    if source is None:
        return None
    return services.copy_answers(source=source, target=proposal.stages[0], actor=current_actor())


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
