"""What staff look through before a double blind review opens: names of who applies in what reviewers will read."""

from __future__ import annotations

import uuid

from flask import url_for
from flask_babel import gettext

from app.core.errors import NotFound
from app.proposals import queries as proposals_queries
from app.reviews import policy, queries, services
from app.reviews.present.parts import locale
from app.reviews.views import bp
from app.reviews.visibility import Blind
from app.web.permissions import authorised, requires
from app.web.rendering import render


@bp.get("/proposals/<uuid:proposal_id>/names")
@requires("review.see_names")
def names(proposal_id: uuid.UUID) -> str:
    """Where the applicant, the partners or the team are named; only in double blind calls."""
    proposal = authorised(proposals_queries.get_proposal(proposal_id))
    if policy.blind_of(proposal) is not Blind.DOUBLE:
        raise NotFound()
    found, files = services.names_in(proposal, locale())
    stage = queries.final_stage(proposal)
    return render(
        "reviews/names.html",
        reference=proposal.reference,
        back_url=url_for("reviews.of_proposal", proposal_id=proposal.id),
        screening_url=url_for("proposals.screening", proposal_id=proposal.id, key=stage.call_stage.key),
        flags=[(flag.place or gettext("Title"), flag.clue) for flag in found],
        files=files,
    )
