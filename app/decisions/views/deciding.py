"""One decision: the reviews, the votes, and the moves."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core import transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.decisions import policy, queries, services
from app.decisions.forms import MoveForm, VoteForm
from app.decisions.models import Decision
from app.decisions.present.deciding import DecisionPart, case_view, decision_part
from app.decisions.views import bp
from app.identity import queries as identity_queries
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal
from app.reviews import queries as reviews_queries
from app.reviews import services as reviews_services
from app.reviews import sheet
from app.web.permissions import authorised, can, confirmed_recently, current_actor, requires
from app.web.rendering import render
from workflows.machine import N_

DONE = {
    "ratify": N_("The decision is ratified. The applicant learns of it when it is announced."),
    "send_back": N_("The decision is sent back; a new round of votes begins."),
}


@bp.get("/proposals/<uuid:proposal_id>")
@requires("decision.view")
def show(proposal_id: uuid.UUID) -> str:
    """A proposal before the committee, with its decision if one is proposed."""
    return _page(authorised(proposals_queries.get_proposal(proposal_id)), VoteForm(formdata=None))


def _page(proposal: Proposal, form: VoteForm) -> str:
    reviews = reviews_queries.final_reviews_of(proposal.id) if queries.is_tabled(proposal) else []
    entries = reviews_queries.entries_of([review.id for review in reviews])
    decision = queries.decision_of(proposal.id)
    form.version.data = decision.version if decision else None
    case = case_view(
        proposal,
        services.rubric_of(proposal.call),
        [(review, sheet.read(entries[review.id])) for review in reviews],
        reviews_services.standing_of(reviews),
        reviews_queries.summary_of(proposal.id) if reviews else "",
        _part(decision, current_actor()) if decision else None,
        services.is_deciding(proposal),
    )
    may_vote = decision is not None and bool(can("decision.vote", decision))
    return render(
        "decisions/show.html",
        case=case,
        form=form,
        may_vote=may_vote,
        may_propose=bool(can("decision.propose", proposal)),
    )


def _part(decision: Decision, actor: Actor) -> DecisionPart:
    votes = queries.all_votes_of(decision.id)
    people = {decision.proposed_by_id, decision.ratified_by_id, *(vote.member_id for vote in votes)}
    names = identity_queries.names_of(person for person in people if person)
    offers = transitions.offers(decision, policy.relations(actor, decision), services.facts_of(decision, actor))
    return decision_part(decision, votes, names, actor.person_id, offers)


@bp.post("/<uuid:decision_id>/vote")
@requires("decision.vote")
def vote(decision_id: uuid.UUID):  # type: ignore[no-untyped-def]
    """Vote, or change one's vote while the quorum is not reached."""
    decision, form = authorised(queries.get_decision(decision_id)), VoteForm()
    if not form.validate():
        return _page(decision.proposal, form), 422
    services.vote(
        decision=decision,
        choice=form.choice.data,
        note=form.note.data or "",
        actor=current_actor(),
        expected_version=form.expected_version,
    )
    flash(gettext("Your vote is recorded. You can change it until the quorum is reached."), "success")
    return redirect(url_for("decisions.show", proposal_id=decision.proposal_id, _anchor="votes"), code=303)


@bp.post("/<uuid:decision_id>/moves/<name>")
@confirmed_recently("ratify")
@requires("decision.move")
def move(decision_id: uuid.UUID, name: str) -> Response:
    """Ratify, or send back with a reason."""
    decision, form = authorised(queries.get_decision(decision_id)), MoveForm()
    if not form.validate():
        raise Invalid(N_("Use at most %(most)s characters."), field="reason", most=2000)
    actor, version = current_actor(), form.expected_version
    if name == "ratify":
        services.ratify(decision=decision, actor=actor, expected_version=version)
    elif name == "send_back":
        services.send_back(decision=decision, reason=form.reason.data or "", actor=actor, expected_version=version)
    else:
        raise NotFound()
    flash(gettext(DONE[name]), "success")
    return redirect(url_for("decisions.show", proposal_id=decision.proposal_id), code=303)
