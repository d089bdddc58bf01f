"""A real instance with the demo, and a real browser. SQLite pass only: what a browser sees depends on no database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.architecture.sources import ROOT
from tests.browser.following import follow
from tests.demo import copy_of, environ_of
from tests.servers import free_port, wait_for_port

expect.set_options(timeout=20_000)  # a busy machine is no failure


@dataclass
class Site:
    """A running instance: its address and the demo's people by role."""

    address: str
    people: dict[str, dict[str, str]]
    environ: dict[str, str]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[Site]:
    """An instance with the demo, served by gunicorn."""
    folder, port = copy_of(demo_folder, tmp_path_factory.mktemp("site")), free_port()
    environ = environ_of(folder) | {"PORT": str(port)}
    log = (folder / "web.log").open("wb")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.browser.slowly:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "8",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for_port(port, process, 40)
        accounts = json.loads((folder / "demo-accounts.json").read_text())
        yield Site(f"http://127.0.0.1:{port}", {a["email"].split("@")[0]: a for a in accounts}, environ)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """``open_page(role=None, width=1280, dark=False, script=True)``: a page of a fresh profile, signed in as a demo person."""
    contexts: list[BrowserContext] = []

    def make(role: str | None = None, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="en-GB",
            base_url=site.address,
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []  # type: ignore[attr-defined]
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda e: page.problems.append(str(e)))  # type: ignore[attr-defined]
        if role:
            page.goto("/sign-in")
            page.fill("input[name=email]", site.people[role]["email"])
            page.fill("input[name=password]", site.people[role]["password"])
            follow(page.locator("form:has(input[name=password]) button[type=submit]"))
        return page

    yield make
    for context in contexts:
        context.close()
