"""A score sheet that is taken along as a file, filled in without a network, and brought back."""

from __future__ import annotations

from tests.walkthrough.apart import written
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect, expect_text
from tests.walkthrough.reviewing import sheet

REASON = "A2: read on the boat to Bukavu; the plan names the pits."


def bring_a_sheet_back(play: Play, key: str, who: str, other: str) -> None:
    """``who`` scores ``key`` in a file; ``other`` never sees it."""
    where = f"{sheet(play, key, who)}/offline"
    with play.step(
        who, "takes the score sheet along as one file that links to nothing and holds no proposal"
    ) as browser:
        browser.get(sheet(play, key, who))
        page = browser.follow("Score without a network")
        form = browser.get(page.link("As a page (HTML)")).content.decode()
        expect("src=" in form or 'href="/' in form or 'href="http' in form, False, "a link to a network")
        expect("Two buyers from the start" in form, False, "the proposal in the file")
        expect(browser.get(page.link("As a workbook (XLSX)")).content[:2], b"PK", "the workbook")
    with play.illegal(other, "take another reviewer's sheet along") as browser:
        for path in (where, f"{where}/sheet.html", f"{where}/sheet.xlsx"):
            browser.get(path, status=404)
    with play.step(who, "brings it back, sees what it changes, and takes it over") as browser:
        before = browser.get(sheet(play, key, who)).form("Submit scores").values()
        base = {"score-A2": list(before.get("score-A2", [])), "reason-A2": list(before["reason-A2"])}
        back = written(form, {"score-A2": ["3"], "reason-A2": [REASON]}, base)
        browser.get(where)
        page = browser.submit("Compare", files={"file": ("sheet.html", back.encode())})
        expect_text(page.main, REASON)
        taken = browser.submit("Take over what is ticked", take=["score-A2", "reason-A2"])
        expect_text(taken.text, "2 entries were taken over")
        values = browser.get(sheet(play, key, who)).form("Submit scores").values()
        expect((values["score-A2"], values["reason-A2"]), (["3"], [REASON]), "what the file said")
