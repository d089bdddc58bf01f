"""Moving the clock of a development instance, for web server and worker at once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField, ValidationError

from app.core import clock
from app.developers.views import bp
from app.notifications import services
from app.web import filters
from app.web.forms import AssayForm, stripped
from app.web.permissions import public_page
from app.web.rendering import render


class ClockForm(AssayForm):
    """How to move the clock: ``+SECONDS``, ``-SECONDS``, ``=INSTANT`` to stop it there, or nothing to let it run true."""

    shift = StringField(_l("Move the clock"), filters=[stripped])

    def validate_shift(self, field: Any) -> None:
        value = field.data or ""
        try:
            if value.startswith("="):
                field.data = "=" + _instant(value[1:]).isoformat()
            elif value:
                _ = datetime.now(UTC) + timedelta(seconds=float(value))
        except (ValueError, OverflowError) as error:
            raise ValidationError(_l("Write +3600, -60 or =2026-06-01T12:00:00+00:00, or leave it empty.")) from error


def _instant(text: str) -> datetime:
    """An instant with its offset; without one it is UTC."""
    value = datetime.fromisoformat(text.strip())
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _write(shift: str) -> None:
    """Replace the file whole, or remove it, so that no other process reads half of it."""
    target: Path = clock.shift_file()
    if not shift:
        target.unlink(missing_ok=True)
        return
    temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
    temporary.write_text(shift)
    os.replace(temporary, target)


def _page(form: ClockForm) -> str:
    present = clock.shift_file().read_text().strip() if clock.shift_file().exists() else ""
    return render(
        "developers/clock.html", form=form, present=present, now=filters.instant(clock.now().replace(microsecond=0))
    )


@bp.get("/clock")
@public_page
def show_clock() -> str:
    """What time it is here."""
    return _page(ClockForm())


@bp.post("/clock")
@public_page
def move_clock() -> Response | tuple[str, int]:
    """Move the clock and let every periodic job be due at once."""
    form = ClockForm()
    if not form.validate():
        return _page(form), 422
    _write(form.shift.data or "")
    services.run_all_soon()
    flash(gettext("It is now %(now)s.", now=filters.instant(clock.tick().replace(microsecond=0))), "success")
    return redirect(url_for("developers.show_clock"), code=303)
