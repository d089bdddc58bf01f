"""Reviews far apart: a third reviewer or consensus is offered, and what was decided stands until a new review comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.audit import AuditEntry
from app.reviews import queries
from app.reviews.models import DivergenceResolution
from tests.client import soup, text_of
from tests.factories.identity import make_staff
from tests.factories.reviews import (
    WELL,
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.reviews.conftest import events

pytestmark = pytest.mark.usefixtures("frozen")
LOW = {"A1": 2, "A2": 2, "B1": 2}


@pytest.fixture
def proposal(session):
    found = make_assessed_proposal()
    for name, scores in (("Ana", WELL), ("Ben", LOW)):
        make_review(found, reviewer=make_reviewer(found.call, name=name), state="submitted", scores=scores)
    return found


@pytest.fixture
def officer(proposal):
    return make_officer(proposal.call)


@pytest.fixture
def browser(session, client, sign_in, officer):
    session.commit()
    return sign_in(client, officer)


def path_of(proposal):
    return f"/reviews/proposals/{proposal.id}/divergence"


def page_of(proposal):
    return f"/reviews/proposals/{proposal.id}"


def states(session, proposal):
    session.expire_all()
    return sorted(r.state for r in queries.reviews_of_proposals([proposal.id]))


def test_both_ways_are_offered(proposal, browser):
    page = soup(browser.get(page_of(proposal)))
    assert page.find("a", href=path_of(proposal)) and page.find("a", href="#invite", string="Invite a third reviewer")
    assert "Ana" in text_of(browser.get(path_of(proposal)))


def test_asking_for_consensus_opens_the_furthest_sheets_with_the_reason(session, proposal, browser):
    make_review(proposal, state="submitted", scores={"A1": 3, "A2": 3, "B1": 3})
    session.commit()
    answer = browser.fill(path_of(proposal), path_of(proposal), how="ask", note="Please look at the licence again.")
    assert answer.status_code == 303
    assert states(session, proposal) == ["reopened", "reopened", "submitted"]
    assert len(events(session, "review.reopened")) == 2
    said = session.query(AuditEntry).filter(AuditEntry.reason == "Please look at the licence again.")
    assert {entry.subject_type for entry in said} == {"review"} and said.count() == 2


@pytest.mark.parametrize("how", ["accepted", "consensus"])
def test_a_decision_stands_until_another_review_comes(session, frozen, proposal, browser, how):
    frozen(clock.now() + timedelta(hours=1))
    answer = browser.fill(path_of(proposal), path_of(proposal), how=how, note="Both saw other annexes.")
    assert answer.status_code == 303
    page = text_of(browser.get(page_of(proposal)))
    assert "this is resolved" in page and "Both saw other annexes." in page
    frozen(clock.now() + timedelta(hours=2))
    make_review(proposal, state="submitted", scores=LOW)
    session.commit()
    assert "this is resolved" not in text_of(browser.get(page_of(proposal)))


def test_a_third_review_must_be_in(session, proposal, browser):
    answer = browser.fill(path_of(proposal), path_of(proposal), how="third_review", note="Settled.")
    assert answer.status_code == 422 and "There is no third review yet" in text_of(answer)
    assert "Settled." in text_of(answer) or b"Settled." in answer.data
    make_review(proposal, state="submitted", scores=WELL)
    session.commit()
    assert browser.fill(path_of(proposal), path_of(proposal), how="third_review", note="Settled.").status_code == 303
    assert session.query(DivergenceResolution).one().how == "third_review"


@pytest.mark.parametrize(("how", "note"), [("ask", ""), ("", "Why"), ("never", "Why"), ("accepted", "  ")])
def test_bad_input_is_named(session, proposal, browser, how, note):
    assert browser.fill(path_of(proposal), path_of(proposal), how=how, note=note).status_code == 422
    assert states(session, proposal) == ["submitted", "submitted"]
    assert not session.query(DivergenceResolution).count()


def test_reviews_that_agree_are_left_alone(session, client, sign_in):
    calm = make_assessed_proposal()
    for _ in range(2):
        make_review(calm, state="submitted", scores=WELL)
    officer = make_officer(calm.call)
    session.commit()
    browser = sign_in(client, officer)
    assert "do not lie far apart" in text_of(browser.get(path_of(calm)))
    for how in ("ask", "accepted"):
        assert browser.act(path_of(calm), how=how, note="Why").status_code == 409
    assert states(session, calm) == ["submitted", "submitted"]


def test_who_may(session, proposal, officer, client, sign_in):
    programme = proposal.call.programme
    for role, status in (("manager", 200), ("auditor", 404), ("reviewer", 404), ("committee_member", 404)):
        person = make_staff(programme, role)
        session.commit()
        visitor = sign_in(client, person)
        assert visitor.get(path_of(proposal)).status_code == status
        if status == 404:
            assert visitor.act(path_of(proposal), how="accepted", note="Why").status_code == 404
    make_conflict(officer, proposal)
    session.commit()
    assert sign_in(client, officer).get(path_of(proposal)).status_code == 404
    assert sign_in(client, make_officer(make_assessing_call())).get(path_of(proposal)).status_code == 404
