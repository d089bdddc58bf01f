"""Act 13: the tranche is requested, approved, held, released by another person and paid; a report is accepted."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.granting import open_part, project
from tests.walkthrough.people import PROGRAMME, PROGRAMME_STAFF
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_text
from tests.walkthrough.writing import euros, team

AMOUNT = euros("180000")
REPORT = "progress report"
TRANCHE = "Tranche 1"
PLACE = f"{TRANCHE} amina"
BOTH = "fay"  # holds two roles for a moment, to try both halves of one payment


def perform(play: Play) -> None:
    """Four people touch one payment; nobody touches it twice."""
    _requested(play)
    _approved(play)
    _held(play)
    _released(play)
    _paid(play)
    _a_report(play)


def _tranche(play: Play, who: str, key: str = "amina"):  # type: ignore[no-untyped-def]
    return open_part(play, key, who, TRANCHE)


def _requested(play: Play) -> None:
    with play.step("amina", f"requests the payment of {AMOUNT}") as browser:
        _tranche(play, "amina")
        browser.submit("Request payment")
        play.expect_mail("payment.requested", *PROGRAMME_STAFF, about="amina", amount=AMOUNT)
    play.read_mail("payment.requested", PROGRAMME_STAFF[0], about="amina", amount=AMOUNT)  # sent before roles change
    with play.illegal("amina", "approve what she requested") as browser:
        browser.forge(play.made[PLACE] + "/moves/approve", status=409)
    with play.illegal("fred", "release what nobody has approved") as browser:
        browser.forge(play.made[PLACE] + "/moves/release", status=409)
    with play.illegal("peter", "request a tranche whose milestone is not verified") as browser:
        _tranche(play, "peter", "peter")
        browser.forge(play.made[f"{TRANCHE} peter"] + "/moves/request", status=409)


def _approved(play: Play) -> None:
    roles = f"/admin/programmes/{PROGRAMME}/roles"
    with play.step("maud", "lends the role of officer to somebody of finance") as browser:
        browser.get(roles)
        browser.submit("Give the role", email=play.email(BOTH), role="officer")
    with play.step(BOTH, "approves the payment as officer") as browser:
        _tranche(play, BOTH)
        browser.submit("Approve payment")
        play.expect_mail("payment.approved/staff", "fred", about="amina", amount=AMOUNT)
    with play.illegal(BOTH, "release the payment that she approved herself") as browser:
        expect_text(_tranche(play, BOTH).page.why_not("Release payment"), "another person must release it")
        browser.forge(play.made[PLACE] + "/moves/release", status=409)
    with play.step("maud", "takes the role back; it ends with the very next request") as browser:
        browser.get(roles)
        browser.follow("Take away Officer, Fay Osei")
        browser.submit(field="reason", reason="It was lent for one day.")
        expect(_tranche(play, BOTH).page.shows("Send back"), True, "what finance may do")
        expect(play.at(BOTH).page.shows("Approve payment"), False, "what an officer may do")


def _held(play: Play) -> None:
    with play.step("fred", "puts the payment on hold, with a reason") as browser:
        _tranche(play, "fred")
        browser.submit(action="/moves/hold", reason="The bank asks for the statutes.")
        play.expect_mail("payment.held", *team("amina"), about="amina")
    with play.illegal("fred", "release a payment that is on hold") as browser:
        expect_text(_tranche(play, "fred").page.why_not("Release payment"), "The bank asks for the statutes.")
        browser.forge(play.made[PLACE] + "/moves/release", status=409)
    with play.step("maud", "lifts the hold") as browser:
        _tranche(play, "maud")
        browser.submit(action="/moves/lift_hold", reason="The statutes have arrived.")
        play.expect_mail("payment.hold_lifted", *team("amina"), about="amina", amount=AMOUNT)


def _released(play: Play) -> None:
    with play.illegal("olga", "release a payment as an officer") as browser:
        browser.forge(play.made[PLACE] + "/moves/release", status=409)
    with play.step("fred", "releases it by a double click: the money is booked once") as browser:
        _tranche(play, "fred")
        pages = browser.press_twice("Release payment")
        expect([page.status for page in pages], [200, 200], "both clicks")
        play.expect_mail("payment.released", *team("amina"), about="amina", amount=AMOUNT)
        page = browser.get(project(play, "amina"))
        rows = [row.get_text(" ") for row in page.soup.select("table tr") if "Tranche paid out" in row.get_text()]
        expect(len(rows), 1, "lines of the ledger about this payment")
    with play.illegal("fred", "release it again, or send it back") as browser:
        for move in ("release", "send_back"):
            browser.forge(f"{play.made[PLACE]}/moves/{move}", reason="Again", status=409)


def _paid(play: Play) -> None:
    with play.illegal("fred", "confirm it as paid without the bank's reference") as browser:
        _tranche(play, "fred")
        browser.submit("Confirm as paid", bank_reference="", status=422)
    with play.step("fred", "confirms it as paid with the bank's reference") as browser:
        _tranche(play, "fred")
        expect_text(browser.submit("Confirm as paid", bank_reference="SEPA-2027-00981").main, "Paid", "SEPA-2027-00981")
    with play.step("amina", "sees award, committed, paid out and still open add up", goes_on=True) as browser:
        page = browser.get(project(play, "amina"))
        for label, amount in (
            ("Award", "600000"),
            ("Committed", "600000"),
            ("Paid out", "180000"),
            ("Still open", "420000"),
        ):
            expect_text(page.main, f"{label} {euros(amount)}")
    with play.step("fred", "exports the payments as a table for a spreadsheet", goes_on=True) as browser:
        found = browser.get("/projects/payments.csv")
        lines = found.content.decode("utf-8-sig").splitlines()
        expect(len(lines), 1 + 8, "lines of the export")
        expect_text(found.text, "180000.00", "SEPA-2027-00981")


def _a_report(play: Play) -> None:
    with play.report.step("development page", "moves the clock to two weeks before the first progress report"):
        play.set_clock(calendar.REPORT_NEARLY_DUE)
        for key in ("amina", "peter"):
            play.expect_mail("report.due", *team(key), about=key, day="29 March 2028", report=REPORT)
            play.read_mail("report.due", key, about=key, day="29 March 2028", report=REPORT)
    with play.step("benoit", "writes and submits the progress report") as browser:
        open_part(play, "amina", "benoit", "Progress report")
        browser.submit(field="narrative", narrative="Two of four sites keep books and sell with papers.")
        browser.submit("Submit report")
        play.expect_mail("report.submitted", *PROGRAMME_STAFF, about="amina", report=REPORT)
    with play.illegal("amina", "accept the report of her own organisation") as browser:
        open_part(play, "amina", "amina", "Progress report")
        browser.forge(play.made["Progress report amina"] + "/moves/accept", status=409)
    with play.step("olga", "accepts it") as browser:
        open_part(play, "amina", "olga", "Progress report")
        browser.submit("Accept report")
        play.expect_mail("report.accepted", *team("amina"), about="amina", report=REPORT)
