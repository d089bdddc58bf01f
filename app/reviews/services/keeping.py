"""Keeping what is typed on a sheet: pages that are open beside each other merge, and no text takes another's place unseen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.core import clock
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.proposals.fields import mark_of
from app.proposals.posted import Posted
from app.reviews import merging
from app.reviews.models import Review
from app.reviews.services.scores import begin_writing, values_of, write
from app.reviews.sheet import Changes
from workflows.machine import N_

RIVAL, UNFIT = "rival", "unfit"
MOST_PAGES, MOST_WAITING, LARGEST = 30, 60, 400_000


class Reading(Protocol):
    """What was read of some fields: what can be kept, and by field what cannot."""

    @property
    def changes(self) -> Changes: ...
    @property
    def problems(self) -> Mapping[str, str]: ...


Reader = Callable[[Mapping[str, Sequence[str]]], Reading]


@dataclass
class Kept:
    """What became of a posted page. ``beside``: fields whose text waits; ``repeated``: it was taken in before."""

    problems: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    repeated: bool = False


def save_page(*, review: Review, page: Posted, read: Reader, lines: Iterable[str], actor: Actor) -> Kept:
    """Keep what was edited on a posted page, once, however often it is sent. Raises ``MoveRefused`` for a closed sheet."""
    begin_writing(review, actor)
    if _was_taken(review, page):
        return Kept(repeated=True)
    now = values_of(review, lines)
    parted = merging.merge(page, now, review.field_versions)
    reading = read({name: [text] for name, text in parted.taken.items()})
    write(review, reading.changes, client=page.client)
    unfit = {name: parted.taken[name] for name in reading.problems if _is_prose(name)}
    _put_away(review, page.client, set(parted.taken) - set(unfit))
    for kind, texts in ((RIVAL, parted.beside), (UNFIT, unfit)):
        for name, text in texts.items():
            _keep_beside(review, kind, name, text, page.client)
    db.session.flush()
    return Kept(reading.problems, tuple(parted.beside))


def _is_prose(name: str) -> bool:
    """Whether a field holds sentences, which are kept even when they are too long; a wrong number stays on its page."""
    return name != "recommended" and not name.startswith("score-")


def _was_taken(review: Review, page: Posted) -> bool:
    """Whether this page's edits up to this number are here already; if not, from now on they are."""
    if not page.client:
        return False
    known = dict(review.patch_receipts)
    if page.sequence <= known.get(page.client, [-1])[0]:
        return True
    known[page.client] = [page.sequence, clock.now().isoformat()]
    newest = sorted(known.items(), key=lambda pair: str(pair[1][1]), reverse=True)[:MOST_PAGES]
    review.patch_receipts = dict(newest)
    return False


def _keep_beside(review: Review, kind: str, name: str, text: str, client: str) -> None:
    """One text beside a field; what the same page goes on typing there takes the place of its own earlier text."""
    waiting = [t for t in review.rival_texts if not (t["name"] == name and _is_same(t, kind, text, client))]
    told = {"kind": kind, "name": name, "text": text, "client": client, "at": clock.now().isoformat()}
    waiting.append({"id": str(uuid.uuid4()), **told})
    if len(waiting) > MOST_WAITING or sum(len(t["text"]) for t in waiting) > LARGEST:
        raise Invalid(N_("This is too much text for one page. Shorten it, then save again."))
    review.rival_texts = waiting


def _is_same(one: Mapping[str, Any], kind: str, text: str, client: str) -> bool:
    return one["kind"] == kind and (one["text"] == text or bool(client and one["client"] == client))


def _put_away(review: Review, client: str, names: Iterable[str]) -> None:
    """What a page could not keep at first and has mended since needs no text beside it."""
    mended = set(names)
    if any(t["kind"] == UNFIT and t["name"] in mended for t in review.rival_texts):
        review.rival_texts = [
            t for t in review.rival_texts if not (t["kind"] == UNFIT and t["name"] in mended and t["client"] == client)
        ]


def settle_text(
    *, review: Review, text_id: str, choice: str, seen: str, read: Reader, lines: Iterable[str], actor: Actor
) -> str:
    """Decide about a text: ``typed`` puts it on the sheet, ``standing`` puts it away. Returns the name of its field.

    ``seen`` is the mark of what stood when the reviewer chose; raises ``MoveRefused`` when that changed, and ``NotFound``.
    """
    begin_writing(review, actor)
    text = next((t for t in review.rival_texts if t["id"] == text_id), None)
    if text is None or choice not in {"typed", "standing"}:
        raise NotFound()
    name = str(text["name"])
    if choice == "typed":
        _take_over(review, text, seen, read, list(lines))
    review.rival_texts = [t for t in review.rival_texts if t["id"] != text_id]
    db.session.flush()
    return name


def _take_over(review: Review, text: Mapping[str, Any], seen: str, read: Reader, lines: list[str]) -> None:
    name = str(text["name"])
    now = values_of(review, lines)
    if name not in now:
        raise MoveRefused(N_("The form no longer asks this. The text can only be put away."))
    if mark_of(now[name]) != seen:
        raise MoveRefused(N_("The saved text was changed a moment ago. Look at both texts again, then choose."))
    reading = read({name: [text["text"]]})
    if reading.problems:
        raise MoveRefused(N_("This text cannot be kept as it is. Copy what you need of it, then put it away."))
    write(review, reading.changes)
