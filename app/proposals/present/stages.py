"""The stages of a proposal on its page: task list, dates, versions, advice, and what comes next."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.calls.form_schema import Section, section_status, text
from app.calls.models import CallStage
from app.core import clock
from app.core.types import Actor
from app.proposals import policy, queries, services
from app.proposals.models import Advice, Proposal, ProposalFile, RivalText, StageSubmission
from app.proposals.present.kept import KeptView, kept_views
from app.proposals.present.parts import Badge, Deadline, Link, badge_of, deadline_of
from app.proposals.present.status import stage_after
from app.proposals.present.texts import TextView, stage_texts
from app.web.filters import instant, translate
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageFacts, StageState
from workflows.stage_guards import stage_is_open

AWAITING_SCREENING = {StageState.SUBMITTED, StageState.SCREENING}
STATUS_WORDS = {
    "not_started": N_("Not started"),
    "in_progress": N_("In progress"),
    "complete": N_("Complete"),
    "cannot_start": N_("Cannot start yet"),
}


@dataclass(frozen=True)
class Task:
    """A section in the task list."""

    label: str
    href: str
    status: str
    status_label: str
    hint: str = ""


@dataclass(frozen=True)
class StageView:
    """One stage on the page of its proposal."""

    key: str
    title: str
    badge: Badge
    closes: Deadline
    tasks: tuple[Task, ...]
    progress: str
    check_href: str
    screening_href: str
    awaits_screening: bool
    links: tuple[Link, ...]
    note: str
    return_text: str
    correct_by: Deadline | None
    more_time: str
    reasons: tuple[str, ...]
    kept: tuple[KeptView, ...]
    is_open: bool
    texts: tuple[TextView, ...]


@dataclass(frozen=True)
class Work:
    """What is known of the stage under way before its page is made."""

    of: uuid.UUID
    files: list[ProposalFile]
    facts: StageFacts
    texts: list[RivalText]


@dataclass(frozen=True)
class AdviceView:
    """Advice that was given."""

    outcome: str
    is_positive: bool
    text: str
    when: str


@dataclass(frozen=True)
class NextStage:
    """The stage of the call that this proposal has not reached yet."""

    key: str
    title: str
    refusal: str
    warning: str
    closes: Deadline
    start_url: str


def work_on(submission: StageSubmission, actor: Actor, language: str) -> Work:
    """Files and facts of the stage under way, read once for the whole page."""
    files = queries.files_of(submission.id)
    facts = services.stage_facts(submission, actor, language=language, files=files)
    texts = queries.waiting_texts([stage.id for stage in submission.proposal.stages])
    return Work(submission.id, files, facts, texts)


def stage_view(submission: StageSubmission, actor: Actor, language: str, for_applicant: bool, work: Work) -> StageView:
    """One stage for one side; the task list belongs to the applicant and to the stage under way."""
    zone = submission.proposal.call.zone
    may_write = bool(policy.relations(actor, submission) & policy.ACTIONS["proposal.edit"])
    editable = services.open_sections(submission) if _is_applying(submission) else frozenset()
    mine = services.editable_sections(submission, actor) if may_write else frozenset()
    tasks = _tasks(submission, editable, mine, work.files, language) if for_applicant and editable else ()
    where: dict[str, Any] = {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}
    done = sum(task.status == "complete" for task in tasks)
    is_returned = submission.state == StageState.RETURNED
    return StageView(
        key=submission.call_stage.key,
        title=text(submission.call_stage.title, language),
        badge=badge_of(StageState(submission.state), for_applicant),
        closes=deadline_of(services.due_at(submission), zone),
        tasks=tasks,
        progress=gettext("%(done)s of %(all)s sections complete", done=done, all=len(tasks)) if tasks else "",
        check_href=url_for("proposals.check", **where) if for_applicant and editable and may_write else "",
        screening_href=_screening_href(submission, actor, where),
        awaits_screening=submission.state in AWAITING_SCREENING,
        links=(
            *_links(submission, for_applicant, bool(tasks) and may_write, where),
            *_offline(bool(tasks) and may_write, where),
        ),
        note=_newer_text(submission, work.facts) if for_applicant and editable else "",
        return_text=submission.return_text if is_returned else "",
        correct_by=deadline_of(submission.correct_by, zone) if is_returned and submission.correct_by else None,
        more_time=more_time(submission) if for_applicant else "",
        reasons=_reasons(submission, language),
        kept=_kept(submission, language, work) if for_applicant else (),
        is_open=bool(editable),
        texts=stage_texts(submission, editable, language, may_write, work.texts) if for_applicant else (),
    )


def _kept(submission: StageSubmission, language: str, work: Work) -> tuple[KeptView, ...]:
    """What the form does not show now: of the stage under way, and of earlier ones whose form had changed."""
    if work.of == submission.id:
        return kept_views(submission, language, work.files)
    return kept_views(submission, language, queries.files_of(submission.id)) if submission.earlier_forms else ()


def _is_applying(submission: StageSubmission) -> bool:
    return submission.proposal.state == ProposalState.APPLYING


def _tasks(
    submission: StageSubmission,
    editable: frozenset[str],
    mine: frozenset[str],
    files: list[ProposalFile],
    language: str,
) -> tuple[Task, ...]:
    """The sections of the stage under way; a link leads to those that the reader may write in now."""
    form = queries.form_of(submission)
    counts, talk = Counter(file.question_id for file in files), queries.thread_counts(submission.id)
    tasks = []
    for section in form.sections:
        status = section_status(form, section.id, submission.answers, counts)
        page = "proposals.section" if section.id in mine else "proposals.section_history"
        where: dict[str, Any] = {
            "proposal_id": submission.proposal_id,
            "key": submission.call_stage.key,
            "section_id": section.id,
        }
        href = url_for(page, **where) if section.id in editable else ""
        label = text(section.title, language)
        hint = _hint(section, editable, mine, talk)
        tasks.append(Task(label, href, status, translate(STATUS_WORDS[status]), hint))
    return tuple(tasks)


def _hint(
    section: Section, editable: frozenset[str], mine: frozenset[str], talk: Mapping[str, queries.ThreadCount]
) -> str:
    """Why a section is not to be written in, and how many comments wait in it."""
    if section.id not in editable:
        return gettext("Not returned to you; it stays as submitted.")
    waiting = sum(talk[q.id].comments for q in section.questions if q.id in talk and talk[q.id].is_open)
    said = ngettext("%(num)s comment to settle", "%(num)s comments to settle", waiting) if waiting else ""
    others = gettext("Others write this section.") if mine and section.id not in mine else ""
    return " ".join(part for part in (others, said) if part)


def _links(
    submission: StageSubmission, for_applicant: bool, has_tasks: bool, where: dict[str, Any]
) -> tuple[Link, ...]:
    """Where the answers are read: the submitted version, or the draft when its sections are closed for now."""
    if not submission.sealed_number:
        draft = Link(gettext("Read the answers"), url_for("proposals.check", **where))
        return (draft,) if for_applicant and not has_tasks else ()
    number = submission.sealed_number
    answers = Link(
        gettext("Submitted version %(number)s", number=number), url_for("proposals.version", **where, number=number)
    )
    if for_applicant:
        return (answers, Link(gettext("Receipt"), url_for("proposals.receipt", **where, number=number)))
    return (answers,)


def _offline(may_write: bool, where: dict[str, Any]) -> tuple[Link, ...]:
    """The way to the form that is taken along, for those who may write."""
    return (Link(gettext("Work without a network"), url_for("proposals.offline", **where)),) if may_write else ()


def _screening_href(submission: StageSubmission, actor: Actor, where: dict[str, Any]) -> str:
    """The screening page, for those of the programme who may read it."""
    may_read = policy.relations(actor, submission) & policy.ACTIONS["proposal.view_screening"]
    return url_for("proposals.screening", **where) if may_read else ""


def _newer_text(submission: StageSubmission, facts: StageFacts) -> str:
    """Say honestly which version counts while somebody writes on."""
    if facts.unchanged_since or submission.state == StageState.DRAFT:
        return ""
    if submission.state == StageState.RETURNED:
        return gettext("Your corrections are saved and not submitted yet.")
    number = submission.sealed_number
    return gettext(
        "Your submitted version %(number)s stands; you have newer changes that are not submitted.", number=number
    )


def _reasons(submission: StageSubmission, language: str) -> tuple[str, ...]:
    labels = {check["code"]: text(check["label"], language) for check in submission.call_stage.checks}
    return tuple(f"{code}: {labels.get(code, '')}" for code in submission.reason_codes)


def more_time(submission: StageSubmission) -> str:
    """Why this applicant has longer than the others, in the programme's words; nothing when the call's time is theirs."""
    granted = services.extension_of(submission)
    if granted is None or not _is_applying(submission):
        return ""
    when = instant(granted.closes_at, submission.proposal.call.zone)
    return gettext("The programme gave you more time, until %(when)s: %(reason)s", when=when, reason=granted.reason)


def advice_view(advice: Advice, zone: str) -> AdviceView:
    """Advice as everybody who may read it sees it."""
    positive = advice.outcome == "positive"
    outcome = gettext("Positive advice") if positive else gettext("Negative advice")
    return AdviceView(outcome, positive, advice.text, instant(advice.given_at, zone))


def next_stage_view(proposal: Proposal, advice: Advice | None, held: frozenset[str], language: str) -> NextStage | None:
    """The next stage of the call, startable or with the reason why not yet."""
    latest = proposal.stages[-1]
    following = stage_after(latest)
    if following is None or proposal.state != ProposalState.APPLYING:
        return None
    warning = ""
    if advice is not None and advice.outcome == "negative":
        warning = gettext(
            "The advice is negative. You may go on, but read it well before you put work into the next stage."
        )
    closes_at = services.closes_to_begin(proposal, following)
    refusal = _why_not_yet(latest, following, closes_at)
    may_start = not refusal and held & policy.WRITERS
    return NextStage(
        key=following.key,
        title=text(following.title, language),
        refusal=refusal,
        warning=warning,
        closes=deadline_of(closes_at, proposal.call.zone),
        start_url=url_for("proposals.start_stage", proposal_id=proposal.id, key=following.key) if may_start else "",
    )


def _why_not_yet(latest: StageSubmission, following: CallStage, closes_at: datetime) -> str:
    if not services.is_answered(latest):
        if latest.call_stage.gives_advice:
            return gettext("It can start when the advice on the stage before has arrived.")
        return gettext("It can start when the stage before has been accepted.")
    return translate(stage_is_open(StageFacts(clock.now(), following.opens_at, closes_at)))
