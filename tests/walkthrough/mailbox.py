"""The mails of the instance, from its SMTP sink or its on-disk mailbox, and the exact list of those expected."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from tests.walkthrough.report import Difference

LINK = re.compile(r"https?://[^\s<>\"')]+")


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    to: str
    subject: str
    message_id: str
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)

    def link(self, part: str) -> str:
        """The first link whose address contains ``part``."""
        found = next((link for link in self.links if part in link), None)
        if found is None:
            raise Difference(f"the mail {self.subject!r} has no link with {part!r}: {self.links}")
        return found


def read_mail(message: Message) -> Mail:
    """A parsed message as plain data; a mail must have a text part and an HTML part."""
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    parts = {p.get_content_type(): p.get_content() for p in parsed.walk() if not p.is_multipart()}
    if set(parts) != {"text/plain", "text/html"}:
        raise Difference(f"the mail {parsed['Subject']!r} has the parts {sorted(parts)}")
    subject = " ".join(str(parsed["Subject"]).split())
    return Mail(str(parsed["To"]), subject, str(parsed["Message-ID"]), parts["text/plain"], parts["text/html"])


Found = Iterable[tuple[str, Callable[[], Message]]]


def in_folder(folder: Path) -> Found:
    """Every mail of the on-disk mailbox: its file, and how to read it."""
    for path in sorted(folder.glob("*.eml")):
        yield path.name, lambda path=path: message_from_bytes(path.read_bytes(), policy=default)  # type: ignore[misc]


def in_list(messages: list[Message]) -> Found:
    """Every mail of an SMTP sink, numbered."""
    for number, message in enumerate(list(messages)):
        yield str(number), lambda message=message: message  # type: ignore[misc]


class Mailbox:
    """All mails of the play, and the list of those that must come: (address, subject) with how often."""

    def __init__(self, find: Callable[[], Found]) -> None:
        self.find = find
        self.known: dict[str, Mail] = {}
        self.expected: Counter[tuple[str, str]] = Counter()

    def all(self) -> list[Mail]:
        """Every mail so far; each is parsed once."""
        for key, read in self.find():
            if key not in self.known:
                self.known[key] = read_mail(read())
        return list(self.known.values())

    def expect(self, subject: str, *addresses: str) -> None:
        """Put on the list: each of these people gets one mail with this subject."""
        self.expected.update((address, subject) for address in addresses)

    def wait_for(self, subject: str, address: str, *, seconds: float = 20) -> Mail:
        """The newest mail of this subject to this person, once as many as expected are there."""
        wanted = max(1, self.expected[address, subject])
        end = time.monotonic() + seconds
        while True:
            found = [m for m in self.all() if m.to == address and m.subject == subject]
            if len(found) >= wanted:
                return found[-1]
            if time.monotonic() > end:
                theirs = [m.subject for m in self.all() if m.to == address]
                raise Difference(f"no mail {subject!r} to {address} after {seconds} s; there are {theirs}")
            time.sleep(0.1)

    def differences(self) -> list[str]:
        """What is missing, what came too often or unasked, and whether an identity of a mail was used twice."""
        mails = self.all()
        seen = Counter((m.to, m.subject) for m in mails)
        found = [f"missing: {n} × {s!r} to {a}" for (a, s), n in sorted((self.expected - seen).items())]
        found += [f"too many: {n} × {s!r} to {a}" for (a, s), n in sorted((seen - self.expected).items())]
        ids = Counter(m.message_id for m in mails)
        return found + [f"the Message-ID {i} came {n} times" for i, n in ids.items() if n > 1]
