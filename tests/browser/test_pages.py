"""Pages as people meet them: axe finds nothing, nothing scrolls sideways, no script error, everything works without one."""

from __future__ import annotations

import pytest

from tests.architecture.sources import ROOT

pytestmark = pytest.mark.sqlite
AXE = (ROOT / "tests/browser/vendor/axe-core-4.14.1/axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
ROLES = ("applicant", "reviewer1", "committee1", "officer", "manager", "finance", "auditor")
PUBLIC = ("/", "/calls/", "/sign-in", "/register", "/history/")
DOWNLOADS = (
    ".csv",
    ".pdf",
    ".xlsx",
    "form.html",
    "/files/",
    "/download",
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
