"""Act 1: the call is imported, the staff get their accounts, the manager publishes, everybody may read."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.accounts import confirm, register
from tests.walkthrough.people import MANAGERS, PASSWORD, PROGRAMME, STAFF, Person
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_text

FILE = "app/developers/calls/eprm-2020.yaml"


def perform(play: Play) -> None:
    """From an empty database to a published call."""
    with play.report.step("command line", "imports the call of 2020 with its dates moved to 2027"):
        expect_text(play.instance.cli("call", "import", FILE, "--opens", calendar.OPENS_ON), "draft")
    with play.report.step("command line", "creates the accounts of the two managers"):
        play.instance.cli_all([_create(play.person(key)) for key in MANAGERS])
    with play.report.step("development page", "stops the clock a week before the opening"):
        play.set_clock(calendar.PREPARING)
    with play.step("a stranger", "does not see the draft") as browser:
        browser.get(f"/calls/{calendar.CALL}", status=404)
    _gather_the_staff(play)
    _publish(play)
    _read_it(play)


def _create(person: Person) -> list[str]:
    words = ["user", "create", "--email", person.email, "--name", person.name, "--password", PASSWORD]
    for role in person.roles:
        words += ["--role", role]
    return [*words, "--programme", PROGRAMME]


def _gather_the_staff(play: Play) -> None:
    with play.step("maud", "signs in"):
        play.sign_in("maud")
        play.sign_in("hugo")
    others = [person for person in STAFF if person.key not in MANAGERS]
    for person in others:
        with play.step(person.key, f"registers to become {person.roles[0].replace('_', ' ')}"):
            register(play, person.key)
    for person in others:
        with play.step(person.key, "confirms the address by the mailed link"):
            confirm(play, person.key)
    for person in others:
        with play.step("maud", f"gives {person.name} the role") as browser:
            browser.get(f"/admin/programmes/{PROGRAMME}/roles")
            browser.submit("Give the role", email=person.email, role=person.roles[0])
            expect_text(browser.page.main, person.name)


def _publish(play: Play) -> None:
    with play.step("maud", "publishes the call") as browser:
        browser.get(f"/calls/{calendar.CALL}/manage")
        browser.submit("Publish call")
        expect_text(browser.page.main, "Published")
    with play.step("maud", "finds that it does not open before its time") as browser:
        expect(browser.page.shows("Open call"), False, "a button to open the call")


def _read_it(play: Play) -> None:
    with play.step("a stranger", "reads questions, criteria, weights, checks and dates before signing in") as browser:
        browser.get("/calls/")
        page = browser.follow("Responsible supply chains of artisanal and small-scale mining")
        expect_text(
            page.text,
            "11 January 2027, 09:00",
            "22 June 2027, 14:00",
            "€3,800,000",
            "Contribution to the EPRM Theory of Change",
            "Received before the deadline",
            "Grant you ask for",
            "14:00",
        )
    with play.step("a stranger", "cannot apply before the opening without signing in") as browser:
        browser.get("/proposals/start?call=" + calendar.CALL)
        expect_text(browser.page.path, "/sign-in")
