"""The start page: what each role finds on it, nothing of others, and always the same number of queries."""

from __future__ import annotations

from app.extensions import db
from tests.client import soup, text_of
from tests.dashboard.conftest import browse_as, play_world, world_of


def tasks(response) -> list[str]:
    return [f"{item.h3.get_text()}: {item.p.get_text()}" for item in soup(response).select(".items .item")]


def about(response, words: str) -> bool:
    return any(words in task for task in tasks(response))


def test_officer_finds_what_the_programme_must_move(work_of):
    found = " / ".join(tasks(work_of("AAA-officer")))
    for wanted in (
        "Start screening",
        "Invite reviewers",
        "Propose a decision",
        "Set up the project",
        "Start verifying",
    ):
        assert wanted in found
    assert "Announce" not in found and "Ratify" not in found, "only managers announce and ratify"
    assert "Vote" not in found and "Score" not in found


def test_manager_announces_what_is_ratified(work_of):
    assert about(work_of("AAA-manager"), "Announce the decision")


def test_committee_members_find_the_vote(work_of):
    for key in ("AAA-committee_member", "AAA-committee_member2"):
        found = tasks(work_of(key))
        assert len(found) == 1 and found[0].startswith("Vote on the proposed decision") and "AAA vote 1" in found[0]


def test_reviewer_finds_the_half_scored_sheet(work_of):
    found = tasks(work_of("AAA-reviewer"))
    assert len(found) == 1 and found[0].startswith("Finish scoring")


def test_finance_finds_nothing_to_release_yet_but_sees_money(work_of):
    page = work_of("AAA-finance")
    assert not tasks(page)
    assert "Nothing waits for you" in text_of(page)
    assert "Paid out" in text_of(page)
    assert "Proposals by state" not in text_of(page), "finance does not oversee proposals"


def test_owner_finds_own_work_and_what_is_with_others(work_of):
    page = work_of("AAA-owner")
    assert about(page, "Finish and submit")
    assert about(page, "Report the milestone")
    rows = [row.get_text(" ") for row in soup(page).select("table tbody tr")]
    assert any("AAA screen 1" in row and "the programme" in row for row in rows)
    assert any("Milestone 1" in row and "Reported" in row for row in rows)


def test_owner_learns_nothing_of_a_decision_before_it_is_announced(work_of):
    rows = {row.th.get_text(" "): row.get_text(" ") for row in soup(work_of("AAA-owner")).select("table tbody tr")}
    ratified = next(text for about_, text in rows.items() if "AAA announce 1" in about_)
    voted = next(text for about_, text in rows.items() if "AAA vote 1" in about_)
    assert "Being assessed" in ratified and "Being assessed" in voted
    assert "atified" not in str(rows) and "ecision" not in str(rows)


def test_viewer_can_act_on_nothing(work_of):
    assert not tasks(work_of("AAA-viewer"))


def test_nothing_of_another_programme(work_of):
    for role in ("manager", "officer", "finance", "auditor", "committee_member", "reviewer", "owner"):
        assert "BBB" not in text_of(work_of(f"AAA-{role}")), role


def test_figures_lead_to_their_rows(standing_app, two_programmes, work_of):
    page = soup(work_of("AAA-manager"))
    browser = browse_as(standing_app, two_programmes, "AAA-manager")
    links = {a["href"] for a in page.select(".tiles a, .call-figures a")}
    assert len(links) > 8
    for link in sorted(links):
        assert browser.get(link).status_code == 200, link


def test_every_link_is_open_to_its_reader(standing_app, two_programmes, work_of):
    for role in ("finance", "auditor", "officer", "owner", "viewer", "committee_member", "reviewer"):
        browser = browse_as(standing_app, two_programmes, f"AAA-{role}")
        for a in soup(work_of(f"AAA-{role}")).select("main a"):
            assert browser.get(a["href"]).status_code == 200, f"{role}: {a['href']}"


def test_mines_that_moved_up_are_counted(work_of):
    tiles = {
        t.select_one(".tile-label").text: t.select_one(".tile-value").text
        for t in soup(work_of("AAA-manager")).select(".tile")
    }
    assert tiles["Mine sites that moved up"] == "1"
    assert tiles["Mine sites that moved down"] == "0"
    assert tiles["Milestones overdue"] == "1"


MOST_QUERIES = {"manager": 20, "officer": 20, "finance": 20, "owner": 12, "reviewer": 12, "committee_member": 12}


def test_queries_are_few_and_constant(standing_app, two_programmes, count_queries):
    """The same number for a programme with one proposal of each kind and for one with two of each."""
    larger = play_world(world_of("CCC", times=2))
    counts = {}
    for register, code in ((two_programmes, "AAA"), (larger, "CCC")):
        for key in MOST_QUERIES:
            browser = browse_as(standing_app, register, f"{code}-{key}")
            db.session.expunge_all()
            with count_queries() as asked:
                assert browser.get("/work").status_code == 200
            counts[key, code] = len(asked)
    for key, most in MOST_QUERIES.items():
        assert counts[key, "AAA"] == counts[key, "CCC"] <= most, f"{key}: {counts[key, 'AAA']}, {counts[key, 'CCC']}"
