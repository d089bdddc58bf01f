"""Taking a late or unanswered review from its reviewer and asking another: who may, what happens, who is first."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import Conflict, DomainError, Invalid, MoveRefused
from app.extensions import db
from app.identity import queries as identity_queries
from app.reviews import queries, services
from app.reviews.models import CallReviewer, Review, ReviewInvitation
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_person, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.racing import in_transactions
from tests.reviews.conftest import events


def in_days(days):
    return clock.now() + timedelta(days=days)


def give(review, to, officer, **over):
    return services.reassign(
        review=review, to=to, due_at=in_days(10), reason="No answer for a week.", actor=officer, **over
    )


@pytest.mark.usefixtures("frozen")
class TestService:
    def test_an_unanswered_invitation_ends_and_another_is_asked(self, session, proposal, officer):
        old, new = make_review(proposal), make_reviewer(proposal.call)
        made = give(old, new, officer)
        assert (old.state, made.state, made.reviewer_id) == ("recused", "invited", new.id)
        assert made.due_at == in_days(10)
        assert [e.subject_id for e in events(session, "review.recused")] == [old.id]
        assert made.id in [e.subject_id for e in events(session, "review.invited")]

    def test_a_late_sheet_is_taken_and_one_in_time_is_not(self, frozen, proposal, officer):
        review, new = make_review(proposal, state="draft", due_at=in_days(2)), make_reviewer(proposal.call)
        with pytest.raises(MoveRefused, match="not late"):
            give(review, new, officer)
        frozen(in_days(3))
        assert give(review, new, officer).reviewer_id == new.id

    @pytest.mark.parametrize("state", ["submitted", "reopened", "final"])
    def test_what_was_handed_in_stays(self, frozen, proposal, officer, state):
        review, new = make_review(proposal, state=state, due_at=in_days(2)), make_reviewer(proposal.call)
        frozen(in_days(3))
        with pytest.raises(MoveRefused, match="handed in"):
            give(review, new, officer)
        assert review.state == state

    def test_nothing_happens_when_the_other_cannot_be_asked(self, session, proposal, officer):
        old = make_review(proposal)
        member = make_reviewer(proposal.call)
        make_member(proposal.organisation, "viewer", person=member)
        session.flush()
        session.info.clear()
        for nobody in (member, make_person(), old.reviewer):
            with pytest.raises(Invalid):
                give(old, nobody, officer)
        assert old.state == "invited"
        assert session.query(Review).count() == 1
        assert not events(session, "review.recused")

    def test_a_reason_and_a_date_to_come_are_wanted(self, proposal, officer):
        old, new = make_review(proposal), make_reviewer(proposal.call)
        with pytest.raises(Invalid, match="reason"):
            services.reassign(review=old, to=new, due_at=in_days(3), reason=" ", actor=officer)
        with pytest.raises(Invalid, match="future"):
            services.reassign(review=old, to=new, due_at=in_days(-1), reason="Late", actor=officer)

    def test_a_stale_page_and_strangers_are_refused(self, proposal, officer):
        old, new = make_review(proposal), make_reviewer(proposal.call)
        with pytest.raises(Conflict):
            give(old, new, officer, expected_version=old.version + 1)
        for stranger in (make_staff(proposal.call.programme, "auditor"), make_person(), old.reviewer):
            with pytest.raises(DomainError):
                give(old, new, actor_of(stranger))
        db.session.rollback()

    def test_the_mailed_link_of_the_old_reviewer_works_no_more(self, session, proposal, officer):
        old, new = make_review(proposal), make_reviewer(proposal.call)
        link = ReviewInvitation(
            proposal_id=proposal.id, review_id=old.id, name="Ana", email="ana@example.org", email_key="ana@example.org",
            token_hash="0" * 64, due_at=old.due_at, expires_at=old.due_at, sealed_number=1, invited_by_id=officer.person_id,
        )  # fmt: skip
        session.add(link)
        session.flush()
        give(old, new, officer)
        assert link.withdrawn_at == clock.now()


@pytest.mark.usefixtures("frozen")
class TestPage:
    @pytest.fixture
    def review(self, session, proposal):
        return make_review(proposal, reviewer=make_reviewer(proposal.call, name="Ana Old"))

    @pytest.fixture
    def browser(self, session, client, sign_in, review):
        staff = make_officer(review.proposal.call)
        session.commit()
        return sign_in(client, staff)

    def fields(self, person, **over):
        return {"reviewer": str(person.id), "due_on": in_days(9).date().isoformat(), "reason": "No answer.", **over}

    def test_it_shows_first_what_will_happen_and_writes_nothing(self, session, review, browser):
        new = make_reviewer(review.proposal.call, name="Ben New")
        session.add(CallReviewer(call_id=review.proposal.call_id, person_id=new.id, capacity=4))
        session.commit()
        address = f"/reviews/{review.id}/reassign"
        assert "Ben New (has 0 of 4)" in text_of(browser.get(address))
        page = text_of(browser.act(address, **self.fields(new)))
        assert "Ben New is invited by mail" in page
        assert "Ana Old is told by mail" in page
        assert session.query(Review).count() == 1
        done = browser.act(address, **self.fields(new, then="reassign", version=review.version))
        assert done.status_code == 303
        session.expire_all()
        assert {r.reviewer.name: r.state for r in queries.reviews_of_proposals([review.proposal_id])} == {
            "Ana Old": "recused", "Ben New": "invited",
        }  # fmt: skip

    def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(self, session, review, browser):
        new = make_reviewer(review.proposal.call)
        session.commit()
        answer = browser.act(f"/reviews/{review.id}/reassign", **self.fields(new, reason="", then="reassign"))
        assert answer.status_code == 422
        assert soup(answer).find(id="reviewer").find("option", selected=True)["value"] == str(new.id)
        past = self.fields(new, due_on="2020-01-01", reason="Kept words", then="reassign")
        answer = browser.act(f"/reviews/{review.id}/reassign", **past)
        assert answer.status_code == 422
        assert "Kept words" in answer.get_data(as_text=True)
        answer = browser.act(f"/reviews/{review.id}/reassign", **self.fields(new, reviewer="nonsense"))
        assert answer.status_code == 422
        session.expire_all()
        assert queries.get_review(review.id).state == "invited"

    def test_a_handed_in_sheet_says_why_not(self, session, proposal, browser):
        done = make_review(proposal, state="submitted")
        session.commit()
        assert "handed in already" in text_of(browser.get(f"/reviews/{done.id}/reassign"))

    @pytest.mark.parametrize(
        "role", ["auditor", "committee_member", "reviewer", "conflicted", "stranger", "reviews_it"]
    )
    def test_others_get_404(self, session, client, sign_in, review, role):
        call = review.proposal.call
        if role == "conflicted":
            person = make_officer(call)
            make_conflict(person, review.proposal)
        elif role == "reviews_it":
            person = make_staff(call.programme, "officer")
            own = make_review(review.proposal)
            own.reviewer_id = person.id
        else:
            person = make_person() if role == "stranger" else make_staff(call.programme, role)
        session.commit()
        sign_in(client, person)
        assert client.get(f"/reviews/{review.id}/reassign").status_code == 404
        new = make_reviewer(call)
        session.commit()
        answer = client.act(f"/reviews/{review.id}/reassign", **self.fields(new, then="reassign"))
        assert answer.status_code == 404


@pytest.mark.postgres
@pytest.mark.parametrize("turn", range(3))
def test_of_twenty_managers_one_reassigns(postgres_app, turn):
    with postgres_app.app_context():
        review = make_review(make_assessed_proposal())
        ident, officer = review.id, actor_of(make_officer(review.proposal.call))
        people = [make_reviewer(review.proposal.call).id for _ in range(20)]
        due_at = in_days(20)
        db.session.commit()

    def act(index):
        services.reassign(
            review=queries.get_review(ident), to=identity_queries.get_person(people[index]), due_at=due_at,
            reason="Late", actor=officer,
        )  # fmt: skip
        return True

    results = in_transactions(postgres_app, 20, act)
    assert results.count(True) == 1, results
    assert all(isinstance(r, DomainError) for r in results if r is not True)
    with postgres_app.app_context():
        assert db.session.query(Review).count() == 2
