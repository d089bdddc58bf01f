"""Copying what an earlier proposal of the same people says into an empty place of a new one; nothing typed is overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.calls.form_schema import Form, Question, is_empty
from app.core import audit, clock, transitions
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import policy, queries
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.services.attachments import attach_stored
from app.proposals.services.changes import record_changes
from app.proposals.services.drafting import editable_sections
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_

MOST_SOURCES = 50


@dataclass(frozen=True)
class Copied:
    """One question that would be filled in, with what; ``was_kept``: the earlier form had stopped asking it."""

    question: Question
    answer: Any
    files: tuple[ProposalFile, ...] = ()
    was_kept: bool = False


def earlier_stages(actor: Actor, besides: uuid.UUID | None = None) -> list[StageSubmission]:
    """The newest stage of each proposal (but one) that the person writes for, the newest first."""
    if actor.person_id is None:
        return []
    found = [s for s in queries.newest_stages_of_person(actor.person_id) if s.proposal_id != besides]
    return [stage for stage in found if policy.relations(actor, stage) & policy.WRITERS][:MOST_SOURCES]


def sources_for(target: StageSubmission, actor: Actor) -> list[StageSubmission]:
    """What may be copied from into this stage."""
    return earlier_stages(actor, target.proposal_id)


def plan_copy(*, source: StageSubmission, target: StageSubmission, actor: Actor) -> list[Copied]:
    """What would be copied: answers of the same kind to the same question, where the new proposal has none."""
    forms, files = _forms_of(source), queries.files_of(source.id)
    taken, open_now = queries.file_counts(target.id), editable_sections(target, actor)
    found = []
    for section in queries.form_of(target).sections:
        for question in section.questions if section.id in open_now else ():
            if question.kind == "file":
                item = None if taken.get(question.id) else _copied_files(forms, question, files)
            else:
                item = _copied(forms, question) if is_empty(target.answers.get(question.id)) else None
            if item is not None:
                found.append(item)
    return found


def _forms_of(source: StageSubmission) -> list[tuple[Form, Mapping[str, Any]]]:
    """The form of a stage with its answers, then its earlier ones, the newest first, with what is kept of each."""
    earlier = queries.earlier_forms(source) if source.earlier_forms else {}
    kept = ((earlier[sha], source.kept_answers.get(sha, {})) for sha in reversed(list(earlier)))
    return [(queries.form_of(source), source.answers), *kept]


def _copied(forms: list[tuple[Form, Mapping[str, Any]]], question: Question) -> Copied | None:
    """The newest answer to the same question, if there is one that fits."""
    for number, (form, answers) in enumerate(forms):
        same = _same_question(form, question)
        if same is not None and _fits(question, answers.get(same.id)):
            return Copied(question, answers[same.id], was_kept=number > 0)
    return None


def _copied_files(
    forms: list[tuple[Form, Mapping[str, Any]]], question: Question, files: list[ProposalFile]
) -> Copied | None:
    for number, (form, _answers) in enumerate(forms):
        same = _same_question(form, question)
        own = tuple(file for file in files if same is not None and file.question_id == same.id)
        if own:
            return Copied(question, None, own[: question.max_files], was_kept=number > 0)
    return None


def _same_question(form: Form, asked: Question) -> Question | None:
    """The question of another form that is this one: by its place in the library, else by its id; of the same shape."""
    every = [question for section in form.sections for question in section.questions]
    by_library = next((q for q in every if asked.standard and q.standard == asked.standard), None)
    found = by_library or next((q for q in every if q.id == asked.id), None)
    return found if found is not None and _shape(found) == _shape(asked) else None


def _shape(question: Question) -> tuple[Any, ...]:
    """What an answer depends on: the kind, the currency, the columns."""
    lines = tuple(o.id for o in question.options) if question.kind == "budget" else ()
    return question.kind, question.currency, lines, tuple((c.id, *_shape(c)) for c in question.columns)


def _fits(question: Question, answer: Any) -> bool:
    """Whether there is an answer, and every option it chose is still offered."""
    if is_empty(answer):
        return False
    if not question.options or question.kind == "budget":
        return True
    chosen = answer if isinstance(answer, list) else [answer]
    return {str(one) for one in chosen} <= {option.id for option in question.options}


def copy_answers(*, source: StageSubmission, target: StageSubmission, actor: Actor) -> int:
    """Fill in what ``plan_copy`` tells; returns how many questions. A file that the new question refuses is left out."""
    refuse_strangers(actor, target, "proposal.edit")
    if source.id not in {one.id for one in sources_for(target, actor)}:
        raise Invalid(N_("Choose one of your earlier proposals."), field="source")
    transitions.lock(target)
    plan = plan_copy(source=source, target=target, actor=actor)
    answers = {item.question.id: item.answer for item in plan if item.question.kind != "file"}
    copied = len(answers) + sum(_copy_files(target, item, actor) for item in plan if item.files)
    if answers:
        _write(target, answers, actor)
    if copied:
        reference = source.proposal.reference
        audit.record(target, "stage_submission.answers_copied", actor, source=reference, questions=copied)
    return copied


def _copy_files(target: StageSubmission, item: Copied, actor: Actor) -> bool:
    kept = False
    for one in item.files:
        try:
            attach_stored(target, item.question, one.file, actor)
            kept = True
        except Invalid:
            continue
    return kept


def _write(target: StageSubmission, answers: dict[str, Any], actor: Actor) -> None:
    """Store the answers; pages that are open see that these questions changed meanwhile."""
    form, merged = queries.form_of(target), {**target.answers, **answers}
    record_changes(submission=target, before=target.answers, after=merged, actor=actor)
    version = target.version + 1
    touched = {section.id for q in answers if (section := form.section_of(q)) is not None}
    target.answers = merged
    target.answers_saved_at, target.answers_saved_by = clock.now(), actor.name
    target.section_versions = {**target.section_versions, **dict.fromkeys(touched, version)}
    target.field_versions = {**target.field_versions, **{question: [version, ""] for question in answers}}
    db.session.flush()
