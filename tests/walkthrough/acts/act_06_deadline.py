"""Act 6: the deadline. One reminder, one proposal in the last second, one a second too late."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.acts.act_05_full_proposals import LAST, LATE, STAGE
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_text
from tests.walkthrough.writing import address, section, submit_stage


def perform(play: Play) -> None:
    """The same button, two seconds apart."""
    with play.report.step("development page", "moves the clock to two days before the deadline"):
        play.set_clock(calendar.TWO_DAYS_LEFT)
        for key in (LATE, LAST):
            play.expect_mail("call.closing_soon", key, about=key)
    with play.step(LATE, "is reminded by mail that nothing is submitted"):
        play.read_mail("call.closing_soon", LATE, about=LATE)
    with play.step(LATE, "opens the page with the button before the deadline") as browser:
        browser.get(address(play, LATE))
        browser.follow("Check your answers")
    with play.report.step("development page", "stops the clock at 13:59:59"):
        play.set_clock(calendar.LAST_SECOND)
    with play.step(LAST, "submits in the last second"):
        submit_stage(play, LAST)
        expect_text(play.at(LAST).page.main, "13:59:59")
    with play.report.step("development page", "stops the clock at 14:00:01"):
        play.set_clock(calendar.ONE_SECOND_LATE)
    with play.illegal(LATE, "submit a second too late: is told how late, the text is kept") as browser:
        page = browser.submit("Submit", confirmed="y", status=409)
        expect_text(page.main, "Not submitted", "1 second late", "Your text is kept")
    with play.step(LATE, "finds the text as it was, and no receipt", goes_on=True) as browser:
        browser.get(f"{address(play, LATE)}/stages/{STAGE}/versions/1/receipt", status=404)
        page = browser.get(f"{address(play, LATE)}/stages/{STAGE}/check")
        expect_text(page.main, PLANS[LATE].title, "¿Qué cambia?")
        expect(page.shows("Submit"), False, "a button to submit")
    with play.illegal("jean", "submit a newer version after the deadline") as browser:
        browser.forge(f"{address(play, 'jean')}/stages/{STAGE}/submit", confirmed="y", status=409)
    with play.illegal("sarah", "start a proposal after the deadline") as browser:
        browser.get(f"/proposals/start?call={calendar.CALL}")
        expect(browser.page.shows("Start the proposal"), False, "a button to start")
        organisation = play.made["organisation sarah"].rsplit("/", 1)[1]
        browser.forge(f"/proposals/start?call={calendar.CALL}", organisation=organisation, title="Too late", status=422)
    with play.step("jean", "cannot write in a submitted proposal any more", goes_on=True) as browser:
        browser.get(section(play, "jean", STAGE, "budget"))
        expect_text(browser.page.main, "cannot be changed now")
