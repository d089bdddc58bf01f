"""A conflict of interest recorded later closes what was open before: tasks, mails and sums."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.projects.services import link_site
from app.proposals.queries import get_proposal, proposals_of_call
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_staff
from tests.factories.mines import make_site
from tests.factories.notifications import add_event, deliver, mails, notices, settle
from tests.factories.projects import make_project
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_review, make_tabled_proposal


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


def test_mines_of_a_closed_project_are_not_counted(new_client, sign_in):
    grant = make_project("active")
    link_site(project=grant.project, site=make_site(), actor=actor_of(grant.officer))
    other = make_staff(grant.programme, "officer")
    make_conflict(grant.officer, get_proposal(grant.project.proposal_id))
    db.session.commit()
    assert "1 mine site in projects" in text_of(sign_in(new_client(), other).get("/work"))
    assert "mine site in projects" not in text_of(sign_in(new_client(), grant.officer).get("/work"))


def test_why_decisions_cannot_end_does_not_count_what_is_closed(new_client, sign_in):
    closed = make_assessed_proposal()
    call = closed.call
    make_tabled_proposal(call=call)
    make_tabled_proposal(call=call)
    one, all_, none = (make_staff(call.programme, "manager") for _ in range(3))
    waiting = proposals_of_call(call.id, actor_of(all_))
    make_conflict(one, closed)
    for proposal in waiting:
        make_conflict(none, proposal)
    db.session.commit()

    def said(person) -> str:
        return text_of(sign_in(new_client(), person).get(f"/decisions/calls/{call.id}"))

    assert "3 proposals still wait" in said(all_)
    assert "2 proposals still wait" in said(one)
    assert "Not every proposal of the call" in said(none) and "still wait" not in said(none)
