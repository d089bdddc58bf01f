"""Texts that wait beside a field of a sheet, and what the script of the page is told after it saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from app.calls.present import QuestionView
from app.proposals.fields import mark_of
from app.proposals.posted import Posted
from app.reviews.models import Review
from app.web.filters import instant
from app.web.rendering import render


@dataclass(frozen=True)
class TextView:
    """A text that was typed and does not stand, with what does; ``url`` takes the decision between them."""

    id: str
    name: str
    kind: str
    label: str
    who: str
    when: str
    saved_by: str
    typed: QuestionView
    standing: QuestionView
    mark: str
    url: str


def texts_of(review: Review, now: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, tuple[TextView, ...]]:
    """Field → the texts that wait beside it. ``now``: what stands; ``labels``: the names of the fields in words."""
    found: dict[str, list[TextView]] = defaultdict(list)
    for text in review.rival_texts:
        found[text["name"]].append(_view(review, text, now.get(text["name"], ""), labels.get(text["name"], "")))
    return {name: tuple(texts) for name, texts in found.items()}


def _view(review: Review, text: Mapping[str, Any], standing: str, label: str) -> TextView:
    name = str(text["name"])
    return TextView(
        id=str(text["id"]),
        name=name,
        kind=str(text["kind"]),
        label=label or name,
        who=review.reviewer.name,
        when=instant(datetime.fromisoformat(text["at"]), review.proposal.call.zone),
        saved_by="",
        typed=_reading(name, str(text["text"])),
        standing=_reading(name, standing),
        mark=mark_of(standing),
        url=url_for("reviews.settle_text", review_id=review.id, text_id=text["id"]),
    )


def _reading(name: str, value: str) -> QuestionView:
    return QuestionView("", name, "long_text", "", value=value or None)


def told_to_script(review: Review, page: Posted, now: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, Any]:
    """The version, the texts that wait, and what other pages changed meanwhile."""
    saved_at = review.scores_saved_at
    texts = [text for found in texts_of(review, now, labels).values() for text in found]
    return {
        "version": review.version,
        "saved_at": saved_at.isoformat() if saved_at else None,
        "texts": [
            {"id": t.id, "name": t.name, "kind": t.kind, "html": render("proposals/parts/text.html", text=t)}
            for t in texts
        ],
        "newer": {name: [now[name]] if now[name] else [] for name in _newer(review, page) if name in now},
    }


def _newer(review: Review, page: Posted) -> list[str]:
    """The fields that other pages changed after the version this page knew."""
    seen = review.version if page.seen is None else page.seen
    return [
        name
        for name, (version, client) in review.field_versions.items()
        if version > seen and not (client and client == page.client)
    ]
