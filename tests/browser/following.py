"""Clicks that lead to another page."""

from __future__ import annotations

from playwright.sync_api import Locator


def follow(target: Locator) -> None:
    """Click the link or button and return when the page that it leads to is there: a click alone does not wait for it."""
    with target.page.expect_navigation():
        target.click()
