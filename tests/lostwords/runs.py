"""One run: 2,000 characters typed into one field while something goes wrong; then every character is looked for."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.lostwords.place import Place

LENGTH = 2000
STEP = 40
PATIENCE = 90.0
LETTERS = "abcdefghijklmnopqrstuvwxyzéèñüçßøåœ"
ROLE = "applicant"


@dataclass(frozen=True)
class Spot:
    """A text field of a section's page."""

    path: str
    name: str
    submission: str


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    fault: str
    field: str
    lost: int
    seconds: float


def words(seed: random.Random) -> str:
    """2,000 characters of invented words, some with accents."""
    text = ""
    while len(text) < LENGTH:
        text += "".join(seed.choice(LETTERS) for _ in range(seed.randint(2, 9))) + " "
    return text[: LENGTH - 1].strip().ljust(LENGTH, "z")


def visit(page: Page, path: str) -> None:
    """Open a page; while the server is down, try again."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            page.goto(path, wait_until="load")
            return
        except Error:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def sign_in(page: Page, place: Place, role: str = ROLE) -> None:
    """Sign in on the sign-in page; a submitted form that met a dead server is sent again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        visit(page, "/sign-in")
        if page.locator("input[name=password]").count() == 0:
            return
        try:
            page.fill("input[name=email]", place.people[role]["email"])
            page.fill("input[name=password]", place.people[role]["password"])
            page.click("form:has(input[name=password]) button[type=submit]")
            page.wait_for_url(lambda url: "/sign-in" not in url, timeout=8000)
            return
        except Error:
            continue
    raise AssertionError("nobody could sign in")


def find_spots(page: Page, place: Place) -> list[Spot]:
    """Every text field of every section that the person may write in now."""
    spots: list[Spot] = []
    visit(page, "/proposals/")
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    proposals = dict.fromkeys(h for h in hrefs if re.fullmatch(r"/proposals/[0-9a-f-]{36}", h))
    for proposal in proposals:
        visit(page, proposal)
        links = page.eval_on_selector_all("a[href*='/sections/']", "all => all.map(a => a.getAttribute('href'))")
        for path in dict.fromkeys(link.split("?")[0].split("#")[0] for link in links):
            visit(page, path)
            names = page.eval_on_selector_all(
                "form[data-autosave] textarea, form[data-autosave] input[type=text]:not([inputmode])",
                "all => all.filter(field => field.getClientRects().length).map(field => field.name)",
            )
            found = re.fullmatch(r"/proposals/([^/]+)/stages/([^/]+)/sections/[^/]+", path)
            if found and page.locator("form[data-autosave]").count():
                stage = place.submission(found[1], found[2])
                spots += [Spot(path, name, stage) for name in names if not re.search(r"\.r[0-9a-f]{8}\.", name)]
    return spots


def write(page: Page, spot: Spot, text: str, halfway: Callable[[], None] | None = None) -> None:
    """Type a text over what is in the field; ``halfway`` happens after the first half."""
    field = page.locator(f"form[data-autosave] [name='{spot.name}']")
    field.click()
    field.press("Control+a")
    for start in range(0, len(text), STEP):
        if halfway and start == len(text) // 2:
            halfway()
        page.keyboard.insert_text(text[start : start + STEP])
        page.wait_for_timeout(4)


def lost(place: Place, spot: Spot, text: str) -> int:
    """How many characters of a text the database does not hold, once it had the time to arrive."""
    end = time.monotonic() + PATIENCE
    while True:
        place.start()
        held = place.texts(spot.submission, spot.name)
        if text in held:
            return 0
        if time.monotonic() > end:
            return min(len(text) - _common(text, one) for one in held)
        time.sleep(0.2)


def _common(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


class Device:
    """A browser profile with its own storage, signed in."""

    def __init__(self, browser: Browser, place: Place, role: str = ROLE) -> None:
        self.place, self.role = place, role
        self.context: BrowserContext = browser.new_context(base_url=place.address, locale="en-GB")
        self.page = self.context.new_page()
        sign_in(self.page, place, role)

    def open(self, spot: Spot) -> Page:
        visit(self.page, spot.path)
        if self.page.locator("form[data-autosave]").count() == 0:
            sign_in(self.page, self.place, self.role)
            visit(self.page, spot.path)
        return self.page

    def expire(self) -> None:
        """The sign-in of this device alone ends."""
        cookies = self.context.cookies()
        self.place.expire(next(c["value"] for c in cookies if c["name"] == "assay"))

    def next_page(self, path: str = "/work") -> None:
        """The tab is closed at once; later another page of the site is opened."""
        self.page.close(run_before_unload=False)
        self.page = self.context.new_page()
        visit(self.page, path)


def server_killed(device: Device, spot: Spot, text: str, _seed: random.Random) -> int:
    """The server dies in the middle and comes back after the last word."""
    write(device.open(spot), spot, text, device.place.kill)
    device.place.start()
    return lost(device.place, spot, text)


def network_dropped(device: Device, spot: Spot, text: str, _seed: random.Random) -> int:
    """The network goes in the middle and comes back later."""
    page = device.open(spot)
    write(page, spot, text, lambda: device.context.set_offline(True))
    page.wait_for_timeout(300)
    device.context.set_offline(False)
    return lost(device.place, spot, text)


def session_expired(device: Device, spot: Spot, text: str, _seed: random.Random) -> int:
    """The sign-in ends in the middle; the person signs in again and lands on another page."""
    page = device.open(spot)
    write(page, spot, text, device.expire)
    sign_in(page, device.place, device.role)
    return lost(device.place, spot, text)


def tab_closed(device: Device, spot: Spot, text: str, _seed: random.Random) -> int:
    """Without a network the tab is closed after the last letter; days later another page is opened."""
    write(device.open(spot), spot, text, lambda: device.context.set_offline(True))
    device.page.close(run_before_unload=False)
    device.context.set_offline(False)
    device.page = device.context.new_page()
    visit(device.page, "/work")
    return lost(device.place, spot, text)


def tab_closed_at_once(device: Device, spot: Spot, text: str, _seed: random.Random) -> int:
    """The tab is closed right after the last letter, with a network."""
    write(device.open(spot), spot, text)
    device.next_page()
    return lost(device.place, spot, text)


def second_device(device: Device, spot: Spot, text: str, seed: random.Random) -> int:
    """Another device writes another text into the same field meanwhile; both are found."""
    browser = device.context.browser
    assert browser is not None
    other, second = words(seed), Device(browser, device.place, device.role)
    try:
        theirs = second.open(spot)
        mine = device.open(spot)
        write(theirs, spot, other)
        write(mine, spot, text)
        return lost(device.place, spot, text) + lost(device.place, spot, other)
    finally:
        second.context.close()


FAULTS: tuple[Callable[[Device, Spot, str, random.Random], int], ...] = (
    server_killed, network_dropped, session_expired, tab_closed, second_device, tab_closed_at_once,
)  # fmt: skip


def play(device: Device, number: int, spots: list[Spot]) -> Outcome:
    """Run ``number`` of a series; the same number plays the same fault with the same words."""
    seed = random.Random(number)  # noqa: S311 - invented words, no secret
    fault, spot, began = FAULTS[number % len(FAULTS)], spots[number % len(spots)], time.monotonic()
    missing = fault(device, spot, words(seed), seed)
    return Outcome(fault.__name__, f"{spot.path}#{spot.name}", missing, round(time.monotonic() - began, 2))
