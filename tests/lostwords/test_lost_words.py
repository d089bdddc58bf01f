"""No typed word is lost, whatever goes wrong: one run of each kind here, 200 in ``bench/lost_words.py``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.lostwords.place import Place
from tests.lostwords.runs import FAULTS, Device, Spot, find_spots, play, words, write

pytestmark = pytest.mark.sqlite
SAVED = ".save-bar [data-save-state][data-state=saved]"


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for what the server has."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)
    assert holds()


@pytest.fixture(scope="module")
def place(demo_folder: Path) -> Iterator[Place]:
    """A server of its own: it is killed."""
    here = Place(demo_folder)
    yield here
    here.close()


@pytest.fixture(scope="module")
def device(chromium: Browser, place: Place) -> Iterator[Device]:
    here = Device(chromium, place)
    yield here
    here.context.close()


@pytest.fixture(scope="module")
def spots(device: Device, place: Place) -> list[Spot]:
    found = find_spots(device.page, place)
    assert len({spot.name.count(".") for spot in found}) > 1, "texts of questions and of tables"
    return found


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_no_character_is_lost(device, spots, number):
    outcome = play(device, number, spots)
    assert outcome.lost == 0, outcome


def test_a_full_device_says_that_it_cannot_keep(device, spots, place):
    """Storage that takes nothing more, and no network: the page says so beside the field, and asks before it is left."""
    import random

    page, spot = device.open(spots[-1]), spots[-1]
    full = "throw new DOMException('full', 'QuotaExceededError')"
    page.evaluate(f"() => {{ Storage.prototype.setItem = () => {{ {full}; }}; }}")
    device.context.set_offline(True)
    text = words(random.Random(99))  # noqa: S311 - invented words
    write(page, spot, text)
    field = page.locator(f"[name='{spot.name}']").locator("xpath=ancestor::*[contains(@class, 'field')][1]")
    says = page.locator("body").get_attribute("data-text-unkept")
    assert field.locator("[data-save-state]").first.inner_text() == says
    device.context.set_offline(False)
    page.locator(SAVED).wait_for(timeout=60_000)
    assert text in place.texts(spot.submission, spot.name)


def test_two_texts_are_shown_and_chosen_without_leaving_the_page(device, spots, place, chromium):
    """The rival appears in the open page; a choice there settles it, and the page never loads again."""
    spot = spots[2]
    other = Device(chromium, place)
    theirs, mine = other.open(spot), device.open(spot)
    write(theirs, spot, "Their text of this.")
    wait_until(lambda: place.texts(spot.submission, spot.name) == ["Their text of this."])
    mine.evaluate("window.stayed = true")
    write(mine, spot, "My text of this.")
    block = mine.locator(f".two-texts[data-name='{spot.name}']")
    block.wait_for()
    assert "Their text of this." in block.inner_text() and "My text of this." in block.inner_text()
    block.locator("button[value^='typed:']").click()
    block.wait_for(state="detached")
    assert mine.evaluate("window.stayed") and place.texts(spot.submission, spot.name) == ["My text of this."]
    other.context.close()
