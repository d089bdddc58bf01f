"""Act 5: full proposals with annexes; the cent that decides at 340,000 and at 800,000; two people in one section."""

from __future__ import annotations

from tests.walkthrough import apart, calendar
from tests.walkthrough.browser import Browser
from tests.walkthrough.plans import PLANS, money
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_text
from tests.walkthrough.writing import (
    address,
    answers_of,
    euros,
    fill_section,
    fill_stage,
    reference,
    section,
    submit_stage,
)

STAGE = "full_proposal"
LATE = "elena"  # submits a second too late
LAST = "grace"  # submits in the last second


def perform(play: Play) -> None:
    """Everybody writes; nine submit, of which one in the last second, in the next act."""
    with play.report.step("development page", "moves the clock to 15 March 2027"):
        play.set_clock(calendar.FULL_PROPOSALS)
    for key in PLANS:
        with play.step(key, "starts the full proposal, prefilled from the quick scan"):
            _start(play, key)
    for key in PLANS:
        with play.step(key, "writes every section and attaches five annexes"):
            fill_stage(play, key)
    _files(play)
    _boundaries(play)
    _two_in_one_section(play)
    apart.perform(play, STAGE)
    for key in PLANS:
        if key not in (LATE, LAST):
            with play.step(key, f"submits the full proposal, asking for {euros(PLANS[key].grant)}"):
                submit_stage(play, key)


def _start(play: Play, key: str) -> None:
    browser = play.at(key)
    browser.get(address(play, key))
    browser.submit("Start “Full proposal”")
    values = browser.get(section(play, key, STAGE, "applicant")).form("Save").values()
    expect(values["title"], [PLANS[key].title], "the title from the quick scan")
    first = next(name for name in values if name.startswith("partners.") and name.endswith(".name"))
    expect(values[first], [PLANS[key].organisation], "the first partner from the quick scan")


def _files(play: Play) -> None:
    page = section(play, "jean", STAGE, "annexes")
    with play.illegal("jean", "attach a program that calls itself a PDF; the page names the question") as browser:
        browser.get(page)
        files = {"annex_partner_forms": ("partners2.pdf", b"MZ\x90\x00" + b"\x00" * 400)}
        browser.submit("Save", files=files, status=422)
        expect_text(browser.page.main, "Partner forms")
    with play.step("jean", "removes an annex, is told that it is missing, attaches it again", goes_on=True) as browser:
        browser.get(page)
        browser.submit("Remove logframe.pdf")
        check = browser.get(f"{address(play, 'jean')}/stages/{STAGE}/check")
        expect_text(check.main, "Logframe")
        expect(check.shows("Submit"), False, "a button to submit")
        fill_section(browser, page, {})
    with play.step("jean", "gets back an annex as a download, never shown by the browser", goes_on=True) as browser:
        link = browser.get(page).link("budget.pdf")
        found = browser.get(link)
        expect(found.content[:5], b"%PDF-", "the first bytes")
        expect_text(found.headers["Content-Disposition"], "attachment")
    with play.illegal("nadia", "download another applicant's annex") as browser:
        browser.get(link, status=404)


def _boundaries(play: Play) -> None:
    cases = (
        ("lucia", "340000.01", "340000.01", "70 %", "one cent above 340,000 with the whole costs covered"),
        (
            "lucia",
            "340000.01",
            "485714.30",
            "needs a partner from the supply chain",
            "that cent without a supply-chain partner",
        ),
        ("peter", "340000.01", "485714.29", "70 %", "340,000.01 of 485,714.29, a cent above 70 %"),
        ("nadia", "800000.01", "1142857.16", "above the most this call gives", "800,000.01"),
        ("nadia", "800000.00", "1142857.14", "70 %", "800,000.00 of 1,142,857.14, a cent above 70 %"),
        ("grace", "49999.99", "49999.99", "below the least amount", "49,999.99"),
    )
    for key, grant, total, words, what in cases:
        with play.illegal(key, f"ask for {what}"):
            _refused_by_the_rules(play, key, grant, total, words)
    for key in dict.fromkeys(case[0] for case in cases):
        with play.step(key, f"goes back to {euros(PLANS[key].grant)} of {euros(PLANS[key].total)}"):
            _write_budget(play, key, PLANS[key].grant, PLANS[key].total)
            expect(_check(play, key).shows("Submit"), True, "a button to submit")


def _write_budget(play: Play, key: str, grant: str, total: str) -> Browser:
    fill_section(play.at(key), section(play, key, STAGE, "budget"), answers_of(play, key, **money(grant, total)))
    return play.at(key)


def _check(play: Play, key: str):  # type: ignore[no-untyped-def]
    return play.at(key).get(f"{address(play, key)}/stages/{STAGE}/check")


def _refused_by_the_rules(play: Play, key: str, grant: str, total: str, words: str) -> None:
    browser = _write_budget(play, key, grant, total)
    page = _check(play, key)
    expect(page.shows("Submit"), False, "a button to submit")
    expect_text(page.main, words)
    browser.forge(f"{address(play, key)}/stages/{STAGE}/submit", confirmed="y", status=409)


def _two_in_one_section(play: Play) -> None:
    page = section(play, "amina", STAGE, "sustainability")
    theirs, mine = "Benoît: les femmes gèrent la caisse.", "Amina : la coopérative gère la caisse."
    with play.step("benoit", "opens a section that Amina changes meanwhile") as browser:
        browser.get(page)
        fill_section(play.at("amina"), page, {"sustainability": mine})
    with play.illegal("benoit", "overwrite her text unseen: both are kept, and he sees both") as browser:
        browser.submit("Save", sustainability=theirs)
        expect_text(browser.page.main, "Both texts are kept", theirs, mine)
        expect(browser.get(page).form("Save").values()["sustainability"], [mine], "the text that stands meanwhile")
    with play.step("benoit", "chooses his own text, and it is kept", goes_on=True) as browser:
        browser.submit("Keep this text")
        expect(browser.get(page).form("Save").values()["sustainability"], [theirs], "the kept text")
    with play.illegal("benoit", "submit as an editor") as browser:
        browser.forge(f"{address(play, 'amina')}/stages/{STAGE}/submit", confirmed="y", status=409)
    with play.illegal("olga", "read a full proposal that was not submitted") as browser:
        browser.get(f"{address(play, 'amina')}/stages/{STAGE}/screening", status=404)
        expect_text(browser.get(address(play, "amina")).main, reference(play, "amina"))
