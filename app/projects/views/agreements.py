"""Moves of the grant agreement; its panel is on the project's page."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from werkzeug.wrappers import Response

from app.projects import queries
from app.projects.views import bp
from app.projects.views.moves import carry_out
from app.web.permissions import authorised, requires


@bp.post("/agreements/<uuid:agreement_id>/moves/<move>")
@requires("agreement.move")
def move_agreement(agreement_id: UUID, move: str) -> Response:
    agreement = authorised(queries.get_agreement(agreement_id))
    return carry_out("agreement", agreement, move, url_for("projects.show", project_id=agreement.project_id))
