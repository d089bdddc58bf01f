"""What the programme of the demonstration has ready for its reviewers: a training case, and the funder's own partners."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import yaml

from app.calls import queries as calls_queries
from app.core import clock
from app.developers.worlds.register import Register
from app.extensions import db
from app.reviews import services

FILE = Path(__file__).resolve().parent / "training.yaml"


def make_ready(register: Register, now: datetime) -> None:
    """Written as if before the reviewers were asked; one of them belongs to a partner, as one proposal's partner does."""
    told = yaml.safe_load(FILE.read_text())
    call, manager = calls_queries.call_by_code(told["code"]), register.actor("manager")
    assert call is not None
    with clock.frozen(now - timedelta(days=80)):
        services.write_case(
            call=call,
            title=told["title"],
            text=told["text"],
            expected={code: services.Known(**one) for code, one in told["expected"].items()},
            tolerance=told["tolerance"],
            actor=manager,
        )
        for partner in told["partners"]:
            services.add_funder_partner(programme=call.programme, **partner, actor=manager)
    db.session.flush()
    db.session.expunge_all()
