"""The offline pack of a stage, the page that explains it, and what a returned one would change."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import Form, Question, Section, text
from app.calls.present import QuestionView, answer_view, section_logic, section_questions
from app.core.types import Actor
from app.proposals import queries, services
from app.proposals.models import OfflineReturn, StageSubmission
from app.proposals.offline import FORMAT, Change, travelling
from app.proposals.present.checking import place
from app.proposals.present.parts import Deadline, Link, deadline_of
from app.proposals.present.texts import SEPARATOR
from app.web.filters import instant
from app.web.security import external_url


@dataclass(frozen=True)
class PackSection:
    """One section of the pack."""

    id: str
    title: str
    intro: str
    questions: tuple[QuestionView, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class PackPage:
    """The form as it stands in the pack."""

    language: str
    reference: str
    title: str
    call: str
    stage: str
    made: str
    closes: str
    return_url: str
    file_name: str
    logic: str
    sections: tuple[PackSection, ...]


@dataclass(frozen=True)
class OfflinePage:
    """What an offline form is, and what came back so far."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    pack_href: str
    url: str
    closes: Deadline
    returned: tuple[Link, ...]


@dataclass(frozen=True)
class ChangeView:
    """One question that the returned form answers otherwise: what is saved here, and what the file says."""

    id: str
    section: str
    label: str
    now: QuestionView
    packed: QuestionView
    is_newer: bool
    can_take: bool


@dataclass(frozen=True)
class MergePage:
    """Everything a returned form would change, before anything is."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    came: str
    url: str
    version: int
    changes: tuple[ChangeView, ...]
    merged: str


def pack_page(submission: StageSubmission, made: str, language: str) -> PackPage:
    """All sections to be written in, the hidden questions too: their conditions are judged in the file."""
    proposal, form = submission.proposal, queries.form_of(submission)
    name = f"{proposal.reference}-{submission.call_stage.key}.html"
    return PackPage(
        language=language,
        reference=proposal.reference,
        title=proposal.title,
        call=text(proposal.call.title, language),
        stage=text(submission.call_stage.title, language),
        made=made,
        closes=instant(services.due_at(submission), proposal.call.zone),
        return_url=external_url("proposals.offline", **place(submission)),
        file_name=name,
        logic=_logic(form, submission),
        sections=tuple(_section(form, section, submission, language) for section in form.sections),
    )


def _section(form: Form, section: Section, submission: StageSubmission, language: str) -> PackSection:
    views = section_questions(form, _travelling(section), submission.answers, language=language)
    left = tuple(label for question in section.questions for label in _left(question, language))
    return PackSection(section.id, text(section.title, language), text(section.intro, language), views, left)


def _left(question: Question, language: str) -> list[str]:
    """What of a question is not in the file, by its label."""
    own, taken = text(question.label, language), travelling(question)
    if taken is None:
        return [own]
    known = {column.id for column in taken.columns}
    return [SEPARATOR.join((own, text(c.label, language))) for c in question.columns if c.id not in known]


def _travelling(section: Section) -> Section:
    return replace(section, questions=tuple(filter(None, map(travelling, section.questions))))


def _logic(form: Form, submission: StageSubmission) -> str:
    """Conditions, checks and sums of all sections, which stand on one page here."""
    questions = tuple(question for section in form.sections for question in _travelling(section).questions)
    return section_logic(form, replace(form.sections[0], questions=questions), submission.answers)


def block_of(submission: StageSubmission, page: PackPage) -> dict[str, Any]:
    """The data inside the pack: where it belongs, and how many rows its tables may have.

    ``pack`` tells this file from every other one that was taken along; what a browser keeps of it is its own.
    """
    form = queries.form_of(submission)
    return {
        "format": FORMAT,
        "proposal": str(submission.proposal_id),
        "stage": submission.call_stage.key,
        "form_sha256": submission.form_version.sha256,
        "pack": secrets.token_hex(8),
        "file": page.file_name,
        "rows": {q.id: q.max_rows for s in form.sections for q in s.questions if q.columns},
        "base": {},
        "fields": {},
    }


def offline_page(submission: StageSubmission, language: str) -> OfflinePage:
    """The page from which the pack is taken and to which it comes back."""
    proposal = submission.proposal
    return OfflinePage(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        stage=text(submission.call_stage.title, language),
        pack_href=url_for("proposals.offline_pack", **place(submission)),
        url=url_for("proposals.return_offline", **place(submission)),
        closes=deadline_of(services.due_at(submission), proposal.call.zone),
        returned=tuple(_link(submission, one) for one in queries.returns_of(submission.id)),
    )


def _link(submission: StageSubmission, returned: OfflineReturn) -> Link:
    when = instant(returned.created_at, submission.proposal.call.zone)
    words = gettext("Returned %(when)s by %(who)s", when=when, who=returned.person_name)
    label = gettext("%(what)s, merged", what=words) if returned.merged_at else words
    return Link(label, url_for("proposals.compare_offline", **place(submission), return_id=returned.id))


def merge_page(submission: StageSubmission, returned: OfflineReturn, actor: Actor, language: str) -> MergePage:
    """The questions that would change, side by side."""
    proposal = submission.proposal
    packed = queries.form_by_hash(str(returned.pack["form_sha256"])) or queries.form_of(submission)
    zone = proposal.call.zone
    return MergePage(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        stage=text(submission.call_stage.title, language),
        came=instant(returned.created_at, zone),
        url=url_for("proposals.merge_offline", **place(submission), return_id=returned.id),
        version=submission.version,
        changes=tuple(
            _change(submission, packed, change, language, services.can_take(submission, returned, change, actor))
            for change in services.returned_changes(submission, returned)
        ),
        merged=instant(returned.merged_at, zone) if returned.merged_at else "",
    )


def _change(submission: StageSubmission, form: Form, change: Change, language: str, can_take: bool) -> ChangeView:
    question, section = form.question(change.question_id), form.section(change.section_id)
    assert question is not None
    assert section is not None
    return ChangeView(
        id=question.id,
        section=text(section.title, language),
        label=text(question.label, language),
        now=answer_view(question, _plain(change.now), language=language),
        packed=answer_view(question, _plain(change.packed), language=language),
        is_newer=change.is_newer,
        can_take=can_take,
    )


def _plain(value: Any) -> Any:
    """Answers as the reading view takes them; what could not be read as a number stays as it was typed."""
    return dict(value) if isinstance(value, Mapping) else value
