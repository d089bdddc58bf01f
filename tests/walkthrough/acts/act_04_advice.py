"""Act 4: officers screen the quick scans as they come in and give advice, positive and negative."""

from __future__ import annotations

from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect, expect_no_text, expect_text
from tests.walkthrough.screening import decide_checks, start_screening
from tests.walkthrough.writing import address, reference, team

NEGATIVE = ("pedro", "issa")
TEXT = {
    "positive": "We like the plan. Say more about how the buyer checks the origin.",
    "negative": "The plan names no partner who knows the area. We advise against a full proposal as it is.",
}


def perform(play: Play) -> None:
    """Ten quick scans are answered; one advice waits, and until it is given nobody else reads it."""
    _not_before_screening(play)
    for key in PLANS:
        officer = "olga" if key != "jean" else "otto"
        with play.step(officer, f"screens the quick scan {reference(play, key)}"):
            screen(play, key, officer)
    _advice_waits(play)
    for key in PLANS:
        outcome = "negative" if key in NEGATIVE else "positive"
        with play.step("olga", f"gives {outcome} advice on {reference(play, key)}"):
            _advise(play, key, outcome, "Give this advice")
            play.expect_mail("advice.given", *team(key), about=key)
    _the_applicants_read_it(play)


def screen(play: Play, key: str, officer: str) -> None:
    browser = start_screening(play, key, "quick_scan", officer)
    decide_checks(browser, {"T4": "The province is on the list of 2027."})
    browser.submit("Accept")
    play.expect_mail("proposal.accepted", *team(key), about=key)


def _not_before_screening(play: Play) -> None:
    with play.step("jean", "cannot start the full proposal before the advice", goes_on=True) as browser:
        page = browser.get(address(play, "jean"))
        expect(page.shows("Start “Full proposal”"), False, "a button for the full proposal")
        browser.forge(f"{address(play, 'jean')}/stages/full_proposal/start", status=(404, 409))
    with play.step("olga", "cannot accept before every check is decided", goes_on=True) as browser:
        start_screening(play, "sarah", "quick_scan", "olga")
        expect_text(browser.page.why_not("Accept"), "Decide every threshold check first")


def _advise(play: Play, key: str, outcome: str, button: str) -> None:
    browser = play.at("olga")
    browser.get(f"{address(play, key)}/stages/quick_scan/screening")
    browser.follow("Give advice")
    browser.submit(button, outcome=outcome, text=TEXT[outcome])


def _advice_waits(play: Play) -> None:
    with play.step("olga", "writes an advice without giving it"):
        _advise(play, "amina", "positive", "Save without giving")
    with play.step("amina", "does not see advice that was not given", goes_on=True) as browser:
        expect_no_text(browser.get(address(play, "amina")).text, TEXT["positive"])


def _the_applicants_read_it(play: Play) -> None:
    with play.step("amina", "follows the link of the mail and reads the advice") as browser:
        mail = play.read_mail("advice.given", "amina", about="amina")
        expect_no_text(mail.text + mail.html, "Olga", TEXT["positive"])
        expect_text(browser.get(mail.link("/proposals/")).main, "Positive", TEXT["positive"])
    with play.step("amina", "opens that link signed out, signs in, and is where it leads") as browser:
        fresh = play.instance.browser("Amina on her phone")
        page = fresh.get(mail.link("/proposals/"))
        expect_text(page.path, "/sign-in?next=")
        fresh.submit("Sign in", email=play.email("amina"), password=play.password)
        expect(fresh.page.path.split("#")[0], address(play, "amina"), "the page after signing in")
    with play.step("issa", "reads negative advice, and may go on all the same", goes_on=True) as browser:
        page = browser.get(address(play, "issa"))
        expect_text(page.main, "Negative", TEXT["negative"])
        if not page.shows("Start “Full proposal”"):
            raise Difference("no full proposal is possible after negative advice")
