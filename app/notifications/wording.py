"""Filling the templates of ``templates/email/<event>[/<side>]/``; only the values given reach them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import current_app

BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def folder(event_name: str, side: str) -> str:
    """Where the wording of a telling is."""
    return f"{event_name}/{side}" if side else event_name


def subject(where: str, values: Mapping[str, str]) -> str:
    """One line that says what happened: the subject of the mail and the text of the notice."""
    return " ".join(_fill(where, "subject.txt", values).split())


def text(where: str, values: Mapping[str, str]) -> str:
    """The mail as plain text."""
    return BLANK_LINES.sub("\n\n", _fill(where, "body.txt", values)).strip() + "\n"


def html(where: str, values: Mapping[str, str]) -> str:
    """The mail as HTML; every value is escaped."""
    return _fill(where, "body.html", values)


def _fill(where: str, part: str, values: Mapping[str, str]) -> str:
    return current_app.jinja_env.get_template(f"email/{where}/{part}").render(values)
