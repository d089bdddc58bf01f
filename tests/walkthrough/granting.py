"""Projects as the grantee, the officers and finance work on them."""

from __future__ import annotations

from collections.abc import Callable

from tests.walkthrough.browser import Browser, Page, at_once
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference
from tests.walkthrough.writing import reference

INCEPTION = "Inception report and work plan"


def project(play: Play, key: str) -> str:
    """The address of the project."""
    return str(play.made[f"project {key}"])


def set_up(play: Play, key: str, officer: str, months: int) -> Page:
    """From the list of awards to a project whose dates are worked out from its first day and length."""
    browser = play.at(officer)
    browser.get("/projects/awarded")
    browser.follow(f"Set up the project {reference(play, key)}")
    browser.submit("Work out the dates again", starts_on="2027-09-01", months=months)
    page = browser.submit("Set up the project", starts_on="2027-09-01", months=months)
    play.made[f"project {key}"] = page.path
    return page


def open_part(play: Play, key: str, who: str, text: str) -> Browser:
    """Open the project and follow the link to one of its parts (a milestone, a tranche, a report)."""
    browser = play.at(who)
    browser.get(project(play, key))
    browser.follow(text)
    play.made[f"{text} {key}"] = browser.page.path
    return browser


def record_account(play: Play, key: str, who: str, number: str) -> Page:
    """Record the bank account of the grantee; owners and finance are told by mail."""
    browser = play.at(who)
    browser.get(project(play, key))
    browser.follow("Record the bank account")
    page = browser.submit(
        "Record the bank account", holder=PLANS[key].organisation, bank="Banque du Lac, Bukavu", account=number
    )
    play.expect_mail("payee.changed", key, about=key)
    play.expect_mail("payee.changed/staff", "fred", "fay", about=key)
    return page


def confirm_account(play: Play, key: str, who: str) -> Page:
    """Read the whole number, which is recorded, and confirm it; returns the page with the number."""
    browser = play.at(who)
    browser.get(project(play, key))
    page = browser.follow("Read the full number and confirm")
    browser.submit("The certificate says the same: confirm")
    return page


def both_press(play: Play, one: str, other: str, path: str, button: str) -> list[int]:
    """Two people have the page open and press the same button at one moment; returns both statuses, sorted."""

    def press(who: str) -> Callable[[], int]:
        browser = play.at(who)
        form = browser.get(path).form(button)
        return lambda: browser._alone(form.action, form.filled({})).status

    found = sorted(at_once([press(one), press(other)]))
    if len(found) != 2:
        raise Difference(f"two people pressed {button!r}, {len(found)} answers came")
    return found
