"""A conflict of interest recorded later closes what was open before: tasks, mails and sums."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.proposals.queries import get_proposal
from tests.client import soup, text_of
from tests.factories.identity import make_member
from tests.factories.notifications import add_event, deliver, mails, notices, settle
from tests.factories.projects import make_project
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_review


def _open_review(title):
    proposal = make_assessed_proposal(title=title)
    return make_review(proposal, state="draft", due_at=clock.now() + timedelta(days=1))


def test_a_review_closed_by_a_conflict_is_no_task(new_client, sign_in):
    review = _open_review("Canary pits")
    colleague = _open_review("Canary shafts")
    db.session.commit()
    for each in (review, colleague):
        assert "Canary" in text_of(sign_in(new_client(), each.reviewer).get("/work"))
    make_conflict(review.reviewer, review.proposal)
    make_member(colleague.proposal.organisation, "viewer", person=colleague.reviewer)
    db.session.commit()
    assert "Canary pits" not in text_of(sign_in(new_client(), review.reviewer).get("/work"))
    page = text_of(sign_in(new_client(), colleague.reviewer).get("/work"))
    assert "Finish scoring" not in page


def test_nobody_is_told_about_what_a_conflict_has_closed(app):
    reviews = _open_review("Canary pits"), _open_review("Canary shafts")
    make_conflict(reviews[0].reviewer, reviews[0].proposal)
    closed, told = (review.reviewer for review in reviews)
    subjects = [(review, review.proposal) for review in reviews]
    settle()
    for review, proposal in subjects:
        add_event("review.reminder", review, SYSTEM_ACTOR)
        add_event("proposal.withdrawn", proposal, SYSTEM_ACTOR)
    deliver()
    assert len(mails(told.email)) == 2, "there is no canary to find"
    assert not mails(closed.email) and not notices(closed)


def test_sums_leave_out_what_a_conflict_has_closed(new_client, sign_in):
    grant = make_project("active")
    officer = grant.officer
    db.session.commit()

    def money_of_call() -> str:
        page = soup(sign_in(new_client(), officer).get("/work"))
        return " ".join(row.get_text(" ", strip=True) for row in page.select(".chart-row"))

    award = f"{grant.project.award_minor // 100:,}"
    assert award in money_of_call()
    make_conflict(officer, get_proposal(grant.project.proposal_id))
    db.session.commit()
    assert award not in money_of_call()
