"""The call on its pages: in lists, for everybody, and for the staff of its programme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext

from app.calls.document import CallDocument, FormError
from app.calls.form_schema import text
from app.calls.models import Call, CallStage
from app.calls.present.eligibility import Contact, WindowView, contact_views, window_views
from app.calls.present.forms import StageFacts, stage_facts
from app.calls.present.parts import (
    DeadlineView,
    MoveView,
    StateView,
    deadline_view,
    language_of,
    move_views,
    offers_practice,
    shares_answers,
    state_view,
    true_state,
)
from app.calls.present.process import process_lines
from app.calls.present.questions import mineral_names
from app.calls.present.rules import rule_lines
from app.core import clock
from app.core.audit import AuditEntry
from app.core.errors import Invalid
from app.core.types import Money
from app.identity.models import Programme
from app.web.filters import instant, translate
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Offer, Refusal

MOST_FLAWS = 100
APPLY = "proposals.form_changes"  # the page that shows what a working copy changes, and applies it
HAPPENED = {
    "imported": N_("Imported"),
    "reimported": N_("Imported again"),
    "copied": N_("Made as a copy of an earlier call"),
    "publish": N_("Call published"),
    "open": N_("Call opened"),
    "close": N_("Call closed"),
    "extend": N_("Closing time extended"),
    "form_changed": N_("Form changed"),
    "assess": N_("Assessment started"),
    "decide": N_("Decisions closed"),
    "archive": N_("Call archived"),
    "cancel": N_("Call cancelled"),
    "drafts_reminded": N_("Reminder sent to everybody with a draft"),
    "form_opened": N_("Working copy of a form opened"),
    "form_discarded": N_("Working copy of a form thrown away"),
}
GROUPS = {CallState.OPEN: "now", CallState.PUBLISHED: "soon"}


@dataclass(frozen=True)
class CallCard:
    """A call in a list."""

    code: str
    href: str
    title: str
    summary: str
    state: StateView
    group: str
    budget: Money
    minerals: str
    opens: DeadlineView
    closes: DeadlineView
    stages: tuple[tuple[str, DeadlineView], ...]
    programme: str


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class CallPage:
    """The public page of a call."""

    card: CallCard
    rules: tuple[str, ...]
    process: tuple[str, ...]
    stages: tuple[StageFacts, ...]
    documents: tuple[Link, ...]
    contact: str
    languages: str
    start_url: str
    cancelled: bool
    takes_late: bool
    practice_url: str
    funded_url: str
    quiz_url: str
    windows: tuple[WindowView, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class StageRow:
    """One stage on the staff's page."""

    title: str
    opens: str
    closes: str
    form_sha256: str
    questions: int
    build_url: str
    changes_url: str


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened to the call."""

    what: str
    when: str
    iso: str
    who: str
    detail: str


@dataclass(frozen=True)
class ManagePage:
    """The staff's page of a call."""

    card: CallCard
    moves: tuple[MoveView, ...]
    stages: tuple[StageRow, ...]
    history: tuple[HistoryEntry, ...]
    published: str
    document_sha256: str
    import_url: str


@dataclass(frozen=True)
class ImportPreview:
    """What an import would make."""

    code: str
    title: str
    budget: str
    languages: str
    lines: tuple[str, ...]
    replaces_draft: bool


def call_card(call: Call, now: datetime, public: bool = True) -> CallCard:
    """A call as lists show it."""
    language, state = language_of(call), true_state(call, now)
    return CallCard(
        code=call.code,
        href=url_for("calls.show" if public else "calls.manage", code=call.code),
        title=text(call.title, language),
        summary=text(call.summary, language),
        state=state_view(state, public),
        group=GROUPS.get(state, "past"),
        budget=call.budget,
        minerals=", ".join(mineral_names(call.minerals)),
        opens=deadline_view(call.opens_at, call.zone, now),
        closes=deadline_view(call.closes_at, call.zone, now),
        stages=tuple(_closing(stage, language, call.zone, now) for stage in call.stages if stage.closes_at > now),
        programme=call.programme.name,
    )


def _closing(stage: CallStage, language: str, zone: str, now: datetime) -> tuple[str, DeadlineView]:
    """What closes and when: a call of several stages has several deadlines."""
    return gettext("%(stage)s closes", stage=text(stage.title, language)), deadline_view(stage.closes_at, zone, now)


def call_cards(calls: Iterable[Call], now: datetime, public: bool = True) -> tuple[CallCard, ...]:
    return tuple(call_card(call, now, public) for call in calls)


def call_page(call: Call, now: datetime) -> CallPage:
    """Everything about a call that everybody may know."""
    language, state = language_of(call), true_state(call, now)
    stages = tuple(stage_facts(stage, language, call, now) for stage in call.stages)
    first_closes = call.stages[0].closes_at if call.stages else call.closes_at
    takes = state is CallState.OPEN and now < first_closes
    return CallPage(
        card=call_card(call, now),
        rules=rule_lines(call, language),
        process=tuple(process_lines(call)),
        stages=stages,
        documents=tuple(Link(text(d["title"], language), d["url"]) for d in call.documents),
        contact=call.contact,
        languages=", ".join(language_names(call.languages)),
        start_url=url_for("proposals.start", call=call.code) if takes else "",
        cancelled=state is CallState.CANCELLED,
        takes_late=bool(call.process.get("late_minutes", 0)),
        practice_url=url_for("public.practice_start", code=call.code) if offers_practice(call, now) else "",
        funded_url=url_for("public.funded_projects", code=call.code) if shares_answers(call, now) else "",
        quiz_url=url_for("calls.public_eligibility", code=call.code) if call.quiz else "",
        windows=window_views(call, language),
        contacts=contact_views(call, language),
    )


def language_names(codes: Iterable[str]) -> list[str]:
    names = {"en": gettext("English"), "fr": gettext("French"), "es": gettext("Spanish")}
    return [names.get(code, code) for code in codes]


def manage_page(call: Call, offers: Sequence[Offer], history: Sequence[AuditEntry], now: datetime) -> ManagePage:
    """What the programme's staff sees of a call."""
    language = language_of(call)
    return ManagePage(
        card=call_card(call, now, public=False),
        moves=move_views(call, offers),
        stages=tuple(_stage_row(stage, stage_facts(stage, language, call, now)) for stage in call.stages),
        history=tuple(_entry(entry, call.zone) for entry in reversed(history)),
        published=instant(call.published_at, call.zone),
        document_sha256=call.document_sha256,
        import_url=url_for("calls.import_form", programme_code=call.programme.code, edit=call.code),
    )


def _stage_row(stage: CallStage, facts: StageFacts) -> StageRow:
    opens, closes = facts.opens.when_text, facts.closes.when_text
    build_url = url_for("calls.form_overview", code=stage.call.code, key=stage.key)
    known = APPLY in current_app.view_functions
    changes_url = url_for(APPLY, code=stage.call.code, stage=stage.key) if known else ""
    sha256 = stage.form_version.sha256
    return StageRow(facts.title, opens, closes, sha256, facts.question_count, build_url, changes_url)


def _entry(entry: AuditEntry, zone: str) -> HistoryEntry:
    """An audit entry in words: what its move did."""
    move = entry.action.partition(".")[2]
    detail = entry.reason
    if "old" in entry.detail and "new" in entry.detail:
        old, new = (_wall_text(entry.detail[side], zone) for side in ("old", "new"))
        change = gettext("%(old)s became %(new)s", old=old, new=new)
        detail = f"{change}. {detail}"
    return HistoryEntry(
        translate(HAPPENED.get(move, move)),
        instant(entry.at, zone),
        entry.at.isoformat(),
        entry.actor_name,
        detail,
    )


def _wall_text(wall: str, zone: str) -> str:
    """A closing time as it stands in a call's file, in words."""
    return instant(clock.from_wall_time(datetime.fromisoformat(wall), zone), zone)


def import_preview(parsed: CallDocument, known: Call | None) -> ImportPreview:
    """What would come of a document that has no flaw."""
    lines = []
    for stage in parsed.stages:
        lines.append(
            gettext(
                "%(title)s: %(questions)s questions, %(checks)s threshold checks, from %(opens)s to %(closes)s (%(zone)s)",
                title=text(stage.title, parsed.languages[0]),
                questions=sum(len(section.questions) for section in stage.form.sections),
                checks=len(stage.checks),
                opens=stage.opens.strftime("%Y-%m-%d %H:%M"),
                closes=stage.closes.strftime("%Y-%m-%d %H:%M"),
                zone=parsed.zone,
            )
        )
    title, budget = text(parsed.title, parsed.languages[0]), f"{parsed.currency} {parsed.budget}"
    return ImportPreview(
        parsed.code, title, budget, ", ".join(language_names(parsed.languages)), tuple(lines), known is not None
    )


def programme_links(programmes: Iterable[Programme]) -> tuple[Link, ...]:
    """Programmes with the address where a call file is imported for them."""
    return tuple(Link(p.name, url_for("calls.import_form", programme_code=p.code)) for p in programmes)


def stage_choices(call: Call) -> list[tuple[str, str]]:
    """The stages of a call with their present closing times, to choose from."""
    language = language_of(call)
    return [(s.key, f"{text(s.title, language)} ({instant(s.closes_at, call.zone)})") for s in call.stages]


def flaw_lines(error: FormError | Invalid) -> tuple[str, ...]:
    """What is wrong with a call file, one sentence each, with the place where it stands."""
    if isinstance(error, Invalid):
        return (translate(Refusal(error.message, error.params)),)
    sentences = ((flaw.path, translate(Refusal(flaw.message, flaw.params))) for flaw in error.flaws[:MOST_FLAWS])
    return tuple(f"{path}: {sentence}" if path else sentence for path, sentence in sentences)
