"""What goes wrong between reviewers: a conflict of interest that comes out late, and scores that lie far apart."""

from __future__ import annotations

from tests.walkthrough.people import PROGRAMME_STAFF
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect_no_text, expect_text
from tests.walkthrough.reviewing import accept, hand_in, invite, oversight, sheet
from tests.walkthrough.writing import address, reference

HALF = "Half a judgement that nobody may read any more."


def a_late_conflict(play: Play, key: str, who: str) -> None:
    """``who`` is at work on the sheet when the officer learns for whom they work."""
    name = play.person(who).name
    with play.step("olga", f"invites {name} as one more reviewer of {reference(play, key)}"):
        invite(play, key, who)
    with play.step(who, "accepts, and writes on the sheet") as browser:
        accept(play, key, who)
        browser.get(sheet(play, key, who))
        browser.submit("Save", **{"score-A1": 5, "reason-A1": HALF})
    with play.step(
        "olga", f"learns that {name} works for the partner, and records the conflict of interest"
    ) as browser:
        page = browser.get(f"{address(play, key)}/conflicts")
        choice = next(o for o in page.soup.select("select[name=person] option") if name in o.get_text())
        browser.submit("Record conflict of interest", person=str(choice["value"]), note="She told us by telephone.")
        play.expect_mail("review.conflict_found", *PROGRAMME_STAFF, about=key, reviewer=name)
    with play.illegal(who, "go on with the sheet at the next request") as browser:
        for more in ("", "/offline", "/offline/sheet.xlsx"):
            browser.get(sheet(play, key, who) + more, status=404)
        browser.forge(sheet(play, key, who), **{"score-A1": 1}, status=404)
        expect_no_text(browser.get("/reviews").main, PLANS[key].title)
    with play.illegal("olga", "read what was written on the sealed sheet") as browser:
        page = browser.get(f"{play.made[f'review {key} {who}']}/oversight")
        expect_no_text(page.main, HALF)


def a_divergence(play: Play, key: str, reviewers: dict[str, int]) -> None:
    """The reviewers are asked to talk; their scores stand, and the officer puts that on record."""
    with play.step(
        "olga", f"asks the reviewers of {reference(play, key)}, who are far apart, for consensus"
    ) as browser:
        expect_text(browser.get(oversight(play, key)).main, "more than 15 points apart")
        browser.follow("Ask for consensus, or record what was decided")
        browser.submit("Save", how="ask", status=422)
        page = browser.submit("Save", how="ask", note="Please compare what you made of part C.")
        expect_text(page.main, "Opened again and told why")
        for who in reviewers:
            play.expect_mail("review.reopened", who, about=key)
    for who, score in reviewers.items():
        with play.step(who, f"reads why, and hands in {reference(play, key)} again"):
            hand_in(play, key, who, score)
    with play.step("olga", "records that the reviewers talked and their scores stand") as browser:
        browser.get(oversight(play, key))
        browser.follow("Ask for consensus, or record what was decided")
        page = browser.submit("Save", how="consensus", note="They read part C differently, and say why.")
        expect_text(page.main, "The decision is on record", "this is resolved")
