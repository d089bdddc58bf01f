"""A plan of who reviews what that waits for somebody to apply it, and a reviewer in reserve."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core import clock
from app.developers.worlds.register import Register
from app.extensions import db
from app.reviews.matching.calls import Settings
from app.reviews.services import make_plan, set_standby


def plan_reviews(register: Register, now: datetime) -> None:
    """Three reviewers for each proposal are more than there are, so that the certificate has something to say."""
    officer = register.actor("officer")
    call = register.proposal("lualaba").call
    with clock.frozen(now - timedelta(hours=16)):
        reserve = register.actor("reviewer1").person_id
        assert reserve is not None
        set_standby(call=call, person_id=reserve, standby=True, actor=officer)
        make_plan(call=call, settings=Settings(wanted=3, seed=11), title="Three for each", actor=officer)
    db.session.flush()
    db.session.expunge_all()
