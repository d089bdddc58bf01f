"""The staff's pages, and the canary: who a reviewer is appears on no page of an applicant or of another reviewer."""

from datetime import timedelta

import pytest

from app.core import clock
from app.reviews import queries
from app.reviews.models import Review
from tests.client import soup, text_of
from tests.factories.identity import make_grant, make_member, make_person, make_staff
from tests.factories.reviews import (
    WELL,
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")
LOW = {"A1": 3, "A2": 3, "B1": 3}


@pytest.fixture
def proposal(session):
    return make_assessed_proposal(title="Safer pits at Numbi")


@pytest.fixture
def officer(proposal):
    return make_officer(proposal.call)


@pytest.fixture
def browser(session, client, sign_in, officer):
    session.commit()
    return sign_in(client, officer)


class TestGrid:
    def test_proposals_down_reviewers_across(self, session, proposal, browser):
        call = proposal.call
        other = make_assessed_proposal(call=call)
        ana, ben = make_reviewer(call, name="Ana"), make_reviewer(call, name="Ben")
        make_review(proposal, reviewer=ana, state="submitted", scores=WELL)
        make_review(proposal, reviewer=ben, state="submitted", scores=LOW)
        make_review(other, reviewer=ben)
        session.commit()
        page = soup(browser.get(f"/reviews/calls/{call.id}"))
        table = page.find("table")
        assert [th.get_text(strip=True) for th in table.thead.find_all("th")][-2:] == ["Ana", "Ben"]
        first, second = table.tbody.find_all("tr")
        assert "2 / 2" in first.get_text()
        assert "70" in first.get_text()
        assert "Diverging" in first.get_text(), "80 and 60 are more than 15 apart"
        assert "Invited" in second.get_text()
        assert "2/2" not in second.get_text()

    def test_exactly_fifteen_apart_does_not_diverge(self, session, proposal, browser):
        make_review(proposal, state="submitted", scores={"A1": 4, "A2": 4, "B1": 4})
        make_review(proposal, state="submitted", scores={"A1": 3, "A2": 4, "B1": 4})
        session.commit()
        table = soup(browser.get(f"/reviews/calls/{proposal.call_id}")).find("table")
        assert "Diverging" not in table.get_text()

    def test_late_reviews_are_counted(self, session, frozen, proposal, browser):
        make_review(proposal, state="draft", due_at=clock.now() + timedelta(days=1))
        session.commit()
        frozen(clock.now() + timedelta(days=2))
        assert "overdue" in soup(browser.get(f"/reviews/calls/{proposal.call_id}")).find("table").get_text()

    def test_a_conflict_hides_the_row_and_its_counts(self, session, proposal, officer, browser):
        make_review(proposal, state="submitted")
        make_conflict(officer, proposal)
        other = make_assessed_proposal(call=proposal.call)
        session.commit()
        page = text_of(browser.get(f"/reviews/calls/{proposal.call_id}"))
        assert proposal.reference not in page
        assert "0 / 0" in page
        assert other.reference in page

    def test_as_many_queries_for_one_as_for_many(self, session, proposal, browser, count_queries):
        path = f"/reviews/calls/{proposal.call_id}"
        make_review(proposal, state="submitted")
        session.commit()
        with count_queries() as one:
            browser.get(path)
        for _ in range(5):
            more = make_assessed_proposal(call=proposal.call)
            make_review(more, state="submitted")
            make_review(more)
        session.commit()
        with count_queries() as many:
            browser.get(path)
        assert len(many) == len(one) <= 12

    def test_who_may_see_it(self, session, proposal, client, sign_in):
        path = f"/reviews/calls/{proposal.call_id}"
        programme = proposal.call.programme
        answers = {}
        for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance"):
            person = make_staff(programme, role)
            session.commit()
            answers[role] = sign_in(client, person).get(path).status_code
        assert answers == {
            "manager": 200, "officer": 200, "auditor": 200, "reviewer": 404, "committee_member": 404, "finance": 404,
        }  # fmt: skip
        assert sign_in(client, make_officer(make_assessing_call())).get(path).status_code == 404


class TestInviting:
    def test_inviting_from_the_page(self, session, proposal, browser):
        ana = make_reviewer(proposal.call, name="Ana")
        session.commit()
        path = f"/reviews/proposals/{proposal.id}"
        answer = browser.fill(path, path, reviewer=str(ana.id), due_on="2026-07-01")
        assert answer.status_code == 303
        (review,) = queries.reviews_of_proposals([proposal.id])
        assert (review.reviewer_id, review.due_at.isoformat()) == (ana.id, "2026-07-01T21:59:00+00:00")
        assert "Ana is invited." in text_of(browser.get(path)) or "Ana" in text_of(browser.get(path))

    @pytest.mark.parametrize(
        ("over", "text"),
        [
            ({"reviewer": ""}, "Choose a reviewer."),
            ({"reviewer": "nobody"}, "Choose a reviewer."),
            ({"due_on": "2026-05-01"}, "Give a date in the future."),
            ({"due_on": "9999-12-31"}, "Give a date in the future."),
            ({"due_on": "soon"}, "Not a valid date"),
        ],
    )
    def test_bad_input_is_named(self, session, proposal, browser, over, text):
        ana = make_reviewer(proposal.call)
        session.commit()
        path = f"/reviews/proposals/{proposal.id}"
        answer = browser.fill(path, path, **{"reviewer": str(ana.id), "due_on": "2026-07-01", **over})
        assert answer.status_code == 422
        assert text in text_of(answer)
        assert not queries.reviews_of_proposals([proposal.id])

    def test_a_conflicted_person_is_refused_neutrally(self, session, proposal, browser):
        ana = make_reviewer(proposal.call)
        make_conflict(ana, proposal)
        session.commit()
        path = f"/reviews/proposals/{proposal.id}"
        answer = browser.fill(path, path, reviewer=str(ana.id), due_on="2026-07-01")
        assert answer.status_code == 422
        assert "cannot be asked" in text_of(answer)
        assert "conflict" not in text_of(answer).lower()

    def test_two_that_diverge_offer_a_third(self, session, proposal, browser):
        make_review(proposal, state="submitted", scores=WELL)
        make_review(proposal, state="submitted", scores=LOW)
        session.commit()
        page = soup(browser.get(f"/reviews/proposals/{proposal.id}"))
        assert page.find("a", href="#invite", string="Invite a third reviewer")

    def test_auditors_only_look(self, session, proposal, client, sign_in):
        auditor = make_staff(proposal.call.programme, "auditor")
        session.commit()
        browser = sign_in(client, auditor)
        page = browser.get(f"/reviews/proposals/{proposal.id}")
        assert page.status_code == 200
        assert not soup(page).find(id="invite")
        assert browser.act(f"/reviews/proposals/{proposal.id}", due_on="2026-07-01").status_code == 404
        assert browser.act(f"/reviews/proposals/{proposal.id}/table").status_code == 404


class TestTabling:
    def test_the_button_says_why_not(self, session, proposal, browser):
        make_review(proposal, state="submitted")
        session.commit()
        page = text_of(browser.get(f"/reviews/proposals/{proposal.id}"))
        assert "1 of 2 reviews are in." in page
        answer = browser.act(f"/reviews/proposals/{proposal.id}/table")
        assert answer.status_code == 409

    def test_tabling(self, session, proposal, browser):
        for _ in range(2):
            make_review(proposal, state="submitted")
        session.commit()
        path = f"/reviews/proposals/{proposal.id}"
        answer = browser.fill(path, f"{path}/table")
        assert answer.status_code == 303
        session.expire_all()
        assert {r.state for r in session.query(Review)} == {"final"}


class TestOversight:
    @pytest.mark.parametrize(("state", "shown"), [("draft", False), ("submitted", True), ("final", True)])
    def test_a_sheet_is_read_once_handed_in(self, session, proposal, browser, state, shown):
        review = make_review(proposal, state=state)
        session.commit()
        page = text_of(browser.get(f"/reviews/{review.id}/oversight"))
        assert ("Ask for the licence." in page) is shown

    def test_reopening_with_a_reason(self, session, proposal, browser):
        review = make_review(proposal, state="submitted")
        session.commit()
        path = f"/reviews/{review.id}/oversight"
        move = f"/reviews/{review.id}/moves/reopen"
        assert browser.fill(path, move).status_code == 422
        assert browser.fill(path, move, reason="Look at A1.").status_code == 303
        session.expire_all()
        assert session.get(Review, review.id).state == "reopened"

    def test_two_officers_on_one_button(self, session, proposal, browser):
        review = make_review(proposal, state="submitted")
        session.commit()
        form = browser.form(f"/reviews/{review.id}/oversight", f"/reviews/{review.id}/moves/finalise")
        assert browser.act(form["action"], version=form["values"]["version"]).status_code == 303
        assert browser.act(form["action"], version=form["values"]["version"]).status_code == 409

    def test_nobody_oversees_what_they_review(self, session, proposal, client, sign_in):
        """A reviewer who became staff since sees nothing of the other reviews of the same proposal."""
        review = make_review(proposal, state="submitted")
        other = make_review(proposal, state="submitted")
        make_grant(proposal.call.programme, review.reviewer, "manager")
        session.commit()
        browser = sign_in(client, review.reviewer)
        for path in (
            f"/reviews/{review.id}/oversight",
            f"/reviews/{other.id}/oversight",
            f"/reviews/proposals/{proposal.id}",
        ):
            assert browser.get(path).status_code == 404
        assert proposal.reference not in text_of(browser.get(f"/reviews/calls/{proposal.call_id}"))
        for ident in (review.id, other.id):
            assert browser.act(f"/reviews/{ident}/moves/finalise", version=review.version).status_code in {404, 409}
        session.expire_all()
        assert {r.state for r in session.query(Review)} == {"submitted"}


def test_who_reviews_appears_on_no_page_of_others(session, proposal, client, sign_in):
    """The canary: a name, an address, a score, a note and a comment of one reviewer."""
    call = proposal.call
    bird = make_reviewer(call, name="Canary Quillfeather", email="canary@quillfeather.example")
    mine = make_review(
        proposal, reviewer=bird, state="submitted", note_to_staff="CANARY-NOTE", comment_to_applicant="CANARY-COMMENT"
    )
    other = make_review(proposal, state="submitted")
    owner = make_person()
    make_member(proposal.organisation, "owner", owner)
    session.commit()
    seen = 0
    for person in (other.reviewer, owner):
        browser = sign_in(client, person)
        for path in (
            "/", "/reviews", f"/reviews/{other.id}", f"/reviews/{other.id}/sheet", f"/reviews/{mine.id}",
            f"/reviews/{mine.id}/sheet", f"/reviews/{mine.id}/oversight", f"/reviews/proposals/{proposal.id}",
            f"/reviews/calls/{call.id}", f"/proposals/{proposal.id}", "/proposals", "/notifications",
        ):  # fmt: skip
            body = browser.get(path, follow_redirects=True).get_data(as_text=True)
            seen += 1
            for word in ("Quillfeather", "quillfeather", "CANARY", mine.pseudonym, str(bird.id)):
                assert word not in body, f"{word} on {path}"
    assert seen == 24
