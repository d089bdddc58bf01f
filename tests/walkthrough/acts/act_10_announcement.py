"""Act 10: the decisions are announced in bulk, and only then does anybody outside learn of them."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.acts.act_09_decisions import CONDITION, OUTCOMES, RANKED
from tests.walkthrough.deciding import case, ranking
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import address, euros, reference, team

EVENTS = {"awarded": "proposal.awarded", "reserve": "proposal.reserved", "declined": "proposal.declined"}
RESULTS = {
    "awarded": "Your proposal is awarded",
    "reserve": "Your proposal is on the reserve list",
    "declined": "Your proposal is not funded",
}
HELD_BACK = "grace"


def perform(play: Play) -> None:
    """Seven at once, by a double click; the eighth after it."""
    with play.report.step("development page", "moves the clock to 26 July 2027, noon"):
        play.set_clock(calendar.ANNOUNCEMENT)
    _preview(play)
    _announce(play)
    for key in RANKED:
        with play.step(key, f"reads the result: {OUTCOMES[key][0]}", goes_on=True):
            _read_result(play, key)
    _afterwards(play)


def _preview(play: Play) -> None:
    with play.step("maud", "previews who will be told what") as browser:
        ranking(play, "maud")
        page = browser.follow("Announce 8 decisions")
        expect_text(page.main, "Nothing has been told yet", CONDITION, *(reference(play, key) for key in RANKED))
    with play.illegal("olga", "announce as an officer") as browser:
        browser.get(play.at("maud").page.path, status=404)


def _announce(play: Play) -> None:
    with play.step("maud", "announces seven by a double click: each is told once") as browser:
        boxes = browser.page.soup.select("input[name=decision]")
        chosen = [str(box["value"]) for box in boxes if reference(play, HELD_BACK) not in str(box["id"])]
        expect(len(chosen), 7, "decisions to announce")
        pages = browser.press_twice("Announce the chosen ones", {"decision": chosen})
        expect([page.status for page in pages], [200, 200], "both clicks")
        for key in RANKED:
            if key != HELD_BACK:
                _expect_the_mail(play, key)
    with play.step(HELD_BACK, "is not told yet", goes_on=True) as browser:
        expect_text(browser.get(address(play, HELD_BACK)).main, "Being assessed")
    with play.step("maud", "announces the eighth") as browser:
        ranking(play, "maud")
        browser.follow("Announce 1 decision")
        expect_text(browser.submit("Announce the chosen ones").main, "1 decision is announced")
        _expect_the_mail(play, HELD_BACK)


def _expect_the_mail(play: Play, key: str) -> None:
    play.expect_mail(EVENTS[OUTCOMES[key][0]], *team(key), about=key)


def _read_result(play: Play, key: str) -> None:
    outcome, amount = OUTCOMES[key]
    mail = play.read_mail(EVENTS[outcome], key, about=key)
    browser = play.at(key)
    page = browser.get(mail.link("/decisions/results/"))
    expect_text(page.main, RESULTS[outcome], "A careful plan. Comment 4.")
    if amount:
        expect_text(page.main, euros(amount))
    hidden = ("Rita", "Rémy", "Rosa Lindgren", "Ravi", "Cora", "The reviews agree", "Between us", "73.33")
    expect_no_text(page.text, *hidden)
    expect_no_text(mail.text + mail.html, *hidden)


def _afterwards(play: Play) -> None:
    with play.illegal("hugo", "send back or ratify an announced decision") as browser:
        for move in ("send_back", "ratify"):
            browser.forge(f"{play.made['decision amina']}/moves/{move}", reason="Too late", status=409)
    with play.illegal("jean", "read another applicant's result") as browser:
        browser.get(f"/decisions/results{address(play, 'amina').removeprefix('/proposals')}", status=404)
        browser.get(case(play, "amina"), status=404)
    with play.step("maud", "closes the decisions of the call") as browser:
        ranking(play, "maud")
        expect_text(browser.submit("Close the decisions").main, "are closed")
    with play.illegal("maud", "cancel a call whose awards are announced") as browser:
        page = browser.get(f"/calls/{calendar.CALL}/manage")
        expect(page.shows("Cancel call"), False, "a button to cancel")
