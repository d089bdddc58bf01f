"""Chance and time that come out the same in two worlds, so that what differs between them differs because of who."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.core import clock
from tests.conftest import NOON
from tests.factories import calls, identity, reviews

FACTORIES = (calls, identity, reviews)


class Stream:
    """Bytes that look random and come in the same order every time; one stream for each length and asker's turn."""

    def __init__(self) -> None:
        self.count = 0

    def bytes(self, length: int) -> bytes:
        self.count += 1
        return hashlib.shake_256(f"twin {self.count}".encode()).digest(length)

    def nanoseconds(self) -> int:
        self.count += 1
        return int(NOON.timestamp() * 1_000_000_000) + self.count * 1_000_000


@contextmanager
def the_same_chance() -> Iterator[None]:
    """While this lasts, ids, pseudonyms and tokens are drawn from one fixed stream, and the clock stands."""
    stream = Stream()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_frozen", [NOON])
        patch.setattr(os, "urandom", stream.bytes)
        patch.setattr(random, "_urandom", stream.bytes)
        patch.setattr(time, "time_ns", stream.nanoseconds)
        for factory in FACTORIES:
            patch.setattr(factory, "_number", itertools.count(1))
        yield
