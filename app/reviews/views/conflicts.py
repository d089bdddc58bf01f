"""The staff's pages about conflicts of interest: what the records suggest in a call, and the funder's own partners."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.calls import queries as calls_queries
from app.core.errors import Invalid, NotFound
from app.identity import queries as identity_queries
from app.identity.models import Programme
from app.proposals import queries as proposals_queries
from app.reviews import services
from app.reviews.forms import PartnerForm
from app.reviews.present import partners_view, suggestions_view
from app.reviews.views import bp
from app.web.forms import AssayForm
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/calls/<uuid:call_id>/conflicts")
@requires("review.see_conflicts")
def conflicts_of_call(call_id: uuid.UUID) -> str:
    """Every conflict of interest that the records suggest in a call and nobody has decided on."""
    call = authorised(calls_queries.get_call(call_id))
    person_id = current_actor().person_id
    found = proposals_queries.open_suggestions_of_call(call.id, person_id) if person_id else []
    return render("reviews/conflicts.html", page=suggestions_view(call, found))


@bp.get("/programmes/<uuid:programme_id>/partners")
@requires("review.funder_partners")
def partners(programme_id: uuid.UUID) -> str:
    """The funder's own partners."""
    return _partners(authorised(identity_queries.get_programme(programme_id)), PartnerForm())


def _partners(programme: Programme, form: PartnerForm) -> str:
    page = partners_view(programme, proposals_queries.funder_partners(programme.id))
    return render("reviews/partners.html", page=page, form=form)


@bp.post("/programmes/<uuid:programme_id>/partners")
@requires("review.funder_partners")
def add_partner(programme_id: uuid.UUID) -> Response | tuple[str, int]:
    """Put an organisation on the list."""
    programme, form = authorised(identity_queries.get_programme(programme_id)), PartnerForm()
    if not form.validate():
        return _partners(programme, form), 422
    try:
        services.add_funder_partner(
            programme=programme, name=form.name.data, website=form.website.data or "", actor=current_actor()
        )
    except Invalid as invalid:
        form.add_error(invalid)
        return _partners(programme, form), 422
    flash(gettext("%(name)s is on the list.", name=form.name.data), "success")
    return redirect(url_for("reviews.partners", programme_id=programme.id), code=303)


@bp.post("/programmes/<uuid:programme_id>/partners/<uuid:partner_id>/remove")
@requires("review.funder_partners")
def remove_partner(programme_id: uuid.UUID, partner_id: uuid.UUID) -> Response:
    """Take an organisation off the list."""
    programme, form = authorised(identity_queries.get_programme(programme_id)), AssayForm()
    partner = next((p for p in proposals_queries.funder_partners(programme.id) if p.id == partner_id), None)
    if partner is None or not form.validate():
        raise NotFound()
    services.remove_funder_partner(programme=programme, partner=partner, actor=current_actor())
    flash(gettext("%(name)s is off the list.", name=partner.name), "success")
    return redirect(url_for("reviews.partners", programme_id=programme.id), code=303)
