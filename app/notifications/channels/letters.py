"""One mail as plain data, and as a message whose headers cannot be forged by what people typed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr


@dataclass(frozen=True)
class Letter:
    """What the database knows about one mail: to whom, about which event, with which values of its text."""

    ident: uuid.UUID
    event_name: str
    side: str
    address: str
    locale: str
    path: str
    message_id: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wording:
    """The subject and the two forms of a mail's text."""

    subject: str
    text: str
    html: str


def message_id(ident: uuid.UUID, host: str) -> str:
    """The Message-ID of a mail: made of its row's id alone, so that a repeat is recognised as one."""
    return f"<{ident}@{host.rsplit(':', 1)[0]}>"


def compose(letter: Letter, wording: Wording, sender: str, sent_at: datetime) -> EmailMessage:
    """Build the message for one receiver. A value that does not fit a header raises ``ValueError``."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = " ".join(wording.subject.split())
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(wording.text)
    message.add_alternative(wording.html, subtype="html")
    message["Content-Language"] = letter.locale
    return message
