"""The list and the registration: who may see them, filters, input that is refused, constant queries."""

import pytest
from sqlalchemy import event, select

from app.extensions import db
from app.mines.models import MineSite
from tests.client import soup, text_of
from tests.factories.identity import make_member, make_organisation, make_person, make_programme, make_staff
from tests.factories.mines import make_assessment, make_site

NEW = {
    "name": "Kigogo",
    "country": "RW",
    "admin1": "South",
    "minerals": ["gold"],
    "workers": "40",
    "activity": "active",
    "icglr_status": "2",
    "latitude": "-2.123456",
    "longitude": "29.654321",
}


@pytest.fixture
def officer(app):
    return make_staff(make_programme(), "officer")


def test_strangers_are_sent_to_sign_in(client):
    for path in ("/mine-sites/", "/mine-sites/new"):
        response = client.get(path)
        assert response.status_code == 303
        assert "/sign-in" in response.location


@pytest.mark.parametrize("role", ["officer", "manager", "reviewer", "committee_member", "finance", "auditor"])
def test_every_role_sees_the_list(client, sign_in, role):
    make_site()
    sign_in(client, make_staff(make_programme(), role))
    assert "Gatare pit" in text_of(client.get("/mine-sites/"))


def test_applicants_see_the_list_without_positions(client, sign_in):
    make_site()
    sign_in(client, make_member(make_organisation()))
    page = client.get("/mine-sites/")
    assert "Gatare pit" in text_of(page)
    assert "Register a site" not in text_of(page)
    for canary in ("1.96", "30.06", "57'", "-1.9641"):
        assert canary not in page.get_data(as_text=True)


@pytest.mark.parametrize("role", ["reviewer", "committee_member", "finance", "auditor"])
def test_only_staff_register_here(client, sign_in, role):
    sign_in(client, make_staff(make_programme(), role))
    assert client.get("/mine-sites/new").status_code == 404
    assert client.act("/mine-sites/new", **NEW).status_code == 404


def test_members_of_organisations_do_not_register_here(client, sign_in):
    sign_in(client, make_person())
    assert client.act("/mine-sites/new", **NEW).status_code == 404
    assert db.session.scalar(select(MineSite)) is None


def test_staff_register_a_site(client, sign_in, officer):
    sign_in(client, officer)
    response = client.fill("/mine-sites/new", **NEW)
    assert response.status_code == 303
    site = db.session.scalar(select(MineSite))
    assert (site.name, site.cell_lat10, site.cell_lon10, site.icglr_status) == ("Kigogo", -22, 296, 2)
    assert site.registered_by_id == officer.id


def test_the_same_form_twice_registers_once(client, sign_in, officer):
    sign_in(client, officer)
    answers = [client.act("/mine-sites/new", key="once", **NEW) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(db.session.scalars(select(MineSite)).all()) == 1


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"latitude": "91"}, "Write the degrees"),
        ({"minerals": []}, "at least one mineral"),
        ({"country": "CO"}, "only in its member states"),
        ({"name": ""}, "Write the name"),
        ({"workers": "-3"}, "number of people"),
        ({"name": "Pit -1.9641, 30.0619"}, "exact position"),
    ],
)
def test_wrong_input_is_worded_and_kept(client, sign_in, officer, over, words):
    sign_in(client, officer)
    response = client.act("/mine-sites/new", **{**NEW, **over})
    assert response.status_code == 422
    assert words in text_of(response)
    assert soup(response).find(id="admin1")["value"] == "South"
    assert db.session.scalar(select(MineSite)) is None


def test_filters_narrow_the_list(client, sign_in, officer):
    make_site(name="Tin hill")
    make_site(name="Gold creek", country="CO", minerals=["gold"], icglr_status=None)
    make_assessment(make_site(name="Steady", minerals=["cobalt"]), "M5")
    sign_in(client, officer)

    def names(query):
        page = soup(client.get(f"/mine-sites/?{query}"))
        return [a.get_text() for a in page.select("tbody th a")]

    assert names("") == ["Gold creek", "Steady", "Tin hill"]
    assert names("country=CO") == ["Gold creek"]
    assert names("mineral=tin") == ["Tin hill"]
    assert names("mineral=%22") == []
    assert names("step=M5") == ["Steady"]
    assert names("q=hill") == ["Tin hill"]
    assert names("q=%25") == []
    assert names("step=M7") == []


def test_the_list_asks_the_same_number_of_questions_for_one_and_thirty(client, sign_in, officer):
    sign_in(client, officer)

    def queries_of_page():
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            assert client.get("/mine-sites/").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])

    make_assessment(make_site())
    one = queries_of_page()
    for number in range(30):
        make_assessment(make_site(name=f"Site {number}"))
    assert queries_of_page() == one <= 12


def test_the_registry_is_closed_until_the_address_is_confirmed(session, new_client, sign_in):
    """Anybody can begin with any address at all."""
    site, newcomer = make_site(name="Gatare pit"), make_person(verified=False)
    session.commit()
    browser = sign_in(new_client(), newcomer)
    for path in ("/mines/", f"/mines/{site.id}", "/mines/new"):
        answer = browser.get(path)
        assert answer.status_code == 404 and "Gatare" not in answer.text, path
