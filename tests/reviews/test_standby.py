"""The stand-by list: late and declined work is offered to the best reviewer in reserve, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid, MoveRefused
from app.reviews import queries, services
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.pool import make_profiled
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_officer, make_review, make_reviewer

pytestmark = pytest.mark.usefixtures("frozen")


def in_days(days):
    return clock.now() + timedelta(days=days)


@pytest.fixture
def call(proposal):
    return proposal.call


def names(work):
    return [person.name for person, _ in work.candidates]


def test_late_and_declined_work_with_the_best_first(session, frozen, proposal, call, officer):
    late = make_review(proposal, state="accepted", due_at=in_days(2))
    in_time = make_review(proposal, due_at=in_days(20))
    declined = make_review(other := make_assessed_proposal(call=call), due_at=in_days(20))
    services.decline(review=declined, reason="No time.", actor=actor_of(declined.reviewer))
    make_profiled(call, name="Fair", standby=True, countries=[])
    make_profiled(call, name="Best", standby=True)
    closed = make_profiled(call, name="Closed", standby=True)
    make_conflict(closed, proposal)
    make_profiled(call, name="Busy", standby=True, capacity=0)
    make_profiled(call, name="Not in reserve")
    frozen(in_days(3))
    work = services.open_work(call, officer)
    assert [w.review.id for w in work] == [late.id, declined.id] and in_time.id
    assert [w.late for w in work] == [True, False]
    assert names(work[0]) == ["Best", "Fair"]
    assert names(work[1]) == ["Best", "Closed", "Fair"] and work[1].review.proposal_id == other.id


def test_somebody_in_reserve_takes_over_late_work(session, frozen, proposal, call, officer):
    late, ana = make_review(proposal, due_at=in_days(2)), make_profiled(call, standby=True)
    frozen(in_days(3))
    made = services.offer(review=late, to=ana, due_at=in_days(9), reason="Late.", actor=officer)
    assert (late.state, made.state, made.reviewer_id) == ("recused", "invited", ana.id)
    assert services.open_work(call, officer)[0].candidates == (), "one reviewer is lacking, and nobody else is there"


def test_somebody_in_reserve_takes_over_what_was_declined(session, proposal, call, officer):
    declined, ana = make_review(proposal), make_profiled(call, standby=True)
    make_review(proposal)
    services.decline(review=declined, reason="No time.", actor=actor_of(declined.reviewer))
    made = services.offer(review=declined, to=ana, due_at=in_days(9), reason="", actor=officer)
    assert (declined.state, made.reviewer_id) == ("declined", ana.id)
    ben = make_profiled(call, standby=True, name="Ben")
    assert services.open_work(call, officer) == []
    with pytest.raises(MoveRefused, match="all its reviewers"):
        services.offer(review=declined, to=ben, due_at=in_days(9), reason="", actor=officer)


def test_only_from_the_list_and_only_what_is_late(session, frozen, proposal, call, officer):
    review, ana, ben = make_review(proposal, due_at=in_days(2)), make_profiled(call, standby=True), make_reviewer(call)
    with pytest.raises(MoveRefused, match="not late"):
        services.offer(review=review, to=ana, due_at=in_days(9), reason="x", actor=officer)
    frozen(in_days(3))
    with pytest.raises(Invalid, match="not on the stand-by list"):
        services.offer(review=review, to=ben, due_at=in_days(9), reason="x", actor=officer)
    with pytest.raises(MoveRefused):
        services.offer(review=review, to=ana, due_at=in_days(9), reason="x", actor=actor_of(ben))
    make_conflict(ana, proposal)
    with pytest.raises(Invalid):
        services.offer(review=review, to=ana, due_at=in_days(9), reason="x", actor=officer)
    assert review.state == "invited"


class TestPages:
    @pytest.fixture
    def browser(self, session, client, sign_in, call):
        person = make_officer(call)
        session.commit()
        return sign_in(client, person)

    def test_put_on_offer_take_off(self, session, frozen, proposal, call, browser):
        make_review(proposal, due_at=in_days(2), reviewer=make_reviewer(call, name="Late Larry"))
        ana = make_profiled(call, name="Ana Lopez")
        session.commit()
        path = f"/reviews/calls/{call.id}/standby"
        assert browser.fill(path, path, reviewer=str(ana.id)).status_code == 303
        assert "Nothing is late" in text_of(browser.get(path))
        frozen(in_days(3))
        page = soup(browser.get(path))
        assert "Late Larry" in page.get_text() and "Ana Lopez (fit" in page.get_text()
        offer = page.select_one("td.actions a")["href"]
        ahead = text_of(browser.get(offer))
        assert "The review of Late Larry ends." in ahead and "invited by mail" in ahead
        assert browser.fill(offer, offer, due_on="2026-07-20").status_code == 303
        assert {r.reviewer.name for r in queries.reviews_of_proposals([proposal.id]) if r.state == "invited"} == {
            "Ana Lopez"
        }
        assert browser.act(offer, reviewer=str(ana.id), due_on="2026-07-20").status_code == 422
        assert len(queries.reviews_of_proposals([proposal.id])) == 2
        assert browser.act(path, reviewer=str(ana.id), then="remove").status_code == 303
        assert not queries.get_call_reviewer(call.id, ana.id).standby

    def test_what_nobody_may_be_put_on(self, session, proposal, call, browser):
        path = f"/reviews/calls/{call.id}/standby"
        for wrong in ("", "nobody", str(proposal.id)):
            answer = browser.act(path, reviewer=wrong)
            assert answer.status_code == 422 and "Choose a reviewer." in text_of(answer)

    def test_who_may_see_it(self, session, proposal, call, client, sign_in):
        path = f"/reviews/calls/{call.id}/standby"
        seen, changed = {}, {}
        for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance"):
            person = make_staff(call.programme, role)
            session.commit()
            browser = sign_in(client, person)
            seen[role], changed[role] = browser.get(path).status_code, browser.act(path).status_code
        assert [role for role, status in seen.items() if status == 200] == ["manager", "officer", "auditor"]
        assert [role for role, status in changed.items() if status == 422] == ["manager", "officer"]
        assert {seen["reviewer"], seen["finance"], changed["auditor"], changed["reviewer"]} == {404}

    def test_as_many_queries_for_one_as_for_many(self, session, frozen, proposal, call, browser, count_queries):
        make_review(proposal, due_at=in_days(2))
        make_profiled(call, standby=True)
        session.commit()
        frozen(in_days(3))
        path = f"/reviews/calls/{call.id}/standby"
        browser.get(path)
        with count_queries() as one:
            browser.get(path)
        for n in range(4):
            make_review(make_assessed_proposal(call=call), due_at=in_days(1))
            make_profiled(call, standby=True, name=f"R{n}")
        session.commit()
        frozen(in_days(3))
        with count_queries() as many:
            browser.get(path)
        assert len(many) == len(one) <= 26
