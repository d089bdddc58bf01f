"""Forty planted identities: nobody who may not know one comes across it, and each is found by somebody who may."""

from __future__ import annotations

import pytest

from app import create_app
from app.extensions import db
from tests.client import AssayClient
from tests.conftest import make_settings, migrated
from tests.twins.chance import the_same_chance
from tests.twins.fetching import fetch_everything
from tests.twins.planted import build

pytestmark = pytest.mark.sqlite  # what a person may see depends on no database


def test_nobody_comes_across_an_identity_that_is_not_for_them(tmp_path) -> None:  # type: ignore[no-untyped-def]
    migrated(make_settings(tmp_path))
    app = create_app(make_settings(tmp_path))
    app.test_client_class = AssayClient
    with the_same_chance():
        with app.app_context():
            world, canaries = build()
            db.session.remove()
        assert len(canaries) >= 40, sorted(canaries)
        hits, found = [], set()
        for name in world.uncleared:
            texts = fetch_everything(app, world.people.get(name), world.known)
            with app.app_context():
                texts |= {f"mail {n}": text for n, text in enumerate(world.mails_to(name))}
                db.session.remove()
            for canary, may in canaries.items():
                places = [path for path, text in texts.items() if canary in text]
                if places and name in may:
                    found.add(canary)
                elif places:
                    hits.append((name, canary, places[:3]))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert not hits, "\n".join(map(str, hits))
    assert set(canaries) <= found, f"nobody found: {set(canaries) - found}"
