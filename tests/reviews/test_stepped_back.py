"""A reviewer who steps back for a conflict of interest is named to the staff alone."""

from app.core import audit
from app.extensions import db
from app.reviews import services
from tests.client import text_of
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.reviews import make_assessed_proposal, make_officer, make_review, make_reviewer


def test_the_committee_does_not_learn_who_stepped_back(new_client, sign_in):
    proposal = make_assessed_proposal()
    reviewer = make_reviewer(proposal.call, name="Canary Reviewer")
    review = make_review(proposal, reviewer=reviewer)
    services.declare_conflict(review=review, note="A cousin works there.", actor=actor_of(reviewer))
    officer = make_officer(proposal.call)
    members = [
        make_staff(proposal.call.programme, role, person=make_person()) for role in ("committee_member", "auditor")
    ]
    db.session.commit()
    assert audit.history("proposal", proposal.id)[-1].actor_name == "Canary Reviewer"
    for member in members:
        page = text_of(sign_in(new_client(), member).get(f"/proposals/{proposal.id}"))
        assert "Conflict of interest recorded" in page and "Canary" not in page
    named = sign_in(new_client(), officer).get(f"/proposals/{proposal.id}/conflicts")
    assert "Canary Reviewer" in text_of(named)
