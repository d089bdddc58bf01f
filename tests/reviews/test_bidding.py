"""Before proposals are given out: names only, wishes, conflicts that close at once, and only while reviewers are found."""

import pytest

from app.core import clock
from app.extensions import db
from app.proposals import queries as proposals_queries
from app.proposals.models import ConflictOfInterest
from app.reviews import queries
from app.reviews.models import CallReviewer, ReviewBid, ReviewRound
from app.reviews.queries import pool
from tests.client import soup, text_of
from tests.factories.identity import make_member, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")
CANARY = "Pits collapse in the rain."


def recruit(call, state="recruiting"):
    row = ReviewRound(call_stage_id=call.stages[-1].id)
    setattr(row, "state", state)  # noqa: B010 - a test may begin anywhere
    row.state_changed_at = clock.now()
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def call(session):
    call = make_assessing_call()
    recruit(call)
    return call


@pytest.fixture
def proposal(call):
    return make_assessed_proposal(call=call, title="Safer pits at Numbi")


@pytest.fixture
def ana(call):
    return make_reviewer(call, name="Ana")


@pytest.fixture
def browser(session, client, sign_in, proposal, ana):
    session.commit()
    return sign_in(client, ana)


def path_of(call):
    return f"/reviews/calls/{call.id}/bids"


def test_names_only(browser, call, proposal):
    page = text_of(browser.get(path_of(call)))
    for name in (proposal.title, proposal.reference, proposal.organisation.name, "Lakeside Smelting"):
        assert name in page
    for content in (CANARY, "secret-contact", "100000", "100,000"):
        assert content not in page


def test_in_a_double_blind_call_only_the_title(session, client, sign_in):
    call = make_assessing_call(process={"blind": "double"})
    recruit(call)
    proposal, ana = make_assessed_proposal(call=call, title="Safer pits at Numbi"), make_reviewer(call)
    session.commit()
    page = text_of(sign_in(client, ana).get(path_of(call)))
    assert "Safer pits at Numbi" in page
    assert proposal.organisation.name not in page
    assert "Lakeside Smelting" not in page


def test_a_bid_is_kept_and_changed(session, browser, call, proposal, ana):
    field = f"bid-{proposal.id}"
    assert browser.fill(path_of(call), path_of(call), **{field: "eager"}).status_code == 303
    assert pool.bids_of(ana.id, [proposal.id])[proposal.id].value == "eager"
    assert browser.form(path_of(call), path_of(call))["values"][field] == "eager"
    browser.fill(path_of(call), path_of(call), **{field: "no"})
    session.expire_all()
    assert [bid.value for bid in session.query(ReviewBid)] == ["no"]


def test_a_conflict_closes_the_proposal_at_once(session, browser, call, proposal, ana):
    note = {f"note-{proposal.id}": "My sister leads it."}
    browser.fill(path_of(call), path_of(call), **{f"bid-{proposal.id}": "conflict", **note})
    (conflict,) = session.query(ConflictOfInterest)
    assert (conflict.person_id, conflict.basis, conflict.note) == (ana.id, "declared", "My sister leads it.")
    assert proposals_queries.has_conflict(ana.id, proposal)
    assert proposal.title not in text_of(browser.get(path_of(call)))
    browser.act(path_of(call), **{f"bid-{proposal.id}": "eager"})
    assert not session.query(ReviewBid).count(), "a closed proposal takes no bid"


def test_a_conflict_ends_an_invitation(session, client, sign_in, call, proposal, ana):
    review = make_review(proposal, reviewer=ana)
    session.commit()
    sign_in(client, ana).act(path_of(call), **{f"bid-{proposal.id}": "conflict"})
    session.expire_all()
    assert queries.get_review(review.id).state == "conflicted"


@pytest.mark.parametrize("state", ["scoring", "reading", "discussing", "closed", None])
def test_only_while_reviewers_are_found(session, client, sign_in, state):
    call = make_assessing_call()
    if state:
        recruit(call, state)
    proposal, ana = make_assessed_proposal(call=call, title="Safer pits at Numbi"), make_reviewer(call)
    session.commit()
    browser = sign_in(client, ana)
    assert "Safer pits" not in text_of(browser.get(path_of(call)))
    answer = browser.act(path_of(call), **{f"bid-{proposal.id}": "eager"})
    assert answer.status_code == 409
    assert not session.query(ReviewBid).count()


def test_whom_a_proposal_is_closed_to_never_sees_its_name(session, client, sign_in, call, proposal, ana):
    member = make_reviewer(call, name="Mia")
    make_member(proposal.organisation, person=member)
    make_conflict(ana, proposal)
    session.commit()
    for person in (ana, member):
        page = text_of(sign_in(client, person).get(path_of(call)))
        assert proposal.title not in page
        assert proposal.reference not in page


def test_who_may_come(session, client, sign_in, call, proposal):
    people = {role: make_staff(call.programme, role) for role in ("manager", "officer", "auditor", "committee_member")}
    both = make_staff(call.programme, "officer", "reviewer")
    stranger = make_reviewer(make_assessing_call())
    session.commit()
    for person in (*people.values(), both, stranger):
        assert sign_in(client, person).get(path_of(call)).status_code == 404
        assert sign_in(client, person).act(path_of(call), **{f"bid-{proposal.id}": "eager"}).status_code == 404


@pytest.mark.parametrize("value", ["maybe", "EAGER", "x" * 500, "\x00"])
def test_another_word_is_refused(session, browser, call, proposal, value):
    assert browser.act(path_of(call), **{f"bid-{proposal.id}": value}).status_code in {400, 422}
    assert not session.query(ReviewBid).count()


def test_what_is_not_offered_is_passed_over(session, browser, call):
    other = make_assessed_proposal()
    session.commit()
    answer = browser.act(
        path_of(call), **{f"bid-{other.id}": "eager", "bid-nothing": "eager", "bid-": "no", "page": "9x"}
    )
    assert answer.status_code == 303
    assert not session.query(ReviewBid).count()


def test_availability_is_the_reviewers_own_word(session, browser, call, ana):
    path = f"/reviews/calls/{call.id}/availability"
    assert browser.fill(path_of(call), path, available="on", capacity="3").status_code == 303
    row = session.query(CallReviewer).one()
    assert (row.person_id, row.available, row.capacity) == (ana.id, True, 3)
    values = browser.form(path_of(call), path)["values"]
    values.pop("available")
    browser.post(path, data={**values, "capacity": "0"})
    session.expire_all()
    row = session.query(CallReviewer).one()
    assert (row.available, row.capacity) == (False, 0)
    assert browser.fill(path_of(call), path, capacity="201").status_code == 422
    assert browser.fill(path_of(call), path, capacity="lots").status_code == 422


def test_the_agreed_minimum_and_stand_by_stay(session, client, sign_in, call, ana):
    session.add(CallReviewer(call_id=call.id, person_id=ana.id, capacity=6, minimum=4, standby=True))
    session.commit()
    sign_in(client, ana).act(f"/reviews/calls/{call.id}/availability", available="on", capacity="3")
    session.expire_all()
    row = session.query(CallReviewer).one()
    assert (row.capacity, row.minimum, row.standby) == (3, 3, True), "never more at least than at most"


def test_the_inbox_leads_there(browser, call):
    hrefs = {a["href"] for a in soup(browser.get("/reviews")).select("main a")}
    assert path_of(call) in hrefs
    assert "/reviews/profile" in hrefs


def test_as_many_queries_for_one_as_for_many(session, browser, call, count_queries):
    browser.get(path_of(call))
    with count_queries() as one:
        browser.get(path_of(call))
    for _ in range(20):
        make_assessed_proposal(call=call)
    session.commit()
    browser.get(path_of(call))
    with count_queries() as many:
        browser.get(path_of(call))
    assert len(many) == len(one) <= 12, many


def test_the_officer_has_no_page_of_bids_of_others(session, client, sign_in, call, proposal):
    officer = make_officer(call)
    session.commit()
    assert sign_in(client, officer).get(path_of(call)).status_code == 404
