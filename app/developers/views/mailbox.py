"""The on-disk mailbox: what was sent, to whom, with links that can be followed."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser

from flask import Response, make_response, request, url_for

from app.core.errors import NotFound
from app.developers.views import bp
from app.notifications.channels import mailbox
from app.notifications.channels.email import mailbox_folder
from app.web.permissions import public_page
from app.web.rendering import render

SHOWN = 2000
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class MailLine:
    """One mail in the list."""

    subject: str
    to: str
    date: str
    href: str


@dataclass(frozen=True)
class MailView:
    """One mail as shown: its headers, its text, and every link in either form of it."""

    subject: str
    to: str
    sender: str
    date: str
    message_id: str
    html_url: str
    text: str
    links: tuple[str, ...]


class _Links(HTMLParser):
    """Collects the addresses that an HTML text links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.extend(value for name, value in attrs if name == "href" and value)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _links(text: str, html: str) -> tuple[str, ...]:
    """Web addresses only: nothing that a browser would run."""
    reader = _Links()
    reader.feed(html)
    found = [*WEB_ADDRESS.findall(text), *(a for a in reader.found if WEB_ADDRESS.fullmatch(a))]
    return tuple(dict.fromkeys(found))


def _line(ident: str) -> MailLine:
    found = mailbox.headers(mailbox_folder(), ident)
    return MailLine(
        str(found["Subject"]), str(found["To"]), str(found["Date"]), url_for("developers.mail", ident=ident)
    )


def _view(ident: uuid.UUID, message: EmailMessage) -> MailView:
    text, html = _part(message, "plain"), _part(message, "html")
    return MailView(
        subject=str(message["Subject"]),
        to=str(message["To"]),
        sender=str(message["From"]),
        date=str(message["Date"]),
        message_id=str(message["Message-ID"]),
        html_url=url_for("developers.mail_html", ident=ident) if html else "",
        text=text,
        links=_links(text, html),
    )


def _message(ident: uuid.UUID) -> EmailMessage:
    message = mailbox.read(mailbox_folder(), ident)
    if message is None:
        raise NotFound()
    return message


@bp.get("/mailbox")
@public_page
def mails() -> str:
    """Every mail, or those to one address (``?to=``), the newest first."""
    wanted = request.args.get("to", "").strip()
    lines = (_line(ident) for ident in mailbox.idents(mailbox_folder())[:SHOWN])
    shown = tuple(line for line in lines if not wanted or wanted.lower() == line.to.lower())
    return render("developers/mailbox.html", mails=shown, wanted=wanted)


@bp.get("/mailbox/<uuid:ident>")
@public_page
def mail(ident: uuid.UUID) -> str:
    """One mail."""
    return render("developers/mail.html", mail=_view(ident, _message(ident)))


@bp.get("/mailbox/<uuid:ident>/html")
@public_page
def mail_html(ident: uuid.UUID) -> Response:
    """The source of the HTML part as plain text, so that nothing in it is ever run."""
    response = make_response(_part(_message(ident), "html"))
    response.mimetype = "text/plain"
    return response
