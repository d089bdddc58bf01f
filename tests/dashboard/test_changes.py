"""What changes on the start page when something happens, and what people without any work find."""

from __future__ import annotations

import pytest

from app.decisions import queries as decisions
from app.decisions import services as deciding
from app.proposals import services as proposals
from tests.client import soup, text_of
from tests.dashboard.conftest import calls_of, organisation_of, people_of, programme_of
from tests.factories.identity import make_person


def world_with(*told: dict) -> dict:
    """One programme with these proposals in its closed call."""
    common = {"call": "AAA-OLD", "organisation": "AAA-org", "grant": "10000.00"}
    return {
        "people": people_of("AAA"),
        "programmes": [programme_of("AAA")],
        "organisations": [organisation_of("AAA")],
        "calls": calls_of("AAA")[:1],
        "proposals": [{**common, "title": f"Plan {one['key']}", **one} for one in told],
    }


@pytest.fixture
def work_of(app, new_client, sign_in):
    def page(person):
        return sign_in(new_client(), person).get("/work")

    return page


def tasks(response) -> list[str]:
    return [item.get_text(" ", strip=True) for item in soup(response).select(".items .item")]


def test_visitors_are_asked_to_sign_in(client):
    response = client.get("/work")
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/sign-in?next=/work")


def test_newcomer_is_told_what_to_do_next(work_of):
    assert "Begin by naming your organisation" in text_of(work_of(make_person()))


def test_a_vote_given_is_no_task_any_more(play, work_of, session):
    world = play(world_with({"key": "vote", "reaches": "deciding", "decision": {"reaches": "proposed"}}))
    assert tasks(work_of(world.person("AAA-committee_member")))
    decision = decisions.decision_of(world.proposal("vote").id)
    deciding.vote(decision=decision, choice="for", actor=world.actor("AAA-committee_member"))
    session.commit()
    assert not tasks(work_of(world.person("AAA-committee_member")))
    assert tasks(work_of(world.person("AAA-committee_member2")))


def test_endorsed_decision_waits_for_a_manager_who_did_not_propose_it(play, work_of):
    world = play(world_with({"key": "two", "reaches": "deciding", "decision": {"reaches": "endorsed"}}))
    assert any("Ratify" in task for task in tasks(work_of(world.person("AAA-manager"))))
    assert not tasks(work_of(world.person("AAA-officer")))


def test_conflict_of_interest_takes_tasks_and_counts_away(play, work_of, session):
    def assessed(page) -> list[str]:
        rows = [row.get_text(" ") for row in soup(page).select(".chart-row")]
        return [row for row in rows if "Being assessed" in row]

    world = play(world_with({"key": "brother", "reaches": "assessing"}, {"key": "other", "reaches": "assessing"}))
    before = work_of(world.person("AAA-officer"))
    proposals.record_conflict(
        proposal=world.proposal("brother"),
        person_id=world.ident("person", "AAA-officer"),
        basis="declared",
        note="A brother applies.",
        actor=world.actor("AAA-officer"),
    )
    session.commit()
    after = work_of(world.person("AAA-officer"))
    assert "Plan brother" in str(tasks(before)) and "Plan brother" not in str(tasks(after))
    assert assessed(before)[0].split() == ["Being", "assessed", "2"]
    assert assessed(after)[0].split() == ["Being", "assessed", "1"]


def test_returned_sections_are_a_task_with_a_date(play, work_of):
    world = play(
        world_with(
            {"key": "mend", "reaches": "application.returned", "stages": {"application": {"at": {"return": "-1"}}}}
        )
    )
    found = tasks(work_of(world.person("AAA-owner")))
    assert len(found) == 1 and "Correct the sections asked for" in found[0] and "Europe/Amsterdam" in found[0]


def test_a_draft_after_the_deadline_waits_for_nobody(play, work_of):
    world = play(world_with({"key": "missed", "reaches": "application.late"}))
    page = work_of(world.person("AAA-owner"))
    assert not tasks(page) and "Plan missed" not in text_of(page)
