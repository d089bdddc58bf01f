"""A call that is being written: its tasks, its pages, and what publishing would freeze."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from app.calls import document as documents
from app.calls import standards
from app.calls.drafting import Page, gaps, languages_lacking, pages_of, part_of, paths
from app.calls.drafting.pages.known import option, rows_of, sections, stages_of, words_of
from app.calls.form_schema import text
from app.calls.models import CallDraft, CallStage
from app.calls.present.draft_fields import BlockView, Writing, anchor, block_view
from app.calls.present.draft_places import flaw_line, said
from app.calls.present.parts import language_of
from app.calls.strict import Flaw
from app.web.filters import instant, translate

Map = Mapping[str, Any]
MOST_LINES = 60
NOTHING: tuple[Any, ...] = (None, "", [], {}, {"answers": {}})


@dataclass(frozen=True)
class Task:
    """One page of the editor in the task list, as ``components/tasklist.html`` shows it."""

    part: str
    label: str
    href: str
    status: str
    status_label: str
    hint: str


@dataclass(frozen=True)
class TaskGroup:
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Mend:
    """One flaw with the field where it is mended."""

    text: str
    href: str


@dataclass(frozen=True)
class MendGroup:
    title: str
    href: str
    lines: tuple[Mend, ...]
    more: int


@dataclass(frozen=True)
class DraftHead:
    """What every page of the editor says at its top."""

    title: str
    code: str
    programme: str
    href: str
    check_href: str
    saved: str
    version: int
    call_code: str


@dataclass(frozen=True)
class PartPage:
    """One page of the editor."""

    head: DraftHead
    part: str
    title: str
    intro: str
    url: str
    blocks: tuple[BlockView, ...]
    errors: tuple[tuple[str, str], ...]
    previous: Task | None
    following: Task | None
    lost: tuple[str, ...]
    begin_url: str


def draft_head(draft: CallDraft, document: Map) -> DraftHead:
    zone = str(document.get("timezone") or "UTC")
    when = instant(draft.edited_at, zone if draft.is_whole else "UTC")
    return DraftHead(
        title=words_of(document.get("title"), document) or gettext("New call"),
        code=str(document.get("code") or ""),
        programme=draft.programme.name,
        href=url_for("calls.draft", draft_id=draft.id),
        check_href=url_for("calls.draft_check", draft_id=draft.id),
        saved=gettext("Saved %(when)s by %(who)s", when=when, who=draft.edited_by_name),
        version=draft.version,
        call_code=draft.call.code if draft.call else "",
    )


def task_groups(draft: CallDraft, document: Map, flaws: Sequence[Flaw]) -> tuple[TaskGroup, ...]:
    """The pages of the editor by stage, each with how far it is."""
    tasks = [(page, _task(draft, document, page, flaws)) for page in pages_of(document)]
    groups = [TaskGroup(gettext("The call"), tuple(t for page, t in tasks if page.part in {"basics", "stages"}))]
    for number, stage in enumerate(stages_of(document)):
        name = words_of(stage.get("title"), document) or gettext("Stage %(number)s", number=number + 1)
        groups.append(TaskGroup(name, tuple(t for page, t in tasks if page.stage == number)))
    rest = tuple(t for page, t in tasks if page.stage is None and page.part not in {"basics", "stages"})
    return (*groups, TaskGroup(gettext("Rules, process and texts"), rest))


def _task(draft: CallDraft, document: Map, page: Page, flaws: Sequence[Flaw]) -> Task:
    pages = pages_of(document)
    mine = [flaw for flaw in flaws if part_of(pages, flaw.path).part == page.part]
    missing, empty = len(gaps(mine)), not _written(document, page)
    wrong = len(mine) - missing
    hints = []
    if missing and not empty:
        hints.append(ngettext("%(num)s thing is missing", "%(num)s things are missing", missing))
    if wrong:
        hints.append(ngettext("%(num)s thing to mend", "%(num)s things to mend", wrong))
    if mine and not (empty and not wrong):
        status, label = "in_progress", gettext("In progress")
    elif empty:
        status, label = "not_started", gettext("Optional, empty") if page.optional else gettext("Not started")
    else:
        status, label = "complete", gettext("Complete")
    return Task(page.part, translate(page.title), part_url(draft, page), status, label, ", ".join(hints))


def _written(document: Map, page: Page) -> bool:
    """Whether anything stands on the page that the editor did not put there itself."""
    places = [place for place in page.owns if place not in {"programme", "languages"}]
    return any(paths.get(document, place) not in NOTHING for place in places)


def part_url(draft: CallDraft, page: Page, **more: Any) -> str:
    if page.part.startswith("form-"):
        return url_for("calls.stage_form", draft_id=draft.id, number=page.stage, **more)
    return url_for("calls.draft_part", draft_id=draft.id, part=page.part, **more)


def builder_url(draft: CallDraft, stage_key: str) -> str:
    """The form builder of a stage that the draft call has already."""
    if not stage_key or draft.call is None or "calls.form_builder" not in current_app.view_functions:
        return ""
    return url_for("calls.form_builder", code=draft.call.code, key=stage_key)


def part_page(draft: CallDraft, page: Page, writing: Writing, lost: Sequence[str] = ()) -> PartPage:
    """A page with its fields; ``lost`` are typed texts whose row somebody took away meanwhile."""
    pages = pages_of(writing.document)
    index = next((n for n, other in enumerate(pages) if other.part == page.part), 0)
    around = [pages[n] if 0 <= n < len(pages) else None for n in (index - 1, index + 1)]
    previous, following = (_task(draft, writing.document, p, ()) if p else None for p in around)
    own = [flaw for flaw in writing.flaws if part_of(pages, flaw.path).part == page.part]
    stage = stages_of(writing.document)[page.stage] if page.stage is not None else {}
    name = words_of(stage.get("title"), writing.document)
    return PartPage(
        head=draft_head(draft, writing.document),
        part=page.part,
        title=f"{translate(page.title)}: {name}" if name else translate(page.title),
        intro=translate(page.intro),
        url=part_url(draft, page),
        blocks=tuple(block_view(block, Writing(writing.document, own, writing.theirs)) for block in page.blocks),
        errors=tuple((anchor(flaw.path), flaw_line(flaw, page)) for flaw in own[:MOST_LINES]),
        previous=previous,
        following=following,
        lost=tuple(lost),
        begin_url=url_for("calls.begin_rubric", draft_id=draft.id, number=page.stage) if page.stage is not None else "",
    )


def mend_groups(draft: CallDraft, document: Map, flaws: Sequence[Flaw]) -> tuple[MendGroup, ...]:
    """Everything that is missing or wrong, by page, each with a link to its field."""
    pages, found = pages_of(document), []
    for page in pages:
        mine = [flaw for flaw in flaws if part_of(pages, flaw.path).part == page.part]
        if not mine:
            continue
        lines = [
            Mend(said(flaw, page, document), part_url(draft, page, mend=1) + "#" + anchor(flaw.path)) for flaw in mine
        ]
        stage = stages_of(document)[page.stage] if page.stage is not None else {}
        name = words_of(stage.get("title"), document)
        title = f"{translate(page.title)}: {name}" if name else translate(page.title)
        shown = tuple(lines[:MOST_LINES])
        found.append(MendGroup(title, part_url(draft, page, mend=1), shown, len(lines) - len(shown)))
    return tuple(found)


def lacking(flaws: Sequence[Flaw]) -> tuple[str, ...]:
    """The languages in which texts are missing, with how many."""
    names = {"en": gettext("English"), "fr": gettext("French"), "es": gettext("Spanish")}
    return tuple(
        gettext("%(language)s: %(count)s texts are missing", language=names[code], count=len(missing))
        for code, missing in languages_lacking(flaws).items()
    )


def stage_choices(stages: Sequence[CallStage]) -> tuple[tuple[str, str], ...]:
    """Stages of earlier calls to begin with."""
    return tuple((str(s.id), f"{s.call.code}: {text(s.title, language_of(s.call))}") for s in stages)


def source_choices(has_stages: bool) -> list[tuple[str, str]]:
    """What a form may begin with."""
    found = [(name, translate(label)) for name, label in standards.FORMS.items()]
    if has_stages:
        found.append(("stage", gettext("The form of an earlier call")))
    return [*found, ("file", gettext("A file")), ("empty", gettext("Nothing: one question, to be built on"))]


@dataclass(frozen=True)
class FormPage:
    """The page of a stage's form."""

    head: DraftHead
    title: str
    url: str
    sections: tuple[tuple[str, int], ...]
    sha256: str
    flaws: tuple[str, ...]
    more: int
    builder_url: str
    previous: Task | None
    following: Task | None


def form_page(draft: CallDraft, document: Map, number: int, flaws: Sequence[Flaw], stage_key: str) -> FormPage:
    """The form of a stage as it is; ``stage_key`` is that of the draft call's stage, if the call is there already."""
    page = next(page for page in pages_of(document) if page.part == f"form-{number}")
    part = part_page(draft, page, Writing(document, ()))
    form = stages_of(document)[number].get("form")
    mine = (
        [said(flaw, page, document) for flaw in flaws if paths.within(flaw.path, f"stages[{number}].form")]
        if form
        else []
    )
    found = sections(document, number)
    return FormPage(
        head=part.head,
        title=part.title,
        url=part.url,
        sections=tuple((option(row, document)[1], len(rows_of(row, "questions"))) for row in found),
        sha256=documents.canonical_sha256(form) if isinstance(form, dict) else "",
        flaws=tuple(mine[:MOST_LINES]),
        more=max(0, len(mine) - MOST_LINES),
        builder_url=builder_url(draft, stage_key),
        previous=part.previous,
        following=part.following,
    )
