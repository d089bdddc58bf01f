"""What confirming does to the session: a new token, the old one no way in, one act for one double click."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.audit import history
from app.extensions import db
from app.identity import passwords
from app.identity.models import LoginSession
from app.web.security import PROOF_FIELD
from tests.conftest import NOON, sign_in_directly
from tests.factories.identity import PASSWORD, make_person, make_programme, make_staff
from tests.identity.confirming import confirm, grant, grants, token_of
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("frozen")


class TestSession:
    """A05: confirming gives the browser another token, and the old one is dead."""

    @pytest.mark.parametrize("way", ["page", "in_between"])
    def test_the_token_changes(self, stale, new_client, manager, session, way):
        old, thief = token_of(stale), new_client()
        thief.set_cookie("assay", stale.get_cookie("assay").value)
        assert thief.get("/account").status_code == 200
        confirm(stale, grant(stale) if way == "in_between" else stale.get("/confirm"))
        assert token_of(stale) != old and stale.get("/account").status_code == 200
        assert thief.get("/account").status_code == 303
        actions = [e.action for e in history("person", manager.id)]
        assert actions.count("person.confirmed") == 1

    def test_a_replaced_token_is_no_way_in(self, stale, new_client, manager, session, frozen):
        """Without the password at once, and even with it a minute later."""
        old = stale.get_cookie("assay").value
        confirm(stale, stale.get("/confirm"))
        thief = new_client()
        thief.set_cookie("assay", old)
        assert thief.act("/confirm", **{PROOF_FIELD: "wrong wrong"}).status_code == 403
        assert thief.get("/confirm").headers["Location"] == "/sign-in"
        frozen(NOON + timedelta(minutes=1))
        assert thief.act("/confirm", **{PROOF_FIELD: PASSWORD}).headers["Location"] == "/sign-in"

    def test_a_closed_account_confirms_nothing(self, stale, manager, session):
        page = stale.get("/confirm")
        manager.suspended_at = NOON
        session.commit()
        assert confirm(stale, page).headers["Location"] == "/sign-in"
        assert stale.get("/account").status_code == 303

    def test_the_hash_is_asked_once(self, stale, monkeypatch):
        """The password is checked by the same code as at the sign-in, once."""
        seen = []
        real = passwords.matches
        monkeypatch.setattr(passwords, "matches", lambda *a: seen.append(a[0]) or real(*a))
        confirm(stale, grant(stale))
        assert seen == [PASSWORD]

    def test_the_password_is_nowhere_in_the_database(self, stale, session):
        confirm(stale, grant(stale), "never-to-be-seen-again")
        confirm(stale, grant(stale))
        for table in db.metadata.sorted_tables:
            for row in session.execute(select(table)):
                assert not re.search("never-to-be-seen-again|" + re.escape(PASSWORD), repr(row)), table.name


@pytest.mark.postgres
def test_a_real_double_click_acts_once(postgres_app):
    """Two requests at one moment over connections of their own."""
    with postgres_app.app_context():
        programme = make_programme(code="OURS", name="Ours")
        make_person(email="nia@example.org", name="Nia")
        manager = make_staff(programme, "manager")
        db.session.commit()
        client = sign_in_directly(postgres_app.test_client(), manager, NOON - timedelta(hours=1))
        page, old = grant(client), client.get_cookie("assay").value
        db.session.remove()
    browsers = [postgres_app.test_client() for _ in range(2)]
    for browser in browsers:
        browser.set_cookie("assay", old)
    found = in_threads(2, lambda n: confirm(browsers[n], page).status_code)
    assert found == [303, 303]
    assert [b.get("/account").status_code for b in browsers] == [200, 200]
    with postgres_app.app_context():
        assert grants(db.session) == 1
        live = select(func.count(LoginSession.id)).where(LoginSession.revoked_at.is_(None))
        assert db.session.scalar(live) == 2
