"""Pieces that several pages of projects show: badges, offers, who has the ball, the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.core import clock
from app.core.audit import AuditEntry
from app.core.files import StoredFile
from app.projects import schedule, words
from app.projects.ball import Ball
from app.projects.models import Milestone, Payment, Project, Report
from app.web.filters import instant, number, translate
from workflows.machine import Category, Offer, State

PROJECT_ANCHORS = frozenset({"#agreement", "#payments", "#milestones", "#payee"})


@dataclass(frozen=True)
class Badge:
    """A state as word, shape and tone."""

    label: str
    category: str


@dataclass(frozen=True)
class OfferView:
    """A move that the reader's role allows, with the workflow's reason when it is not possible now."""

    name: str
    label: str
    url: str
    refusal: str
    needs_reason: bool
    tone: str
    version: int
    fields_url: str
    mend_url: str


@dataclass(frozen=True)
class BallView:
    """Whose move it is, and for how many days."""

    who: str
    days: int


@dataclass(frozen=True)
class Happening:
    """One line of the timeline."""

    what: str
    when: str
    iso: str
    who: str
    detail: str


@dataclass(frozen=True)
class FileView:
    """A file to open."""

    name: str
    size: str
    href: str
    note: str = ""
    remove_url: str = ""


@dataclass(frozen=True)
class Crumb:
    """The project above a page."""

    reference: str
    title: str
    href: str
    organisation: str


def badge(state: State) -> Badge:
    return Badge(translate(state.label), state.category.value)


def timing_badge(part: Milestone | Report, is_open: bool) -> Badge | None:
    """Overdue or due soon; derived from the date, never stored."""
    found = schedule.timing(part.due_on, clock.now().date(), is_open)
    if found == "overdue":
        return Badge(gettext("Overdue"), Category.REFUSED.value)
    return Badge(gettext("Due soon"), Category.WAITING.value) if found else None


def crumb(project: Project) -> Crumb:
    return Crumb(
        project.reference,
        project.title,
        url_for("projects.show", project_id=project.id),
        project.organisation.name,
    )


def offer_views(
    offers: Iterable[Offer], thing: Any, noun: str, fields_urls: Mapping[str, str] | None = None
) -> tuple[OfferView, ...]:
    """Offers as the move panel wants them; what is missing is linked on its own page."""
    project_url = url_for("projects.show", project_id=thing.project_id)

    def mend(link: str) -> str:
        return project_url + link if link in PROJECT_ANCHORS else link

    return tuple(
        OfferView(
            name=offer.move.name,
            label=translate(offer.move.label),
            url=url_for(f"projects.move_{noun}", **{f"{noun}_id": thing.id}, move=offer.move.name),
            refusal=translate(offer.refusal) if offer.refusal else "",
            needs_reason=offer.move.reason,
            tone=offer.move.tone,
            version=thing.version,
            fields_url="" if offer.refusal else (fields_urls or {}).get(offer.move.name, ""),
            mend_url=mend(offer.refusal.link) if offer.refusal else "",
        )
        for offer in offers
    )


def ball_view(ball: Ball | None) -> BallView | None:
    """Who has the ball; nobody when all is settled."""
    if ball is None or not ball.holder:
        return None
    return BallView(translate(ball.holder), max(0, (clock.now() - ball.since).days))


def file_view(file: StoredFile, href: str, note: str = "", remove_url: str = "") -> FileView:
    kilobytes = max(1, file.size // 1000)
    size = gettext("%(size)s kB", size=number(kilobytes))
    return FileView(file.original_name, f"{file.extension.upper()}, {size}", href, note, remove_url)


def timeline(entries: Iterable[AuditEntry], names: Mapping[uuid.UUID, str]) -> tuple[Happening, ...]:
    """The entries that have words; ``names`` tells which milestone, tranche or report an entry is about."""
    return tuple(_happening(entry, names) for entry in entries if entry.action in words.TIMELINE)


def _happening(entry: AuditEntry, names: Mapping[uuid.UUID, str]) -> Happening:
    text = gettext(words.TIMELINE[entry.action], what=names.get(entry.subject_id, ""))
    return Happening(text, instant(entry.at), entry.at.isoformat(), entry.actor_name, entry.reason)


def milestone_name(milestone: Milestone) -> str:
    return gettext("Milestone %(number)s", number=milestone.position)


def tranche_name(payment: Payment) -> str:
    return gettext("Tranche %(number)s", number=payment.position)


def report_name(report: Report) -> str:
    return translate(words.REPORT_KINDS[report.kind])
