"""Which fields of a posted sheet take their place, and which wait beside what another page wrote meanwhile. Pure.

A page tells the fields that were edited and the version it knew of each. What nobody else changed since is stored; where
another page wrote something else, that stays, and the page's text is kept beside it. A blank is never a rival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.proposals.fields import mark_of
from app.proposals.posted import Posted

Values = Mapping[str, str]
Versions = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Merge:
    """Field → text: what is stored, and what waits beside what stands."""

    taken: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)


def merge(page: Posted, now: Values, versions: Versions) -> Merge:
    """Part the edited fields of a page. ``now``: the whole sheet; ``versions``: field → (version, page) of its last change."""
    found = Merge()
    for name, typed in _edited(page, now).items():
        if _plain(typed) == _plain(now[name]):
            continue
        if not _is_overtaken(page, name, versions) or not now[name].strip():
            found.taken[name] = typed
        elif typed.strip():
            found.beside[name] = typed
    return found


def _edited(page: Posted, now: Values) -> dict[str, str]:
    posted = {name: values[-1] if values else "" for name, values in page.fields.items() if name in now}
    if page.bases is not None:
        return {name: posted.get(name, "") for name in page.bases if name in now}
    if page.shown is None:
        return posted
    return {name: typed for name, typed in posted.items() if mark_of(_plain(typed)) != page.shown.get(name, "")}


def _is_overtaken(page: Posted, name: str, versions: Versions) -> bool:
    version, client = versions.get(name, (0, ""))
    known = (page.bases or {}).get(name, page.seen or 0)
    return int(str(version)) > known and not (client and client == page.client)


def shown_of(now: Values) -> dict[str, str]:
    """The marks by which a page remembers what it showed."""
    return {name: mark_of(_plain(value)) for name, value in now.items()}


def changed(before: Values, after: Values) -> list[str]:
    """The fields whose text is another one now."""
    return [name for name, value in after.items() if value != before.get(name)]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
