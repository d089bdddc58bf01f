"""Six pairs of worlds that differ only in who reviews or who applies: the uncleared see the same bytes in both."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.extensions import db
from app.identity.queries import get_person
from tests.client import AssayClient
from tests.conftest import make_settings, migrated, sign_in_directly
from tests.twins.chance import the_same_chance
from tests.twins.fetching import fetch_everything, labelled
from tests.twins.worlds import PAIRS, Pair, World

pytestmark = pytest.mark.sqlite  # what a person may see depends on no database


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a migrated, empty database."""
    folder = tmp_path_factory.mktemp("blank")
    migrated(make_settings(folder))
    return folder


@pytest.fixture
def found(blank: Path, tmp_path: Path) -> Callable[[Pair, int], tuple[World, Flask]]:
    """``found(pair, 0 or 1)``: one world of a pair, in an application of its own."""

    def start(pair: Pair, which: int) -> tuple[World, Flask]:
        folder = tmp_path / f"world{which}"
        shutil.copytree(blank, folder)
        app = create_app(make_settings(folder))
        app.test_client_class = AssayClient
        with app.app_context():
            world = pair.build(which)
            db.session.remove()
        return world, app

    return start


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_uncleared_see_the_same(pair: Pair, found) -> None:  # type: ignore[no-untyped-def]
    seen = []
    for which in (0, 1):
        with the_same_chance():
            world, app = found(pair, which)
            seen.append({name: _all_of(world, app, name) for name in world.uncleared})
            cleared = _cleared(world, app)
            _close(app)
        assert world.secret in cleared, "the positive control fails: nobody finds who it was"
    for name in seen[0]:
        differing = _differing(seen[0][name], seen[1][name])
        assert not differing, f"{name} sees a difference:\n" + "\n".join(differing)


def _all_of(world: World, app: Flask, name: str) -> dict[str, str]:
    pages = fetch_everything(app, world.people.get(name), world.known)
    with app.app_context():
        pages |= {f"mail {n}": text for n, text in enumerate(world.mails_to(name))}
        db.session.remove()
    return labelled(pages)


def _cleared(world: World, app: Flask) -> str:
    """What who may know reads of the proposals and reviews."""
    with app.app_context():
        client = sign_in_directly(app.test_client(), get_person(world.people[world.cleared]))
        db.session.remove()
    paths = [f"/proposals/{i}" for i in world.known["proposal_id"]]
    paths += [f"/reviews/proposals/{i}" for i in world.known["proposal_id"]]
    return "\n".join(client.get(path).get_data(as_text=True) for path in paths)


def _differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    lines = [f"only in one world: {path}" for path in sorted(set(one) ^ set(other))]
    for path in sorted(set(one) & set(other)):
        if one[path] != other[path]:
            lines += list(unified_diff(one[path].splitlines(), other[path].splitlines(), path, path, n=0, lineterm=""))
    return lines[:40]


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
