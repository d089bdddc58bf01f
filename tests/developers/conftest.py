"""A world in which everything can happen, for the tests of worlds, invariants and commands."""

from __future__ import annotations

from typing import Any

import pytest

from app.core import clock
from app.developers.worlds import loading
from app.developers.worlds.files import CALLS
from app.developers.worlds.reading import read_world
from app.developers.worlds.register import Register

PEOPLE = (
    "manager",
    "manager2",
    "officer",
    "finance",
    "auditor",
    "member1",
    "member2",
    "rev1",
    "rev2",
    "owner",
    "editor",
)
ROLES = {
    "manager": ["manager", "manager2"],
    "officer": ["officer"],
    "finance": ["finance"],
    "auditor": ["auditor"],
    "committee_member": ["member1", "member2"],
    "reviewer": ["rev1", "rev2"],
}
SMALL = {"programme": "PRO", "title": "A call", "budget": "5000000.00"}


def ground(**more: Any) -> dict[str, Any]:
    """People, a programme, an organisation, and four calls: closed, open, open with sign-off, and one of two stages."""
    return {
        "people": [{"key": key, "name": key.title(), "email": f"{key}@pro.example"} for key in PEOPLE],
        "programmes": [{"code": "PRO", "name": "Programme", "roles": ROLES}],
        "organisations": [
            {
                "key": "org",
                "name": "Cooperative",
                "country": "CD",
                "kind": "cooperative_asm",
                "pillar": "supply_chain",
                "registration_number": "REG-1",
                "members": {"owner": ["owner"], "editor": ["editor"]},
            }
        ],
        "calls": [
            {"small": {**SMALL, "code": "OLD"}, "opens": "-400", "reaches": "assessing"},
            {"small": {**SMALL, "code": "NEW"}, "opens": "-10", "reaches": "open"},
            {"small": {**SMALL, "code": "SIGN", "sign_off": True}, "opens": "-10", "reaches": "open"},
            {"file": "eprm-2020.yaml", "change": {"programme": {"code": "PRO", "name": "Programme", "description": "P"}},
             "opens": "-60", "reaches": "open"},
        ],
        **more,
    }  # fmt: skip


def proposal(key: str, reaches: str, call: str = "OLD", **more: Any) -> dict[str, Any]:
    """One proposal of the organisation."""
    return {
        "key": key,
        "call": call,
        "organisation": "org",
        "title": f"Plan {key}",
        "grant": "60000.00",
        "reaches": reaches,
        **more,
    }


@pytest.fixture
def play(session: Any):
    """Plays a world document and commits it."""

    def run(document: dict[str, Any]) -> Register:
        register = loading.load(read_world(document, (CALLS,)), clock.now())
        session.commit()
        return register

    return run
