"""The eligibility quiz, funding windows and contacts, as everybody meets them."""

from __future__ import annotations

import pytest

from app.extensions import db
from tests.client import soup, text_of
from tests.factories.calls import QUICK_SCAN, RULES, call_document, make_call, make_draft, question
from tests.factories.identity import make_member, make_organisation

pytestmark = pytest.mark.usefixtures("session", "frozen")
QUIZ = [
    {
        "id": "mine",
        "text": {"en": "Do you work at a mine?"},
        "right": "yes",
        "why": {"en": "Find a partner at a mine."},
    },
    {"id": "state", "text": {"en": "Are you a ministry?"}, "right": "no", "why": {"en": "Ministries cannot apply."}},
]
CONTACTS = [
    {"name": "Ann", "email": "ann@example.org", "role": {"en": "Questions about money"}},
    {"name": "Bo", "email": "bo@example.org"},
]
WINDOWS = [
    {"code": "lakes", "label": {"en": "Great Lakes"}, "budget": "600000.00", "countries": ["RW"], "minerals": ["tin"]},
    {"code": "women", "label": {"en": "Women"}, "budget": "400000.00", "themes": [{"en": "Women in mining"}]},
]


def windowed():
    asked = question("window", "choice", options=[{"id": w["code"], "label": w["label"]} for w in WINDOWS])
    document = call_document()
    section = {**QUICK_SCAN["sections"][0], "questions": [*QUICK_SCAN["sections"][0]["questions"], asked]}
    document["stages"][0]["form"] = {"sections": [section]}
    rules = {**RULES, "answers": {**RULES["answers"], "window": "window"}, "windows": WINDOWS}
    return {"rules": rules, "stages": document["stages"]}


@pytest.fixture
def call():
    made = make_call(quiz=QUIZ, contacts=CONTACTS, **windowed())
    db.session.commit()
    return made


def ask(client, call, **answers):
    return client.get(f"/calls/{call.code}/eligibility", query_string=answers)


def test_the_quiz_asks_without_an_account_and_keeps_nothing(client, call):
    page = ask(client, call)
    assert page.status_code == 200 and "Do you work at a mine?" in text_of(page)
    assert "seems to fit" not in text_of(page) and "Find a partner" not in text_of(page)
    form = soup(page).select_one("main form")
    assert form["method"] == "get" and not soup(page).select("main input[type=hidden]")


def test_answers_that_fit_lead_on(client, call):
    page = ask(client, call, mine="yes", state="no")
    assert "The call seems to fit" in text_of(page) and soup(page).select_one(f"a[href*='call={call.code}']")
    assert soup(page).select_one("#mine-yes").has_attr("checked")


def test_an_answer_that_does_not_fit_is_told_with_its_reason_and_what_to_do(client, call):
    words = text_of(ask(client, call, mine="no", state="no"))
    assert "Something does not fit" in words and "Find a partner at a mine." in words and "calls@example.org" in words
    assert "Ministries cannot apply." not in words and "seems to fit" not in words


def test_half_answered_promises_nothing(client, call):
    words = text_of(ask(client, call, mine="yes"))
    assert "1 question is not answered yet." in words and "seems to fit" not in words


def test_nonsense_counts_as_no_answer(client, call):
    page = ask(client, call, mine="<script>", state="maybe", colour="red")
    assert (
        "seems to fit" not in text_of(page)
        and "<script>" not in page.get_data(as_text=True).split("<main", 1)[1].split("</main", 1)[0]
    )


def test_a_call_without_quiz_or_not_public_has_no_such_page(client):
    plain, hidden = make_call(), make_draft(quiz=QUIZ)
    db.session.commit()
    assert ask(client, plain).status_code == ask(client, hidden).status_code == 404
    assert "eligibility" not in client.get(f"/calls/{plain.code}").get_data(as_text=True)


def test_the_call_page_shows_windows_contacts_and_the_way_to_the_quiz(client, call):
    page = client.get(f"/calls/{call.code}")
    words = text_of(page)
    assert soup(page).select_one(f"a[href='/calls/{call.code}/eligibility']")
    for told in (
        "Great Lakes",
        "€600,000",
        "Countries: Rwanda",
        "Minerals: Tin",
        "Women in mining",
        "Questions about money",
    ):
        assert told in words, told
    assert soup(page).select_one("a[href='mailto:bo@example.org']")


def test_who_starts_a_proposal_finds_the_quiz(client, sign_in, call):
    sign_in(client, make_member(make_organisation(), "owner"))
    assert soup(client.get(f"/proposals/start?call={call.code}")).select_one(
        f"a[href='/calls/{call.code}/eligibility']"
    )
