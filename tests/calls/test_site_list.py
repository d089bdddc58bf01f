"""The sites of the registry to choose from: one list a page, for who is signed in, and never a position."""

from __future__ import annotations

import pytest

from tests.client import soup
from tests.factories.calls import call_document, make_call, question, section
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


def test_who_is_not_signed_in_reads_no_name_of_a_site(session, client, stages):
    site = make_site(name="Gatare pit")
    call = make_call(stages=[{**s, "opens": "2099-01-01 12:00", "closes": "2099-03-01 12:00"} for s in stages])
    session.commit()
    where = f"/calls/{call.code}/practice/quick_scan/where"
    assert "Gatare" not in client.get(where).text
    named = client.act(where, **{"pit.site": site.reference})
    assert named.status_code in (200, 422) and "Gatare" not in named.text
