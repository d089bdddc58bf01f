"""The password once more before what moves money or power: A05 and A18 of the catalogue of abuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.identity import queries
from app.identity.models import AttemptCount, RoleGrant
from app.web.idempotency import RepeatedRequest
from app.web.security import BACK_FIELD, PROOF_FIELD
from tests.client import soup, text_of
from tests.conftest import NOON, sign_in_directly
from tests.factories.identity import PASSWORD, make_person, make_staff
from tests.identity.confirming import ROLES, carried, confirm, grant, grants, token_of

pytestmark = pytest.mark.usefixtures("frozen")

ASKS = "Confirm that it is you"


@pytest.mark.parametrize(("age", "asked"), [(timedelta(minutes=9, seconds=59), False), (timedelta(minutes=10), True)])
def test_ten_minutes_count(client, manager, session, age, asked):
    sign_in_directly(client, manager, NOON - age)
    response = grant(client)
    assert response.status_code == (403 if asked else 303)
    assert grants(session) == (0 if asked else 1)


def test_signing_in_is_a_proof(client, manager, frozen):
    client.fill("/sign-in", email=manager.email, password=PASSWORD)
    assert grant(client).status_code == 303
    frozen(NOON + timedelta(minutes=10))
    page = client.act(ROLES, email="nia@example.org", role="officer")
    assert page.status_code == 403 and ASKS in text_of(page)


class TestPage:
    """A marked page: asked first, then shown."""

    @pytest.fixture
    def address(self, stale, manager, session):
        held = make_staff(queries.programme_by_code("OURS"), "officer")
        session.commit()
        ident = next(g.id for g in session.scalars(select(RoleGrant)) if g.person_id == held.id)
        return f"{ROLES}/{ident}/revoke?x=1"

    def test_asks_and_leads_back(self, stale, address):
        asked = stale.get(address)
        assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (303, "/confirm")
        page = stale.get(asked.headers["Location"])
        assert page.status_code == 200 and ASKS in text_of(page)
        done = confirm(stale, page)
        assert (done.status_code, done.headers["Location"]) == (303, address)
        assert stale.get(address).status_code == 200

    def test_wrong_password_is_said_and_counted(self, stale, address, session, caplog, capfd):
        page = confirm(stale, stale.get("/confirm?next=/work"), "not my pass phrase")
        assert page.status_code == 403 and "This is not your password." in text_of(page)
        assert "not my pass phrase" not in page.get_data(as_text=True) + caplog.text + "".join(capfd.readouterr())
        assert carried(page)["values"]["next"] == "/work"
        assert session.scalar(select(func.sum(AttemptCount.count))) == 2
        assert stale.get(address).status_code == 303
        assert "Write the password." in text_of(confirm(stale, page, ""))

    def test_guessing_is_slow(self, stale, address):
        page = stale.get("/confirm?next=/work")
        assert [confirm(stale, page, f"guess number {n}").status_code for n in range(10)] == [403] * 10
        last = confirm(stale, page)
        assert last.status_code == 429 and "Too many attempts" in text_of(last) and ASKS in text_of(last)
        assert stale.get(address).status_code == 303

    @pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)"])
    def test_leads_nowhere_else(self, stale, target):
        page = stale.get("/confirm", query_string={"next": target})
        assert carried(page)["values"]["next"] == ""
        data = {**carried(page)["values"], PROOF_FIELD: PASSWORD, "next": target}
        assert stale.post("/confirm", data=data).headers["Location"] == "/"

    def test_strangers_are_asked_to_sign_in(self, client):
        assert client.get("/confirm?next=/work").headers["Location"] == "/sign-in?next=/work"
        assert client.act("/confirm", **{PROOF_FIELD: PASSWORD}).headers["Location"] == "/sign-in"

    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "Confirmez que c’est bien vous"), ("es", "Confirme que es")]
    )
    def test_is_translated(self, stale, language, words):
        stale.set_cookie("language", language)
        assert words in text_of(stale.get("/confirm"))


class TestInBetween:
    """A marked form whose proof ran out while it was being filled in: asked in between, and nothing is lost."""

    def test_what_was_typed_goes_on(self, stale, session):
        page = grant(stale)
        assert page.status_code == 403 and ASKS in text_of(page) and grants(session) == 0
        assert session.scalar(select(func.count(RepeatedRequest.id))) == 0
        form = carried(page)
        assert form["action"] == ROLES
        assert (form["values"]["email"], form["values"]["role"]) == ("nia@example.org", "auditor")
        done = confirm(stale, page)
        assert (done.status_code, done.headers["Location"]) == (303, ROLES)
        assert grants(session) == 1
        assert stale.get(ROLES).status_code == 200

    def test_every_field_is_carried_as_it_was(self, stale):
        odd = {"note": 'Two\r\nlines "quoted" <b>&amp;', "many": ["a", "b"], "go": ""}
        values = carried(stale.act(ROLES, key="k1", **odd))["values"]
        assert {name: values[name] for name in odd} == odd
        assert values["idempotency_key"] == "k1"

    def test_wrong_password_loses_nothing(self, stale, session, caplog, capfd):
        page = confirm(stale, grant(stale), "not my pass phrase")
        assert page.status_code == 403 and "This is not your password." in text_of(page)
        assert "not my pass phrase" not in page.get_data(as_text=True) + caplog.text + "".join(capfd.readouterr())
        assert grants(session) == 0 and session.scalar(select(func.sum(AttemptCount.count))) == 2
        assert confirm(stale, page).status_code == 303 and grants(session) == 1

    def test_guessing_is_slow_and_loses_nothing(self, stale, session):
        page = grant(stale)
        for n in range(10):
            page = confirm(stale, page, f"guess number {n}")
        page = confirm(stale, page)
        assert page.status_code == 429 and "Too many attempts" in text_of(page) and grants(session) == 0
        assert carried(page)["values"]["email"] == "nia@example.org"

    def test_guesses_count_at_the_sign_in_too(self, stale, new_client, manager):
        page = grant(stale)
        for n in range(10):
            confirm(stale, page, f"guess number {n}")
        assert new_client().fill("/sign-in", email=manager.email, password=PASSWORD).status_code == 429

    def test_a_refused_act_does_not_sign_out(self, stale, session):
        """The act fails after the right password: the proof stays, and so does the session."""
        page = stale.act(ROLES, email="nobody@example.org", role="auditor")
        old = token_of(stale)
        assert confirm(stale, page).status_code == 422
        assert token_of(stale) != old and stale.get(ROLES).status_code == 200
        assert grant(stale).status_code == 303, "not asked again"

    def test_going_back_leads_to_the_page_of_the_form(self, stale):
        page = stale.post(
            ROLES, data={"csrf_token": stale.csrf_token()}, headers={"Referer": f"http://localhost{ROLES}"}
        )
        assert carried(page)["values"][BACK_FIELD] == ROLES
        again = confirm(stale, page, "wrong wrong", headers={"Referer": "http://localhost/somewhere/moves/x"})
        assert carried(again)["values"][BACK_FIELD] == ROLES
        assert soup(again).select_one("main .buttons a")["href"] == ROLES

    def test_forms_in_other_windows_go_on_working(self, stale, session):
        other = stale.form("/account")["values"]
        assert confirm(stale, grant(stale)).status_code == 303
        assert stale.post("/account", data={**other, "name": "Another name"}).status_code == 303

    def test_posted_again_it_acts_once(self, stale, session):
        """The back button, with the cookie that has changed since; and the key holds no trace of the password."""
        page = grant(stale)
        first, second = confirm(stale, page), confirm(stale, page)
        assert (first.status_code, second.status_code) == (303, 303) and grants(session) == 1
        assert first.headers["Location"] == second.headers["Location"]
        assert session.scalar(select(func.count(RepeatedRequest.id))) == 1

    def test_the_password_is_no_part_of_what_was_asked(self, stale, session):
        """The same form without it, as the first page still holds it, is the same request; its hash cannot be guessed at."""
        page = grant(stale)
        first = confirm(stale, page)
        values = {k: v for k, v in carried(page)["values"].items() if k not in (PROOF_FIELD, BACK_FIELD)}
        again = stale.post(ROLES, data=values)
        assert (again.status_code, again.headers["Location"]) == (303, first.headers["Location"])
        assert session.scalar(select(func.count(RepeatedRequest.id))) == 1 and grants(session) == 1

    def test_a_double_click_leaves_both_answers_signed_in(self, stale, session, new_client):
        """Both clicks bring the old cookie; whichever answer the browser keeps, it is signed in."""
        page, old = grant(stale), stale.get_cookie("assay").value
        answers, cookies = [], []
        for _ in range(2):
            stale.set_cookie("assay", old)
            answers.append(confirm(stale, page).status_code)
            cookies.append(stale.get_cookie("assay").value)
        assert answers == [303, 303] and grants(session) == 1 and len({old, *cookies}) == 3
        for cookie, status in ((old, 303), (cookies[0], 200), (cookies[1], 200)):
            browser = new_client()
            browser.set_cookie("assay", cookie)
            assert browser.get("/account").status_code == status

    def test_no_token_no_question(self, stale):
        response = stale.post(ROLES, data={PROOF_FIELD: PASSWORD, "email": "nia@example.org", "role": "auditor"})
        assert response.status_code == 400

    def test_somebody_without_the_right_learns_nothing(self, client, programme, session):
        person = make_person(email="out@example.org")
        session.commit()
        sign_in_directly(client, person, NOON - timedelta(hours=1))
        page = client.act(ROLES, email="nia@example.org", role="auditor")
        assert page.status_code == 403
        assert confirm(client, page).status_code == 404 and grants(session) == 0
