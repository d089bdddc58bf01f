"""The phases of a round of reviews: reviewers read each other under pseudonyms, talk, and revise."""

from __future__ import annotations

from tests.walkthrough.browser import Browser
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect_no_text, expect_text
from tests.walkthrough.reviewing import hand_in, oversight
from tests.walkthrough.writing import reference

REVIEWERS = ("rita", "remy", "rosa", "ravi")
DOUBT = "The plan names no buyer, and the second year hangs on one."
SUMMARY = "We agree that a buyer is missing, and differ on whether one can be found."


def a_discussion(play: Play, key: str, rapporteur: str, other: str, score: int) -> None:
    """The rapporteur revises two scores of equal weight, so that the total stays what it was."""
    mine, theirs = (f"{play.made[f'review {key} {who}']}/others" for who in (rapporteur, other))
    with play.illegal(other, "read the other sheet while everybody scores") as browser:
        browser.get(theirs, status=404)
    with play.step("olga", "lets the reviewers read each other") as browser:
        expect_text(_round(browser, play, key, "Let reviewers read each other"), "Reading each other")
        play.expect_mail("review_round.reading", *REVIEWERS)
    with play.step(other, "reads the other sheet without a name and without what was said to the staff"):
        page = play.at(other).get(theirs)
        expect_text(page.main, "40 points", "Part A is clear")
        expect_no_text(page.main, play.person(rapporteur).name, "Between us")
    with play.illegal(other, "talk before the discussion is open") as browser:
        browser.forge(theirs, text=DOUBT, status=404)
    with play.step("olga", f"names the rapporteur of {reference(play, key)} and opens the discussion") as browser:
        browser.get(f"{oversight(play, key)}/discussion")
        browser.submit(action=f"{play.made[f'review {key} {rapporteur}']}/rapporteur")
        play.expect_mail("review.rapporteur_named", rapporteur, about=key)
        expect_text(_round(browser, play, key, "Open the discussion"), "Discussion")
        play.expect_mail("review_round.discussing", *REVIEWERS)
    _talk(play, key, (rapporteur, mine), (other, theirs))
    with play.step(rapporteur, "revises two scores; the first ones stay beside them") as browser:
        browser.get(mine.removesuffix("/others"))
        browser.submit("Revise my scores")
        hand_in(play, key, rapporteur, score, B2=score + 1, B3=score - 1)
        expect_text(play.at(other).get(theirs).main, "Revised scores")
    with play.step("olga", "reads who said what, and closes the round") as browser:
        page = browser.get(f"{oversight(play, key)}/discussion")
        expect_text(page.main, SUMMARY, DOUBT, play.person(rapporteur).name, play.person(other).name)
        expect_text(_round(browser, play, key, "Close the round"), "Closed")


def _talk(play: Play, key: str, rapporteur: tuple[str, str], other: tuple[str, str]) -> None:
    (summing, mine), (asking, theirs) = rapporteur, other
    with play.step(asking, "says what they doubt, and not who they are") as browser:
        browser.get(theirs)
        browser.submit("Send message", text=f"{play.person(asking).name} here. {DOUBT}", status=422)
        expect_text(browser.page.main, "Your message says who you are")
        expect_text(browser.submit("Send message", text=DOUBT).main, DOUBT)
        play.expect_mail("discussion.message_posted", summing, about=key)
    with play.illegal(asking, "write the summary that is the rapporteur's") as browser:
        browser.forge(theirs, text=SUMMARY, then="sum_up", status=422)
    with play.step(summing, "sums up for the committee") as browser:
        browser.get(mine)
        expect_text(browser.submit("Keep as the summary for the committee", text=SUMMARY).main, SUMMARY)
        play.expect_mail("discussion.message_posted", asking, about=key)


def _round(browser: Browser, play: Play, key: str, move: str) -> str:
    """Move the round of the proposal's call; the page that shows it then."""
    browser.get(browser.get(oversight(play, key)).link("Reviews: "))
    browser.follow("Phases of the round")
    return browser.submit(move).main
