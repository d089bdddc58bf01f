"""Act 2: applicants register, confirm their address by the mailed link, and register their organisations."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.accounts import CONFIRM, confirm, confirm_elsewhere, register
from tests.walkthrough.people import APPLICANTS
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect, expect_text

PILLARS = {"company": "supply_chain", "cooperative_asm": "supply_chain"}


def perform(play: Play) -> None:
    """Everybody who applies gets an account; each of ten founds an organisation."""
    for person in APPLICANTS:
        with play.step(person.key, "registers"):
            register(play, person.key)
    _begun_before_confirming(play)
    with play.step(
        "a stranger", "opens the mailed links as a scanner would, which uses nothing up", goes_on=True
    ) as browser:
        browser.get(play.read_mail(CONFIRM, "jean").link("/verify/"))
    for person in APPLICANTS:
        with play.step(person.key, "confirms the address by the mailed link"):
            confirm_elsewhere(play, person.key) if person.key == "jean" else confirm(play, person.key)
    for key in PLANS:
        with play.step(key, f"registers {PLANS[key].organisation}"):
            _found_organisation(play, key)
    _invite_a_colleague(play)
    _call_opens(play)


def _begun_before_confirming(play: Play) -> None:
    with play.step("amina", "is signed in at once, and told to confirm the address", goes_on=True) as browser:
        browser.get("/organisations")
        expect_text(browser.page.text, "is not confirmed yet")
        browser.submit("Sign out")
    with play.step("amina", "is not signed in with a wrong password", goes_on=True):
        play.sign_in("amina", password="something else entirely", status=422)
    with play.step("amina", "signs in again before the address is confirmed", goes_on=True):
        play.sign_in("amina")
    with play.step("a stranger", "registers a known address: the same answer as anybody", goes_on=True) as browser:
        browser.get("/register")
        browser.submit("Register", name="Somebody", email=play.email("maud"), password="another long password")
        expect_text(browser.page.path, "/")
    play.expect_mail("person.already_registered", "maud")
    with play.step("maud", "discards what was begun with the address", goes_on=True):
        own = play.at("maud")
        own.get(play.read_mail("person.already_registered", "maud").link("/account/begun"))
        own.submit("It was not me: discard it")
        expect_text(own.page.text, "That account is closed.")
        browser.get("/account")
        expect_text(browser.page.path, "/sign-in")


def _found_organisation(play: Play, key: str) -> None:
    plan, browser = PLANS[key], play.at(key)
    browser.get("/organisations")
    browser.get("/organisations/new")
    number = "" if plan.kind == "cooperative_asm" else f"{plan.country}-REG-{len(plan.title)}"
    browser.submit(
        "Register the organisation",
        name=plan.organisation,
        country=plan.country,
        kind=plan.kind,
        pillar=PILLARS.get(plan.kind, "civil_society"),
        registration_number=number,
        no_registration_reason="" if number else "The registration is under way.",
    )
    play.made[f"organisation {key}"] = browser.page.path


def _invite_a_colleague(play: Play) -> None:
    organisation = PLANS["amina"].organisation
    with play.step("amina", "invites a colleague as editor") as browser:
        browser.get(play.made["organisation amina"])
        browser.submit(field="email", email=play.email("benoit"), role="editor")
        play.expect_mail("invitation.sent", "benoit", organisation=organisation)
    with play.step("benoit", "accepts the invitation; looking at the link alone does nothing") as browser:
        link = next(
            link
            for link in play.read_mail("invitation.sent", "benoit", organisation=organisation).links
            if "invitation" in link
        )
        browser.get(play.made["organisation amina"], status=404)
        browser.get(link)
        browser.get(play.made["organisation amina"], status=404)
        browser.get(link)
        browser.submit("Join the organisation")
        browser.get(play.made["organisation amina"])
    with play.step("jean", "does not see another organisation", goes_on=True) as browser:
        browser.get(play.made["organisation amina"], status=404)


def _call_opens(play: Play) -> None:
    with play.report.step("development page", "lets the call open by the clock"):
        play.set_clock(calendar.JUST_OPEN)
        play.expect_mail("call.opened", *PLANS, "benoit")
        mail = play.read_mail("call.opened", "amina")
    with play.step("a stranger", "follows the link of the mail to the open call", goes_on=True) as browser:
        page = browser.get(mail.link(f"/calls/{calendar.CALL}"))
        expect_text(page.main, "Open")
        expect(page.shows("Sign in"), False, "a form to sign in on the public page")
    with play.report.step(
        "mailbox", "has one mail for each applicant and none for staff about the opening", goes_on=True
    ):
        opened = play.read_mail("call.opened", "sarah").subject
        if any(m.subject == opened and m.to.endswith("secretariat.example") for m in play.mails.all()):
            raise Difference("staff were invited to apply")
