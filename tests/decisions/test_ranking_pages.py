"""The ranked list on its page, and proposing by rank."""

import pytest

from app.decisions import queries
from app.decisions.models import Decision
from tests.client import soup, text_of
from tests.factories.decisions import make_decision, make_member
from tests.factories.identity import make_staff
from tests.factories.reviews import (
    make_conflict,
    make_officer,
    make_tabled_proposal,
)

pytestmark = pytest.mark.usefixtures("frozen")


def rows(page):
    return [[c.get_text(" ", strip=True) for c in tr.find_all(["td", "th"])] for tr in page.tbody.find_all("tr")]


def expected_ranks(page):
    return [float(row[0].split("expected ")[1].split()[0]) for row in rows(page)]


class TestRankedList:
    def test_rank_points_money_and_line(self, session, call, ranked, browse):
        page = soup(browse(make_member(call)).get(f"/decisions/calls/{call.id}"))
        found = rows(page)
        assert [r[0].split()[0] for r in found] == ["1", "2", "3", "–"]
        assert [r[1].split()[0] for r in found] == [p.reference for p in ranked]
        assert [r[4].split()[0] for r in found] == ["100", "80", "60", "64"]
        assert found[3][2].startswith("24 min. 30 Below")
        assert [r[6].split()[0] for r in found] == ["€100,000.00", "€300,000.00", "€420,000.00", "–"]
        assert "Beyond" in found[1][6]
        assert "Beyond" not in found[0][6]
        bars = page.find("figure").find_all("svg")
        assert len(bars) == 3
        ceilings = {bar.find_all("rect")[-1]["x"] for bar in bars}
        assert ceilings == {"59.52"}, "250 of 420 thousand"
        assert [bar.find("rect")["class"] for bar in bars] == [["fill-accent"], ["fill-copper"], ["fill-copper"]]

    def test_a_conflict_hides_the_row_and_every_trace(self, session, call, ranked, browse):
        member = make_member(call)
        make_decision(proposal=ranked[1], state="ratified")
        make_conflict(member, ranked[1])
        body = browse(member).get(f"/decisions/calls/{call.id}").get_data(as_text=True)
        assert ranked[1].reference not in body
        assert str(ranked[1].id) not in body
        found = rows(soup(browse(member).get(f"/decisions/calls/{call.id}")))
        assert [r[0].split()[0] for r in found] == ["1", "2", "–"]
        assert "200,000" not in body, "neither the amount nor a sum with it"
        assert browse(member).get(f"/decisions/proposals/{ranked[1].id}").status_code == 404

    def test_how_sure_a_place_is_stands_beside_the_raw_mean(self, session, call, ranked, browse):
        page = soup(browse(make_member(call)).get(f"/decisions/calls/{call.id}"))
        shown = [f"{row[0]} {row[4]}" for row in rows(page)]
        ranks = expected_ranks(page)
        assert ranks[0] == min(ranks), "the best mean is expected to rank best"
        assert "Chance may decide" not in " ".join(shown), "the best is clearly the best"
        assert [r[4].split()[0] for r in rows(page)] == ["100", "80", "60", "64"], "the raw mean decides"

    def test_where_equals_meet_the_line_chance_may_decide(self, session, call, browse):
        for _ in range(4):
            make_tabled_proposal(call=call, requested_minor=100_000_00)
        page = soup(browse(make_member(call)).get(f"/decisions/calls/{call.id}"))
        assert "Chance may decide" in page.tbody.get_text()

    def test_no_rank_holds_anything_of_a_closed_proposal(self, session, call, ranked, browse):
        member = make_member(call)
        make_conflict(member, ranked[1])
        page = soup(browse(member).get(f"/decisions/calls/{call.id}"))
        ranks = expected_ranks(page)
        assert sum(ranks) == pytest.approx(6, abs=0.2), "three proposals share the ranks 1 to 3"

    def test_few_queries_whatever_the_length(self, session, call, browse, count_queries):
        browser, path = browse(make_member(call)), f"/decisions/calls/{call.id}"
        make_decision(proposal=make_tabled_proposal(call=call), state="endorsed")
        session.commit()
        with count_queries() as one:
            browser.get(path)
        for _ in range(4):
            make_decision(proposal=make_tabled_proposal(call=call), state="proposed")
        session.commit()
        with count_queries() as many:
            assert browser.get(path).status_code == 200
        assert len(many) == len(one) <= 20

    def test_who_may_see_it(self, session, call, ranked, browse):
        answers = {}
        for role in ("manager", "officer", "committee_member", "auditor", "reviewer", "finance"):
            browser = browse(make_staff(call.programme, role))
            answers[role] = (
                browser.get(f"/decisions/calls/{call.id}").status_code,
                browser.get(f"/decisions/proposals/{ranked[0].id}").status_code,
                browser.get(f"/decisions/calls/{call.id}/by-rank").status_code,
                browser.get(f"/decisions/calls/{call.id}/announce").status_code,
                browser.get(f"/decisions/proposals/{ranked[0].id}/propose").status_code,
            )
        assert answers == {
            "manager": (200, 200, 200, 200, 200),
            "officer": (200, 200, 200, 404, 200),
            "committee_member": (200, 200, 404, 404, 404),
            "auditor": (200, 200, 404, 404, 404),
            "reviewer": (404,) * 5,
            "finance": (404,) * 5,
        }

    def test_an_empty_list_says_what_comes_next(self, session, call, browse):
        assert "Nothing is before the committee yet" in text_of(
            browse(make_member(call)).get(f"/decisions/calls/{call.id}")
        )


class TestByRank:
    def test_preview_choice_and_confirmation(self, session, call, ranked, browse):
        browser, path = browse(make_officer(call)), f"/decisions/calls/{call.id}/by-rank"
        first = rows(soup(browser.get(path)))
        assert [r[4] for r in first] == ["Award", "Reserve list", "Reserve list", "Decline"]
        assert session.query(Decision).count() == 0
        skipping = f"{path}?skip={ranked[1].id}"
        assert [r[4] for r in rows(soup(browser.get(skipping)))] == ["Award", "Reserve list", "Award", "Decline"]
        missing = browser.fill(skipping, path)
        assert missing.status_code == 422
        assert "Say why a proposal is skipped." in text_of(missing)
        done = browser.fill(skipping, path, skip_reason="Too large for the rest.")
        assert done.status_code == 303
        assert [d.outcome for d in queries.decisions_of_call(call.id)] == ["awarded", "reserve", "awarded", "declined"]

    def test_a_changed_plan_is_shown_again_and_nothing_done(self, session, call, ranked, browse):
        browser, path = browse(make_officer(call)), f"/decisions/calls/{call.id}/by-rank"
        values = browser.form(path, path)["values"]
        make_decision(proposal=ranked[0], outcome="declined")
        session.commit()
        answer = browser.post(path, data=values)
        assert answer.status_code == 409
        assert "has changed since the preview" in text_of(answer)
        assert session.query(Decision).count() == 1

    def test_a_double_click_proposes_once(self, session, call, ranked, browse):
        browser, path = browse(make_officer(call)), f"/decisions/calls/{call.id}/by-rank"
        values = browser.form(path, path)["values"]
        first, second = browser.post(path, data=values), browser.post(path, data=values)
        assert (first.status_code, second.status_code) == (303, 303)
        assert session.query(Decision).count() == 4
