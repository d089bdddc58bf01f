"""What can be done with reviews: every guard's refusal, and what each verb leaves behind."""

from datetime import timedelta

import pytest

from app.core import audit, clock
from app.core.errors import Conflict, Invalid, MoveRefused, NotFound
from app.proposals import queries as proposals_queries
from app.reviews import queries, services
from app.reviews.models import CriterionScore, Review
from app.reviews.sheet import Changes
from tests.factories.identity import actor_of, make_grant, make_member, make_person, make_staff
from tests.factories.reviews import (
    REASON,
    WELL,
    full_sheet,
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.reviews.conftest import events

pytestmark = pytest.mark.usefixtures("frozen")


def invite(proposal, officer, reviewer=None, days=14):
    reviewer = reviewer or make_reviewer(proposal.call)
    return services.invite(
        proposal=proposal, reviewer=reviewer, due_at=clock.now() + timedelta(days=days), actor=officer
    )


class TestInviting:
    def test_an_invitation_names_the_version_and_tells_the_reviewer(self, session, proposal, officer):
        review = invite(proposal, officer)
        assert (review.state, review.sealed_number) == ("invited", 1)
        assert review.pseudonym.startswith("R-")
        (event,) = events(session, "review.invited")
        assert event.payload == {"proposal_id": str(proposal.id), "reviewer_id": str(review.reviewer_id)}
        assert [e.action for e in audit.history("review", review.id)] == ["review.invited"]

    def test_pseudonyms_differ_and_say_nothing(self, proposal, officer):
        names = {invite(proposal, officer).pseudonym for _ in range(5)}
        assert len(names) == 5

    @pytest.mark.parametrize("days", [0, -1])
    def test_a_date_in_the_past_is_refused(self, proposal, officer, days):
        with pytest.raises(Invalid, match="future"):
            invite(proposal, officer, days=days)

    def test_twice_is_refused(self, proposal, officer):
        review = invite(proposal, officer)
        with pytest.raises(Invalid, match="already"):
            invite(proposal, officer, review.reviewer)

    def test_reasons_that_are_nobodys_business_share_one_text(self, proposal, officer):
        conflicted = make_reviewer(proposal.call)
        make_conflict(conflicted, proposal)
        member = make_reviewer(proposal.call)
        make_member(proposal.organisation, "viewer", member)
        stranger = make_person()
        double = make_reviewer(proposal.call)
        make_grant(proposal.call.programme, double, "officer")
        texts = set()
        for person in (conflicted, member, stranger, double):
            with pytest.raises(Invalid) as refused:
                invite(proposal, officer, person)
            texts.add((str(refused.value), refused.value.field))
        assert texts == {("This person cannot be asked to review this proposal. Choose another.", "reviewer")}

    def test_only_staff_invite(self, proposal):
        for role in ("reviewer", "committee_member", "auditor", "finance"):
            with pytest.raises(MoveRefused):
                invite(proposal, actor_of(make_staff(proposal.call.programme, role)))

    def test_staff_with_a_conflict_do_not_invite(self, proposal):
        officer = make_officer(proposal.call)
        make_conflict(officer, proposal)
        with pytest.raises(MoveRefused):
            invite(proposal, actor_of(officer))

    @pytest.mark.parametrize("state", ["applying", "deciding", "withdrawn", "awarded"])
    def test_only_while_it_is_assessed(self, session, state):
        proposal = make_assessed_proposal(state=state)
        with pytest.raises(MoveRefused, match="screening"):
            invite(proposal, actor_of(make_officer(proposal.call)))


class TestAnswering:
    def test_accepting_needs_the_declaration(self, proposal):
        review = make_review(proposal)
        with pytest.raises(MoveRefused, match="no conflict"):
            services.accept(review=review, no_conflict=False, signed_as="Me", actor=actor_of(review.reviewer))
        services.accept(review=review, no_conflict=True, signed_as="Me", actor=actor_of(review.reviewer))
        assert review.state == "accepted"
        assert review.no_conflict_declared_at == clock.now()

    def test_nobody_else_accepts(self, proposal):
        review = make_review(proposal)
        for other in (make_reviewer(proposal.call), make_officer(proposal.call)):
            with pytest.raises(MoveRefused):
                services.accept(review=review, no_conflict=True, signed_as="Me", actor=actor_of(other))

    def test_whoever_lost_the_role_does_not_accept(self, session, proposal):
        from app.identity import services as identity_services

        review = make_review(proposal)
        officer = actor_of(make_staff(proposal.call.programme, "manager"))
        identity_services.revoke_role(
            programme=proposal.call.programme, person=review.reviewer, role="reviewer", actor=officer
        )
        with pytest.raises(MoveRefused):
            services.accept(review=review, no_conflict=True, signed_as="Me", actor=actor_of(review.reviewer))

    def test_a_conflict_recorded_meanwhile_refuses(self, proposal):
        review = make_review(proposal)
        make_conflict(review.reviewer, proposal)
        with pytest.raises(MoveRefused):
            services.accept(review=review, no_conflict=True, signed_as="Me", actor=actor_of(review.reviewer))

    def test_declining_wants_a_reason(self, session, proposal):
        review = make_review(proposal)
        with pytest.raises(Invalid, match="reason"):
            services.decline(review=review, reason=" ", actor=actor_of(review.reviewer))
        services.decline(review=review, reason="No time.", actor=actor_of(review.reviewer))
        assert review.state == "declined"
        assert len(events(session, "review.declined")) == 1

    @pytest.mark.parametrize("state", ["invited", "accepted", "draft", "submitted", "reopened"])
    def test_a_conflict_can_be_declared_until_the_end(self, session, proposal, state):
        review = make_review(proposal, state=state)
        me = actor_of(review.reviewer)
        before = session.query(CriterionScore).filter_by(review_id=review.id).count()
        services.declare_conflict(review=review, note="My cousin runs it.", actor=me)
        assert review.state == "conflicted"
        assert proposals_queries.has_conflict(review.reviewer_id, proposal)
        assert len(events(session, "review.conflicted")) == 1
        assert session.query(CriterionScore).filter_by(review_id=review.id).count() == before, "the draft is kept"
        with pytest.raises(NotFound):
            services.save_scores(review=review, changes=full_sheet(), actor=me)

    def test_a_final_review_is_past_declaring(self, proposal):
        review = make_review(proposal, state="final")
        with pytest.raises(MoveRefused):
            services.declare_conflict(review=review, note="Late.", actor=actor_of(review.reviewer))


class TestScoring:
    def test_the_first_words_start_the_scoring(self, session, proposal):
        review = make_review(proposal, state="accepted")
        services.save_scores(review=review, changes=Changes(scores={"A1": 3}), actor=actor_of(review.reviewer))
        assert review.state == "draft"
        assert len(events(session, "review.started")) == 1

    def test_what_is_absent_stays(self, proposal):
        review = make_review(proposal, state="draft", recommended_minor=5_000_000)
        me = actor_of(review.reviewer)
        services.save_scores(review=review, changes=Changes(scores={"A1": 2}, texts={"B": "New"}), actor=me)
        entries = {e.code: e for e in queries.entries_of([review.id])[review.id]}
        assert (entries["A1"].score, entries["A1"].reason) == (2, REASON)
        assert (entries["A2"].score, entries["B"].reason) == (WELL["A2"], "New")
        assert (review.comment_to_applicant, review.recommended_minor) == ("A clear plan.", 5_000_000)
        services.save_scores(review=review, changes=Changes(scores={"A1": None}, recommended_given=True), actor=me)
        assert (entries["A1"].score, review.recommended_minor) == (None, None)

    def test_every_save_is_a_new_version_and_a_stale_one_is_refused(self, proposal):
        review = make_review(proposal, state="draft")
        me, seen = actor_of(review.reviewer), review.version
        services.save_scores(review=review, changes=Changes(scores={"A1": 3}), actor=me, expected_version=seen)
        assert review.version > seen
        with pytest.raises(Conflict):
            services.save_scores(review=review, changes=Changes(scores={"A1": 5}), actor=me, expected_version=seen)

    @pytest.mark.parametrize("state", ["invited", "submitted", "final"])
    def test_closed_sheets_are_not_written_on(self, proposal, state):
        review = make_review(proposal, state=state)
        with pytest.raises(MoveRefused):
            services.save_scores(review=review, changes=Changes(scores={"A1": 1}), actor=actor_of(review.reviewer))

    def test_nobody_else_writes(self, proposal):
        review = make_review(proposal, state="draft")
        for other in (make_reviewer(proposal.call), make_officer(proposal.call)):
            with pytest.raises(NotFound):
                services.save_scores(review=review, changes=Changes(scores={"A1": 1}), actor=actor_of(other))

    def test_submitting_stores_the_total(self, session, proposal):
        review = make_review(proposal, state="submitted", scores={"A1": 5, "A2": 3, "B1": 4})
        assert (review.state, review.total_hundredths) == ("submitted", 8400)
        last = audit.history("review", review.id)[-1]
        assert last.detail == {"total": "84", "scores": {"A": None, "A1": 5, "A2": 3, "B": None, "B1": 4}}
        assert len(events(session, "review.submitted")) == 1

    def test_every_lack_is_named_with_its_place(self, proposal):
        review = make_review(proposal, state="accepted")
        me = actor_of(review.reviewer)
        sheet = Changes(scores={"A1": 5, "B1": 3}, texts={"A": "Fine"})
        services.save_scores(review=review, changes=sheet, actor=me)
        found = services.submit_refusals(review, me)
        assert [(str(r), r.link) for r in found] == [
            ("Score every criterion; open: A2.", "#criterion-A2"),
            ("Give a reason for the scores at: A1.", "#criterion-A1"),
            ("Comment on every section; open: B.", "#section-B"),
        ]
        with pytest.raises(MoveRefused, match="A2"):
            services.submit(review=review, actor=me)

    @pytest.mark.parametrize(("score", "wanted"), [(1, True), (2, True), (3, False), (4, False), (5, True)])
    def test_one_two_and_five_need_a_reason(self, proposal, score, wanted):
        review = make_review(proposal, state="draft", scores={**WELL, "A1": score})
        me = actor_of(review.reviewer)
        services.save_scores(review=review, changes=Changes(texts={"A1": " "}), actor=me)
        assert bool(services.submit_refusals(review, me)) is wanted

    def test_a_reopened_sheet_is_written_on_and_handed_in_again(self, proposal):
        review = make_review(proposal, state="reopened")
        me = actor_of(review.reviewer)
        services.save_scores(review=review, changes=Changes(scores={"A1": 3}), actor=me)
        services.submit(review=review, actor=me)
        assert (review.state, review.total_hundredths) == ("submitted", 7200)


def test_what_is_in_hand_can_be_reminded_of(session, proposal):
    soon = make_review(proposal, state="accepted", due_at=clock.now() + timedelta(days=3))
    make_review(proposal, state="submitted", due_at=clock.now() + timedelta(days=2))
    make_review(proposal, due_at=clock.now() + timedelta(days=9))
    tabled = make_assessed_proposal()
    make_review(tabled, due_at=clock.now() + timedelta(days=1))
    tabled.state = "deciding"
    assert queries.in_hand_until(clock.now() + timedelta(days=3)) == [soon]


def test_lists_load_whole_rows_in_a_stable_order(session):
    call = make_assessing_call()
    proposals = [make_assessed_proposal(call=call) for _ in range(2)]
    for proposal in proposals:
        make_review(proposal, state="submitted")
        make_review(proposal)
    session.expire_all()
    found = queries.reviews_of_call(call.id)
    assert [r.pseudonym for r in found] == sorted(r.pseudonym for r in found)
    assert all(r.proposal.organisation.name and r.reviewer.name for r in found)
    assert len(queries.reviews_of_proposals([proposals[0].id])) == 2
    assert session.query(Review).count() == 4
