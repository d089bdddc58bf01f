"""The way to the workers. Redis only wakes them: losing every message here delays delivery and never loses it."""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger()
QUEUE_NAME = "assay"
QUIET_SECONDS = 10.0
_silent_until = [0.0]


def connection() -> Redis | None:
    """The Redis connection of this process, or nothing when delivery is local."""
    settings = current_app.extensions["settings"]
    if not settings.redis_url:
        return None
    if "redis" not in current_app.extensions:
        current_app.extensions["redis"] = Redis.from_url(
            settings.redis_url, socket_connect_timeout=1, socket_timeout=1, retry_on_timeout=False
        )
    shared: Redis = current_app.extensions["redis"]
    return shared


def enqueue(path: str, *args: str, job_id: str | None = None, timeout: int = 60) -> bool:
    """Ask a worker to run ``app.worker.run(path, *args)``; false when Redis is absent (the sweeper will bring it again)."""
    redis = connection()
    if redis is None or time.monotonic() < _silent_until[0]:
        return False
    try:
        queue: Any = Queue(QUEUE_NAME, connection=redis, serializer=JSONSerializer)
        queue.enqueue(
            "app.worker.run", path, *args, job_id=job_id, job_timeout=timeout, result_ttl=0, failure_ttl=86400
        )
    except RedisError as error:
        _silent_until[0] = time.monotonic() + QUIET_SECONDS
        log.warning("queue.unreachable", error=type(error).__name__)
        return False
    return True


def depth() -> int | None:
    """How many jobs wait in Redis; nothing when Redis is absent."""
    redis = connection()
    if redis is None:
        return None
    try:
        return int(Queue(QUEUE_NAME, connection=redis, serializer=JSONSerializer).count)
    except RedisError as error:
        log.warning("queue.unreachable", error=type(error).__name__)
        return None


def poke() -> None:
    """Wake a worker after a commit that wrote an outbox row."""
    enqueue("app.notifications.jobs.deliver_due")
