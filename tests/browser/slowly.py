"""The application behind a slow line: the head of a page comes first, its body a moment later.

On a quick machine a page is there as soon as a click returns, on a busy one it is not. Behind this line a test that reads
before the page is there fails on every machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from wsgi import app as site

MOMENT = 0.12


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The answer of the application; a page of HTML is held back by a moment after its head."""
    slow: list[bool] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        slow.append(dict(headers).get("Content-Type", "").startswith("text/html"))
        return start_response(status, headers, exc_info)

    answer = site(environ, start)
    return _held_back(answer) if slow[-1] else answer


def _held_back(answer: Any) -> Iterator[bytes]:
    try:
        yield b""
        time.sleep(MOMENT)
        yield from answer
    finally:
        answer.close()
