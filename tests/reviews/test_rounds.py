"""The round of a call: its phases by date and by hand, and what they open and close."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.core import clock, transitions
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.reviews import queries, services
from app.reviews.models import CriterionScore, ReviewRound, ReviewSubmission
from app.reviews.sheet import Changes
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    reload,
)
from tests.reviews.conftest import CANARY, events

pytestmark = pytest.mark.usefixtures("frozen")
DISCUSSED = {"discussion": True}


def stage_of(proposal):
    return queries.final_stage(proposal).call_stage


def put_round(proposal, state, **dates):
    """The round of the proposal's stage in a phase, row by row."""
    found = ReviewRound(call_stage_id=stage_of(proposal).id, **dates)
    transitions.begin(found, SYSTEM_ACTOR, "review_round.begun")
    setattr(found, "state", state)  # noqa: B010 - a test may begin anywhere
    found.state_changed_at = clock.now() - timedelta(hours=1)
    db.session.flush()
    queries.forget_rounds()
    return found


@pytest.fixture
def talked(session):
    """A proposal of a call whose reviewers discuss."""
    return make_assessed_proposal(call=make_assessing_call(process=DISCUSSED), title="Safer pits at Numbi")


class TestPage:
    def path(self, proposal, rest=""):
        return f"/reviews/calls/{proposal.call_id}/round{rest}"

    def browser(self, client, sign_in, session, proposal, role="officer"):
        session.commit()
        return sign_in(client, make_staff(proposal.call.programme, role))

    def test_it_says_the_phase_and_what_is_missing(self, session, client, sign_in, talked):
        make_review(talked, state="submitted")
        make_review(talked, state="draft")
        page = soup(self.browser(client, sign_in, session, talked).get(self.path(talked)))
        facts = {row.dt.get_text(): row.dd.get_text() for row in page.find("dl", class_="facts").find_all("div")}
        assert facts["Sheets handed in"] == "1"
        assert facts["Sheets missing"] == "1"
        assert "Scoring" in page.find("span", class_="badge").get_text()

    def test_the_overview_leads_to_it(self, session, client, sign_in, talked):
        page = self.browser(client, sign_in, session, talked).get(f"/reviews/calls/{talked.call_id}")
        assert self.path(talked) in page.get_data(as_text=True)

    @pytest.mark.parametrize("role", ["reviewer", "committee_member", "finance"])
    def test_it_exists_for_the_staff_only(self, session, client, sign_in, talked, role):
        browser = self.browser(client, sign_in, session, talked, role)
        assert browser.get(self.path(talked)).status_code == 404
        assert browser.act(self.path(talked, "/moves/open_reading"), version=0).status_code == 404

    def test_an_auditor_looks_and_moves_nothing(self, session, client, sign_in, talked):
        browser = self.browser(client, sign_in, session, talked, "auditor")
        assert browser.get(self.path(talked)).status_code == 200
        assert browser.act(self.path(talked, "/moves/open_reading"), version=0).status_code == 404

    def test_moving_by_hand(self, session, client, sign_in, talked):
        browser = self.browser(client, sign_in, session, talked)
        assert browser.act(self.path(talked, "/moves/open_reading"), version=0).status_code == 303
        assert "Reading each other" in text_of(browser.get(self.path(talked)))
        assert browser.act(self.path(talked, "/moves/close"), version=0).status_code in {303, 409}

    def test_why_a_move_is_not_possible_is_said(self, session, client, sign_in):
        quiet = make_assessed_proposal(call=make_assessing_call(process={"discussion": False}))
        put_round(quiet, "reading")
        page = text_of(self.browser(client, sign_in, session, quiet).get(self.path(quiet)))
        assert "The call has no discussion among reviewers." in page

    def test_a_time_that_the_clocks_skip_is_refused_beside_its_field(self, session, client, sign_in, talked):
        browser = self.browser(client, sign_in, session, talked)
        answer = browser.fill(self.path(talked), self.path(talked), reading_at="2027-03-28T02:30")
        assert answer.status_code == 422
        assert "the clocks skip it" in soup(answer).find(id="reading_at-error").get_text()
        assert soup(answer).find(id="reading_at")["value"].startswith("2027-03-28T02:30")

    def test_dates_are_kept_and_shown_in_the_zone_of_the_call(self, session, client, sign_in, talked):
        browser = self.browser(client, sign_in, session, talked)
        assert browser.fill(self.path(talked), self.path(talked), reading_at="2027-01-10T09:00").status_code == 303
        page = soup(browser.get(self.path(talked)))
        assert page.find(id="reading_at")["value"].startswith("2027-01-10T09:00")
        assert "10 Jan" in page.get_text() or "10 January" in page.get_text()


class TestDates:
    def set(self, proposal, actor, version=0, **walls):
        return services.set_dates(stage=stage_of(proposal), walls=walls, actor=actor, expected_version=version)

    @pytest.fixture
    def officer(self, talked):
        return actor_of(make_officer(talked.call))

    def wall(self, days):
        return (clock.now() + timedelta(days=days)).replace(tzinfo=None, microsecond=0)

    def test_the_phase_in_force_follows_the_dates_without_any_job(self, session, talked, officer):
        self.set(talked, officer, reading_at=self.wall(1), discussing_at=self.wall(2), closes_at=self.wall(3))
        later = [clock.now() + timedelta(days=n, hours=3) for n in (0, 1, 2, 3)]
        found = []
        for moment in later:
            with clock.frozen(moment):
                found.append(queries.phase_of(talked).value)
        assert found == ["scoring", "reading", "discussing", "closed"]
        assert queries.round_of_stage(stage_of(talked).id).state == "scoring"

    @pytest.mark.parametrize(
        ("walls", "field"),
        [
            ({"reading_at": -1}, "reading_at"),
            ({"reading_at": 5, "discussing_at": 4}, "discussing_at"),
            ({"reading_at": 5, "closes_at": 5}, "closes_at"),
            ({"scoring_at": 2}, "scoring_at"),
        ],
    )
    def test_dates_that_cannot_be(self, session, talked, officer, walls, field):
        with pytest.raises(Invalid) as refused:
            self.set(talked, officer, **{name: self.wall(days) for name, days in walls.items()})
        assert refused.value.field == field

    def test_a_date_of_a_discussion_that_the_call_does_not_have(self, session):
        quiet = make_assessed_proposal(call=make_assessing_call(process={"discussion": False}))
        with pytest.raises(Invalid, match="no discussion"):
            self.set(quiet, actor_of(make_officer(quiet.call)), discussing_at=self.wall(2))

    def test_the_job_fires_what_is_due_once(self, session, talked, officer):
        self.set(talked, officer, reading_at=self.wall(1), discussing_at=self.wall(2))
        assert services.follow_due_rounds() == 0
        with clock.frozen(clock.now() + timedelta(days=2, hours=3)):
            assert services.follow_due_rounds() == 1
            assert services.follow_due_rounds() == 0
        assert queries.round_of_stage(stage_of(talked).id).state == "discussing"
        assert len(events(session, "review_round.reading")) == len(events(session, "review_round.discussing")) == 1

    def test_a_round_without_discussion_closes_from_reading(self, session, talked, officer):
        self.set(talked, officer, reading_at=self.wall(1), closes_at=self.wall(2))
        with clock.frozen(clock.now() + timedelta(days=3)):
            services.follow_due_rounds()
        assert queries.round_of_stage(stage_of(talked).id).state == "closed"
        assert not events(session, "review_round.discussing")

    def test_what_is_moved_by_hand_after_a_date_stays(self, session, talked):
        manager = actor_of(make_staff(talked.call.programme, "manager"))
        self.set(talked, manager, reading_at=self.wall(1))
        with clock.frozen(clock.now() + timedelta(days=2)):
            services.move_round(stage=stage_of(talked), name="go_back", reason="Two are missing.", actor=manager)
            assert queries.phase_of(talked).value == "scoring"
        with clock.frozen(clock.now() + timedelta(days=5)):
            assert queries.phase_of(talked).value == "scoring"

    def test_who_saw_another_version_is_refused(self, session, talked, officer):
        first = self.set(talked, officer, reading_at=self.wall(1))
        with pytest.raises(Conflict):
            self.set(talked, officer, version=first.version + 5, reading_at=self.wall(2))


class TestRecruiting:
    def test_an_accepted_reviewer_sees_names_and_no_content(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        put_round(proposal, "recruiting")
        browser = browse(review)
        page = text_of(browser.get(f"/reviews/{review.id}"))
        assert proposal.organisation.name in page
        assert proposal.title in page
        assert CANARY not in page
        assert "Open the proposal and the score sheet" not in page
        assert browser.get(f"/reviews/{review.id}/sheet").status_code == 404
        assert browser.act(f"/reviews/{review.id}/sheet", version=review.version).status_code == 404
        assert f"/reviews/{review.id}/sheet" not in browser.get("/reviews").get_data(as_text=True)

    def test_nothing_is_written_while_the_sheets_are_closed(self, session, proposal):
        review = make_review(proposal, state="draft")
        put_round(proposal, "recruiting")
        with pytest.raises(MoveRefused, match="not open for scoring"):
            services.save_scores(review=review, changes=Changes(note_to_staff="x"), actor=actor_of(review.reviewer))


class TestClosed:
    def test_a_late_sheet_is_not_taken(self, session, proposal):
        review = make_review(proposal, state="draft")
        put_round(proposal, "closed")
        with pytest.raises(MoveRefused, match="not open for scoring"):
            services.submit(review=review, actor=actor_of(review.reviewer))

    def test_what_was_handed_in_can_be_read(self, session, proposal, browse):
        review = make_review(proposal, state="submitted")
        put_round(proposal, "closed")
        assert browse(review).get(f"/reviews/{review.id}/sheet").status_code == 200


class TestRevising:
    def revised(self, review, score=2):
        me = actor_of(review.reviewer)
        services.revise(review=review, actor=me)
        services.save_scores(review=review, changes=Changes(scores={"A1": score}), actor=me)

    def kept(self, review):
        return queries.submissions_of([review.id])[review.id]

    @pytest.mark.parametrize("state", ["recruiting", "scoring", "reading", "closed"])
    def test_scores_are_revised_in_the_discussion_only(self, session, talked, state):
        review = make_review(talked, state="submitted")
        put_round(talked, state)
        with pytest.raises(MoveRefused, match="while the reviewers discuss"):
            services.revise(review=review, actor=actor_of(review.reviewer))

    def test_both_versions_are_kept(self, session, talked):
        review = make_review(talked, state="submitted")
        put_round(talked, "discussing")
        self.revised(review)
        services.submit(review=review, actor=actor_of(review.reviewer))
        first, second = self.kept(review)
        assert (first.number, second.number) == (1, 2)
        assert (first.document["scores"]["A1"], second.document["scores"]["A1"]) == (4, 2)
        assert first.total_hundredths > second.total_hundredths == review.total_hundredths
        assert first.sha256 != second.sha256

    def test_keeping_what_was_handed_in_brings_it_back_word_for_word(self, session, talked):
        review = make_review(talked, state="submitted")
        put_round(talked, "discussing")
        before = {(e.code, e.score, e.reason) for e in queries.entries_of([review.id])[review.id]}
        total = review.total_hundredths
        self.revised(review)
        services.let_stand(review=review, actor=actor_of(review.reviewer))
        session.expire_all()
        assert {
            (e.code, e.score, e.reason) for e in session.query(CriterionScore).filter_by(review_id=review.id)
        } == before
        assert (review.state, review.total_hundredths) == ("submitted", total)
        assert len(self.kept(review)) == 1

    def test_closing_lets_stand_what_was_handed_in(self, session, talked):
        review = make_review(talked, state="submitted")
        put_round(talked, "discussing")
        self.revised(review)
        officer = actor_of(make_officer(talked.call))
        services.move_round(stage=stage_of(talked), name="close", reason="", actor=officer)
        session.refresh(review)
        assert review.state == "submitted"
        scores = {e.code: e.score for e in queries.entries_of([review.id])[review.id]}
        assert scores["A1"] == 4

    def test_tabling_counts_what_was_handed_in(self, session, talked):
        reviews = [make_review(talked, state="submitted") for _ in range(2)]
        put_round(talked, "discussing")
        self.revised(reviews[0])
        services.table(proposal=reload(talked), actor=actor_of(make_officer(talked.call)))
        assert {r.state for r in queries.reviews_of_proposals([talked.id])} == {"final"}

    def test_by_the_pages(self, session, talked, browse):
        review = make_review(talked, state="submitted")
        put_round(talked, "discussing")
        browser = browse(review)
        answer = browser.fill(f"/reviews/{review.id}", f"/reviews/{review.id}/moves/revise")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"/reviews/{review.id}/sheet")
        assert "Keep what I handed in" in text_of(browser.get(f"/reviews/{review.id}"))
        assert browser.fill(f"/reviews/{review.id}", f"/reviews/{review.id}/moves/let_stand").status_code == 303

    def test_a_second_revision_at_once_is_refused(self, session, talked):
        review = make_review(talked, state="submitted")
        put_round(talked, "discussing")
        version = review.version
        me = actor_of(review.reviewer)
        services.revise(review=review, actor=me, expected_version=version)
        with pytest.raises(Conflict):
            services.revise(review=review, actor=me, expected_version=version)
        assert session.query(ReviewSubmission).count() == 1


def test_a_stage_without_a_round_is_being_scored(session, proposal):
    assert queries.phase_of(proposal).value == "scoring"
    assert isinstance(clock.now(), datetime)
