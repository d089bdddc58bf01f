"""Announcing results, and what an applicant sees of one when."""

import pytest

from app.decisions import queries, services
from app.decisions.models import Decision
from app.identity import queries as identity_queries
from app.reviews import queries as reviews_queries
from tests.client import soup, text_of
from tests.factories.decisions import make_decision, make_manager
from tests.factories.identity import actor_of, make_person
from tests.factories.identity import make_member as join_organisation

pytestmark = pytest.mark.usefixtures("frozen")


class TestAnnouncing:
    def test_the_preview_says_who_reads_what_and_tells_nothing(self, session, call, ranked, browse):
        make_decision(proposal=ranked[0], state="ratified", conditions="A licence.", feedback="Well done.")
        make_decision(proposal=ranked[2], state="endorsed")
        page = text_of(browse(make_manager(call)).get(f"/decisions/calls/{call.id}/announce"))
        for shown in (
            ranked[0].organisation.name,
            "Your proposal is awarded",
            "€100,000.00",
            "A licence.",
            "Well done.",
        ):
            assert shown in page
        assert ranked[2].reference not in page
        assert "3 more proposals of this call wait" in page

    def test_only_what_was_chosen_is_announced(self, session, call, ranked, browse):
        first = make_decision(proposal=ranked[0], state="ratified")
        second = make_decision(proposal=ranked[1], outcome="reserve", state="ratified")
        browser, path = browse(make_manager(call)), f"/decisions/calls/{call.id}/announce"
        values = browser.form(path, path)["values"]
        assert len(values["decision"]) == 2
        none = browser.post(path, data={k: v for k, v in values.items() if k != "decision"})
        assert none.status_code == 422
        answer = browser.post(path, data={**values, "decision": f"{first.id}:{first.version}"})
        assert answer.status_code == 303
        session.expire_all()
        states = {d.id: d.state for d in session.query(Decision)}
        assert states == {first.id: "announced", second.id: "ratified"}

    def test_what_changed_since_the_preview_is_refused(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0], state="ratified")
        browser, path = browse(make_manager(call)), f"/decisions/calls/{call.id}/announce"
        values = browser.form(path, path)["values"]
        services.send_back(
            decision=queries.get_decision(decision.id), reason="Wait.", actor=actor_of(make_manager(call))
        )
        session.commit()
        assert browser.post(path, data=values).status_code == 409
        session.expire_all()
        assert queries.decision_of(ranked[0].id).state == "proposed"

    def test_closing_says_what_is_missing(self, session, call, ranked, browse):
        browser = browse(make_manager(call))
        assert "4 proposals still wait" in text_of(browser.get(f"/decisions/calls/{call.id}"))
        assert browser.act(f"/decisions/calls/{call.id}/close", version=call.version).status_code == 409
        for proposal in ranked:
            make_decision(proposal=proposal, outcome="declined", state="announced")
        session.commit()
        path = f"/decisions/calls/{call.id}"
        assert browser.fill(path, f"{path}/close").status_code == 303
        session.expire_all()
        assert call.state == "decided"


class TestResult:
    @pytest.fixture
    def owner(self, ranked):
        person = make_person()
        join_organisation(ranked[0].organisation, "viewer", person)
        return person

    @pytest.mark.parametrize("state", ["proposed", "endorsed", "ratified"])
    def test_before_the_announcement_nothing_exists(self, session, call, ranked, owner, browse, state):
        decision = make_decision(proposal=ranked[0], state=state, rationale="CANARY-WHY", feedback="CANARY-FEEDBACK")
        browser = browse(owner)
        paths = (
            f"/decisions/results/{ranked[0].id}", f"/decisions/proposals/{ranked[0].id}",
            f"/decisions/calls/{call.id}", f"/decisions/{decision.id}/revise",
        )  # fmt: skip
        assert {browser.get(path).status_code for path in paths} == {404}
        for path in ("/", "/proposals", f"/proposals/{ranked[0].id}", "/notifications"):
            body = browser.get(path, follow_redirects=True).get_data(as_text=True)
            for word in ("CANARY", "Reserve list", "€100,000.00 awarded", str(decision.id)):
                assert word not in body, (path, word)

    def test_after_it_the_applicant_reads_what_is_theirs(self, session, call, ranked, owner, browse):
        make_decision(
            proposal=ranked[0],
            state="announced",
            rationale="CANARY-WHY",
            conditions="A licence.",
            feedback="Well done.",
        )
        page = text_of(browse(owner).get(f"/decisions/results/{ranked[0].id}"))
        for shown in (
            "Your proposal is awarded",
            "€100,000.00",
            "A licence.",
            "Well done.",
            "Reviewer 1",
            "A clear plan.",
        ):
            assert shown in page
        for hidden in ("CANARY-WHY", "Ask for the licence.", "R-", "Mean", "votes"):
            assert hidden not in page

    def test_the_page_of_the_proposal_leads_to_it_once_it_is_announced(self, session, call, ranked, owner, browse):
        decision = make_decision(proposal=ranked[0], state="ratified")
        path, there = f"/proposals/{ranked[0].id}", f"/decisions/results/{ranked[0].id}"
        browser = browse(owner)
        assert there not in browser.get(path).get_data(as_text=True)
        services.announce(decisions=[queries.get_decision(decision.id)], actor=actor_of(make_manager(call)))
        session.commit()
        link = soup(browser.get(path)).find("a", href=there)
        assert link.get_text(strip=True) == "Read the decision"
        assert browser.get(there).status_code == 200

    def test_no_name_of_anybody_who_judged(self, session, call, ranked, owner, browse):
        decision = make_decision(proposal=ranked[0], state="announced")
        names = {r.reviewer.name for r in reviews_queries.final_reviews_of(ranked[0].id)}
        people = {v.member_id for v in queries.all_votes_of(decision.id)} | {
            decision.proposed_by_id, decision.ratified_by_id,
        }  # fmt: skip
        names |= set(identity_queries.names_of(people).values())
        page = text_of(browse(owner).get(f"/decisions/results/{ranked[0].id}"))
        assert len(names) == 6
        assert not [name for name in names if f" {name} " in f" {page} "]

    @pytest.mark.parametrize("outcome", ["reserve", "declined"])
    def test_other_outcomes(self, session, call, ranked, owner, browse, outcome):
        make_decision(proposal=ranked[0], outcome=outcome, state="announced")
        page = text_of(browse(owner).get(f"/decisions/results/{ranked[0].id}"))
        assert {"reserve": "on the reserve list", "declined": "not funded"}[outcome] in page

    def test_it_is_nobody_elses(self, session, call, ranked, browse):
        make_decision(proposal=ranked[0], state="announced")
        stranger = make_person()
        join_organisation(ranked[1].organisation, "owner", stranger)
        assert browse(stranger).get(f"/decisions/results/{ranked[0].id}").status_code == 404
