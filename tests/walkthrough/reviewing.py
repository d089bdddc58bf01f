"""Reviews as staff and reviewers do them: inviting, accepting, the score sheet."""

from __future__ import annotations

from tests.walkthrough.browser import Browser, Page
from tests.walkthrough.people import PROGRAMME_STAFF
from tests.walkthrough.plans import PLANS
from tests.walkthrough.play import Play
from tests.walkthrough.report import expect_text
from tests.walkthrough.writing import address

CRITERIA = {
    "A": ("A1", "A2", "A3"),
    "B": ("B1", "B2", "B3"),
    "C": ("C1", "C2", "C3", "C4"),
    "D": ("D1", "D2"),
}
DUE = "2027-07-16"
Given = dict[str, object]


def oversight(play: Play, key: str) -> str:
    """The staff's page of a proposal's reviews."""
    return f"/reviews{address(play, key)}"


def invite(play: Play, key: str, reviewer: str, officer: str = "olga") -> None:
    """Choose the person by name in the form and send the invitation."""
    browser, name = play.at(officer), play.person(reviewer).name
    page = browser.get(oversight(play, key))
    choice = next(o for o in page.soup.select("select[name=reviewer] option") if o.get_text(strip=True) == name)
    browser.submit("Invite", reviewer=str(choice["value"]), due_on=DUE)
    play.expect_mail("review.asked", reviewer, about=key)


def reassign(play: Play, key: str, reviewer: str, to: str, officer: str = "olga") -> None:
    """Take an unanswered review from one reviewer and give it to another, after a look at what will happen."""
    browser, new = play.at(officer), play.person(to).name
    name = play.person(reviewer).name
    row = next(tr for tr in browser.get(oversight(play, key)).soup.select("tbody tr") if name in tr.get_text())
    page = browser.get(str(row.select_one('a[href$="/reassign"]')["href"]))  # type: ignore[index]
    choice = next(o for o in page.soup.select("select[name=reviewer] option") if o.get_text(strip=True).startswith(new))
    given = {"reviewer": str(choice["value"]), "due_on": DUE, "reason": "She is away until August."}
    expect_text(browser.submit("Show what will happen", **given).main, f"{new} is invited by mail")
    browser.submit("Reassign")
    play.expect_mail("review.recused/reviewer", reviewer, about=key)
    play.expect_mail("review.recused", *(one for one in PROGRAMME_STAFF if one != officer), about=key, reviewer=name)
    play.expect_mail("review.invited", to, about=key)


def open_review(play: Play, key: str, reviewer: str) -> Browser:
    """From the reviewer's list to the page of the review."""
    browser = play.at(reviewer)
    browser.get("/reviews")
    browser.follow(PLANS[key].title)
    play.made[f"review {key} {reviewer}"] = browser.page.path
    return browser


def accept(play: Play, key: str, reviewer: str) -> Browser:
    """Declare that there is no conflict of interest and accept; the sheet opens."""
    browser = open_review(play, key, reviewer)
    browser.submit("Accept the invitation", no_conflict="y")
    return browser


def sheet(play: Play, key: str, reviewer: str) -> str:
    return f"{play.made[f'review {key} {reviewer}']}/sheet"


def scores(score: int, reviewer: str, **other: int) -> Given:
    """A whole sheet: this score everywhere but where another is given, with reasons and comments."""
    given: Given = {}
    for part, codes in CRITERIA.items():
        for code in codes:
            given[f"score-{code}"] = other.get(code, score)
            given[f"reason-{code}"] = f"{code}: the plan says how, and by whom."
        given[f"comment-{part}"] = f"Part {part} is clear; more figures would help."
    return given | {
        "comment_to_applicant": f"A careful plan. Comment {len(reviewer)}.",
        "note_to_staff": "Between us: the lead has done this before.",
        "recommended": "100000.00",
    }


def hand_in(play: Play, key: str, reviewer: str, score: int, **other: int) -> Page:
    """Fill in the sheet and submit it; the same score everywhere is asked about once, and meant."""
    browser, given = play.at(reviewer), scores(score, reviewer, **other)
    browser.get(sheet(play, key, reviewer))
    if set(other.values()) - {score}:
        return browser.submit("Submit scores", **given)
    expect_text(browser.submit("Submit scores", status=422, **given).main, "Every criterion got the same score")
    return browser.submit("Submit scores as they are")


def table(play: Play, key: str, officer: str = "olga") -> Page:
    """Pass the proposal on to the committee."""
    browser = play.at(officer)
    browser.get(oversight(play, key))
    return browser.submit("Table for decision")
