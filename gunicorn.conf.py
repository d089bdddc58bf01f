"""What gunicorn does beside serving, however it is started from this folder: every process of it feels its own pulse."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    """A process is ready to take requests."""
    from app import pulse  # noqa: PLC0415 - slow import: the master would hold the application too, and keep it through a reload

    pulse.start(worker.wsgi, worker.sockets)
