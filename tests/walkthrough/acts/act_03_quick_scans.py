"""Act 3: ten quick scans are written in English, French and Spanish, and submitted."""

from __future__ import annotations

from hashlib import sha256

from tests.walkthrough import calendar
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect, expect_text
from tests.walkthrough.writing import (
    address,
    answers_of,
    fill_section,
    fill_stage,
    hand_in,
    reference,
    section,
    start,
    submit_stage,
)

LATER = "A second thought, written after submitting."


def perform(play: Play) -> None:
    """Everybody begins, writes and submits; one submits twice; a colleague may write but not submit."""
    for key in PLANS:
        with play.step(key, f"starts “{PLANS[key].title}”"):
            start(play, key)
    with play.report.step("development page", "moves the clock to 1 February 2027"):
        play.set_clock(calendar.QUICK_SCANS)
    _nothing_is_submitted_empty(play)
    for key in PLANS:
        with play.step(key, "writes every section of the quick scan"):
            fill_stage(play, key)
    _the_editor_may_not_submit(play)
    for key in PLANS:
        with play.step(key, "checks the answers, submits and reads the receipt"):
            submit_stage(play, key)
    _one_submits_again(play)
    _the_receipts(play)
    _who_sees_what(play)


def _nothing_is_submitted_empty(play: Play) -> None:
    with play.step("jean", "cannot submit an empty quick scan; the page says what is missing", goes_on=True) as browser:
        browser.get(address(play, "jean"))
        page = browser.follow("Check your answers")
        expect(page.shows("Submit"), False, "a button to submit")
        expect_text(page.why_not("Submit"), "answers are missing")
        browser.forge(f"{address(play, 'jean')}/stages/quick_scan/submit", confirmed="y", status=409)
    with play.step("jean", "is told which answers cannot be right; what was typed stays", goes_on=True) as browser:
        page = fill_section(
            browser, section(play, "jean", "quick_scan", "figures"), {"grant": "a lot", "duration": "24"}
        )
        expect(page.form("Save").values()["grant"], ["a lot"], "the typed amount")


def _the_editor_may_not_submit(play: Play) -> None:
    with play.step("benoit", "writes as editor, but only an owner may submit", goes_on=True) as browser:
        browser.get(address(play, "amina"))
        page = browser.follow("Check your answers")
        expect(page.shows("Submit"), False, "a button to submit")
        browser.forge(f"{address(play, 'amina')}/stages/quick_scan/submit", confirmed="y", status=409)


def _one_submits_again(play: Play) -> None:
    with play.step("peter", "writes on after submitting: the submitted version stands", goes_on=True) as browser:
        given = answers_of(play, "peter", question_to_eprm=LATER)
        fill_section(browser, section(play, "peter", "quick_scan", "figures"), given)
        page = browser.get(f"{address(play, 'peter')}/stages/quick_scan/versions/1")
        if LATER in page.text:
            raise Difference("the sealed version changed")
    with play.step("peter", "submits the newer version, which now counts") as browser:
        browser.get(address(play, "peter"))
        page = hand_in(browser, "Submit this newer version")
        expect_text(page.main, "Version 2 of your Quick scan has arrived")
        play.expect_mail("proposal.resubmitted", "peter", about="peter")
        expect_text(browser.get(f"{address(play, 'peter')}/stages/quick_scan/versions/2/changes").main, LATER)


def _the_receipts(play: Play) -> None:
    mailed = play.read_mail("proposal.submitted", "jean", about="jean").text
    with play.step(
        "a stranger", "has the receipt checked that Jean was mailed: it is genuine", goes_on=True
    ) as browser:
        browser.get("/receipts/verify")
        page = browser.submit("Check it", receipt=mailed)
        expect_text(page.main, "This receipt is genuine", reference(play, "jean"))
    with play.illegal("a stranger", "pass a changed receipt off as genuine") as browser:
        browser.get("/receipts/verify")
        page = browser.submit("Check it", receipt=mailed.replace("Version: 1", "Version: 2"))
        expect_text(page.main, "not made here, or it was changed")
    with play.step("peter", "keeps the sealed version; its SHA-256 is the one on the receipt", goes_on=True) as browser:
        where = f"{address(play, 'peter')}/stages/quick_scan/versions/2"
        content = browser.get(f"{where}/sealed.json").content
        expect_text(browser.get(f"{where}/receipt.txt").text, f"Content-SHA256: {sha256(content).hexdigest()}")


def _who_sees_what(play: Play) -> None:
    with play.step("nadia", "does not see another organisation's proposal", goes_on=True) as browser:
        browser.get(address(play, "jean"), status=404)
        browser.get(section(play, "jean", "quick_scan", "idea"), status=404)
    with play.step("olga", "sees all ten proposals in the call's list", goes_on=True) as browser:
        page = browser.get(f"/proposals/calls/{calendar.CALL}")
        expect_text(page.main, *(reference(play, key) for key in PLANS), "10 submitted proposals")
    with play.step("rita", "sees no proposal that she was not asked to review", goes_on=True) as browser:
        browser.get(address(play, "jean"), status=404)
        browser.get(f"/proposals/calls/{calendar.CALL}", status=404)
    with play.step(
        "amina", "finds French text with accents and quotation marks as it was typed", goes_on=True
    ) as browser:
        page = browser.get(f"{address(play, 'amina')}/stages/quick_scan/versions/1")
        expect_text(page.main, "en lien avec un acheteur qui paie le minerai traçable", "« ici, chacune compte »")
    with play.step("lucia", "finds Spanish text as it was typed", goes_on=True) as browser:
        page = browser.get(f"{address(play, 'lucia')}/stages/quick_scan/versions/1")
        expect_text(page.main, "¿Qué cambia? Más ingresos y menos riesgo para las niñas y los niños.")
