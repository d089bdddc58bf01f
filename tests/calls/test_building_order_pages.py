"""The form builder in the browser: options, columns, sections, order, and checks across the form."""

from __future__ import annotations

import pytest

from app.calls import building
from tests.calls.building import at, staff, stored
from tests.client import soup, text_of
from tests.factories.calls import make_call

pytestmark = pytest.mark.usefixtures("frozen")


def test_options_are_added_moved_copied_and_removed_without_a_script(client, sign_in, call):
    staff(client, sign_in, call)
    page = at(call, "/question?id=role")
    answer = client.fill(page, act="more", **{"options.2.label.en": "Funder", "options.2.label.fr": "Bailleur"})
    assert answer.status_code == 303 and "rows=9" in answer.location
    for act in ("part:options:funder:up", "part:options:lead:remove", "part:options:other:copy"):
        answer = client.fill(page, act=act)
        assert answer.status_code == 303 and answer.location.endswith("#f-options")
    assert [o["id"] for o in building.question(stored(call), "role")["options"]] == ["funder", "other", "other_2"]
    assert client.fill(page, act="part:options:nobody:up").status_code == 409


def test_columns_have_pages_of_their_own(client, sign_in, call):
    staff(client, sign_in, call)
    assert "One line, such as a title" in text_of(client.get(at(call, "/add?of=sites")))
    answer = client.fill(at(call, "/question?of=sites&kind=integer"), **{"label.en": "Miners", "label.fr": "Mineurs"})
    assert answer.status_code == 303 and "id=sites" in answer.location
    answer = client.fill(at(call, "/question?of=sites&id=miners"), least="two", **{"label.en": "Miners"})
    assert answer.status_code == 422 and "Least possible" in text_of(answer)
    assert client.fill(at(call, "/question?id=sites"), act="part:columns:miners:up").status_code == 303
    assert [c["id"] for c in building.question(stored(call), "sites")["columns"]] == ["miners", "name"]


def test_sections_are_added_renamed_and_removed_with_what_that_means(client, sign_in, call):
    staff(client, sign_in, call)
    assert client.fill(at(call, "/section"), **{"title.en": "Extra", "title.fr": ""}).status_code == 422
    assert client.fill(at(call, "/section"), **{"title.en": "Extra", "title.fr": "Extra"}).status_code == 303
    assert client.fill(at(call, "/section?id=extra"), **{"title.en": "Papers", "title.fr": "P"}).status_code == 303
    assert building.section(stored(call), "extra")["title"]["en"] == "Papers"
    page = text_of(client.get(at(call, "/remove?section=plan")))
    assert "4 questions go with it." in page and "“Plan B” depends on it" in page
    assert "The criterion A1 of the rubric points to the section “plan”." in page
    assert client.fill(at(call, "/remove?section=plan")).status_code == 303
    assert [s["id"] for s in stored(call)["sections"]] == ["money", "extra"]


@pytest.mark.parametrize(
    ("act", "more", "order"),
    [
        ("question:title:down", {}, ["mercury", "title", "role", "sites", "plan_b"]),
        ("question:sites:down", {}, ["title", "mercury", "role", "sites", "plan_b"]),
        ("question:title:to", {"to-title": "money"}, ["mercury", "role", "sites", "plan_b", "title"]),
        ("question:title:copy", {}, ["title", "title_2", "mercury", "role", "sites", "plan_b"]),
        ("section:money:up", {}, ["plan_b", "title", "mercury", "role", "sites"]),
    ],
)
def test_order_is_changed_by_buttons(client, sign_in, call, act, more, order):
    staff(client, sign_in, call)
    assert client.fill(at(call), at(call, "/arrange"), act=act, **more).status_code == 303
    assert [q["id"] for q in building.questions(stored(call))] == order


def test_a_stale_page_orders_nothing(client, sign_in, call):
    staff(client, sign_in, call)
    form = client.form(at(call), at(call, "/arrange"))
    client.fill(at(call), at(call, "/arrange"), act="section:money:up")
    answer = client.post(form["action"], data={**form["values"], "act": "section:money:up"})
    assert answer.status_code == 409
    assert client.fill(at(call), at(call, "/arrange"), act="question:nobody:up").status_code == 409
    assert client.fill(at(call), at(call, "/arrange"), act="nothing").status_code == 404


def test_checks_across_the_form(client, sign_in, call):
    staff(client, sign_in, call)
    typed = {"message.en": "Name your role.", "message.fr": "Rôle ?", "when": "role = 'lead' and", "question": "role"}
    answer = client.fill(at(call, "/check"), **typed)
    assert answer.status_code == 422 and "Ends too early." in text_of(answer)
    assert soup(answer).find(id="f-when")["value"] == "role = 'lead' and"
    assert client.fill(at(call, "/check"), **{**typed, "when": "role = 'lead'"}).status_code == 303
    assert stored(call)["checks"] == [
        {
            "when": "role = 'lead'",
            "question": "role",
            "message": {"en": "Name your role.", "fr": "Rôle ?"},
            "id": "name_your_role",
        },
    ]
    assert "Name your role." in text_of(client.get(at(call)))
    assert client.fill(at(call), at(call, "/arrange"), act="check:name_your_role:copy").location.endswith(
        "#c-name_your_role_2"
    )
    page = soup(client.get(at(call)))
    acts = [button["value"] for button in page.select("button[value^='check:']")]
    assert acts == [
        "check:name_your_role:down",
        "check:name_your_role:copy",
        "check:name_your_role_2:up",
        "check:name_your_role_2:copy",
    ]
    client.fill(at(call), at(call, "/arrange"), act="check:name_your_role_2:up")
    assert [one["id"] for one in stored(call)["checks"]] == ["name_your_role_2", "name_your_role"]
    assert stored(call)["checks"][0]["when"] == stored(call)["checks"][1]["when"]
    assert client.fill(at(call), at(call, "/arrange"), act="check:nobody:up").status_code == 409
    assert client.act(at(call, "/check/remove?id=name_your_role_2")).status_code == 303
    assert "The check “name_your_role” looks at it" in text_of(client.get(at(call, "/remove?question=role")))
    assert client.act(at(call, "/check/remove?id=name_your_role")).status_code == 303
    assert "checks" not in stored(call)


def test_a_part_that_was_removed_never_comes_back_with_another_meaning(client, sign_in, session):
    call = make_call()
    session.commit()
    staff(client, sign_in, call)
    role, budget = at(call, "/question?id=role&of=partners"), at(call, "/question?id=budget")
    assert client.fill(role, act="part:options:partner:remove").status_code == 303
    assert client.fill(role, **{"options.1.label.en": "Partner"}).status_code == 303
    client.fill(at(call, "/question?id=partners"), act="part:columns:supply_chain:remove")
    client.fill(at(call, "/question?of=partners&kind=yes_no"), **{"label.en": "Supply chain"})
    client.fill(budget, act="part:lines:travel:remove")
    client.fill(budget, act="part:lines:contingency:copy", **{"lines.1.label.en": "Travel"})
    columns = building.question(stored(call), "partners")["columns"]
    assert [column["id"] for column in columns] == ["name", "role", "supply_chain_2"]
    assert [one["id"] for one in columns[1]["options"]] == ["lead", "partner_2"]
    lines = building.question(stored(call), "budget")["lines"]
    assert [one["id"] for one in lines] == ["staff", "contingency", "travel_2", "indirect"]
