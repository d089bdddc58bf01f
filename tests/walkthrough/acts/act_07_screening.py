"""Act 7: the threshold checks T1 to T14; one proposal is not eligible, one is returned and corrected."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.acts.act_05_full_proposals import LATE, STAGE
from tests.walkthrough.people import PROGRAMME_STAFF
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.screening import decide_checks, start_screening
from tests.walkthrough.writing import address, answers_of, fill_section, hand_in, reference, section, team

SINGLE = "pedro"  # applies alone, which T2 does not allow
RETURNED = "jean"
ELIGIBLE = tuple(key for key in PLANS if key not in (SINGLE, LATE))
ASKED = "The costs of the second year are not explained. Please explain them."
ANSWER = "In the second year two trainers work full time; the cost for each miner is 2,791 euros."


def perform(play: Play) -> None:
    """Nine are screened: seven pass at once, one after corrections, one fails."""
    with play.report.step("development page", "moves the clock to the morning after the deadline"):
        play.set_clock(calendar.SCREENING)
    with play.step("olga", "finds the call closed, and the late proposal not handed in", goes_on=True) as browser:
        expect_text(browser.get(f"/calls/{calendar.CALL}/manage").main, "Closed")
        browser.get(f"{address(play, LATE)}/stages/{STAGE}/screening", status=404)
    with play.step("maud", "starts the assessment") as browser:
        browser.get_until(f"/calls/{calendar.CALL}/manage", "Start assessment")
        browser.submit("Start assessment")
    _who_may_not(play)
    for key in ELIGIBLE:
        if key != RETURNED:
            with play.step("olga", f"decides T1 to T14 on {reference(play, key)} and accepts it"):
                _accept(play, key)
    _not_eligible(play)
    _returned(play)


def _accept(play: Play, key: str) -> None:
    browser = start_screening(play, key, STAGE, "olga")
    decide_checks(browser, {"T4": "On the list of January 2027.", "T12": "Lists of 23 June 2027 searched."})
    browser.submit("Accept")
    play.expect_mail("proposal.accepted", *team(key), about=key)


def _who_may_not(play: Play) -> None:
    place = f"{address(play, 'amina')}/stages/{STAGE}"
    with play.illegal("ada", "start screening as an auditor, who sees the page and no button") as browser:
        expect(browser.get(place + "/screening").shows("Start screening"), False, "a button to start screening")
        browser.forge(place + "/moves/screen", status=(404, 409))
    with play.illegal("amina", "screen her own proposal") as browser:
        browser.get(place + "/screening", status=404)
        browser.forge(place + "/moves/screen", status=409)
    with play.illegal("rita", "open a proposal before she is asked to review it") as browser:
        browser.get(place + "/screening", status=404)
    with play.illegal("olga", "accept without screening") as browser:
        browser.forge(place + "/moves/accept", status=409)
    with play.illegal("olga", "post without a token") as browser:
        browser.forge(place + "/moves/screen", token=False, status=400)


def _not_eligible(play: Play) -> None:
    with play.step("olga", "is told by the answers that T2 fails for a single applicant") as browser:
        start_screening(play, SINGLE, STAGE, "olga")
        expect_text(browser.page.main, "At least 2 partners are needed; you name 1.")
        decide_checks(browser, {}, {"T2": "There is one partner only."})
    with play.illegal("olga", "accept with a failed check") as browser:
        expect_text(browser.page.why_not("Accept"), "T2")
        browser.forge(f"{address(play, SINGLE)}/stages/{STAGE}/moves/accept", status=409)
    with play.step("olga", "finds it not eligible, with the code of the check and a reason") as browser:
        browser.get(f"{address(play, SINGLE)}/stages/{STAGE}/screening")
        browser.follow("Find not eligible")
        browser.submit("Find not eligible", reason_codes=["T2"], reason="A partnership of two is needed.")
        play.expect_mail("proposal.ineligible", SINGLE, about=SINGLE)
    with play.step(SINGLE, "reads why", goes_on=True) as browser:
        mail = play.read_mail("proposal.ineligible", SINGLE, about=SINGLE)
        page = browser.get(mail.link("/proposals/"))
        expect_text(page.text, "Not eligible", "T2", "A partnership of two is needed.")


def _returned(play: Play) -> None:
    with play.step("olga", "returns one section with what to correct, and until when"):
        browser = start_screening(play, RETURNED, STAGE, "olga")
        browser.follow("Return for corrections")
        browser.submit("Return to the applicant", sections=["budget"], text=ASKED)
        play.expect_mail("proposal.returned", RETURNED, about=RETURNED)
    with play.step(RETURNED, "reads what is asked, by the link of the mail") as browser:
        page = browser.get(play.read_mail("proposal.returned", RETURNED, about=RETURNED).link("/proposals/"))
        expect_text(page.main, ASKED, "3 July 2027, 14:00")
    with play.illegal(RETURNED, "change a section that was not returned") as browser:
        browser.get(section(play, RETURNED, STAGE, "logic"))
        expect_text(browser.page.main, "cannot be changed now")
        browser.forge(section(play, RETURNED, STAGE, "logic"), objective="Something else", status=(409, 422))
    with play.step(RETURNED, "corrects the section and sends it") as browser:
        fill_section(browser, section(play, RETURNED, STAGE, "budget"), answers_of(play, RETURNED, value=ANSWER))
        browser.get(address(play, RETURNED))
        page = hand_in(browser, "Submit corrections")
        expect_text(page.main, "Version 2")
        play.expect_mail("proposal.corrected", RETURNED, about=RETURNED)
        play.expect_mail("proposal.corrected/staff", *PROGRAMME_STAFF, about=RETURNED)
    with play.step("olga", "sees what changed, decides the checks and accepts") as browser:
        browser.get(f"{address(play, RETURNED)}/stages/{STAGE}/screening")
        expect_text(browser.follow("What changed").main, ANSWER)
        _accept(play, RETURNED)
    with play.step(RETURNED, "does not read the officers' notes", goes_on=True) as browser:
        expect_no_text(browser.get(address(play, RETURNED)).text, "Lists of 23 June 2027", "Olga")
