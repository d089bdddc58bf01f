"""The page of notifications: one's own only, read by POST only, as many queries for one as for many."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import event as listen

from app.dashboard.queries.frame import unread_and_call
from app.extensions import db
from app.notifications.queries import notices_of, unread_count
from tests.client import soup, text_of
from tests.factories.identity import make_person
from tests.factories.notifications import make_notice, notices
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_review,
    make_reviewer,
)


@pytest.fixture
def ada(app):
    return make_person(name="Ada")


@pytest.fixture
def browser(ada, client, sign_in):
    return sign_in(client, ada)


def test_the_page_asks_strangers_to_sign_in_and_brings_them_back(app, client):
    response = client.get("/notifications")
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=/notifications"


def test_the_page_shows_ones_own_notices_in_words(app, ada, browser):
    make_notice(ada, path="/account")
    make_notice(make_person())
    page = browser.get("/notifications")
    assert page.status_code == 200
    (item,) = soup(page).select(".item")
    assert "The call has closed: Call" in item.get_text()
    assert "1 is new." in text_of(page)


def test_an_empty_page_says_what_will_come(browser):
    assert "No notifications yet" in text_of(browser.get("/notifications"))


def test_opening_marks_as_read_and_leads_to_the_page(app, ada, browser):
    notice = make_notice(ada, path="/account")
    response = browser.act(f"/notifications/{notice.id}/open")
    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert unread_count(ada.id) == 0
    (link,) = soup(browser.get("/notifications")).select(".item a")
    assert link["href"] == "/account"


def test_a_path_to_elsewhere_is_never_followed(app, ada, browser):
    notice = make_notice(ada, path="https://evil.example/")
    assert browser.act(f"/notifications/{notice.id}/open").headers["Location"] == "/notifications"


def test_reading_is_never_done_by_get(app, ada, browser):
    notice = make_notice(ada)
    for action in ("open", "read"):
        assert browser.get(f"/notifications/{notice.id}/{action}").status_code == 405
    browser.get("/notifications")
    assert unread_count(ada.id) == 1


def test_reading_needs_the_forms_token(app, ada, browser):
    notice = make_notice(ada)
    assert browser.post(f"/notifications/{notice.id}/read").status_code == 400
    assert unread_count(ada.id) == 1


def test_a_notice_is_read_once_and_stays_read(app, ada, browser):
    notice = make_notice(ada)
    browser.act(f"/notifications/{notice.id}/read")
    db.session.expire_all()
    when = notices(ada)[0].read_at
    browser.act(f"/notifications/{notice.id}/read")
    db.session.expire_all()
    assert when is not None and notices(ada)[0].read_at == when


@pytest.mark.parametrize("action", ["open", "read"])
def test_other_peoples_notices_do_not_exist(app, browser, action):
    other = make_person()
    theirs = make_notice(other)
    refused = browser.act(f"/notifications/{theirs.id}/{action}")
    missing = browser.act(f"/notifications/{uuid.uuid4()}/{action}")
    assert refused.status_code == missing.status_code == 404
    assert text_of(refused)[:200] == text_of(missing)[:200]
    assert unread_count(other.id) == 1


def test_marking_all_touches_only_ones_own(app, ada, browser):
    other = make_person()
    for person in (ada, ada, other):
        make_notice(person)
    assert browser.act("/notifications/read-all").status_code == 303
    assert (unread_count(ada.id), unread_count(other.id)) == (0, 1)


def test_the_number_of_queries_is_the_same_for_one_and_for_thirty(app, ada, browser):
    counts = []
    engine = db.session.get_bind()
    for more in (1, 29):
        for _ in range(more):
            make_notice(ada)
        asked = []
        listen.listen(engine, "before_cursor_execute", note := (lambda *a, asked=asked: asked.append(a[2])))
        browser.get("/notifications")
        listen.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_a_conflict_hides_every_notice_about_the_proposal_and_no_other(app, client, sign_in):
    call = make_assessing_call()
    proposal, other = make_assessed_proposal(call=call), make_assessed_proposal(call=call)
    reviewer = make_reviewer(call)
    review = make_review(proposal, reviewer=reviewer)
    for thing in (review, proposal, proposal.stages[0], review, other):
        make_notice(reviewer, thing=thing)
    assert unread_count(reviewer.id) == 5
    make_conflict(reviewer, proposal)
    assert unread_count(reviewer.id) == 1 == unread_and_call(reviewer.id, []).unread
    assert len(soup(sign_in(client, reviewer).get("/notifications")).select(".item")) == 1
    (left,) = db.session.scalars(notices_of(reviewer.id))
    assert left.event_id == notices(reviewer)[-1].event_id
    assert len(notices(reviewer)) == 5


def test_long_lists_have_pages(app, ada, browser):
    for _ in range(31):
        make_notice(ada)
    first = soup(browser.get("/notifications"))
    assert len(first.select(".item")) == 30
    second = soup(browser.get(first.select_one("a[rel=next]")["href"]))
    assert len(second.select(".item")) == 1
