"""Many at once: threads that start together, each with a transaction of its own where it writes."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from app.extensions import db


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work(0..count-1)`` in threads that start together; return results, exceptions included, in order."""
    results: list[object] = [None] * count
    gate = threading.Barrier(count)

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = work(index)
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def in_transactions(app: Flask, count: int, act: Callable[[int], object]) -> list[object]:
    """Run ``act(index)`` in threads, each in a transaction of its own; results and errors in order."""

    def work(index: int) -> object:
        with app.app_context():
            try:
                result = act(index)
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
            finally:
                db.session.remove()
            return result

    return in_threads(count, work)
