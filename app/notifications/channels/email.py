"""Sending one mail: worded in its receiver's language, then to the SMTP server or into the on-disk mailbox."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask_babel import force_locale

from app.core import outbox
from app.extensions import current_settings
from app.notifications import wording
from app.notifications.channels import mailbox, smtp
from app.notifications.channels.letters import Letter, Wording, compose

SMTP_SECONDS = 30.0


def send(letter: Letter) -> None:
    """Word and send one mail; no database transaction is open meanwhile."""
    settings = current_settings()
    message = compose(letter, word(letter), settings.mail_from, outbox.real_now())
    if settings.smtp_url:
        seconds = min(SMTP_SECONDS, settings.lease_seconds * 2 / 3)
        smtp.send(smtp.Server.from_url(settings.smtp_url), message, seconds)
    else:
        mailbox.put(mailbox_folder(), letter.ident, message)


def mailbox_folder() -> Path:
    """Where mails go when no SMTP server is configured."""
    return current_settings().data_dir / "mailbox"


def word(letter: Letter) -> Wording:
    """Fill the three templates of the mail in its receiver's language; the row's own values are all they get."""
    values = {**letter.params, **frame(letter)}
    where = wording.folder(letter.event_name, letter.side)
    with force_locale(letter.locale):
        return Wording(wording.subject(where, values), wording.text(where, values), wording.html(where, values))


def frame(letter: Letter) -> dict[str, str]:
    """The values that every mail has: the link, the service's name and address, the language."""
    settings = current_settings()
    base = urlsplit(settings.base_url)
    return {
        "link": f"{base.scheme}://{base.netloc}{letter.path}",
        "home": settings.base_url + "/",
        "instance": settings.instance_name,
        "lang": letter.locale,
    }
