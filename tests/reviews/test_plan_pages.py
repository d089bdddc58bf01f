"""Plans of who reviews what in the browser: making, comparing, applying, and who may."""

from __future__ import annotations

import pytest

from app.reviews import queries
from tests.client import soup, text_of
from tests.factories.identity import make_member, make_person, make_staff
from tests.factories.pool import make_profiled
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
)
from tests.reviews.plans import plan_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def call(proposal):
    return proposal.call


class TestPages:
    @pytest.fixture
    def person(self, call):
        return make_officer(call)

    @pytest.fixture
    def browser(self, session, client, sign_in, person):
        session.commit()
        return sign_in(client, person)

    def made(self, browser, call, **fields):
        path = f"/reviews/calls/{call.id}/plans/new"
        answer = browser.fill(path, path, **fields)
        assert answer.status_code == 303, text_of(answer)
        return answer.location

    def test_from_the_grid_to_the_invitations(self, session, proposal, call, browser):
        ana = make_profiled(call, name="Ana Lopez")
        session.commit()
        grid = soup(browser.get(f"/reviews/calls/{call.id}"))
        assert grid.find("a", href=f"/reviews/calls/{call.id}/plans")
        path = self.made(browser, call, wanted="2", pillars="", language="", title="First try")
        page = text_of(browser.get(path))
        assert "First try" in page and "Ana Lopez" in page and "no other plan under the same rules fits better" in page
        assert f"{proposal.reference} lacks 1 reviewer who may read it." in page
        assert "minerals 1" in page and "Send 1 invitation" in page
        answer = browser.fill(path, f"{path}/apply", due_on="2026-07-01")
        assert answer.status_code == 303
        (review,) = queries.reviews_of_proposals([proposal.id])
        assert review.reviewer_id == ana.id and review.due_at.isoformat() == "2026-07-01T21:59:00+00:00"
        assert "Applied" in text_of(browser.get(path)) and "Send 1" not in text_of(browser.get(path))

    def test_wrong_settings_stand_beside_their_fields(self, session, call, browser):
        path = f"/reviews/calls/{call.id}/plans/new"
        answer = browser.fill(path, path, wanted="0", cap="10", mineral="70", seed="x", title="Kept words")
        page = text_of(answer)
        assert answer.status_code == 422
        assert "from 1 to 9" in page and "from 30 to 100" in page
        assert 'value="Kept words"' in answer.get_data(as_text=True)
        answer = browser.fill(path, path, mineral="70")
        assert answer.status_code == 422 and "must be 100 together" in text_of(answer)

    def test_applying_what_changed_is_refused_in_words(self, session, proposal, call, browser):
        ana = make_profiled(call)
        session.commit()
        path = self.made(browser, call)
        make_conflict(ana, proposal)
        session.commit()
        answer = browser.fill(path, f"{path}/apply", due_on="2026-07-01")
        assert answer.status_code == 409 and "Make it again" in text_of(answer)
        assert queries.reviews_of_proposals([proposal.id]) == []

    def test_two_plans_side_by_side(self, session, proposal, call, browser):
        make_profiled(call, name="Ana")
        make_profiled(call, name="Ben", countries=[])
        session.commit()
        first, second = (
            self.made(browser, call, wanted="1", pillars=""),
            self.made(browser, call, wanted="2", pillars=""),
        )
        page = soup(browser.get(f"/reviews/calls/{call.id}/plans"))
        assert len(page.find("table").tbody.find_all("tr")) == 2
        ids = {"a": first.rsplit("/", 1)[1], "b": second.rsplit("/", 1)[1]}
        answer = browser.get(f"/reviews/calls/{call.id}/plans/compare", query_string=ids)
        assert proposal.reference in text_of(answer) and "0 proposals have the same reviewers" in text_of(answer)
        assert browser.get(f"/reviews/calls/{call.id}/plans/compare").status_code == 404

    def test_a_discarded_plan_is_gone(self, session, proposal, call, browser):
        make_profiled(call)
        session.commit()
        path = self.made(browser, call)
        assert browser.fill(path, f"{path}/discard").status_code == 303
        assert browser.get(path).status_code == 404

    def test_a_conflict_hides_a_proposal_its_names_and_the_sums(
        self, session, proposal, call, person, officer, browser
    ):
        make_profiled(call, name="Ana")
        other = make_assessed_proposal(call=call)
        plan = plan_of(call, officer)
        make_conflict(person, proposal)
        session.commit()
        answer = browser.get(f"/reviews/plans/{plan.id}")
        page = text_of(answer)
        assert other.reference in page and proposal.reference not in page and proposal.title not in page
        assert "Part of this plan is closed to you" in page and "together; the most" not in page
        assert "lacks" in page, "the other proposal's own shortage"
        assert browser.act(f"/reviews/plans/{plan.id}/apply", due_on="2026-07-01").status_code == 409
        (row,) = soup(browser.get(f"/reviews/calls/{call.id}/plans")).find("table").tbody.find_all("tr")
        counts = [cell.get_text(strip=True) for cell in row.select("td.num")]
        assert counts[:2] == ["1", "1"], "one invitation and one empty seat of the proposal that is open"

    def test_who_may_see_and_who_may_plan(self, session, proposal, call, officer, client, sign_in):
        make_profiled(call)
        plan = plan_of(call, officer)
        session.commit()
        paths = [f"/reviews/calls/{call.id}/plans", f"/reviews/plans/{plan.id}", f"/reviews/calls/{call.id}/plans/new"]
        roles = ("manager", "officer", "auditor", "reviewer", "committee_member", "finance")
        answers = {}
        for role in roles:
            person = make_staff(call.programme, role)
            session.commit()
            browser = sign_in(client, person)
            answers[role] = [browser.get(path).status_code for path in paths]
        may = [200, 200, 200]
        none = [404, 404, 404]
        assert answers == {
            "manager": may, "officer": may, "auditor": [200, 200, 404],
            "reviewer": none, "committee_member": none, "finance": none,
        }  # fmt: skip
        applicant = make_member(proposal.organisation, "owner", make_person())
        stranger = make_officer(make_assessing_call())
        session.commit()
        for person in (applicant, stranger):
            browser = sign_in(client, person)
            assert [browser.get(path).status_code for path in paths] == none
            assert browser.act(f"/reviews/plans/{plan.id}/apply").status_code == 404

    def test_as_many_queries_for_one_as_for_many(self, session, proposal, call, officer, browser, count_queries):
        make_profiled(call)
        small = plan_of(call, officer)
        session.commit()
        browser.get(f"/reviews/plans/{small.id}")
        with count_queries() as one:
            browser.get(f"/reviews/plans/{small.id}")
        for n in range(5):
            make_assessed_proposal(call=call)
            make_profiled(call, name=f"R{n}")
        large = plan_of(call, officer)
        session.commit()
        with count_queries() as many:
            browser.get(f"/reviews/plans/{large.id}")
        assert len(many) == len(one) <= 12
        with count_queries() as listed:
            browser.get(f"/reviews/calls/{call.id}/plans")
        assert len(listed) <= 12
