"""One standard question across calls: what everybody answered, added up by call and stage."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.calls import queries as call_queries
from app.calls import services as call_services
from app.calls.form_schema import Form, is_shown
from app.calls.models import Call, CallStage, StandardQuestion
from app.proposals import queries, snapshot
from app.proposals.tallying import Tally, tally


@dataclass(frozen=True)
class Asked:
    """One stage that asked the question, with what came back."""

    call: Call
    stage: CallStage
    tally: Tally


@dataclass(frozen=True)
class Report:
    """All stages that asked it, and all of them together."""

    rows: tuple[Asked, ...]
    whole: Tally


def standard_report(*, standard: StandardQuestion, programme_ids: Sequence[uuid.UUID], person_id: uuid.UUID) -> Report:
    """The submitted answers to a standard question in the calls of these programmes, as far as the person may see them."""
    calls = call_queries.calls_of_programmes(programme_ids)
    answers = _answers(standard, [call.id for call in calls], person_id)
    kind, personal = str(standard.document.get("kind")), bool(standard.document.get("personal"))
    rows = tuple(
        Asked(call, stage, tally(kind, answers[stage.id], personal))
        for call in calls
        for stage in call.stages
        if stage.id in answers
    )
    everything = [answer for row in rows for answer in answers[row.stage.id]]
    whole = tally(kind, everything, personal)
    mixed = kind == "money" and len({row.call.currency for row in rows}) > 1
    return Report(rows, Tally(whole.asked, whole.answered) if mixed else whole)


def _answers(
    standard: StandardQuestion, call_ids: Sequence[uuid.UUID], person_id: uuid.UUID
) -> dict[uuid.UUID, list[Any]]:
    """By stage, each submitted version's answer; ``None`` where the question was asked and left empty."""
    forms = {v.sha256: (v.id, call_queries.read_form(v)) for v in queries.forms_answered(call_ids)}
    asking = {sha: found for sha, found in forms.items() if _own(standard, found[1])}
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for sealed in queries.sealed_to_forms([ident for ident, _ in asking.values()], call_ids, person_id):
        said = snapshot.read(sealed.snapshot)
        form = asking[said.form_sha256][1] if said.form_sha256 in asking else None
        for name in _own(standard, form) if form else ():
            question = form.question(name) if form else None
            if question and form and is_shown(form, question, said.answers):
                found[sealed.call_stage_id].append(said.answers.get(name))
    return found


def _own(standard: StandardQuestion, form: Form) -> list[str]:
    """The ids under which a form asks the question with its meaning."""
    every = (question for section in form.sections for question in section.questions)
    return [question.id for question in every if call_services.is_same_question(standard, question)]
