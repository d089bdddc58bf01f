"""Whether what happened was told: what waits, what is done, and the dead letters with their new start."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.admin import services
from app.admin.policy import Administration, DeadLetter
from app.admin.present import DeadLetterLine, dead_letter_line, work_lines
from app.admin.queries import deliveries as queries
from app.admin.queries import reach
from app.admin.views import bp
from app.core import sendguard
from app.web.filters import translate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render


@bp.get("/deliveries")
@requires("delivery.list")
def deliveries() -> str:
    """The state of delivery, for everything; and the dead letters of one's programmes."""
    authorised(Administration())
    held = translate(sendguard.reason_to_hold())
    return render("admin/deliveries.html", work=work_lines(queries.figures()), letters=_dead_letters(), held=held)


def _dead_letters() -> list[DeadLetterLine]:
    me = current_user.person_id
    return [dead_letter_line(*letter) for letter in queries.dead_letters(me, reach.managed_by(me))]


@bp.post("/deliveries/<kind>/<uuid:ident>/retry")
@requires("delivery.retry")
def retry(kind: str, ident: uuid.UUID) -> ResponseReturnValue:
    """Give a dead letter a new start."""
    letter = authorised(DeadLetter(kind, ident))
    services.try_again(kind=letter.kind, ident=letter.id, actor=current_actor())
    flash(gettext("It is tried again."), "success")
    return redirect(url_for("admin.deliveries"), code=303)
