"""What the reviewers of the demonstration say of themselves, and what was agreed with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.calls import queries as calls_queries
from app.core import clock
from app.core.types import SYSTEM_ACTOR
from app.developers.worlds.moments import Calendar
from app.developers.worlds.register import Register
from app.extensions import db
from app.identity import queries as identity_queries
from app.reviews import services

FILE = Path(__file__).resolve().parent / "reviewers.yaml"
PROGRAMME = "EPRM"
LISTS = ("languages", "minerals", "countries", "topics", "methods")


def fill_pool(register: Register, now: datetime) -> None:
    """Profiles and places, written as if months ago."""
    told = yaml.safe_load(FILE.read_text())
    programme = identity_queries.programme_by_code(PROGRAMME)
    assert programme is not None
    with clock.frozen(now - timedelta(days=200)):
        for key, words in told["profiles"].items():
            services.save_profile(
                programme=programme, person=register.person(key), facts=_facts(words, now), actor=register.actor(key)
            )
    with clock.frozen(now - timedelta(days=90)):
        for code, rows in told["places"].items():
            call = calls_queries.call_by_code(code)
            assert call is not None
            places = {register.ident("person", key): services.Place(**row) for key, row in rows.items()}
            services.set_places(call=call, places=places, actor=SYSTEM_ACTOR)
    db.session.flush()
    db.session.expunge_all()


def _facts(words: dict[str, Any], now: datetime) -> services.ProfileFacts:
    days = [Calendar(now).day(text) for text in words.get("away", ())]
    told: dict[str, Any] = {name: words[name] for name in ("employer", "pillar", "about", "capacity")}
    told |= {name: tuple(words[name]) for name in LISTS}
    told |= dict(zip(("away_from", "away_until"), days, strict=True)) if days else {}
    return services.ProfileFacts(**told)
