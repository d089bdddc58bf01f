"""A change of form before it is applied: differences in words, whom they touch, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls import form_schema
from app.calls import services as calls
from app.calls.document import FormError
from app.calls.form_changes import Change
from app.calls.form_schema import text
from app.calls.models import CallStage, FormDraft
from app.calls.present import change_place, change_words, flaw_lines
from app.proposals import services
from app.proposals.services import Impact
from app.web.filters import translate
from workflows.call_lifecycle import CallState


@dataclass(frozen=True)
class ChangeRow:
    """One difference: where, what, and how many drafts have an answer there."""

    place: str
    words: str
    drafts: str
    takes_away: bool


@dataclass(frozen=True)
class FormChangesPage:
    """What applying the working copy would do."""

    call: str
    call_href: str
    build_href: str
    stage: str
    url: str
    has_copy: bool
    is_public: bool
    edited_by: str
    rows: tuple[ChangeRow, ...]
    impact: tuple[str, ...]
    flaws: tuple[str, ...]
    refusal: str
    version: int
    base: str


def form_changes_page(
    stage: CallStage, draft: FormDraft | None, language: str, flaws: tuple[str, ...] = ()
) -> FormChangesPage:
    """The page for a stage's working copy, or for a stage that has none."""
    call = stage.call
    impact, found = _impact(stage, draft)
    public = call.state != CallState.DRAFT.value
    return FormChangesPage(
        call=text(call.title, language),
        call_href=url_for("calls.manage", code=call.code),
        build_href=url_for("calls.form_overview", code=call.code, key=stage.key),
        stage=text(stage.title, language),
        url=url_for("proposals.apply_form", code=call.code, stage=stage.key),
        has_copy=draft is not None,
        is_public=public,
        edited_by=draft.edited_by_name if draft else "",
        rows=tuple(_row(change, count, language) for change, count in impact.touched) if impact else (),
        impact=tuple(_sentences(impact)) if impact and public else (),
        flaws=flaws or found,
        refusal=translate(calls.why_no_change(stage)),
        version=draft.version if draft else 0,
        base=stage.form_version.sha256,
    )


def _impact(stage: CallStage, draft: FormDraft | None) -> tuple[Impact | None, tuple[str, ...]]:
    """What the working copy changes, as far as it can be read, and everything that is wrong with it."""
    if draft is None:
        return None, ()
    try:
        calls.check_form(stage=stage, document=draft.document)
        flaws: tuple[str, ...] = ()
    except FormError as error:
        flaws = flaw_lines(error)
    try:
        form = form_schema.parse(draft.document, languages=())
    except FormError:
        return None, flaws
    return services.form_impact(stage, form), flaws


def _row(change: Change, count: int, language: str) -> ChangeRow:
    return ChangeRow(
        place=change_place(change, language) or gettext("The whole form"),
        words=change_words(change, language),
        drafts=ngettext("%(num)s draft has an answer here", "%(num)s drafts have an answer here", count)
        if count
        else "",
        takes_away=change.takes_away,
    )


def _sentences(impact: Impact) -> Iterator[str]:
    """How many are touched, in words; nothing of what anybody wrote."""
    yield ngettext(
        "%(num)s draft moves to the new form and keeps every answer.",
        "%(num)s drafts move to the new form and keep every answer.",
        impact.drafts,
    )
    if impact.waiting:
        yield ngettext(
            "%(num)s waits for a signature and keeps its form; taken back, it moves.",
            "%(num)s wait for a signature and keep their form; taken back, they move.",
            impact.waiting,
        )
    yield ngettext(
        "%(num)s submitted proposal stays on the form it was written for, also when it is corrected.",
        "%(num)s submitted proposals stay on the form they were written for, also when they are corrected.",
        impact.submitted,
    )
