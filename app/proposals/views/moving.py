"""Moves that need nothing but a press of the button, or a reason."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.proposals import services
from app.proposals.forms import MoveForm
from app.proposals.models import Proposal
from app.proposals.views import bp
from app.proposals.views.loading import load_proposal, load_stage
from app.web.permissions import current_actor, requires
from workflows.machine import N_

ON_STAGE = {
    "take_back": (services.take_back, N_("It is a draft again.")),
    "screen": (services.start_screening, N_("Screening has started.")),
    "resume": (services.resume, N_("Screening goes on with the version that stands.")),
    "accept": (services.accept, N_("Accepted.")),
    "advise": (services.give_advice, N_("The advice was given to the applicant.")),
}
DONE = {
    "withdraw": N_("The proposal was withdrawn."),
    "revive": N_("The proposal was taken up again."),
    "exclude": N_("The proposal was excluded."),
}


@bp.post("/<uuid:proposal_id>/stages/<key>/moves/<move>")
@requires("proposal.move")
def move_stage(proposal_id: uuid.UUID, key: str, move: str) -> Response:
    """One of the plain moves of a stage."""
    submission = load_stage(proposal_id, key)
    if move not in ON_STAGE:
        raise NotFound()
    act, words = ON_STAGE[move]
    act(submission=submission, actor=current_actor(), expected_version=MoveForm().expected_version)
    flash(gettext(words), "success")
    if move in {"screen", "resume"}:
        return redirect(url_for("proposals.screening", proposal_id=proposal_id, key=key), code=303)
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)


@bp.post("/<uuid:proposal_id>/moves/<move>")
@requires("proposal.move")
def move_proposal(proposal_id: uuid.UUID, move: str) -> Response:
    """Withdraw, take up again, or exclude the whole proposal."""
    proposal = load_proposal(proposal_id)
    if move not in DONE:
        raise NotFound()
    _carry_out(proposal, move, MoveForm())
    flash(gettext(DONE[move]), "success")
    return redirect(url_for("proposals.show", proposal_id=proposal_id), code=303)


def _carry_out(proposal: Proposal, move: str, form: MoveForm) -> None:
    actor, version, reason = current_actor(), form.expected_version, form.reason.data or ""
    if move == "revive":
        services.revive(proposal=proposal, actor=actor, expected_version=version)
    elif move == "withdraw":
        services.withdraw(proposal=proposal, reason=reason, actor=actor, expected_version=version)
    else:
        services.exclude(proposal=proposal, reason=reason, actor=actor, expected_version=version)
