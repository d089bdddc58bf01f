"""Mine sites and findings about them for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.core.types import Actor, new_id
from app.mines import services
from app.mines.models import MaturityAssessment, MineSite
from tests.factories.identity import actor_of, make_person, make_programme, make_staff

LATITUDE, LONGITUDE = "-1.964137", "30.061942"


def make_site(**over: Any) -> MineSite:
    """A fictional site in Rwanda, registered by somebody whom nothing else in the test knows."""
    values: dict[str, Any] = {
        "name": "Gatare pit",
        "country": "RW",
        "admin1": "Western Province",
        "minerals": ["tin", "tantalum"],
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "workers": 67,
        "icglr_status": 1,
        "actor": Actor(new_id(), "Registrar"),
        **over,
    }
    return services.register_site(**values)


def make_assessment(site: MineSite, step: str = "M2", **over: Any) -> MaturityAssessment:
    """A finding from a visit by the programme."""
    values: dict[str, Any] = {
        "step": step,
        "assessed_on": date(2026, 5, 4),
        "source": "programme_visit",
        "note": "Seen on site.",
        **over,
    }
    if "actor" not in values:
        values["actor"] = actor_of(make_staff(make_programme(), "officer", person=make_person()))
    return services.assess(site=site, **values)
