"""Screening as an officer does it: the checks beside the answers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.walkthrough.browser import Browser
from tests.walkthrough.play import Play
from tests.walkthrough.writing import address

PREFIX = "outcome_"


def start_screening(play: Play, key: str, stage: str, officer: str) -> Browser:
    """Open the screening page and start, unless it has started."""
    browser = play.at(officer)
    path = f"{address(play, key)}/stages/{stage}/screening"
    if browser.get(path).shows("Start screening"):
        browser.submit("Start screening")
    browser.get(path)
    return browser


def decide_checks(browser: Browser, notes: Mapping[str, str], fails: Mapping[str, str] | None = None) -> None:
    """Decide every check of the page: pass, with a note here and there; ``fails`` names those that fail, and why."""
    form = browser.page.form("Save the checks")
    codes = sorted(name.removeprefix(PREFIX) for name in form.names if name.startswith(PREFIX))
    failed = fails or {}
    fields = {f"{PREFIX}{code}": "fail" if code in failed else "pass" for code in codes}
    fields |= {f"note_{code}": note for code, note in {**notes, **failed}.items()}
    browser.send(form, "Save the checks", fields)
