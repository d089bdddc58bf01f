"""Act 16: the books are closed. Mails against the list, the audit trail, the invariants, the sums."""

from __future__ import annotations

import re
import time

from tests.walkthrough import calendar
from tests.walkthrough.acts.act_09_decisions import AWARDED, LEFT
from tests.walkthrough.deciding import ranking
from tests.walkthrough.people import EVERYBODY, PROGRAMME_STAFF, STAFF
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect, expect_no_text, expect_text
from tests.walkthrough.writing import euros

ILLEGAL_MOVES_AT_LEAST = 20
REVIEWERS = tuple(person for person in STAFF if "reviewer" in person.roles)
STILL_TO_COME = re.compile(r"(\d+) waiting, \d+ done, (\d+) given up")


def perform(play: Play) -> None:
    """Nothing missing, nothing twice, nothing broken."""
    _delivered(play)
    _mails(play)
    _on_the_pages(play)
    _by_command(play)
    with play.report.step("the play", f"tried {play.illegal_moves} illegal moves, and each was refused", goes_on=True):
        expect(play.illegal_moves >= ILLEGAL_MOVES_AT_LEAST, True, "at least 20 illegal moves")


def _delivered(play: Play) -> None:
    with play.report.step("command line", "finds that no event and no mail waits or was given up", goes_on=True):
        end = time.monotonic() + 40
        while True:
            said = play.instance.cli("outbox", "status")
            left = [int(n) for pair in STILL_TO_COME.findall(said) for n in pair]
            if left and not any(left):
                return
            if time.monotonic() > end:
                raise Difference(f"still waiting or given up: {said}")


def _mails(play: Play) -> None:
    mails, expected = play.mails.all(), sum(play.mails.expected.values())
    with play.report.step(
        "mailbox", f"has exactly the {expected} mails of the list, none missing, none twice", goes_on=True
    ):
        if found := play.mails.differences():
            raise Difference("; ".join(found))
        expect(len(mails), expected, "mails")
    with play.report.step("mailbox", "names no reviewer in a mail to an applicant", goes_on=True):
        inside = {play.email(person.key) for person in STAFF}
        for mail in mails:
            if mail.to not in inside:
                names = [word for person in REVIEWERS for word in (person.name, person.name.split()[0], person.email)]
                expect_no_text(f"{mail.subject}\n{mail.text}\n{mail.html}", *names)
    with play.report.step("mailbox", "has only links to this instance, and none that acts when opened", goes_on=True):
        for mail in mails:
            for link in mail.links:
                expect(link.startswith(play.instance.base_url), True, f"a link of our own: {link}")
                expect("/moves/" in link, False, f"a link that only shows: {link}")


def _on_the_pages(play: Play) -> None:
    with play.step("maud", "reads on the pages the sums that the play adds up to", goes_on=True) as browser:
        expect_text(ranking(play, "maud").main, f"Ratified {euros(AWARDED)}", f"Left {euros(LEFT)}")
        expect_text(browser.get("/projects/payments").main, euros("180000"))
    with play.step("ada", "checks the whole audit trail on its page", goes_on=True) as browser:
        browser.get("/admin/audit")
        page = browser.follow("Check the whole trail")
        expect_text(page.main, "The trail holds")
    with play.step("maud", "sees no dead letter among the deliveries", goes_on=True) as browser:
        page = browser.get("/admin/deliveries")
        expect(page.shows("Try again"), False, "a dead letter")
    for person in (p for p in EVERYBODY.values() if p.key in PROGRAMME_STAFF):
        with play.step(person.key, "opens “My work” and every page of the navigation", goes_on=True) as browser:
            links = [a["href"] for a in browser.get("/work").soup.select(".head-nav a[href]")]
            for link in links:
                browser.get(str(link))


def _by_command(play: Play) -> None:
    with play.report.step(
        "command line", "verifies the audit trail: every entry continues the one before it", goes_on=True
    ):
        expect_text(play.instance.cli("audit", "verify"), "whole")
    with play.report.step("command line", "checks what must always hold: money, states, seals, files", goes_on=True):
        said = play.instance.cli("invariants")
        expect_text(said, "Everything that must hold holds.")
        expect_no_text(said, "FAILED")
    with play.report.step(
        "instance", f"still runs all its processes; the call {calendar.CALL} is played", goes_on=True
    ):
        play.instance.check_alive()
