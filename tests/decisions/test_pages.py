"""The pages of decisions: the ranked list, proposing, voting, ratifying, announcing, and what an applicant sees when."""

import pytest

from app.decisions import queries, services
from app.decisions.models import Decision, Vote
from app.identity import queries as identity_queries
from app.reviews import queries as reviews_queries
from tests.client import soup, text_of
from tests.factories.decisions import make_decision, make_manager, make_member
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.identity import make_member as join_organisation
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_tabled_proposal,
)

pytestmark = pytest.mark.usefixtures("frozen")
HIGH, MIDDLE, PASSING, FAILING = ({"A1": a, "A2": a, "B1": b} for a, b in ((5, 5), (4, 4), (3, 3), (2, 5)))


@pytest.fixture
def call(session):
    return make_assessing_call(budget="250000.00")


@pytest.fixture
def browse(client, sign_in, session):
    def start(person):
        session.commit()
        return sign_in(client, person)

    return start


@pytest.fixture
def ranked(call):
    spec = ((100_000, HIGH), (200_000, MIDDLE), (120_000, PASSING), (50_000, FAILING))
    return [make_tabled_proposal(call=call, grant=g, scores=(s, s)) for g, s in spec]


def rows(page):
    return [[c.get_text(" ", strip=True) for c in tr.find_all(["td", "th"])] for tr in page.tbody.find_all("tr")]


class TestRankedList:
    def test_rank_points_money_and_line(self, session, call, ranked, browse):
        page = soup(browse(make_member(call)).get(f"/decisions/calls/{call.id}"))
        found = rows(page)
        assert [r[0] for r in found] == ["1", "2", "3", "–"]
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
        assert [r[0] for r in found] == ["1", "2", "–"]
        assert "200,000" not in body, "neither the amount nor a sum with it"
        assert browse(member).get(f"/decisions/proposals/{ranked[1].id}").status_code == 404

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


class TestProposing:
    def test_by_the_form(self, session, call, ranked, browse):
        browser, path = browse(make_officer(call)), f"/decisions/proposals/{ranked[0].id}/propose"
        answer = browser.fill(
            path, path, outcome="awarded", amount="90 000,50", rationale="Strong.", conditions="A licence.", feedback=""
        )
        assert (answer.status_code, answer.location) == (303, f"/decisions/proposals/{ranked[0].id}")
        decision = queries.decision_of(ranked[0].id)
        assert (decision.amount_minor, decision.conditions) == (9_000_050, "A licence.")

    @pytest.mark.parametrize(
        ("over", "text"),
        [
            ({"outcome": ""}, "Choose what is decided."),
            ({"amount": ""}, "An award needs an amount."),
            ({"amount": "lots"}, "Write the amount in digits"),
            ({"amount": "100000.01"}, "not above what was asked"),
            ({"amount": "0"}, "amount above zero"),
            ({"rationale": " "}, "Say why."),
        ],
    )
    def test_bad_input_is_named_and_kept(self, session, call, ranked, browse, over, text):
        browser, path = browse(make_officer(call)), f"/decisions/proposals/{ranked[0].id}/propose"
        given = {"outcome": "awarded", "amount": "90000", "rationale": "Strong.", "feedback": "Kept text", **over}
        answer = browser.fill(path, path, **given)
        assert answer.status_code == 422
        assert text in text_of(answer)
        assert "Kept text" in soup(answer).find(id="feedback").get_text()
        assert queries.decision_of(ranked[0].id) is None

    def test_revising_with_a_stale_page(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        browser, path = browse(make_officer(call)), f"/decisions/{decision.id}/revise"
        old = browser.form(path, path)["values"]
        fresh = {**old, "outcome": "reserve", "reason": "Wait."}
        assert browser.post(path, data=fresh).status_code == 303
        late = browser.post(path, data={**old, "rationale": "Typed before.", "reason": "No."})
        assert late.status_code == 409
        assert "Typed before." in soup(late).find(id="rationale").get_text()
        session.expire_all()
        assert queries.decision_of(ranked[0].id).outcome == "reserve"


class TestVoting:
    def test_voting_and_changing_it(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        page = f"/decisions/proposals/{ranked[0].id}"
        vote = f"/decisions/{decision.id}/vote"
        second, third = make_member(call), make_member(call)
        browser = browse(make_member(call))
        assert browser.fill(page, vote).status_code == 422
        assert browser.fill(page, vote, choice="against", note="Too dear.").status_code == 303
        assert "You have voted: Against" in text_of(browser.get(page))
        assert browser.fill(page, vote, choice="for").status_code == 303
        (only,) = session.query(Vote)
        assert only.choice == "for"
        browse(second).fill(page, vote, choice="for")
        session.expire_all()
        assert queries.decision_of(ranked[0].id).state == "endorsed"
        assert browse(third).act(vote, choice="for").status_code == 409

    def test_staff_do_not_vote(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0])
        for person in (make_officer(call), make_manager(call), make_staff(call.programme, "auditor")):
            browser = browse(person)
            assert not soup(browser.get(f"/decisions/proposals/{ranked[0].id}")).find(id="choice")
            assert browser.act(f"/decisions/{decision.id}/vote", choice="for").status_code == 404

    def test_reviewers_are_pseudonyms_and_confidential_notes_are_not_there(self, session, call, ranked, browse):
        page = text_of(browse(make_member(call)).get(f"/decisions/proposals/{ranked[0].id}"))
        for review in reviews_queries.final_reviews_of(ranked[0].id):
            assert review.pseudonym in page
            assert review.reviewer.name not in page
        assert "Ask for the licence." not in page


class TestRatifying:
    def test_the_proposer_sees_why_not(self, session, call, ranked, browse):
        manager = make_manager(call)
        decision = make_decision(proposal=ranked[0], state="endorsed", proposer=manager)
        browser = browse(manager)
        page = text_of(browser.get(f"/decisions/proposals/{ranked[0].id}"))
        assert "You proposed this decision; another person must ratify it." in page
        assert browser.act(f"/decisions/{decision.id}/moves/ratify").status_code == 409

    def test_another_person_ratifies_once(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0], state="endorsed")
        browser = browse(make_manager(call))
        page, move = f"/decisions/proposals/{ranked[0].id}", f"/decisions/{decision.id}/moves/ratify"
        values = browser.form(page, move)["values"]
        assert browser.post(move, data=values).status_code == 303
        assert browser.act(move, version=values["version"]).status_code == 409

    def test_sending_back_wants_a_reason(self, session, call, ranked, browse):
        decision = make_decision(proposal=ranked[0], state="endorsed")
        browser = browse(make_manager(call))
        move = f"/decisions/{decision.id}/moves/send_back"
        assert browser.act(move, version=decision.version).status_code == 422
        assert browser.act(move, version=decision.version, reason="Look again.").status_code == 303

    @pytest.mark.parametrize("move", ["endorse", "announce", "revise", "nonsense"])
    def test_other_moves_have_no_short_way(self, session, call, ranked, browse, move):
        decision = make_decision(proposal=ranked[0], state="ratified")
        assert browse(make_manager(call)).act(f"/decisions/{decision.id}/moves/{move}").status_code == 404


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


def test_before_it_is_tabled_the_committee_reads_no_review(session, call, browse):
    """A member who reviews the same proposal would see what the others think of it."""
    proposal = make_assessed_proposal(call=call)
    review = make_review(proposal, state="final")
    page = text_of(browse(make_member(call)).get(f"/decisions/proposals/{proposal.id}"))
    assert review.pseudonym not in page
    assert "80" not in page.replace(proposal.reference, "")


def test_a_proposal_still_in_review_has_no_decision_page_to_act_on(session, call, browse):
    proposal = make_assessed_proposal(call=call)
    page = browse(make_officer(call)).get(f"/decisions/proposals/{proposal.id}")
    assert page.status_code == 200
    assert "Propose a decision" not in text_of(page)
