"""Pages as people meet them: axe finds nothing, nothing scrolls sideways, no script error, everything works without one."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.architecture.sources import ROOT
from tests.browser.following import follow

pytestmark = pytest.mark.sqlite
AXE = (ROOT / "tests/browser/vendor/axe-core-4.14.1/axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
ROLES = ("reviewer1", "committee1", "officer", "manager", "finance", "auditor")
PUBLIC = ("/", "/calls/", "/sign-in", "/register", "/history/")
DOWNLOADS = (
    ".csv",
    ".pdf",
    ".xlsx",
    "form.html",
    "/files/",
    "/download",
    "/evidence/",
    ".ics",
    ".atom",
    ".txt",
    ".json",
    ".yaml",
    ".pem",
)
LEFT_OUT = ("/dev/", "/static/", "/language/", "/api/", "#", "/sign-out", "mailto:", *DOWNLOADS)


def look(page) -> list[str]:
    """What is wrong with the page that is open, in sentences."""
    wrong = [f"script: {text}" for text in page.problems]
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if sideways > 1:
        wrong.append(f"scrolls sideways by {sideways}px")
    page.evaluate(AXE)
    found = page.evaluate(
        f"axe.run(document, {RULES}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160)))"
    )
    return wrong + [f"axe {text}" for text in found]


def links_of(page) -> list[str]:
    """Addresses on this site that the open page links to, in order."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    return [h for h in dict.fromkeys(found) if h.startswith("/") and not any(part in h for part in LEFT_OUT)]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_public_pages(open_page, path, width, dark):
    page = open_page(width=width, dark=dark)
    assert page.goto(path).status == 200
    assert look(page) == []


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role(open_page, role):
    """Every page that this person's work page and navigation lead to, two clicks deep, on a phone and at a desk."""
    page = open_page(role, width=360)
    page.goto("/work")
    seen, wrong = {"/work"}, look(page)
    first = links_of(page)
    second: list[str] = []
    for path in first[:16]:
        seen.add(path)
        response = page.goto(path)
        wrong += [f"{path}: answered {response.status}"] if response.status != 200 else []
        wrong += [f"{path} at 360: {w}" for w in look(page)]
        second += links_of(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    kinds = {
        "/".join(p for p in link.split("?")[0].split("/") if len(p) < 25): link for link in second if link not in seen
    }
    for path in list(kinds.values())[:10]:
        response = page.goto(path)
        wrong += [f"{path}: answered {response.status}"] if response.status != 200 else []
        wrong += [f"{path} at 1280 dark: {w}" for w in look(page)]
    assert not wrong, "\n".join(wrong)


def kind_of(path: str) -> str:
    """The page's kind: its address without what names one thing of many."""
    words = path.split("#")[0].split("?")[0].strip("/").split("/")
    for n, word in enumerate(words[:-1]):
        if word in {"sections", "stages", "versions", "questions", "calls"}:
            words[n + 1] = "*"
        if word == "practice":
            words[n + 1 :] = ["*"]
            break
    return "/".join("*" if len(word) >= 25 else word for word in words)


OF_AN_APPLICANT = {
    "proposals", "proposals/start", "proposals/*", "proposals/*/team", "proposals/*/stages/*/sections/*",
    "proposals/*/stages/*/sections/*/history", "proposals/*/stages/*/check", "proposals/*/stages/*/copy",
    "proposals/*/stages/*/offline", "proposals/*/stages/*/versions/*", "proposals/*/stages/*/versions/*/receipt",
    "proposals/*/stages/*/questions/*", "organisations", "organisations/*", "organisations/*/edit",
    "organisations/*/documents", "organisations/*/documents/*", "account", "account/password", "calls", "calls/*",
    "calls/*/questions", "notifications",
}  # fmt: skip


def test_every_kind_of_page_that_an_applicant_can_reach(open_page):
    """Link by link until no new kind of page comes: one of each, on a phone in the light and at a desk in the dark."""
    page = open_page("applicant", width=360)
    waiting, wrong = ["/work"], []
    seen = Counter({"organisations/*/documents/*/versions/*": 9})  # a download
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if seen[kind] >= (4 if kind == "proposals/*" else 1):  # a draft leads elsewhere than a running project
            continue
        seen[kind] += 1
        page.problems.clear()
        response = page.goto(path)
        wrong += [f"{path}: answered {response.status}"] if response.status != 200 else []
        waiting += [link for link in links_of(page) if link != path]
        wrong += [f"{path} at 360: {w}" for w in look(page)]
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_timeout(250)  # colours change over a moment
        wrong += [f"{path} at 1280 dark: {w}" for w in look(page)]
        page.set_viewport_size({"width": 360, "height": 800})
        page.emulate_media(color_scheme="light")
    assert not wrong, "\n".join(wrong)
    assert not OF_AN_APPLICANT - set(seen), f"not reached: {OF_AN_APPLICANT - set(seen)}"


def test_a_page_with_something_to_mend_and_one_with_two_texts(open_page):
    page = open_page("applicant", width=360)
    page.goto("/proposals/")
    follow(page.locator(".item:has-text('EPRM-R2-26-0001') h3 a").first)
    draft = page.url
    section = f"{draft}/stages/full_proposal/sections"
    for path in (f"{draft}/stages/full_proposal/check", f"{section}/applicant", f"{section}/budget?mend=1"):
        page.goto(path)
        assert look(page) == [], path
    page.goto(f"{draft}/stages/full_proposal/check")
    assert page.locator("#missing a").count() > 3
