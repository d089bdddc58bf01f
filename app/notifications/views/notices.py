"""The list of notices. Reading one is a step of its own; opening a link never changes anything."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.calls import queries as calls
from app.calls import services as call_services
from app.calls.forms import AnnounceForm
from app.calls.models import Call
from app.core.errors import DomainError, Invalid
from app.identity.queries import get_person
from app.notifications import present, queries, services
from app.notifications.views import bp
from app.web.pagination import paginate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render
from app.web.security import safe_path

PER_PAGE = 30


@bp.get("")
@requires("notification.list")
def notices() -> str:
    """The person's notices, the newest first."""
    person = authorised(get_person(current_actor().person_id))
    page = paginate(queries.notices_of(person.id), PER_PAGE)
    return render("notifications/list.html", page=present.notices_view(page, queries.unread_count(person.id)))


@bp.post("/<uuid:notice_id>/open")
@requires("notification.read")
def open_notice(notice_id: uuid.UUID) -> Response:
    """Mark a notice as read and go where it leads."""
    notice = authorised(queries.get_notice(notice_id))
    services.mark_read(notice=notice)
    return redirect(safe_path(notice.path) or url_for("notifications.notices"), code=303)


@bp.post("/<uuid:notice_id>/read")
@requires("notification.read")
def read_notice(notice_id: uuid.UUID) -> Response:
    """Mark a notice as read and stay."""
    services.mark_read(notice=authorised(queries.get_notice(notice_id)))
    return redirect(url_for("notifications.notices"), code=303)


@bp.post("/read-all")
@requires("notification.list")
def read_all() -> Response:
    """Mark every notice as read."""
    person = authorised(get_person(current_actor().person_id))
    count = services.mark_all_read(person_id=person.id)
    if count:
        flash(
            ngettext("%(num)s notification is marked as read.", "%(num)s notifications are marked as read.", count),
            "success",
        )
    else:
        flash(gettext("There was nothing new."), "info")
    return redirect(url_for("notifications.notices"), code=303)


@bp.get("/calls/<code>/announcements")
@requires("call.announce")
def announcements(code: str) -> str:
    """Write news of a call; says how many people will get it."""
    return _announcing(authorised(calls.call_by_code(code)), AnnounceForm(formdata=None))


@bp.post("/calls/<code>/announcements")
@requires("call.announce")
def announce(code: str) -> Response | tuple[str, int]:
    """Tell everybody who works on a proposal of the call, and who asked about it."""
    call, form = authorised(calls.call_by_code(code)), AnnounceForm()
    if not form.validate():
        return _announcing(call, form), 422
    try:
        texts = {name: getattr(form, f"text_{name}").data or "" for name in call.languages}
        call_services.announce(call=call, text=texts, actor=current_actor())
    except DomainError as error:
        form.add_error(error)
        return _announcing(call, form), 422 if isinstance(error, Invalid) else 409
    flash(gettext("Announced. It stands on the page of the call and is on its way by mail."), "success")
    return redirect(url_for("notifications.announcements", code=code), code=303)


def _announcing(call: Call, form: AnnounceForm) -> str:
    return render("notifications/announce.html", page=present.announcing_view(call), form=form)
