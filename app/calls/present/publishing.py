"""The page before publishing: exactly what would be frozen, each thing with its fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls import document as documents
from app.calls import rubric
from app.calls.form_schema import text
from app.calls.models import Call, CallStage, FormDraft
from app.calls.present.pages import language_names
from app.calls.present.parts import MoveView, language_of, move_views
from app.calls.present.rules import rule_lines
from app.web.filters import instant, whole_money
from workflows.machine import Offer


@dataclass(frozen=True)
class Frozen:
    """One thing that never changes after publishing."""

    what: str
    told: str
    sha256: str


@dataclass(frozen=True)
class StageDates:
    title: str
    opens: str
    opens_utc: str
    closes: str
    closes_utc: str


@dataclass(frozen=True)
class PublishPage:
    """What publishing freezes, what stays open, and the button."""

    frozen: tuple[Frozen, ...]
    dates: tuple[StageDates, ...]
    copies: tuple[str, ...]
    preview_url: str
    moves: tuple[MoveView, ...]


def publish_page(call: Call, fingerprint: str, offers: Sequence[Offer], copies: Sequence[FormDraft]) -> PublishPage:
    language = language_of(call)
    changed = [copy.call_stage for copy in copies if copy.document != copy.call_stage.form_version.document]
    return PublishPage(
        frozen=tuple(_frozen(call, language, fingerprint)),
        dates=tuple(_dates(stage, language, call.zone) for stage in call.stages),
        copies=tuple(text(stage.title, language) for stage in changed),
        preview_url=url_for("calls.preview", code=call.code),
        moves=move_views(call, [offer for offer in offers if offer.move.name == "publish"]),
    )


def _frozen(call: Call, language: str, fingerprint: str) -> list[Frozen]:
    facts = f"{whole_money(call.budget)}, {', '.join(language_names(call.languages))}"
    found = [Frozen(gettext("The whole call as a file"), facts, fingerprint)]
    for stage in call.stages:
        found += _of_stage(stage, text(stage.title, language))
    rules = ngettext("%(num)s rule", "%(num)s rules", len(rule_lines(call, language)))
    found.append(Frozen(gettext("Rules and windows"), rules, documents.canonical_sha256(call.rules)))
    found.append(Frozen(gettext("Process"), _process(call), documents.canonical_sha256(call.process)))
    return found


def _of_stage(stage: CallStage, title: str) -> list[Frozen]:
    sections = stage.form_version.document["sections"]
    count = sum(len(section["questions"]) for section in sections)
    questions = ngettext("%(num)s question", "%(num)s questions", count)
    found = [Frozen(gettext("Form of %(stage)s", stage=title), questions, stage.form_version.sha256)]
    if stage.rubric:
        read = rubric.parse(stage.rubric, languages=())
        told = gettext(
            "%(count)s criteria, %(total)s points, %(least)s needed",
            count=len(read.criteria),
            total=read.total,
            least=read.pass_total,
        )
        found.append(
            Frozen(gettext("Rubric of %(stage)s", stage=title), told, documents.canonical_sha256(stage.rubric))
        )
    if stage.checks:
        told = ngettext("%(num)s check", "%(num)s checks", len(stage.checks))
        label = gettext("Threshold checks of %(stage)s", stage=title)
        found.append(Frozen(label, told, documents.canonical_sha256({"checks": stage.checks})))
    return found


def _process(call: Call) -> str:
    process = call.process
    late = process.get("late_minutes", 0)
    return ", ".join(
        (
            ngettext("%(num)s review", "%(num)s reviews", process["reviews_wanted"]),
            gettext("quorum %(count)s", count=process["quorum"]),
            gettext("sign-off") if process["sign_off"] else gettext("no sign-off"),
            gettext("discussion") if process["discussion"] else gettext("no discussion"),
            gettext("reserve list") if process["reserve_list"] else gettext("no reserve list"),
            ngettext("%(num)s minute of grace", "%(num)s minutes of grace", late) if late else gettext("hard deadline"),
        )
    )


def _dates(stage: CallStage, language: str, zone: str) -> StageDates:
    return StageDates(
        text(stage.title, language),
        instant(stage.opens_at, zone),
        _utc(stage.opens_at),
        instant(stage.closes_at, zone),
        _utc(stage.closes_at),
    )


def _utc(at: datetime) -> str:
    return gettext("%(when)s UTC", when=at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"))
