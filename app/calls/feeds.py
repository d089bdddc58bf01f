"""Calls for other programs: an Atom feed (RFC 4287) and an iCalendar of opening and closing times (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OCTETS_A_LINE = 75


@dataclass(frozen=True)
class Entry:
    """One call in the feed; ``ident`` never changes, ``updated`` does whenever the call does.

    ``language`` is that of the summary when it is not the feed's.
    """

    ident: str
    title: str
    summary: str
    url: str
    published: datetime
    updated: datetime
    language: str = ""


@dataclass(frozen=True)
class Moment:
    """One instant of a call in the calendar: ``sequence`` grows with every change, so calendars move what was extended."""

    ident: str
    title: str
    text: str
    url: str
    at: datetime
    stamp: datetime
    sequence: int
    cancelled: bool = False
    alarms: bool = False


def atom(title: str, url: str, own_url: str, language: str, entries: Iterable[Entry], now: datetime) -> str:
    """The feed as XML; an empty one is as old as the moment it is asked for."""
    found = list(entries)
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {LANG: language})
    _add(feed, "title", title)
    _add(feed, "id", own_url)
    _add(feed, "updated", max((entry.updated for entry in found), default=now).isoformat())
    _add(feed, "link", rel="alternate", type="text/html", href=url)
    _add(feed, "link", rel="self", type="application/atom+xml", href=own_url)
    _add(_add(feed, "author"), "name", title)
    for entry in found:
        part = _add(feed, "entry")
        _add(part, "title", entry.title)
        _add(part, "id", f"urn:uuid:{entry.ident}")
        _add(part, "published", entry.published.isoformat())
        _add(part, "updated", entry.updated.isoformat())
        _add(part, "link", rel="alternate", type="text/html", href=entry.url)
        _add(part, "summary", entry.summary, **({LANG: entry.language} if entry.language else {}))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode")


def _add(parent: ElementTree.Element, tag: str, content: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    element.text = "".join(c for c in content if c.isprintable() or c in "\n\t") or None
    return element


def calendar(name: str, host: str, moments: Iterable[Moment]) -> str:
    """The calendar with CRLF line ends, folded at 75 octets."""
    return "".join(f"{line}\r\n" for raw in _calendar(name, host, moments) for line in _fold(raw))


def _calendar(name: str, host: str, moments: Iterable[Moment]) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host}//Assay//EN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{_text(name)}"
    for moment in moments:
        yield from _event(moment, host)
    yield "END:VCALENDAR"


def _event(moment: Moment, host: str) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{moment.ident}@{host}", f"DTSTAMP:{_utc(moment.stamp)}")
    yield from (f"DTSTART:{_utc(moment.at)}", f"DTEND:{_utc(moment.at)}", f"SEQUENCE:{moment.sequence}")
    yield from (f"SUMMARY:{_text(moment.title)}", f"DESCRIPTION:{_text(moment.text)}", f"URL:{moment.url}")
    yield from ("TRANSP:TRANSPARENT", f"STATUS:{'CANCELLED' if moment.cancelled else 'CONFIRMED'}")
    for before in ("P7D", "P1D") if moment.alarms and not moment.cancelled else ():
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(moment.title)}")
        yield from (f"TRIGGER:-{before}", "END:VALARM")
    yield "END:VEVENT"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped, other control characters gone."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(c for c in lines if c.isprintable())


def _fold(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never within a character; all but the first begin with a blank."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > OCTETS_A_LINE:
            yield piece
            piece = " "
        piece += character
    yield piece
