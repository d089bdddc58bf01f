"""Act 12: a milestone is reported with evidence, returned, reported again and verified."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.granting import INCEPTION, both_press, open_part
from tests.walkthrough.people import PROGRAMME_STAFF
from tests.walkthrough.plans import pdf
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import euros, team

DUE = {"day": "31 October 2027", "milestone": INCEPTION}
LACK = "The list of participants is missing."
FINDING = "Visited two of four sites; the books are kept."
PLACE = f"{INCEPTION} amina"


def perform(play: Play) -> None:
    """Reminded two weeks before, reported, returned, verified; the other grantee is reminded twice."""
    with play.report.step("development page", "moves the clock to less than 14 days before the first milestone"):
        play.set_clock(calendar.FOURTEEN_DAYS_BEFORE)
        for key in ("amina", "peter"):
            play.expect_mail("milestone.due_14", *team(key), about=key, **DUE)
        play.read_mail("milestone.due_14", "peter", about="peter", **DUE)
    _reported(play)
    _returned(play)
    _reported_again(play)
    _verified(play)
    with play.report.step("development page", "moves the clock to less than three days before it"):
        play.set_clock(calendar.THREE_DAYS_BEFORE)
        play.expect_mail("milestone.due_3", "peter", about="peter", **DUE)
        play.read_mail("milestone.due_3", "peter", about="peter", **DUE)


def _milestone(play: Play, who: str):  # type: ignore[no-untyped-def]
    return open_part(play, "amina", who, INCEPTION)


def _reported(play: Play) -> None:
    with play.illegal("amina", "report a milestone without a word and without evidence") as browser:
        _milestone(play, "amina")
        expect_text(browser.page.why_not("Report as reached"), "Write what was done")
        browser.forge(play.made[PLACE] + "/moves/report", status=409)
    with play.step("amina", "writes what was done and adds a file as evidence") as browser:
        _milestone(play, "amina")
        browser.submit("Save text", account="Four cooperatives keep books; 120 people were trained.")
        expect_text(browser.page.why_not("Report as reached"), "Attach at least one piece of evidence")
        browser.submit("Add file", files={"file": ("photo.pdf", pdf("photo"))}, note="The training in Kalehe")
    with play.illegal("amina", "add a program as evidence") as browser:
        browser.submit("Add file", files={"file": ("report.pdf", b"MZ\x90\x00" + b"\x00" * 300)}, status=422)
    with play.step("amina", "reports the milestone as reached") as browser:
        _milestone(play, "amina")
        browser.submit("Report as reached")
        _expect_reported(play, "amina")
    with play.illegal("olga", "report or change a milestone in the grantee's place") as browser:
        browser.forge(play.made[PLACE] + "/account", account="All is well.", status=404)


def _expect_reported(play: Play, key: str) -> None:
    play.expect_mail("milestone.reported", *PROGRAMME_STAFF, about=key, milestone=INCEPTION)


def _returned(play: Play) -> None:
    with play.step("olga", "and Otto press “Start verification” at one moment: one wins, the other is told") as browser:
        _milestone(play, "olga")
        expect(both_press(play, "olga", "otto", play.made[PLACE], "Start verification"), [200, 409], "both answers")
    with play.illegal("olga", "verify without a finding") as browser:
        expect_text(_milestone(play, "olga").page.why_not("Verify"), "Write what the verification found")
        browser.forge(play.made[PLACE] + "/moves/verify", status=409)
    with play.illegal("amina", "verify her own milestone") as browser:
        browser.forge(play.made[PLACE] + "/moves/verify", status=409)
    with play.step("olga", "returns it with a reason") as browser:
        _milestone(play, "olga")
        browser.submit(action="/moves/return", reason=LACK)
        play.expect_mail("milestone.returned", *team("amina"), about="amina", milestone=INCEPTION)


def _reported_again(play: Play) -> None:
    with play.step("benoit", "reads why by the link of the mail, adds the list and reports again") as browser:
        page = browser.get(
            play.read_mail("milestone.returned", "benoit", about="amina", milestone=INCEPTION).link("/projects/")
        )
        if INCEPTION in page.main and page.path != play.made[PLACE]:
            browser.get(play.made[PLACE])
        expect_text(browser.page.text, LACK)
        browser.submit("Add file", files={"file": ("list.pdf", pdf("participants"))}, note="Participants")
        browser.submit("Report as reached")
        _expect_reported(play, "amina")


def _verified(play: Play) -> None:
    with play.step("otto", "starts the verification, reads the evidence and writes the finding") as browser:
        _milestone(play, "otto")
        browser.submit("Start verification")
        link = browser.page.link("list.pdf")
        expect(browser.get(link).content[:5], b"%PDF-", "the evidence")
        _milestone(play, "otto")
        browser.submit("Save finding", finding=FINDING)
    with play.illegal("nadia", "download another grantee's evidence") as browser:
        browser.get(link, status=404)
    with play.step("amina", "does not read the finding before the milestone is verified", goes_on=True):
        expect_no_text(_milestone(play, "amina").page.text, FINDING)
    with play.step("otto", "verifies it; the tranche can be claimed") as browser:
        _milestone(play, "otto")
        expect_text(browser.submit("Verify").main, "Verified", "Can be claimed")
        play.expect_mail("milestone.verified", *team("amina"), about="amina", milestone=INCEPTION)
        play.expect_mail("payment.claimable", *team("amina"), about="amina", amount=euros("180000"))
    with play.illegal("otto", "verify or return it once more") as browser:
        for move in ("verify", "return"):
            browser.forge(f"{play.made[PLACE]}/moves/{move}", reason="Again", status=409)
