"""The sites of the registry to choose from: one list a page, for who is signed in, and never a position."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.calls.present import sites
from app.extensions import db
from app.proposals.views import writing
from tests.client import soup
from tests.factories.calls import call_document, make_call, question, section
from tests.factories.identity import make_person
from tests.factories.mines import make_site
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, as_owner  # noqa: F401 - a fixture

FORM = {
    "sections": [
        section(
            "where",
            question("pit", "site"),
            question("others", "group", columns=[question("name"), question("site", "site")], min_rows=1, max_rows=9),
        )
    ]
}


@pytest.fixture
def stages():
    quick, full = call_document()["stages"]
    return [{**quick, "form": FORM, "checks": []}, full]


def test_one_list_serves_every_field_of_a_page(session, frozen, as_owner, stages):  # noqa: F811
    site = make_site(name="Gatare pit")
    proposal = make_proposal("draft", call=make_call(stages=stages))
    page = soup(as_owner(proposal).get(address(proposal.stages[-1]) + "/sections/where"))
    lists = page.select("datalist")
    assert [one["id"] for one in lists] == ["known-sites"]
    assert [o["value"] for o in lists[0].select("option")] == [site.reference]
    assert "Gatare pit, Western Province, Rwanda" in lists[0].get_text()
    fields = page.select("input[list]")
    assert len(fields) > 1 and {field["list"] for field in fields} == {"known-sites"}
    assert not any(mark in str(page) for mark in ("latitude", "longitude"))


def test_who_has_not_confirmed_the_address_types_a_name(session, frozen, sign_in, new_client, stages):
    """Anybody can begin with any address; the names of the registry are for people whose address is known."""
    site = make_site(name="Gatare pit")
    newcomer = make_person(verified=False)
    proposal = make_proposal("draft", call=make_call(stages=stages), owner=newcomer)
    session.commit()
    browser, where = sign_in(new_client(), newcomer), address(proposal.stages[-1]) + "/sections/where"
    page = browser.get(where)
    assert page.status_code == 200 and "Gatare" not in page.text and soup(page).find("datalist") is None
    assert browser.get(where + "/sites?q=gatare").json["sites"] == []
    for field, said in (("pit.site", site.reference), ("pit.name", "A new pit")):
        assert browser.fill(where, where, **{field: said}).status_code in {303, 422}
        again = browser.get(where)
        assert "Gatare" not in again.text and said in again.text


def test_who_is_not_signed_in_reads_no_name_of_a_site(session, client, stages):
    site = make_site(name="Gatare pit")
    call = make_call(stages=[{**s, "opens": "2099-01-01 12:00", "closes": "2099-03-01 12:00"} for s in stages])
    session.commit()
    where = f"/calls/{call.code}/practice/quick_scan/where"
    assert "Gatare" not in client.get(where).text
    named = client.act(where, **{"pit.site": site.reference})
    assert named.status_code in (200, 422) and "Gatare" not in named.text


@pytest.fixture
def many(session, monkeypatch):
    """A registry with more sites than a list may hold."""
    monkeypatch.setattr(sites, "MOST_SITES", 3)
    monkeypatch.setattr(sites, "MOST_FOUND", 2)
    monkeypatch.setattr(writing, "MOST_FOUND", 2)
    names = ("Akagera", "Bisesero", "Cyato", "Zaza North", "Zaza South", "Zaza West")
    return {n: make_site(name=n, admin1="Eastern Province" if n == "Zaza South" else "Western Province") for n in names}


@pytest.fixture
def writer(as_owner, stages):  # noqa: F811
    """The browser of an applicant, and the page with the questions about sites."""
    proposal = make_proposal("draft", call=make_call(stages=stages))
    return SimpleNamespace(
        client=as_owner(proposal), where=address(proposal.stages[-1]) + "/sections/where", stage=proposal.stages[-1]
    )


def listed(answer):
    return [option["value"] for option in soup(answer).select("datalist option")]


def test_where_there_are_too_many_a_search_finds_the_last_and_keeps_what_was_typed(session, frozen, writer, many):
    client, where = writer.client, writer.where
    empty = client.get(where)
    assert listed(empty) == [] and soup(empty).select_one("#site-search input[type=search]")
    form = client.form(where, where)
    typed = {**form["values"], "pit.name": "The pit by the river", "page:sites": "zaza SOUTH"}
    for then in ("sites", "stay"):  # the button, and the Enter key
        answer = client.post(where, data={**typed, "idempotency_key": then, "then": then})
        assert answer.status_code == 303
        shown = client.get(answer.location)
        assert listed(shown) == [many["Zaza South"].reference]
        assert soup(shown).find(id="q-pit-name")["value"] == "The pit by the river"
        assert soup(shown).find(id="site-words")["value"] == "zaza SOUTH"
        assert not any(mark in shown.text for mark in ("latitude", "longitude"))
    chosen = {"pit.name": "", "pit.site": many["Zaza South"].reference, "then": "stay"}
    assert client.fill(where, where, **chosen).status_code == 303
    db.session.refresh(writer.stage)
    assert writer.stage.answers["pit"]["site"] == many["Zaza South"].reference
    assert "page:sites" not in writer.stage.answers


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zaza", ["Zaza North", "Zaza South"]),
        ("rwanda eastern", ["Zaza South"]),
        ("100%", []),
        ("zaza nowhere", []),
        ("  ", []),
        ("zaza " * 500, ["Zaza North", "Zaza South"]),
    ],
)
def test_every_word_is_looked_for_in_name_region_country_and_reference(session, frozen, writer, many, words, found):
    wanted = [many[name].reference for name in found]
    shown = writer.client.get(writer.where, query_string={"sites": words})
    assert listed(shown) == wanted
    assert ("No site fits" in shown.text) is (not found and bool(words.strip()))
    assert ("There are more" in shown.text) is words.strip().endswith("zaza")
    told = writer.client.get(writer.where + "/sites", query_string={"q": words}).json["sites"]
    assert [reference for reference, _ in told] == wanted
    assert all(set(map(type, pair)) <= {str} for pair in told)


def test_the_search_shows_no_name_to_who_may_not_write_here(session, frozen, writer, stages, many, new_client, sign_in):
    searched = writer.where + "/sites?q=zaza"
    assert writer.client.get(searched).status_code == 200
    stranger, other = new_client(), sign_in(new_client(), make_person())
    assert stranger.get(searched).status_code == 303
    assert other.get(searched).status_code == 404
    call = make_call(stages=[{**s, "opens": "2099-01-01 12:00", "closes": "2099-03-01 12:00"} for s in stages])
    session.commit()
    practice = stranger.get(f"/calls/{call.code}/practice/quick_scan/where?sites=zaza")
    assert practice.status_code == 200 and "Zaza" not in practice.text and "site-search" not in practice.text


def test_the_search_costs_one_query_more_and_as_few_for_many_as_for_one(session, frozen, writer, many, count_queries):
    costs = []
    for words in ("", "akagera", "zaza"):
        with count_queries() as counted:
            assert writer.client.get(writer.where, query_string={"sites": words}).status_code == 200
        costs.append(len(counted))
    assert costs[1] == costs[2] == costs[0] + 1
    assert max(costs) <= 12
