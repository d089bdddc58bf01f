"""Characters lost when 2,000 are typed into each text field while everything goes wrong. Holds: none.

Kills the server, drops the network, ends the session, closes the tab (without a network, and at once), opens a second device.
A real server process and Chromium, several profiles at a time. Usage: ``./run bench lost_words [--quick] [--runs N]``.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from queue import Empty, Queue
from typing import Any

from playwright.sync_api import sync_playwright

from bench._demo import machine
from tests.chromium import CHROMIUM, FLAGS
from tests.lostwords.place import Place
from tests.lostwords.runs import FAULTS, Device, Outcome, Spot, find_spots, play

RUNS, QUICK, AT_ONCE = 200, 12, 2


def work(place: Place, mine: int, numbers: Queue[int], found: list[Outcome | str]) -> None:
    """One browser: plays numbers until none is left, in fields that no other browser writes in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        device = Device(browser, place)
        spots = find_spots(device.page, place)[mine::AT_ONCE]
        while True:
            try:
                number = numbers.get_nowait()
            except Empty:
                break
            found.append(attempt(device, number, spots))
            print(found[-1], flush=True)
        browser.close()


def attempt(device: Device, number: int, spots: list[Spot]) -> Outcome | str:
    """One run; what could not be played is told, and counts as not held."""
    try:
        return play(device, number, spots)
    except Exception as error:
        return f"run {number}: {type(error).__name__}: {str(error)[:200]}"


def figures(found: list[Outcome | str], runs: int, seconds: float) -> dict[str, Any]:
    """The line that ends the measurement."""
    played = [one for one in found if isinstance(one, Outcome)]
    lost = sum(one.lost for one in played)
    return {
        "name": "lost_words",
        "runs": len(played),
        "characters_lost": lost,
        "not_played": [one for one in found if isinstance(one, str)],
        "by_fault": dict(Counter(one.fault for one in played)),
        "fields": len({one.field for one in played}),
        "seconds": round(seconds, 1),
        **machine(),
        "ok": lost == 0 and len(played) == runs,
    }


def main() -> int:
    """Play the runs; 0 when no character was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"{QUICK} runs instead of {RUNS}")
    options.add_argument("--runs", type=int, default=0)
    given = options.parse_args()
    runs = given.runs or (QUICK if given.quick else RUNS)
    print(f"{runs} runs, {len(FAULTS)} kinds of trouble, {AT_ONCE} browsers at once", flush=True)
    place, numbers, found = Place(), Queue[int](), list[Outcome | str]()
    for number in range(runs):
        numbers.put(number)
    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(place, n, numbers, found)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.close()
    result = figures(found, runs, time.monotonic() - began)
    print(json.dumps(result))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
