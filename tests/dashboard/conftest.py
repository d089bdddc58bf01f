"""A small world for the start page: two programmes that must not see each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.developers.worlds import loading
from app.developers.worlds.reading import read_world
from app.developers.worlds.register import Register
from app.extensions import db
from tests.client import AssayClient
from tests.conftest import sign_in_directly

ROLES = ("manager", "officer", "finance", "auditor", "committee_member", "reviewer")


def people_of(code: str) -> list[dict[str, Any]]:
    """Everybody a programme needs, two of a kind where two are needed."""
    keys = (*ROLES, "manager2", "committee_member2", "reviewer2", "owner", "viewer")
    return [{"key": f"{code}-{key}", "name": f"{code} {key}", "email": f"{key}@{code.lower()}.example"} for key in keys]


def programme_of(code: str) -> dict[str, Any]:
    roles = {role: [f"{code}-{role}"] for role in ROLES}
    for role in ("manager", "committee_member", "reviewer"):
        roles[role].append(f"{code}-{role}2")
    return {"code": code, "name": f"Programme {code}", "roles": roles}


def organisation_of(code: str) -> dict[str, Any]:
    return {
        "key": f"{code}-org",
        "name": f"Cooperative of {code}",
        "country": "CD",
        "kind": "cooperative_asm",
        "pillar": "supply_chain",
        "registration_number": "REG-1",
        "members": {"owner": [f"{code}-owner"], "viewer": [f"{code}-viewer"]},
    }


def calls_of(code: str) -> list[dict[str, Any]]:
    manager = f"{code}-manager"
    closed = {"code": f"{code}-OLD", "programme": code, "title": f"Old call of {code}", "budget": "900000.00"}
    opened = {"code": f"{code}-NEW", "programme": code, "title": f"New call of {code}"}
    return [
        {"small": closed, "opens": "-90", "reaches": "assessing", "manager": manager},
        {"small": opened, "opens": "-5", "reaches": "open", "manager": manager},
    ]


def proposals_of(code: str, times: int = 1) -> list[dict[str, Any]]:
    """One or more proposals of each kind that waits for somebody."""
    old, org = f"{code}-OLD", f"{code}-org"
    site = {"sites": [f"{code}-site"], "milestones": [MILESTONE, LATE_MILESTONE]}
    kinds: list[dict[str, Any]] = [
        {"key": "screen", "reaches": "application.submitted"},
        {"key": "review", "reaches": "assessing", "reviews": [{"by": f"{code}-reviewer", "reaches": "draft"}]},
        {"key": "propose", "reaches": "deciding"},
        {"key": "vote", "reaches": "deciding", "decision": {"reaches": "proposed"}},
        {"key": "announce", "reaches": "deciding", "decision": {"reaches": "ratified"}},
        {"key": "run", "reaches": "awarded", "project": site},
        {"key": "set-up", "reaches": "awarded"},
    ]
    return [
        {
            **kind,
            "key": f"{code}-{kind['key']}-{number}",
            "title": f"{code} {kind['key']} {number}",
            "call": old,
            "organisation": org,
            "grant": "10000.00",
        }
        for number in range(1, times + 1)
        for kind in kinds
    ] + [
        {"key": f"{code}-draft", "call": f"{code}-NEW", "organisation": org, "title": f"{code} draft",
         "reaches": "application.draft"}
    ]  # fmt: skip


MILESTONE = {"title": "Baseline", "kind": "baseline_accepted", "due": "3", "percent": 40, "reaches": "reported"}
LATE_MILESTONE = {"title": "Sites agreed", "kind": "site_selection_agreed", "due": "4", "percent": 60}


def world_of(*codes: str, times: int = 1) -> dict[str, Any]:
    """A whole world document of these programmes."""
    site = {"country": "CD", "minerals": ["tin"], "position": ["-2.5", "28.75"], "workers": 67}
    return {
        "people": [p for code in codes for p in people_of(code)],
        "programmes": [programme_of(code) for code in codes],
        "organisations": [organisation_of(code) for code in codes],
        "calls": [call for code in codes for call in calls_of(code)],
        "mine_sites": [
            {
                **site,
                "key": f"{code}-site",
                "name": f"Hill of {code}",
                "by": f"{code}-officer",
                "history": [{"step": "M1", "on": "-80"}, {"step": "M2", "on": "-1"}],
            }
            for code in codes
        ],
        "proposals": [p for code in codes for p in proposals_of(code, times)],
    }


@pytest.fixture
def play(session: Any) -> Callable[[dict[str, Any]], Register]:
    """Plays a world document and commits it."""
    return lambda document: play_world(document)


def play_world(document: dict[str, Any]) -> Register:
    register = loading.load(read_world(document, ()), clock.now())
    db.session.commit()
    return register


@pytest.fixture(scope="module")
def standing_app(base_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """As ``app``, but one transaction for all tests of a module: for tests that only look."""
    settings, folder = base_app.extensions["settings"], tmp_path_factory.mktemp("standing")
    base_app.extensions["settings"] = replace(settings, data_dir=folder, storage_url=f"file://{folder / 'files'}")
    with base_app.app_context():
        connection = db.engine.connect()
    transaction = connection.begin()
    engines, options = db._app_engines[base_app], db.session.session_factory.kw
    db._app_engines[base_app] = {None: connection}  # type: ignore[dict-item]
    previous = options.get("join_transaction_mode")
    options["join_transaction_mode"] = "create_savepoint"
    with base_app.app_context():
        yield base_app
        db.session.remove()
    transaction.rollback()
    connection.close()
    db._app_engines[base_app] = engines
    options["join_transaction_mode"] = previous or "conditional_savepoint"
    base_app.extensions["settings"] = settings


@pytest.fixture(scope="module")
def two_programmes(standing_app: Flask) -> Register:
    """Programmes AAA and BBB with the same work."""
    return play_world(world_of("AAA", "BBB"))


@pytest.fixture
def work_of(standing_app: Flask, two_programmes: Register) -> Callable[[str], Any]:
    """The start page of a person of those programmes, by key."""

    def page(key: str) -> Any:
        response = browse_as(standing_app, two_programmes, key).get("/work")
        assert response.status_code == 200
        return response

    return page


def browse_as(app: Flask, register: Register, key: str) -> AssayClient:
    """A browser in which the person is signed in."""
    return sign_in_directly(app.test_client(), register.person(key))  # type: ignore[arg-type]
