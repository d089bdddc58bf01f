"""Act 11: two awards become projects; agreements are sent, signed and countersigned, bank accounts confirmed."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.granting import confirm_account, open_part, project, record_account, set_up
from tests.walkthrough.people import MANAGERS
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import euros, team

NUMBER = "BE68 5390 0754 7034"
MISTYPED = "BE68 5390 0754 7043"
OTHER_NUMBER = "NL91 ABNA 0417 1643 00"


def perform(play: Play) -> None:
    """One agreement goes through officer and manager, the other tries the same manager twice."""
    with play.report.step("development page", "moves the clock to 2 August 2027"):
        play.set_clock(calendar.CONTRACTING)
    with play.illegal("amina", "set up her own project") as browser:
        browser.get("/projects/awarded", status=404)
    with play.step("olga", "sets up Amina's project of 36 months; the tranches make the award") as browser:
        page = set_up(play, "amina", "olga", 36)
        expect_text(page.main, *(euros(a) for a in ("600000", "180000", "60000")), "31 October 2027", "Drafted")
    with play.step("maud", "sets up Peter's project; 340,000.01 is split without losing a cent") as browser:
        page = set_up(play, "peter", "maud", 24)
        shown = [euros(a) for a in ("102000.00", "34000.00", "34000.01", "102000.01")]
        expect(sum(page.main.count(amount) for amount in shown) >= 4, True, "four tranches")
    _sent(play)
    _signed(play)
    _confirmed(play)
    _countersigned(play)
    _the_other_agreement(play)


def _sent(play: Play) -> None:
    with play.illegal("amina", "sign an agreement that was not sent") as browser:
        page = browser.get(project(play, "amina"))
        expect(page.shows("Sign the agreement"), False, "a button to sign")
    with play.step("olga", "sends the agreement for signature") as browser:
        browser.get(project(play, "amina"))
        browser.submit("Send for signature")
        play.expect_mail("agreement.sent", "amina", about="amina")
    with play.illegal("nadia", "see another grantee's project") as browser:
        browser.get(project(play, "amina"), status=404)
    with play.illegal("cora", "see a project as a committee member") as browser:
        browser.get(project(play, "amina"), status=404)


def _agreement(play: Play, key: str, who: str) -> str:
    """The address of the agreement's moves, from any form of the panel that the person sees."""
    form = play.at(who).get(project(play, key)).form(action="/agreements/[^/]+/moves/[a-z_]+")
    return form.action.removeprefix(play.instance.base_url).rsplit("/", 1)[0]


def _signed(play: Play) -> None:
    place = _agreement(play, "amina", "olga")
    with play.illegal("amina", "sign before a bank account is recorded") as browser:
        link = play.read_mail("agreement.sent", "amina", about="amina")
        expect_text(browser.get(link.link("/projects/")).why_not("Sign the agreement"), "Record the bank account first")
        browser.forge(place + "/sign", status=409)
    with play.illegal("amina", "record an account number with two digits swapped") as browser:
        browser.get(project(play, "amina"))
        browser.follow("Record the bank account")
        given = {"holder": "Umoja", "bank": "Banque du Lac", "account": MISTYPED}
        expect_text(browser.submit("Record the bank account", status=422, **given).main, "mistyped")
    with play.step("amina", "records the bank account; nobody sees more than its end") as browser:
        page = record_account(play, "amina", "amina", NUMBER)
        expect_text(page.main, "ending in 7034")
        expect_no_text(page.text, "0754 7034", "07547034")
    with play.illegal("benoit", "sign as an editor") as browser:
        expect(browser.get(project(play, "amina")).shows("Sign the agreement"), False, "a button to sign")
        browser.forge(place + "/sign", status=404)
    with play.step("amina", "signs the agreement") as browser:
        browser.get(project(play, "amina"))
        browser.submit("Sign the agreement")
        play.expect_mail("agreement.signed", *MANAGERS, about="amina")
    with play.illegal("olga", "countersign as an officer") as browser:
        browser.forge(place + "/countersign", status=409)


def _confirmed(play: Play) -> None:
    with play.illegal("hugo", "countersign before finance has confirmed the account") as browser:
        page = browser.get(project(play, "amina"))
        expect_text(page.why_not("Countersign"), "Finance has not confirmed the bank account yet")
    with play.step("fred", "reads the whole number, which is recorded, and confirms it") as browser:
        page = confirm_account(play, "amina", "fred")
        expect_text(page.main, "BE68", "7034", "Reading this number is on record")
        play.made["payee page"] = page.path
    with play.illegal("olga", "read the bank account") as browser:
        browser.get(play.made["payee page"], status=404)


def _countersigned(play: Play) -> None:
    with play.step("hugo", "countersigns; the agreement is active") as browser:
        browser.get(project(play, "amina"))
        expect_text(browser.submit("Countersign").main, "Active")
        play.expect_mail("agreement.activated", *team("amina"), about="amina")
    with play.illegal("benoit", "request money before a milestone is verified") as browser:
        open_part(play, "amina", "benoit", "Tranche 1")
        expect(browser.page.shows("Request payment"), False, "a button to request")


def _the_other_agreement(play: Play) -> None:
    with play.step("maud", "sends Peter's agreement; he records the account and signs; Fay confirms it") as browser:
        browser.get(project(play, "peter"))
        browser.submit("Send for signature")
        play.expect_mail("agreement.sent", "peter", about="peter")
        record_account(play, "peter", "peter", OTHER_NUMBER)
        play.at("peter").submit("Sign the agreement")
        play.expect_mail("agreement.signed", *MANAGERS, about="peter")
        confirm_account(play, "peter", "fay")
    with play.illegal("maud", "countersign the agreement that she sent herself") as browser:
        page = browser.get(project(play, "peter"))
        expect_text(page.why_not("Countersign"), "another person must countersign")
        browser.forge(_agreement(play, "peter", "maud") + "/countersign", status=409)
    with play.step("hugo", "countersigns it instead") as browser:
        browser.get(project(play, "peter"))
        expect_text(browser.submit("Countersign").main, "Active", PLANS["peter"].title)
        play.expect_mail("agreement.activated", "peter", about="peter")
