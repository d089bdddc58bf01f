"""The processes beside the web server: ``python -m app.worker rq | scheduler | local``.

``rq`` carries out jobs from Redis, ``scheduler`` runs the table of ``app/schedule.py``; ``local`` does both without Redis.
All state is in the database: any of them may be killed at any moment, and several of each may run.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from types import FrameType

import structlog
from flask import Flask, has_app_context
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers

from app import create_app, schedule
from app.core import queue, sendguard
from app.core.db import unit_of_work
from app.extensions import current_settings, db
from app.notifications import dispatch

log = structlog.get_logger()
POLL_SECONDS = 0.5
TICK_SECONDS = 1.0
DELIVER_SECONDS = 5.0
STOP_SECONDS = 1.0
WORKER_TTL = 60
MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 15


class Overtime(Exception):
    """One round took so long that something in it must hang; the work in hand counts as failed."""


class Stopped(BaseException):
    """The process was asked to stop and the work in hand did not end in time."""


@cache
def application() -> Flask:
    """The application of this process, made once, before any job forks."""
    return create_app()


def run(path: str, *args: str) -> None:
    """What RQ calls: one job inside the application, committed once."""
    if has_app_context():
        _run(path, *args)
        return
    with application().app_context():
        _run(path, *args)


def _run(path: str, *args: str) -> None:
    with unit_of_work():
        schedule.resolve(path)(*args)


class Stopping:
    """Turns SIGTERM and SIGINT into a flag; work that goes on for longer than ``STOP_SECONDS`` is cut off."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.listen()

    def listen(self) -> None:
        """Take the signals, also back from a library that took them meanwhile."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGALRM, self._alarm)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked.set()
        signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)

    def _alarm(self, _number: int, _frame: FrameType | None) -> None:
        raise Stopped if self.asked.is_set() else Overtime

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Cut off a round that takes longer than this."""
        if not self.asked.is_set():
            signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            if not self.asked.is_set():
                signal.setitimer(signal.ITIMER_REAL, 0)


def loop(*, deliver: bool) -> None:
    """Run what is due until asked to stop: the periodic jobs every second, and deliveries at each poll when local."""
    stopping = Stopping()
    next_tick = 0.0
    pause = POLL_SECONDS if deliver else TICK_SECONDS
    log.info("worker.started", kind="local" if deliver else "scheduler", pid=os.getpid())
    try:
        while not stopping.asked.is_set():
            tick = time.monotonic() >= next_tick
            if tick:
                next_tick = time.monotonic() + TICK_SECONDS
            _round(stopping, tick=tick, deliver=deliver)
            stopping.asked.wait(pause)
    except Stopped:
        log.warning("worker.cut_off")
    signal.setitimer(signal.ITIMER_REAL, 0)
    log.info("worker.stopped", pid=os.getpid())


def _round(stopping: Stopping, *, tick: bool, deliver: bool) -> None:
    """One turn of the loop. A database that is away, or a hanging job, ends the turn and not the process."""
    try:
        with stopping.limit(2 * current_settings().lease_seconds):
            if tick:
                schedule.run_due()
            if deliver:
                dispatch.deliver_due(DELIVER_SECONDS)
    except Overtime:
        log.error("worker.overtime")
    except SQLAlchemyError as error:
        log.error("worker.database", error=repr(error)[:300])
    finally:
        db.session.remove()


def serve_redis() -> None:
    """Carry out jobs from Redis with the stock RQ worker; while Redis is away, wait for it."""
    url = current_settings().redis_url
    if not url:
        sys.exit("ASSAY_REDIS_URL is not set; use: python -m app.worker local")
    engine = db.engine
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    stopping = Stopping()
    while not stopping.asked.is_set():
        connection = Redis.from_url(url, socket_connect_timeout=1)
        try:
            connection.ping()
            _round(stopping, tick=False, deliver=True)  # what it learns here, no job that forks from it learns again
            if _work(connection):
                return
        except RedisError as error:
            log.warning("worker.redis_away", error=type(error).__name__)
        except Stopped:
            return
        finally:
            stopping.listen()
        stopping.asked.wait(TICK_SECONDS)


def _work(connection: Redis) -> bool:
    """Work until asked to stop (true) or until the connection breaks (false)."""
    worker = Worker(
        [queue.QUEUE_NAME],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
    )
    log.info("worker.started", kind="rq", name=worker.name, pid=os.getpid())
    worker.work(logging_level="ERROR")
    asked = worker._shutdown_requested_date is not None
    log.info("worker.stopped", name=worker.name, asked=asked)
    return asked


def main(arguments: list[str]) -> None:
    """Be the process that the first word names."""
    kinds = {"rq": serve_redis, "scheduler": lambda: loop(deliver=False), "local": lambda: loop(deliver=True)}
    if len(arguments) != 1 or arguments[0] not in kinds:
        sys.exit("usage: python -m app.worker " + "|".join(kinds))
    with application().app_context():
        configure_mappers()
        with suppress(SQLAlchemyError):
            sendguard.is_held()
        kinds[arguments[0]]()
        db.engine.dispose()


if __name__ == "__main__":
    from app import worker  # the jobs import this module by name; one copy must serve both

    worker.main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # Everything is closed; taking the interpreter apart would only cost a second on a busy machine.
