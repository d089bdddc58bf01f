"""One button in two worlds: clicked once in the one, twice at one moment in the other, and what that changed in each."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from bs4 import BeautifulSoup
from werkzeug.routing import MapAdapter

from tests.faults.filling import fill
from tests.faults.twins import World, difference
from tests.faults.visitors import Candidate, Filled, Visitor, forms_of, found_in, links_in, shape_of
from tests.walkthrough.forms import Form

TRIES = 5
EACH_CLICK = {
    "identity.sign_in": "each click opens a session of its own: the cookie of the last one counts",
    "identity.confirm": "the same: whichever answer the browser keeps, its cookie must be good",
}
HEADING = re.compile(r"<h1[^>]*>\s*[^<\s]")


@dataclass
class Sweep:
    """What was clicked so far, and what came of it."""

    one: World
    two: World
    routes: MapAdapter
    waiting: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    covered: set[str] = field(default_factory=set)
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    visitors: dict[tuple[int, str], Visitor] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)
    shown: dict[tuple[int, str], requests.Response] = field(default_factory=dict)  # pages that only a button leads to

    def visitor(self, world: World, role: str) -> Visitor:
        return self.visitors.setdefault((world.port, role), Visitor(world, role))

    def offer(self, candidates: list[Candidate]) -> None:
        """Take note of forms, those of a kind in the order they were found."""
        for candidate in candidates:
            if candidate not in self.waiting[candidate.key]:
                self.waiting[candidate.key].append(candidate)

    def click(self, key: str) -> bool:
        """Try the forms of one kind until one takes effect; whether one did."""
        seen: set[str] = set()
        posts = 0
        while posts < TRIES:
            candidate = next((c for c in self.waiting[key] if c.page + c.role not in seen), None)
            if candidate is None:
                return False
            seen.add(candidate.page + candidate.role)
            first, second = (self.visitor(world, candidate.role) for world in (self.one, self.two))
            form, twin = (self.prepare(visitor, candidate) for visitor in (first, second))
            if form is None or twin is None:
                self.refused[candidate.endpoint].append(f"{candidate.page}: the form is gone")
                continue
            posts += 1
            if self._compare(candidate, (first, form), (second, twin)):
                return True
        return False

    def _compare(self, candidate: Candidate, one: tuple[Visitor, Filled], two: tuple[Visitor, Filled]) -> bool:
        """One click here, two clicks there; false when already the one is refused."""
        (first, form), (second, twin) = one, two
        before = self.one.count(), self.two.count()
        single = first.send(form, 1)[0]
        if single.status_code >= 500:
            self.wrong.append(f"{candidate.key}: one click answered {single.status_code}")
        if single.status_code >= 400:
            second.send(twin, 1)  # a refused page may still keep what could be kept: the worlds stay alike
            self.refused[candidate.endpoint].append(f"{candidate.page}: {said(single)}")
            return False
        answers = second.send(twin, 2)
        effects = difference(before[0], self.one.count()), difference(before[1], self.two.count())
        self.wrong += [
            f"{candidate.key} on {candidate.page}: {text}"
            for text in judge(candidate.endpoint, single, answers, *effects)
        ]
        self.covered.add(candidate.endpoint)
        self._look_on(first, single)
        if single.status_code == 200:
            self.shown |= {(self.one.port, candidate.action): single, (self.two.port, candidate.action): answers[0]}
            self.offer(found_in(single.text, candidate.role, candidate.action, self.routes))
        return True

    def prepare(self, visitor: Visitor, candidate: Candidate) -> Filled | None:
        """Open the page anew, fill in its form; in the other world a new record has another id, but the same place."""
        page = self.shown.get((visitor.world.port, candidate.page)) or visitor.get(candidate.page)
        forms = forms_of(page) if page.status_code == 200 else []
        exact = [f for f in forms if candidate.action in targets(f)]
        alike = [f for f in forms if shape_of(candidate.action) in {shape_of(t) for t in targets(f)}]
        chosen = next(iter(exact or alike), None)
        return fill(chosen, candidate) if chosen is not None else None

    def _look_on(self, visitor: Visitor, answer: requests.Response) -> None:
        """The page that the answer leads to, and what that links to, may show buttons that were not there before."""
        path = answer.headers.get("Location", "").split("#")[0]
        if answer.status_code not in {302, 303} or not path.startswith("/"):
            return
        text = visitor.get(path).text
        self.offer(found_in(text, visitor.role, path, self.routes))
        for link in links_in(text):
            if shape_of(link) not in self.shapes:
                self.shapes.add(shape_of(link))
                self.offer(found_in(visitor.get(link).text, visitor.role, link, self.routes))


def targets(form: Form) -> list[str]:
    """The addresses to which the buttons of an unsafe form send."""
    if form.method != "post" or "csrf_token" not in form.names:  # a sheet that only shows is no form either
        return []
    further = [str(b["formaction"]) for b in form.buttons if b.get("formaction")]
    return [urlsplit(form.action).path, *further]


def judge(
    endpoint: str,
    single: requests.Response,
    answers: list[requests.Response],
    once: dict[str, int],
    twice: dict[str, int],
) -> list[str]:
    """What is wrong with the answers to a double click, in words."""
    statuses = [a.status_code for a in answers]
    wrong = [f"two clicks answered {statuses}: {said(a)}" for a in answers if a.status_code >= 500]
    if single.status_code not in statuses:
        wrong.append(f"one click answered {single.status_code}, two answered {statuses}")
    if not set(statuses) <= {single.status_code, 303, 409}:
        wrong.append(f"one click answered {single.status_code}, two answered {statuses}: {said(answers[1])}")
    if any(a.status_code == 409 and not HEADING.search(a.text) for a in answers):
        wrong.append("the refusal has no words")
    same = len({a.headers.get("Location") for a in answers}) == 1
    if statuses == [303, 303] and not same:
        wrong.append(f"the two answers lead to different places: {[a.headers.get('Location') for a in answers]}")
    if endpoint in EACH_CLICK:
        once = {what: number * len(answers) for what, number in once.items()}
    if once != twice:
        wrong.append(f"one click changed {once}, two changed {twice}")
    return wrong


def said(answer: requests.Response) -> str:
    """The status, the heading and the errors of a page, for the report."""
    page = BeautifulSoup(answer.text, "html.parser")
    found = page.select("h1, [id$=-error], .error-summary li, .flashes, main > p")
    return f"{answer.status_code} " + " | ".join(" ".join(tag.get_text(" ").split()) for tag in found)[:600]
