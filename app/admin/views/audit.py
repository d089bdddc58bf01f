"""The audit trail of one's programmes. Reading it is recorded; the page fails when that cannot be written."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user

from app.admin import services
from app.admin.forms import day_begins
from app.admin.policy import Administration
from app.admin.present import entry_lines, records_named
from app.admin.queries import names, reach, trail
from app.admin.views import bp
from app.admin.wording import known_actions
from app.core.audit import verify
from app.web.filters import translate
from app.web.forms import stripped
from app.web.pagination import paginate
from app.web.permissions import authorised, current_actor, requires
from app.web.rendering import render

FILTERS = ("record", "person", "action", "since", "until", "of")


@bp.get("/audit")
@requires("audit.view", logged_read=True)
def audit_trail() -> str:
    """Entries about the records of one's programmes, the newest first, each with the proof that it holds."""
    authorised(Administration())
    programmes, asked = reach.audited_by(current_user.person_id), _asked()
    page = paginate(trail.entries(_wanted(asked), current_user.person_id, programmes))
    named = names.names_of(records_named(page.rows))
    broken = trail.broken(page.rows)
    services.note_reading(
        programme_ids=programmes, actor=current_actor(), filters=urlencode(asked), page=str(page.number)
    )
    return render(
        "admin/audit.html",
        entries=entry_lines(page.rows, named, broken),
        broken=len(broken),
        page=page,
        asked=asked,
        actions=_actions(),
        in_force=_chips(asked),
    )


def _asked() -> dict[str, str]:
    """The filters of the address that are filled in."""
    given = {name: stripped(request.args.get(name))[:100] for name in FILTERS}
    return {name: value for name, value in given.items() if value}


def _wanted(asked: dict[str, str]) -> trail.Wanted:
    """The filters as the query takes them; an unreadable record finds nothing."""
    kind, _, ident = asked.get("of", "").partition(":")
    return trail.Wanted(
        record=asked.get("record", ""),
        kind=kind,
        ident=_uuid(ident) if kind else None,
        person=asked.get("person", ""),
        action=asked.get("action", ""),
        since=day_begins(asked.get("since")),
        until=day_begins(asked.get("until"), after=1),
    )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _actions() -> list[tuple[str, str]]:
    named = [(action, f"{translate(kind)}: {translate(step)}") for action, kind, step in known_actions()]
    return sorted(named, key=lambda pair: pair[1])


def _chips(asked: dict[str, str]) -> list[tuple[str, str]]:
    """The filter on one record, which no field of the form shows, with the way to remove it."""
    rest: dict[str, Any] = {name: value for name, value in asked.items() if name != "of"}
    return [(gettext("One record only"), url_for("admin.audit_trail", **rest))] if "of" in asked else []


@bp.get("/audit/check")
@requires("audit.view", logged_read=True)
def check_trail() -> str:
    """Check every chain and the anchors outside the database; breaks are listed for one's own records only."""
    authorised(Administration())
    programmes = reach.audited_by(current_user.person_id)
    problems = verify()
    mine = [text for text in problems if _is_mine(text)]
    services.note_reading(programme_ids=programmes, actor=current_actor(), filters="check")
    return render("admin/audit_check.html", problems=mine, elsewhere=len(problems) - len(mine))


def _is_mine(problem: str) -> bool:
    kind, ident = problem.split(" ", 2)[:2]
    programmes = reach.audited_by(current_user.person_id)
    return trail.is_within(kind, _uuid(ident), current_user.person_id, programmes)
