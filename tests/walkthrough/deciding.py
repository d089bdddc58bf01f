"""Decisions as officers, committee and managers make them."""

from __future__ import annotations

from tests.walkthrough.browser import Page
from tests.walkthrough.play import Play
from tests.walkthrough.writing import address

Given = dict[str, object]


def case(play: Play, key: str) -> str:
    """The committee's page of a proposal."""
    return f"/decisions{address(play, key)}"


def ranking(play: Play, who: str) -> Page:
    """From the navigation to the ranked list of the call."""
    browser = play.at(who)
    browser.get("/work")
    return browser.follow("Decisions", inside=".head-nav")


def decision(outcome: str, amount: str = "", **texts: str) -> Given:
    """What is filled in to propose a decision."""
    return {"outcome": outcome, "amount": amount, "rationale": "The reviews agree.", **texts}


def propose(play: Play, key: str, who: str, given: Given, *, status: int = 200) -> Page:
    """Propose a decision on one proposal."""
    browser = play.at(who)
    browser.get(case(play, key))
    browser.follow("Propose a decision")
    return browser.submit("Propose to the committee", status=status, **given)


def vote(play: Play, key: str, who: str, choice: str) -> Page:
    browser = play.at(who)
    browser.get(case(play, key))
    return browser.submit("Vote", choice=choice, note="As discussed.")


def ratify(play: Play, key: str, who: str) -> Page:
    browser = play.at(who)
    browser.get(case(play, key))
    return browser.submit("Ratify")
