"""A real web server that a test can kill, and a browser signed in to it."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import requests
from bs4 import BeautifulSoup

from tests.client import form_values
from tests.factories.identity import PASSWORD
from tests.faults.instance import Instance
from tests.servers import free_port, wait_for_port

PATIENCE = 90  # seconds; the machine may be busy with something else


class Server:
    """A real gunicorn with one worker process, and a browser signed in to it."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.port = instance, free_port()
        self.start()

    def start(self) -> None:
        bind = f"127.0.0.1:{self.port}"
        options = ("--bind", bind, "--preload", "--workers", "1", "--worker-class", "gthread", "--threads", "4")
        self.process = self.instance.start("gunicorn", "wsgi:app", *options)
        wait_for_port(self.port, self.process, PATIENCE)

    def worker_ids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def kill(self, *, whole: bool) -> None:
        """Kill the worker process, or master and worker together."""
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            while _is_open(self.port):  # a worker that is not gone yet would swallow who comes next
                time.sleep(0.01)
            return
        for number in self.worker_ids():
            os.kill(number, signal.SIGKILL)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def _is_open(port: int) -> bool:
    """Whether somebody still takes visitors in."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Browser:
    """Signs in, loads forms and posts them."""

    def __init__(self, server: Server, email: str) -> None:
        self.server, self.session = server, requests.Session()
        fields = self.form("/sign-in", "/sign-in") | {"email": email, "password": PASSWORD}
        answer = self.post("/sign-in", fields)
        assert answer is not None and answer.status_code == 303

    def form(self, page: str, action: str) -> dict:
        answer = self.session.get(self.server.url(page), timeout=PATIENCE)
        assert answer.status_code == 200, page
        forms = BeautifulSoup(answer.text, "html.parser").find_all("form")
        found = [f for f in forms if (f.get("action") or page).split("?")[0] == action]
        return form_values(found[0])

    def post(self, path: str, fields: dict) -> requests.Response | None:
        """The answer, or nothing when the server went away."""
        try:
            return self.session.post(self.server.url(path), data=fields, timeout=PATIENCE, allow_redirects=False)
        except requests.RequestException:
            return None
