"""Writing apart from the office: a form that is taken along and brought back, a file that arrives in pieces."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256

from tests.walkthrough.browser import Browser
from tests.walkthrough.plans import pdf
from tests.walkthrough.play import Play
from tests.walkthrough.report import Difference, expect, expect_text
from tests.walkthrough.writing import address, reference, section

QUESTION = "sustainability"
AWAY = "Écrit sur la colline, sans réseau : la caisse reste aux femmes."
BLOCK = re.compile(r'<script type="application/json" id="assay-pack">(.*?)</script>', re.DOTALL)
TUS = {"Tus-Resumable": "1.0.0"}


def perform(play: Play, stage: str) -> None:
    """What is written without a network comes back unharmed, and a broken upload goes on where it stopped."""
    _together(play, stage)
    _offline(play, stage)
    _in_pieces(play, stage)


def _together(play: Play, stage: str) -> None:
    """Somebody from outside writes one section, by invitation, until the owner ends it."""
    home, mine = address(play, "jean"), section(play, "jean", stage, QUESTION)
    with play.step("jean", "invites Sarah by mail to write one section") as browser:
        browser.get(home)
        browser.follow("Team")
        form = browser.page.form("Send the invitation")
        boxes = [str(f["value"]) for f in form.fields if f["name"] == "sections" and QUESTION in str(f["value"])]
        roles = [str(f["value"]) for f in form.fields if f["name"] == "role" and "contributor" in str(f["value"])]
        browser.submit("Send the invitation", email=play.email("sarah"), role=roles[0], sections=boxes[-1:])
        play.expect_mail("collaborator.invited", "sarah", about="jean")
    link = play.read_mail("collaborator.invited", "sarah", about="jean").link("/proposals/")
    with play.illegal("sarah", "read the proposal before she accepts; opening the link changes nothing") as browser:
        browser.get(link)
        browser.get(home, status=404)
    with play.illegal("nadia", "accept an invitation to somebody else") as browser:
        browser.get(link)
        expect(browser.page.shows("Work on this proposal"), False, "a button to accept")
    with play.step("sarah", "accepts by the button and writes her section", goes_on=True) as browser:
        browser.get(link)
        browser.submit("Work on this proposal")
        browser.get(mine)
        browser.submit("Save", **{QUESTION: "Sarah: two women keep the books."})
        expect_text(browser.get(home).main, reference(play, "jean"))
    with play.illegal("sarah", "write a section that she was not given") as browser:
        other = section(play, "jean", stage, "budget")
        browser.forge(other, version="1", status=(303, 404, 409))
    with play.step("jean", "sees what Sarah wrote and ends her part") as browser:
        expect_text(str(browser.get(mine).form("Save").values()[QUESTION]), "two women keep the books")
        browser.get(home)
        browser.follow("Team")
        browser.follow(f"Change {play.person('sarah').name}")
        browser.submit(f"Remove {play.person('sarah').name}")
    with play.illegal("sarah", "open anything of it at her next request") as browser:
        browser.get(mine, status=404)
        browser.get(home, status=404)


def _offline(play: Play, stage: str) -> None:
    where = f"{address(play, 'jean')}/stages/{stage}/offline"
    with play.step("jean", "takes the form along as one file that links to nothing") as browser:
        browser.get(address(play, "jean"))
        page = browser.follow("Work without a network")
        form = browser.get(page.link("Download the form")).content.decode()
        expect("src=" in form or 'href="/' in form or 'href="http' in form, False, "a link to a network")
    before = play.at("jean").get(section(play, "jean", stage, QUESTION)).form("Save").values()[QUESTION]
    back = written(form, {QUESTION: [AWAY]}, {QUESTION: before})
    with play.illegal("jean", "bring back a file that is no form") as browser:
        browser.get(where)
        page = browser.submit("Compare", files={"file": ("form.html", b"<html></html>")}, status=422)
        expect_text(page.main, "not an offline form")
    with play.illegal("nadia", "take another applicant's form along") as browser:
        browser.get(where, status=404)
        browser.get(f"{where}/form.html", status=404)
    with play.step("jean", "brings the file back, sees what it changes, and takes it over") as browser:
        browser.get(where)
        page = browser.submit("Compare", files={"file": ("form.html", back.encode())})
        expect_text(page.main, AWAY)
        expect(browser.get(section(play, "jean", stage, QUESTION)).form("Save").values()[QUESTION], before, "the text")
        browser.get(where)
        browser.follow("Returned")
        expect_text(browser.submit("Take over what is ticked", take=QUESTION).main, "1 answer was taken over")
        page = browser.get(section(play, "jean", stage, QUESTION))
        expect(page.form("Save").values()[QUESTION], [AWAY], "the text of the file")


def written(form: str, fields: dict[str, list[str]], base: dict[str, list[str]]) -> str:
    """The file as its own script saves it."""
    found = BLOCK.search(form)
    if found is None:
        raise Difference("the file carries no data")
    told = {**json.loads(found.group(1)), "fields": fields, "base": base}
    return form.replace(found.group(1), json.dumps(told).replace("<", "\\u003c"))


def _in_pieces(play: Play, stage: str) -> None:
    page, name = section(play, "peter", stage, "annexes"), "pieces.pdf"
    content = pdf("pieces") + b"%" + b"0123456789abcdef" * 4096 + b"\n%%EOF\n"
    with play.step("peter", "takes an annex away and sends another one, in pieces") as browser:
        browser.get(page)
        browser.submit("Remove logframe.pdf")
        question = next(n for n in browser.get(page).form("Save").files() if "logframe" in n)
        upload = _begin(browser, f"{page}/uploads/{question}", name, len(content))
        half = len(content) // 2
        expect(_patch(browser, upload, 0, content[:half]), half, "the offset after the first half")
    with play.illegal("nadia", "look at another applicant's upload") as browser:
        expect(_ask(browser, "HEAD", upload).status_code, 404, "the answer")
    with play.illegal("peter", "send a piece to the wrong place") as browser:
        expect(_ask(browser, "PATCH", upload, content[:10], {"Upload-Offset": "0"}).status_code, 409, "the answer")
    with play.step("peter", "goes on where the line broke; the file is attached whole") as browser:
        offset = int(_ask(browser, "HEAD", upload).headers["Upload-Offset"])
        expect(offset, half, "what had arrived")
        expect(_patch(browser, upload, offset, content[offset:]), len(content), "the offset at the end")
        link = browser.get(page).link(name)
        expect(sha256(browser.get(link).content).hexdigest(), sha256(content).hexdigest(), "the SHA-256")


def _ask(browser: Browser, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None):  # type: ignore[no-untyped-def]
    """One request of the protocol, with this person's cookies and token."""
    own = {**TUS, "X-CSRFToken": browser._any_token(), "Referer": browser.base_url, **(headers or {})}
    if body:
        own["Content-Type"] = "application/offset+octet-stream"
    target = url if url.startswith("http") else browser.base_url.rstrip("/") + url
    return browser.session.request(method, target, data=body, headers=own, timeout=60)


def _begin(browser: Browser, url: str, name: str, length: int) -> str:
    told = {"Upload-Length": str(length), "Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode()}
    answer = _ask(browser, "POST", url, b"", told)
    expect(answer.status_code, 201, f"the answer ({answer.text[:200]})")
    return str(answer.headers["Location"])


def _patch(browser: Browser, url: str, offset: int, piece: bytes) -> int:
    answer = _ask(browser, "PATCH", url, piece, {"Upload-Offset": str(offset)})
    expect(answer.status_code, 204, f"the answer ({answer.text[:200]})")
    return int(answer.headers["Upload-Offset"])
