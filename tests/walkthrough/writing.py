"""Writing a proposal through its pages: every section, rows added where needed, files attached, then the hand-in."""

from __future__ import annotations

import re
from decimal import Decimal

from tests.walkthrough import calendar
from tests.walkthrough.browser import Browser, Page
from tests.walkthrough.forms import Form
from tests.walkthrough.plans import ANNEXES, PLANS, Answers, answers, pdf
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect_text

REFERENCE = re.compile(r"EPRM-20(?:-\d{2})?-\d{4}")
CELL = re.compile(r"^(\w+)\.(\w+)\.(\w+)$")
ADD = "Add another row"


def start(play: Play, key: str) -> None:
    """Begin the proposal from the call's public page."""
    browser = play.at(key)
    browser.get(f"/calls/{calendar.CALL}")
    browser.follow("Start a proposal")
    browser.submit("Start the proposal", title=PLANS[key].title)
    found = REFERENCE.search(browser.page.main)
    if found is None:
        raise Difference(f"no reference on {browser.page.path}: {browser.page.main[:300]}")
    play.made[f"proposal {key}"] = browser.page.path.partition("#")[0]
    play.made[f"reference {key}"] = found.group()


def address(play: Play, key: str) -> str:
    return str(play.made[f"proposal {key}"])


def reference(play: Play, key: str) -> str:
    return str(play.made[f"reference {key}"])


def answers_of(play: Play, key: str, **other: object) -> Answers:
    """What the applicant writes, with some answers replaced."""
    person = play.person(key)
    return {**answers(PLANS[key], person.email, person.name), **other}


def fill_stage(play: Play, key: str, given: Answers | None = None) -> None:
    """Every section that the proposal's task list shows."""
    browser = play.at(key)
    page = browser.get(address(play, key))
    links = [str(a["href"]) for tasks in page.soup.select("ul.tasks") for a in tasks.find_all("a", href=True)]
    if not links:
        raise Difference(f"{page.path} lists no sections: {page.main[:300]}")
    for href in links:
        fill_section(browser, href, given or answers_of(play, key))


def fill_section(browser: Browser, href: str, given: Answers) -> Page:
    """Type all answers that the page asks for; what it asks after saving is answered, too."""
    browser.get(href)
    for _ in range(30):
        form = browser.page.form("Save")
        places = _places(form, given)
        fields = {place: given[name] for name, place in places.items() if place in form.names}
        if table := _short_table(form, given):
            browser.send(form, ADD, fields, value=table)
            continue
        browser.send(form, "Save", fields, _files(browser.page, form))
        again = browser.page.form("Save")
        if _asked(again, _places(again, given)) <= _asked(form, places):
            return browser.page
    raise Difference(f"{href} asks for more and more")


def _rows(form: Form) -> dict[str, list[str]]:
    """The keys of the rows of every table of the page, in their order."""
    found: dict[str, list[str]] = {}
    for field in form.fields:
        if match := CELL.match(str(field["name"])):
            keys = found.setdefault(match.group(1), [])
            if match.group(2) not in keys:
                keys.append(match.group(2))
    return found


def _places(form: Form, given: Answers) -> dict[str, str]:
    """Where each answer goes: ``partners.1.name`` is the second row of the page, whatever its key is."""
    rows, places = _rows(form), {}
    for name in given:
        match = CELL.match(name)
        keys = rows.get(match.group(1), []) if match else []
        if match and match.group(2).isdigit() and name not in form.names:
            index = int(match.group(2))
            places[name] = f"{match.group(1)}.{keys[index]}.{match.group(3)}" if index < len(keys) else name
        else:
            places[name] = name
    return places


def _asked(form: Form, places: dict[str, str]) -> set[str]:
    return {name for name, place in places.items() if place in form.names}


def _short_table(form: Form, given: Answers) -> str:
    """A table of the page that has too few rows for what is to be written."""
    rows = _rows(form)
    wanted = {match.group(1, 2) for name in given if (match := CELL.match(name)) and match.group(2).isdigit()}
    short = sorted(
        table for table, index in wanted if int(index) >= len(rows.get(table, [])) and form.button(ADD, table)
    )
    return short[0] if short else ""


def _files(page: Page, form: Form) -> dict[str, tuple[str, bytes]]:
    """A small PDF for every place for a file that has none yet."""
    empty = [name for name in form.files() if name in ANNEXES and ANNEXES[name] not in page.main]
    return {name: (ANNEXES[name], pdf(name)) for name in empty}


def hand_in(browser: Browser, button: str, *, status: int = 200) -> Page:
    """From the proposal's page to the check of all answers, and there the button."""
    browser.follow("Check your answers")
    return browser.submit(button, confirmed="y", status=status)


def submit_stage(play: Play, key: str, button: str = "Submit") -> None:
    """Hand in and read the receipt; the receipt by mail is put on the list."""
    browser = play.at(key)
    browser.get(address(play, key))
    page = hand_in(browser, button)
    expect_text(page.main, "Received", reference(play, key), "SHA-256")
    play.expect_mail("proposal.submitted", *team(key), about=key)


def team(key: str) -> tuple[str, ...]:
    """Who writes for the organisation and so hears of its proposal."""
    return (key, "benoit") if key == "amina" else (key,)


def section(play: Play, key: str, stage: str, name: str) -> str:
    """The address of a section's page."""
    return f"{address(play, key)}/stages/{stage}/sections/{name}"


def euros(amount: str | Decimal) -> str:
    """An amount as pages in English write it."""
    return f"€{Decimal(amount):,.2f}"
