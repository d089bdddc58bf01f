"""No word on a sheet is lost: open pages merge field by field, and where they differ both texts stay."""

from __future__ import annotations

import json

import pytest

from app.extensions import db
from app.identity.queries import get_person
from app.proposals.posted import Posted
from app.reviews import merging, queries, services
from app.reviews.forms.reviewing import LONGEST
from app.reviews.sheet import Changes
from tests.client import soup, text_of
from tests.factories.identity import actor_of
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_review
from tests.racing import in_transactions

PHONE, DESK = "phone-000000001", "desk-0000000001"


@pytest.fixture
def review(proposal):
    return make_review(proposal, state="draft")


@pytest.fixture
def where(review):
    return f"/reviews/{review.id}/sheet"


def send(browser, where, client, sequence, bases, version, **fields):
    """What the script of an open page sends."""
    book = {"patch:client": client, "patch:sequence": sequence, "patch:bases": json.dumps(bases), "version": version}
    data = {"csrf_token": browser.csrf_token(), **book, **{_field(name): value for name, value in fields.items()}}
    answer = browser.post(where, data=data, headers={"X-Autosave": "1"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return json.loads(answer.get_data())


def _field(name):
    return name if name == "note_to_staff" else name.replace("_", "-", 1)


def texts(review):
    db.session.expire_all()
    return services.sheet_of(queries.get_review(review.id)).texts


def waiting(review):
    db.session.expire_all()
    return [text["text"] for text in queries.get_review(review.id).rival_texts]


class TestTwoPages:
    def test_different_fields_merge_and_each_page_learns_of_the_other(self, session, review, where, browse):
        browser, known = browse(review), review.version
        send(browser, where, PHONE, 1, {"reason-A1": known}, known, reason_A1="On the phone.")
        told = send(browser, where, DESK, 1, {"reason-A2": known}, known, reason_A2="At the desk.")
        assert (texts(review)["A1"], texts(review)["A2"]) == ("On the phone.", "At the desk.")
        assert told["newer"] == {"reason-A1": ["On the phone."]}
        assert told["texts"] == []

    def test_of_one_field_both_texts_are_kept(self, session, review, where, browse):
        browser, known = browse(review), review.version
        send(browser, where, PHONE, 1, {"reason-A1": known}, known, reason_A1="On the phone.")
        told = send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="At the desk.")
        assert texts(review)["A1"] == "On the phone."
        assert waiting(review) == ["At the desk."]
        assert told["texts"][0]["name"] == "reason-A1"
        assert "At the desk." in told["texts"][0]["html"]
        assert "At the desk." in text_of(browser.get(where))

    def test_a_page_goes_on_typing_without_getting_in_its_own_way(self, session, review, where, browse):
        browser, known = browse(review), review.version
        for number, words in enumerate(("I", "I doubt", "I doubt it."), 1):
            told = send(browser, where, DESK, number, {"reason-A1": known}, known, reason_A1=words)
        assert texts(review)["A1"] == "I doubt it."
        assert waiting(review) == []
        assert told["newer"] == {}

    def test_an_edit_that_is_sent_twice_is_taken_once(self, session, review, where, browse):
        browser, known = browse(review), review.version
        send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="First.")
        send(browser, where, PHONE, 1, {"reason-A1": known + 9}, known + 9, reason_A1="Later.")
        send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="First.")
        assert texts(review)["A1"] == "Later."
        assert waiting(review) == []

    def test_a_blank_is_no_rival(self, session, review, where, browse):
        browser, known = browse(review), review.version
        send(browser, where, PHONE, 1, {"reason-A1": known}, known, reason_A1="On the phone.")
        send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="")
        assert texts(review)["A1"] == "On the phone."
        assert waiting(review) == []

    def test_scores_collide_like_texts(self, session, review, where, browse):
        browser, known = browse(review), review.version
        send(browser, where, PHONE, 1, {"score-A1": known}, known, score_A1="2")
        send(browser, where, DESK, 1, {"score-A1": known}, known, score_A1="5")
        assert services.sheet_of(queries.get_review(review.id)).scores["A1"] == 2
        assert waiting(review) == ["5"]


class TestWithoutAScript:
    def test_only_what_was_changed_on_the_page_counts(self, session, review, where, browse):
        browser = browse(review)
        old = browser.form(where, where)["values"]
        browser.fill(where, where, **{"reason-A1": "Written on the phone."})
        answer = browser.post(where, data={**old, "reason-A2": "Written at the desk."})
        assert answer.status_code == 303
        assert (texts(review)["A1"], texts(review)["A2"]) == ("Written on the phone.", "Written at the desk.")

    def test_both_texts_are_shown_and_one_is_chosen(self, session, review, where, browse):
        browser = browse(review)
        old = browser.form(where, where)["values"]
        browser.fill(where, where, **{"reason-A1": "Written on the phone."})
        answer = browser.post(where, data={**old, "reason-A1": "Written at the desk."})
        assert answer.status_code == 422
        block = soup(answer).select_one(".two-texts")
        assert "Written on the phone." in block.get_text()
        assert "Written at the desk." in block.get_text()
        button = block.select_one('button[value^="typed:"]')
        data = {**browser.form(where, where)["values"], "settle": button["value"]}
        assert browser.post(button["formaction"], data=data).status_code == 303
        assert texts(review)["A1"] == "Written at the desk."
        assert waiting(review) == []

    def test_it_is_not_handed_in_while_two_texts_meet(self, session, review, where, browse):
        browser = browse(review)
        old = browser.form(where, where)["values"]
        browser.fill(where, where, **{"reason-A1": "Written on the phone."})
        answer = browser.post(f"{where}/submit", data={**old, "flat": "meant", "reason-A1": "Written at the desk."})
        assert answer.status_code == 422
        assert queries.get_review(review.id).state == "draft"


class TestChoosing:
    def settle(self, browser, where, text_id, choice):
        data = {"csrf_token": browser.csrf_token(), "settle": choice, "version": 1}
        return browser.post(f"{where}/texts/{text_id}", data=data, headers={"X-Autosave": "1"})

    def collide(self, browser, review, where):
        known = review.version
        send(browser, where, PHONE, 1, {"reason-A1": known}, known, reason_A1="On the phone.")
        told = send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="At the desk.")
        html = told["texts"][0]["html"]
        return told["texts"][0]["id"], html.split('value="typed:')[1].split('"')[0]

    def test_the_script_is_told_what_stands(self, session, review, where, browse):
        browser = browse(review)
        text_id, mark = self.collide(browser, review, where)
        told = json.loads(self.settle(browser, where, text_id, f"typed:{mark}").get_data())
        assert told["settled"] == {"reason-A1": ["At the desk."]}
        assert told["texts"] == []

    def test_what_stands_was_changed_under_the_decision(self, session, review, where, browse):
        browser = browse(review)
        text_id, mark = self.collide(browser, review, where)
        mine = Changes({}, {"A1": "A third text."})
        services.save_scores(review=queries.get_review(review.id), changes=mine, actor=actor_of(review.reviewer))
        session.commit()
        told = json.loads(self.settle(browser, where, text_id, f"typed:{mark}").get_data())
        assert told["refusal"]
        assert texts(review)["A1"] == "A third text."
        assert waiting(review) == ["At the desk."]

    def test_nobody_else_and_nothing_unknown(self, session, review, where, browse, client, sign_in, proposal):
        browser = browse(review)
        text_id, mark = self.collide(browser, review, where)
        assert self.settle(browser, where, "01a209a5-0000-7000-8000-000000000000", "standing").status_code == 404
        other = make_review(proposal, state="draft")
        assert self.settle(browse(other), where, text_id, f"typed:{mark}").status_code == 404
        make_conflict(review.reviewer, proposal)
        assert self.settle(browse(review), where, text_id, "standing").status_code == 404


def test_what_is_too_long_waits_beside_until_it_is_shortened(session, review, where, browse):
    browser, known = browse(review), review.version
    told = send(browser, where, DESK, 1, {"reason-A1": known}, known, reason_A1="x" * (LONGEST + 1))
    assert "reason-A1" in told["errors"]
    assert waiting(review) == ["x" * (LONGEST + 1)]
    send(browser, where, DESK, 2, {"reason-A1": known}, known, reason_A1="Short.")
    assert texts(review)["A1"] == "Short."
    assert waiting(review) == []


def test_texts_that_wait_are_nobody_elses(session, review, where, browse, client, sign_in, proposal, officer):
    browser, known = browse(review), review.version
    send(browser, where, PHONE, 1, {"note_to_staff": known}, known, note_to_staff="On the phone.")
    send(browser, where, DESK, 1, {"note_to_staff": known}, known, note_to_staff="Canary of the desk.")
    services.submit(review=queries.get_review(review.id), actor=actor_of(review.reviewer))
    session.commit()
    staff = sign_in(client, get_person(officer.person_id))
    assert "Canary of the desk." not in staff.get(f"/reviews/{review.id}/oversight").get_data(as_text=True)


def test_a_page_that_says_nothing_of_what_it_knew_overrules_nothing():
    page = Posted({"a": ["typed"], "b": ["new"], "zz": ["no field"]})
    found = merging.merge(page, {"a": "stands", "b": ""}, {"a": (3, ""), "b": (4, "")})
    assert (found.taken, found.beside) == ({"b": "new"}, {"a": "typed"})


@pytest.mark.postgres
def test_of_twenty_pages_at_once_no_text_is_lost(postgres_app):
    with postgres_app.app_context():
        review = make_review(make_assessed_proposal(), state="draft")
        ident, version, me = review.id, review.version, actor_of(review.reviewer)
        db.session.commit()

    def read(fields):
        return _Read(Changes({}, {"A1": fields["reason-A1"][0]} if fields else {}))

    def write(index):
        found = queries.get_review(ident)
        page = Posted({"reason-A1": [f"Text {index}"]}, version, None, f"page-{index:08}", 1, {"reason-A1": version})
        services.save_page(review=found, page=page, read=read, lines=(), actor=me)
        return index

    results = in_transactions(postgres_app, 20, write)
    assert all(isinstance(result, int) for result in results), results
    with postgres_app.app_context():
        found = queries.get_review(ident)
        stands = services.sheet_of(found).texts["A1"]
        assert sorted([stands, *(t["text"] for t in found.rival_texts)]) == sorted(f"Text {n}" for n in range(20))


class _Read:
    def __init__(self, changes):
        self.changes, self.problems = changes, {}
