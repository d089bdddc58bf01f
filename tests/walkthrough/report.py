"""The table of the walkthrough: one line a step, with who, what, seconds and the result."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Difference(AssertionError):
    """What was seen is not what was expected; the message says both."""


class PlayEnded(Exception):
    """A step that the rest builds on failed; the play stops here."""


@dataclass(frozen=True)
class Line:
    """One step as it went."""

    number: int
    who: str
    what: str
    seconds: float
    why_failed: str = ""

    @property
    def result(self) -> str:
        return "FAILED: " + self.why_failed if self.why_failed else "ok"


def expect(seen: object, wanted: object, what: str) -> None:
    """Compare; a difference names both."""
    if seen != wanted:
        raise Difference(f"{what}: expected {wanted!r}, saw {seen!r}")


def expect_text(text: str, *parts: str) -> None:
    """Every part stands in the text."""
    for part in parts:
        if part not in text:
            raise Difference(f"expected the words {part!r}, saw: {text[:600]!r}")


def expect_no_text(text: str, *parts: str) -> None:
    """None of the parts stands in the text."""
    for part in parts:
        if part in text:
            where = text.index(part)
            raise Difference(f"the words {part!r} must not be here: …{text[max(0, where - 80) : where + 80]!r}…")


class Report:
    """Collects the lines and prints each as it ends."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.tracebacks: list[str] = []
        self.began = time.monotonic()

    @contextmanager
    def step(self, who: str, what: str, *, goes_on: bool = False) -> Iterator[None]:
        """Time what happens inside. A failure ends the play, unless it is a check that the rest does not build on."""
        began, failure = time.monotonic(), None
        try:
            yield
        except PlayEnded:
            raise
        except Exception as error:
            failure = error
            self.tracebacks.append(f"step {len(self.lines) + 1}: {what}\n{traceback.format_exc()}")
        why = "" if failure is None else " ".join(f"{type(failure).__name__}: {failure}".split())
        self._add(Line(len(self.lines) + 1, who, what, time.monotonic() - began, why))
        if failure is not None and not goes_on:
            raise PlayEnded(why) from failure

    def heading(self, text: str) -> None:
        """Print the title of an act."""
        say(f"\n{text}")

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        say(f"{line.number:>4}  {line.who:<22.22}  {line.what:<84.84}  {line.seconds:>6.2f}s  {line.result}")

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.why_failed]

    def close(self) -> None:
        """Print the sum: how many steps, how long, what failed."""
        seconds = time.monotonic() - self.began
        for line in self.failed:
            say(f"FAILED step {line.number} ({line.who}, {line.what}): {line.why_failed}")
        if self.failed:
            say("\n" + "\n".join(self.tracebacks))
        say(f"\n{len(self.lines)} steps, {len(self.failed)} failed, {seconds:.1f} s")


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
