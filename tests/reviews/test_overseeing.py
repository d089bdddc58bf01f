"""What staff does with reviews: reopening, recusing, passing them on."""

import pytest

from app.core.errors import Invalid, MoveRefused
from app.reviews import services
from tests.factories.identity import actor_of, make_grant
from tests.factories.reviews import (
    make_review,
)
from tests.reviews.conftest import events

pytestmark = pytest.mark.usefixtures("frozen")


class TestOverseeing:
    def test_reopening_wants_a_reason_and_staff(self, proposal, officer):
        review = make_review(proposal, state="submitted")
        with pytest.raises(Invalid):
            services.reopen(review=review, reason="", actor=officer)
        with pytest.raises(MoveRefused):
            services.reopen(review=review, reason="Mine.", actor=actor_of(review.reviewer))
        services.reopen(review=review, reason="A1 is unclear.", actor=officer)
        assert review.state == "reopened"

    def test_nobody_oversees_their_own_review(self, proposal):
        review = make_review(proposal, state="submitted")
        make_grant(proposal.call.programme, review.reviewer, "officer")
        with pytest.raises(MoveRefused):
            services.finalise(review=review, actor=actor_of(review.reviewer))

    def test_recused_reviews_count_no_more(self, proposal, officer):
        make_review(proposal, state="submitted")
        gone = make_review(proposal, state="final")
        services.recuse(review=gone, reason="Found a link.", actor=officer)
        with pytest.raises(MoveRefused, match="1 of 2"):
            services.table(proposal=proposal, actor=officer)

    def test_tabling_makes_submitted_reviews_final(self, session, proposal, officer):
        reviews = [make_review(proposal, state=s) for s in ("submitted", "final", "draft")]
        services.table(proposal=proposal, actor=officer)
        assert proposal.state == "deciding"
        assert [r.state for r in reviews] == ["final", "final", "draft"]
        assert len(events(session, "proposal.tabled")) == 1

    def test_too_few_reviews_are_refused(self, proposal, officer):
        make_review(proposal, state="submitted")
        make_review(proposal, state="draft")
        with pytest.raises(MoveRefused, match="1 of 2 reviews"):
            services.table(proposal=proposal, actor=officer)

    def test_after_tabling_no_sheet_is_handed_in(self, proposal, officer):
        make_review(proposal, state="submitted")
        make_review(proposal, state="submitted")
        late = make_review(proposal, state="draft")
        services.table(proposal=proposal, actor=officer)
        with pytest.raises(MoveRefused, match="no longer being assessed"):
            services.submit(review=late, actor=actor_of(late.reviewer))
