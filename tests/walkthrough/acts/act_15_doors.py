"""Act 15: what strangers, former members and copied cookies may not do; passwords; a thread between both sides."""

from __future__ import annotations

from tests.walkthrough import calendar
from tests.walkthrough.granting import project
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import address, reference

NEW_PASSWORD = "A-lantern-for-the-night-shift"
QUESTION = "May we change the second buyer?"
ANSWER = "Yes, if the new one is audited."


def perform(play: Play) -> None:
    """Every door is tried; those that must be shut are."""
    _strangers(play)
    _a_thread(play)
    _copied_cookies(play)
    _new_password(play)
    _suspended(play)
    _left_the_organisation(play)


def _strangers(play: Play) -> None:
    private = [
        "/work",
        "/proposals/",
        address(play, "amina"),
        project(play, "amina"),
        play.made["site"],
        "/admin/audit",
    ]
    with play.illegal("a stranger", "open what needs signing in; the way back is remembered") as browser:
        for path in private:
            expect_text(browser.get(path).path, "/sign-in?next=/")
    with play.illegal("a stranger", "change something by a forged request") as browser:
        browser.forge(f"{address(play, 'amina')}/moves/withdraw", reason="x", status=(303, 400))
        browser.forge("/organisations/new", token=False, name="x", status=400)
    with play.illegal("a stranger", "be led to another site after signing in") as browser:
        for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
            fresh = play.stranger()
            fresh.get("/sign-in?next=" + target)
            fresh.submit("Sign in", email=play.email("jean"), password=play.password)
            expect(fresh.page.url.startswith(play.instance.base_url + "/"), True, f"staying here after {target}")
    with play.illegal("jean", "act by merely opening an address") as browser:
        browser.get(f"{address(play, 'jean')}/moves/withdraw", status=405)
        browser.get("/sign-out", status=405)
    with play.illegal("jean", "name a record that does not exist") as browser:
        browser.get("/proposals/00000000-0000-7000-8000-000000000000", status=404)
        browser.get("/projects/00000000-0000-7000-8000-000000000000", status=404)
    with play.illegal("ada", "change anything as the auditor who reads everything") as browser:
        expect_text(browser.get(project(play, "amina")).main, reference(play, "amina"))
        browser.forge(f"{address(play, 'amina')}/moves/exclude", reason="x", status=(404, 409))
        browser.forge("/admin/programmes/EPRM/roles", email=play.email("ada"), role="manager", status=404)
    with play.illegal("maud", "give herself a role") as browser:
        browser.get("/admin/programmes/EPRM/roles")
        browser.submit("Give the role", email=play.email("maud"), role="finance", status=422)


def _a_thread(play: Play) -> None:
    with play.step("jean", "writes to the programme; officers and managers get a mail") as browser:
        browser.get(address(play, "jean"))
        browser.submit("Send message", text=QUESTION)
        play.expect_mail("proposal.message_posted/staff", "olga", "otto", "maud", "hugo", about="jean")
    with play.step("olga", "answers; the applicant reads it, and not who wrote it", goes_on=True) as browser:
        expect_text(browser.get(address(play, "jean")).main, QUESTION)
        browser.submit("Send message", text=ANSWER)
        play.expect_mail("proposal.message_posted", "jean", about="jean")
        page = play.at("jean").get(play.read_mail("proposal.message_posted", "jean", about="jean").link("/proposals/"))
        expect_text(page.main, ANSWER)
    with play.illegal("rita", "read that thread as a reviewer") as browser:
        browser.get(address(play, "jean"), status=404)
        expect_no_text(browser.get("/reviews").text, ANSWER)


def _copied_cookies(play: Play) -> None:
    with play.illegal("grace", "go on with a copied cookie after signing out") as browser:
        copy = play.instance.browser("a thief")
        copy.session.cookies.update(browser.session.cookies)
        copy.get("/work")
        browser.get("/work")
        browser.submit("Sign out")
        expect_text(copy.get("/work").path, "/sign-in")


def _new_password(play: Play) -> None:
    with play.step("grace", "asks for a new password; a stranger's address gets the same answer") as browser:
        for email in (play.email("grace"), "nobody@applicants.example"):
            browser.get("/forgot-password")
            browser.submit(field="email", email=email)
            expect_text(browser.page.path, "/forgot-password/check-your-mail")
        play.expect_mail("person.password_reset_requested", "grace")
    with play.step("grace", "chooses a new one by the mailed link, which works once") as browser:
        link = play.read_mail("person.password_reset_requested", "grace").link("/reset-password/")
        browser.get(link)
        browser.submit(field="password", password=NEW_PASSWORD)
        play.expect_mail("person.password_changed", "grace")
        play.read_mail("person.password_changed", "grace")
        browser.get(link, status=410)
        play.sign_in("grace", status=422)
        play.sign_in("grace", password=NEW_PASSWORD)


def _suspended(play: Play) -> None:
    with play.step("maud", "suspends an account, with a reason") as browser:
        browser.get("/admin/people?q=grace")
        browser.follow("Grace Lotsove")
        browser.submit("Suspend the account", reason="The person left; a new owner is being named.")
    with play.illegal("grace", "do anything once suspended, signed in or not") as browser:
        expect_text(browser.get("/work").path, "/sign-in")
        play.sign_in("grace", password=NEW_PASSWORD, status=422)


def _left_the_organisation(play: Play) -> None:
    with play.step("amina", "ends the membership of her colleague") as browser:
        browser.get(play.made["organisation amina"])
        browser.follow("Change Benoît Kambale")
        browser.submit(action="/remove")
    with play.illegal("benoit", "see proposal or project after leaving, at the very next request") as browser:
        browser.get(address(play, "amina"), status=404)
        browser.get(project(play, "amina"), status=404)
    with play.step(
        "a stranger", "reads the call and its result pages no further than they are public", goes_on=True
    ) as browser:
        page = browser.get(f"/calls/{calendar.CALL}")
        expect_no_text(page.text, "Amina", "Rita", "600,000", "Umoja")
