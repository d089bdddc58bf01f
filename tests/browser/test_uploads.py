"""Files sent in pieces, in a real browser: a line that breaks in the middle, a reload, the same file again, nothing lost."""

from __future__ import annotations

import hashlib
import random
import re

import pytest

from tests.browser.following import follow

pytestmark = pytest.mark.sqlite
PIECES = "**/proposals/uploads/*"
CONTENT = b"%PDF-1.4\n% map of the shafts\n" + random.Random(7).randbytes(1_900_000) + b"\n%%EOF\n"


def annexes(page) -> str:
    """Open the first section with a question for files of the draft that the demo keeps for this."""
    page.goto("/proposals/")
    follow(page.locator(".item:has-text('EPRM-R2-26-0001') h3 a").first)
    sections = page.eval_on_selector_all("a[href*='/sections/']", "links => links.map(a => a.getAttribute('href'))")
    for path in dict.fromkeys(s.split("#")[0].split("?")[0] for s in sections):
        page.goto(path)
        if page.locator("form[data-uploads] input[type=file]").count():
            return path
    raise AssertionError("no section asks for a file")


def choose(page, name="shafts.pdf", content=CONTENT):
    file = {"name": name, "mimeType": "application/pdf", "buffer": content}
    page.locator("form[data-uploads] input[type=file]").first.set_input_files(file)


def hash_of(page, name) -> str:
    """The hash of the attached file as it is downloaded again."""
    href = page.locator(f".files a:has-text('{name}')").get_attribute("href")
    return hashlib.sha256(page.request.get(href).body()).hexdigest()


def test_a_broken_line_and_a_reload_lose_nothing(open_page):
    page = open_page("applicant", width=360)
    path = annexes(page)
    sent: list[int] = []

    def break_off(route):
        """Two pieces pass; then the line is dead."""
        if route.request.method == "PATCH" and len(sent) >= 2:
            return route.abort("connectionreset")
        if route.request.method == "PATCH":
            sent.append(int(route.request.headers["upload-offset"]))
        return route.continue_()

    page.route(PIECES, break_off)
    choose(page)
    page.locator(".upload[data-state=retrying]").wait_for()
    assert sent == [0, 524_288]
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()  # while the line is still dead: a retry in between would send the next piece
    page.unroute(PIECES)
    assert re.search(r"shafts\.pdf.*\D5\d\W*%", page.locator(".upload[data-state=unfinished]").inner_text())
    starts: list[int] = []
    page.on("request", lambda r: r.method == "PATCH" and starts.append(int(r.headers.get("upload-offset", -1))))
    choose(page)
    page.locator(".files a:has-text('shafts.pdf')").wait_for()
    assert starts[0] == 1_048_576, "it goes on where it stopped"
    assert hash_of(page, "shafts.pdf") == hashlib.sha256(CONTENT).hexdigest()
    assert page.url.endswith(path) and not page.evaluate("Object.keys(localStorage).some(k => k.includes(':upload:'))")


def test_what_is_typed_stays_while_a_file_is_sent_and_a_refusal_is_told_in_words(open_page):
    page = open_page("applicant")
    annexes(page)
    choose(page, "renamed.pdf", b"MZ\x90\x00" + b"\x00" * 3000)
    refused = page.locator(".upload[data-state=refused]")
    refused.wait_for()
    assert "PDF, Word" in refused.inner_text(), "the server's own words"
    assert page.locator(".files a:has-text('renamed.pdf')").count() == 0
    assert refused.locator("progress").count() == 0, "nothing is on its way, and trying again would change nothing"
    with page.expect_file_chooser() as chooser:
        refused.get_by_role("button").click()
    chooser.value.set_files({"name": "good.pdf", "mimeType": "application/pdf", "buffer": CONTENT[:50_000]})
    page.locator(".files a:has-text('good.pdf')").wait_for()
    assert page.get_by_text("renamed.pdf").count() == 0


def test_the_library_is_loaded_only_when_a_file_is_chosen(open_page):
    page = open_page("applicant")
    loaded: list[str] = []
    page.on("request", lambda r: "tus" in r.url and loaded.append(r.url))
    annexes(page)
    assert loaded == []
