"""Act 14: a mine site is registered, its baseline assessed, and it moves up a step; its place stays secret."""

from __future__ import annotations

from tests.walkthrough.granting import project
from tests.walkthrough.plans import pdf
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_no_text, expect_text
from tests.walkthrough.writing import reference

NAME = "Nyabibwe-Nord"
LATITUDE, LONGITUDE = "-1.9641", "28.8619"
SECRETS = ("1.9641", "28.8619", "1.964", "28.861")


def perform(play: Play) -> None:
    """From M0 to M2, with the history that proves it."""
    with play.step("amina", "registers the mine site and links it to her project") as browser:
        browser.get(project(play, "amina"))
        browser.follow("Link a mine site")
        browser.follow("Register a new site")
        browser.submit(
            "Register and link the site",
            name=NAME,
            country="CD",
            admin1="Sud-Kivu",
            minerals=["tin"],
            workers=67,
            icglr_status="0",
            latitude=LATITUDE,
            longitude=LONGITUDE,
        )
        play.made["site"] = browser.page.link(NAME, inside="#main").removeprefix(play.instance.base_url)
        expect_text(browser.page.main, "M0")
        play.made["site reference"] = browser.get(play.made["site"]).soup.select_one("#main .note").get_text(strip=True)
    _assessed(play)
    _secret(play)


def _assess(play: Play, who: str, step: str, source: str, note: str, *, status: int = 200, **more: object):  # type: ignore[no-untyped-def]
    browser = play.at(who)
    browser.get(play.made["site"])
    browser.follow("Record an assessment")
    files = {"evidence": ("visit.pdf", pdf("visit"))}
    return browser.submit(
        "Record the assessment", step=step, source=source, note=note, files=files, status=status, **more
    )


def _assessed(play: Play) -> None:
    with play.step("amina", "records the baseline as reported by herself: M1"):
        page = _assess(play, "amina", "M1", "self_reported", "67 people, no books yet.")
        expect_text(page.main, "M1", "Baseline assessed")
    with play.illegal("amina", "name the programme as the one who verified") as browser:
        browser.get(play.made["site"])
        browser.follow("Record an assessment")
        action = browser.page.form("Record the assessment").action
        given = {"step": "M7", "assessed_on": "2028-03-16", "source": "programme_visit", "note": "All is perfect."}
        browser.forge(action, status=422, **given)
    with play.illegal("peter", "assess a site where he has no project") as browser:
        expect(browser.get(play.made["site"]).links().count(("Record an assessment", "")), 0, "links to assess")
        browser.forge(play.made["site"] + "/assessments", status=404, step="M7")
    with play.step("olga", "visits the site: it has moved up to M2, with the visit's report as evidence"):
        page = _assess(play, "olga", "M2", "programme_visit", "Books are kept, a committee meets.")
        expect_text(page.main, "M2", "Management system in place", "(went up)", "Visit by the programme")
        expect_text(page.main, reference(play, "amina"), "began at")
    with play.step("amina", "sees on the project page how many steps the site moved up", goes_on=True) as browser:
        row = next(
            r.get_text(" ") for r in browser.get(project(play, "amina")).soup.select("tr") if NAME in r.get_text()
        )
        expect_text(" ".join(row.split()), "M0", "M2")


def _secret(play: Play) -> None:
    with play.step("peter", "sees the site only as a cell of about eleven kilometres", goes_on=True) as browser:
        page = browser.get(play.made["site"])
        expect_text(page.main, NAME, "M2")
        expect_no_text(page.text, *SECRETS, "Books are kept")
    for who in ("amina", "peter", "cora", "fred"):
        with play.illegal(who, "open the exact position of the site") as browser:
            browser.get(play.made["site"] + "/position", status=404)
            expect_no_text(browser.get(project(play, "amina"), status=(200, 404)).text, *SECRETS)
    with play.step("olga", "opens the exact position, and the audit trail tells that she did") as browser:
        page = browser.get(play.made["site"] + "/position")
        expect_text(page.main, *SECRETS[:2], "This reading is on record")
    with play.step("ada", "finds that reading in the audit trail", goes_on=True) as browser:
        page = browser.get("/admin/audit")
        expect_text(page.text, "Olga Petrenko", play.made["site reference"], "Exact position read")
        expect_no_text(page.text, *SECRETS)
