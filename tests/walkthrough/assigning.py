"""Assignment of reviewers as staff do it: the best plan with its certificate, a table, what may not be."""

from __future__ import annotations

from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.reviewing import DUE, oversight
from tests.walkthrough.writing import reference

CERTIFIED = "It is proven that no other plan under the same rules fits better"


def find_a_plan(play: Play, proposals: int) -> None:
    """The best assignment, read with its certificate; nobody is invited by it."""
    with play.step("olga", "has the best assignment found and reads its certificate") as browser:
        browser.get(oversight(play, "amina"))
        browser.follow("Reviews: ")
        browser.follow("Assign reviewers")
        play.made["plans"] = browser.page.path
        browser.follow("Find the best assignment")
        page = browser.submit("Find the plan", title="The evening plan", wanted=2, seed=4)
        play.made["plan"] = page.path
        expect_text(page.main, CERTIFIED, "Certificate", "Seats left empty", f"{proposals} proposals")
        expect_text(page.main, f"Send {2 * proposals} invitations", reference(play, "amina"))
    with play.step("olga", "has the same plan found again by its seed, and compares the two", goes_on=True) as browser:
        browser.get(f"{play.made['plans']}/new")
        browser.submit("Find the plan", title="The same again", wanted=2, seed=4)
        browser.get(str(play.made["plans"]))
        expect_text(browser.submit("Compare").main, f"{proposals} proposals have the same reviewers in both")
        expect_text(browser.get(oversight(play, "amina")).main, "Invite")
    with play.illegal("rita", "see a plan of who reviews what") as browser:
        browser.get(str(play.made["plan"]), status=404)
        browser.get(str(play.made["plans"]), status=404)


def apply_too_late(play: Play) -> None:
    """Once others were invited by hand, the plan no longer holds, and says so."""
    with play.illegal("olga", "apply a plan although reviewers were invited since") as browser:
        browser.get(str(play.made["plan"]))
        form = browser.page.form(action="/apply")
        page = browser.send(form, "", {"due_on": DUE}, status=409)
        expect_text(page.text, "changed since this plan was made")
    with play.step("olga", "discards it") as browser:
        browser.get(str(play.made["plan"]))
        expect_text(browser.submit("Discard this plan").main, "The same again")
        expect_no_text(browser.page.main, "The evening plan")


def invite_by_table(play: Play, key: str, who: str) -> None:
    """A table of two lines: one is carried out, the other says what is wrong with it."""
    lines = ["reference,email", f"{reference(play, key)},{play.email(who)}", f"EPRM-00-0000,{play.email(who)}"]
    with play.step("olga", f"invites {play.person(who).name} by a table, after a look at what it does") as browser:
        browser.get(f"{play.made['plans']}/table")
        table = ("evening.csv", "\n".join(lines).encode())
        page = browser.submit("Look what it would do", files={"file": table}, due_on=DUE)
        expect_text(page.main, f"{play.person(who).name} is invited to review it by", "No proposal of this call")
        browser.submit("Send 1 invitation")
        play.expect_mail("review.invited", who, about=key)
        answer = browser.forge(f"{page.path}/apply", status=409)
        expect("applied already" in answer.text, True, "the table is carried out once")
