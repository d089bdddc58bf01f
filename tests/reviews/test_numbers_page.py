"""The page of a call's numbers: beside the raw means, and without a trace of what its reader may not see."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

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

LOW = {"A1": 3, "A2": 3, "B1": 3}


@pytest.fixture
def judged(session):
    """A call with four proposals; Kind gives more than Strict, and both read all."""
    call = make_assessing_call()
    kind, strict = make_reviewer(call, name="Kind"), make_reviewer(call, name="Strict")
    found = [make_assessed_proposal(call=call) for _ in range(4)]
    for base, proposal in enumerate(found, 1):
        for person, more in ((kind, 1), (strict, 0)):
            scores = dict.fromkeys(WELL, min(base + more, 5))
            make_review(proposal, reviewer=person, state="submitted", scores=scores)
    session.commit()
    return found


@pytest.fixture
def officer(judged):
    return make_officer(judged[0].call)


@pytest.fixture
def browser(session, client, sign_in, officer):
    session.commit()
    return sign_in(client, officer)


def path_of(judged, name="numbers"):
    return f"/reviews/calls/{judged[0].call_id}/{name}"


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_raw_and_adjusted_stand_side_by_side(judged, browser):
    page = soup(browser.get(path_of(judged)))
    best = page.find("table").tbody.find("tr").get_text(" ", strip=True)
    assert judged[3].reference in best
    text = page.get_text(" ", strip=True)
    assert "Kinder than the others" in text and "Stricter than the others" in text
    assert "Diverging" in text, "20 points apart"
    assert "read these numbers as hints only" in text
    assert page.find("figure").find("svg")["aria-hidden"] == "true"


def test_the_file_holds_numbers(judged, browser):
    rows = rows_of(browser.get(path_of(judged, "numbers.csv")))
    assert [row["Reference"] for row in rows] == [p.reference for p in reversed(judged)]
    assert float(rows[0]["Expected rank"]) < float(rows[-1]["Expected rank"])
    assert rows[1]["Mean"] == "70.00" and 68 < float(rows[1]["Adjusted for severity"]) < 71


def test_a_conflict_takes_a_proposal_out_of_every_number(session, judged, officer, browser):
    """Whatever that proposal's reviews say, the page and the file of who may not see it are the same."""
    make_conflict(officer, judged[3])
    session.commit()
    before = browser.get(path_of(judged, "numbers.csv")).data, text_of(browser.get(path_of(judged)))
    third = make_reviewer(judged[0].call, name="Canary")
    make_review(judged[3], reviewer=third, state="submitted", scores=dict.fromkeys(WELL, 1))
    session.commit()
    after = browser.get(path_of(judged, "numbers.csv")).data, text_of(browser.get(path_of(judged)))
    assert before == after
    assert judged[3].reference not in after[1] and "Canary" not in after[1]


def test_who_may_see_it(session, judged, client, sign_in):
    programme = judged[0].call.programme
    for role, status in (("manager", 200), ("officer", 200), ("auditor", 200), ("reviewer", 404), ("finance", 404)):
        person = make_staff(programme, role)
        session.commit()
        visitor = sign_in(client, person)
        assert [visitor.get(path_of(judged, n)).status_code for n in ("numbers", "numbers.csv")] == [status] * 2
    assert sign_in(client, make_officer(make_assessing_call())).get(path_of(judged)).status_code == 404


def test_as_many_queries_for_one_as_for_many(session, browser, judged, count_queries):
    browser.get(path_of(judged))
    with count_queries() as few:
        browser.get(path_of(judged))
    for _ in range(6):
        make_review(make_assessed_proposal(call=judged[0].call), state="submitted")
    session.commit()
    with count_queries() as many:
        browser.get(path_of(judged))
    assert len(many) == len(few) <= 12


def test_nothing_handed_in(session, client, sign_in):
    proposal = make_assessed_proposal()
    make_review(proposal, state="draft")
    officer = make_officer(proposal.call)
    session.commit()
    assert "No review is handed in yet" in text_of(sign_in(client, officer).get(path_of([proposal])))


def test_one_review_alone(session, client, sign_in):
    proposal = make_assessed_proposal()
    make_review(proposal, state="submitted", scores=LOW)
    officer = make_officer(proposal.call)
    session.commit()
    page = text_of(sign_in(client, officer).get(path_of([proposal])))
    assert "too few reviews" in page and "Too few reviews to tell" in page


def test_the_workbook_holds_the_same(judged, browser):
    book = load_workbook(io.BytesIO(browser.get(path_of(judged, "numbers.xlsx")).data))
    found = list(book.active.iter_rows(values_only=True))
    rows = rows_of(browser.get(path_of(judged, "numbers.csv")))
    assert [line[0] for line in found[1:]] == [row["Reference"] for row in rows]
    place = found[0].index("Expected rank")
    assert [round(line[place], 1) for line in found[1:]] == [round(float(row["Expected rank"]), 1) for row in rows]


@pytest.mark.parametrize(("asked", "told"), [("", 2), ("?best=1", 1), ("?best=99", 4), ("?best=x", 2), ("?best=0", 1)])
def test_the_chance_to_be_among_the_best_in_words(judged, browser, asked, told):
    page = soup(browser.get(path_of(judged) + asked))
    heads = [th.get_text(strip=True) for th in page.find("table").thead.find_all("th")]
    assert f"Among the best {told}" in heads
    words = [row.find_all(["td", "th"])[heads.index(f"Among the best {told}")].get_text(strip=True)
             for row in page.find("table").tbody.find_all("tr")]  # fmt: skip
    if told == 4:
        assert set(words) == {"Almost surely"}, "all of them are among all"
    else:
        assert words[0] != words[-1], "the best and the last do not have the same chance"
