"""Getting an account through the pages: registering, and confirming the address by the mailed link."""

from __future__ import annotations

from tests.walkthrough.people import PASSWORD
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect_text

CONFIRM = "person.verification_requested"


def register(play: Play, key: str) -> None:
    """Fill in the form of a new account, which signs in at once."""
    person, browser = play.person(key), play.at(key)
    browser.get("/register")
    browser.submit("Register", name=person.name, email=person.email, password=PASSWORD)
    play.expect_mail(CONFIRM, key)


def confirm(play: Play, key: str) -> None:
    """Open the mailed link in the browser that registered, press its button, and find the link used up."""
    browser = play.at(key)
    link = play.read_mail(CONFIRM, key).link("/verify/")
    browser.get(link)
    browser.submit("Confirm my address")
    browser.get(link, status=410)
    browser.get("/account")
    expect_text(browser.page.main, play.email(key))


def confirm_elsewhere(play: Play, key: str) -> None:
    """Open the mailed link in a browser that knows nothing: it takes the password, and signs in."""
    browser = play.stranger()
    browser.get(play.read_mail(CONFIRM, key).link("/verify/"))
    browser.submit("Confirm my address", account_password="not what was chosen", status=422)
    browser.submit("Confirm my address", account_password=PASSWORD)
    browser.get("/account")
    expect_text(browser.page.main, play.email(key))
