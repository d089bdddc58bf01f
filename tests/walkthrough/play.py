"""What the acts share: the instance, the people's browsers, the clock, the mails, and what was made so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.walkthrough.browser import Browser
from tests.walkthrough.instance import Instance
from tests.walkthrough.mailbox import Mail, Mailbox
from tests.walkthrough.people import EVERYBODY, PASSWORD, Person
from tests.walkthrough.plans import PLANS
from tests.walkthrough.report import Report
from tests.walkthrough.subjects import SUBJECTS


@dataclass
class Play:
    """The state of the play. ``made`` keeps addresses and figures that later acts need, by name."""

    instance: Instance
    report: Report
    mails: Mailbox
    browsers: dict[str, Browser] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    illegal_moves: int = 0

    def person(self, key: str) -> Person:
        return EVERYBODY[key]

    def at(self, key: str) -> Browser:
        """The person's browser, which stays signed in."""
        if key not in self.browsers:
            person = self.person(key)
            self.browsers[key] = self.instance.browser(person.name, "en")
        return self.browsers[key]

    def stranger(self) -> Browser:
        """A browser of somebody without an account."""
        return self.instance.browser("a stranger")

    @contextmanager
    def step(self, key: str, what: str, *, goes_on: bool = False) -> Iterator[Browser]:
        """One step of one person."""
        with self.report.step(self.person(key).name if key in EVERYBODY else key, what, goes_on=goes_on):
            yield self.at(key) if key in EVERYBODY else self.stranger()

    @contextmanager
    def illegal(self, key: str, what: str) -> Iterator[Browser]:
        """One step in which somebody tries what is not allowed; they are counted."""
        self.illegal_moves += 1
        with self.step(key, f"may not: {what}", goes_on=True) as browser:
            yield browser

    def sign_in(self, key: str, *, password: str = PASSWORD, status: int = 200) -> Browser:
        """Sign the person in through the sign-in page."""
        browser, person = self.at(key), self.person(key)
        browser.get("/sign-in?next=/account")
        browser.submit("Sign in", email=person.email, password=password, status=status)
        return browser

    def set_clock(self, instant: str) -> None:
        """Stop the clock at an instant (ISO 8601 with its offset) by the development page."""
        browser = self.stranger()
        browser.get("/dev/clock")
        browser.submit("Move the clock", shift=f"={instant}")

    @property
    def password(self) -> str:
        """Everybody's password."""
        return PASSWORD

    def email(self, key: str) -> str:
        return self.person(key).email

    def expect_mail(self, event: str, *people: str, about: str = "", **values: str) -> None:
        """Put on the list of mails that must come: the one of this event (about somebody's proposal), once to each."""
        self.mails.expect(self._subject(event, about, values), *(self.email(key) for key in people))

    def read_mail(self, event: str, person: str, *, about: str = "", **values: str) -> Mail:
        """Wait for a mail that is on the list, and read it."""
        return self.mails.wait_for(self._subject(event, about, values), self.email(person))

    def _subject(self, event: str, about: str, values: dict[str, str]) -> str:
        known = {"ref": self.made.get(f"reference {about}", ""), "title": PLANS[about].title} if about else {}
        return SUBJECTS[event].format(**known, **values)
