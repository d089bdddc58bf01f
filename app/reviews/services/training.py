"""Training cases: the staff writes them with the known scores, reviewers score them and see how near they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.calls.rubric import Rubric
from app.core import audit, clock, transitions
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.types import Actor
from app.extensions import db
from app.reviews import policy, training
from app.reviews.models import TrainingAnswer, TrainingCase
from workflows.actors import REVIEWER, STAFF
from workflows.machine import N_


@dataclass(frozen=True)
class Known:
    """The known score of a criterion, and why."""

    score: int
    why: str = ""


def rubric_of_call(call: Call) -> Rubric:
    """The grid by which the call's proposals are scored."""
    rubric = calls_queries.rubric_of(call.stages[-1])
    if rubric is None:
        raise NotFound()
    return rubric


def write_case(
    *, call: Call, title: str, text: str, expected: Mapping[str, Known], tolerance: int, actor: Actor
) -> TrainingCase:
    """Add a case, in the call's first language; a case that is answered is never changed, only retired."""
    _check_staff(call, actor)
    if not title.strip():
        raise Invalid(N_("Write the title."), field="title")
    if not text.strip():
        raise Invalid(N_("Write the case."), field="text")
    rubric = rubric_of_call(call)
    _check_scores(rubric, {code: known.score for code, known in expected.items()})
    transitions.lock(call)
    language = call.languages[0]
    known = {code: {"score": one.score, "why": {language: one.why.strip()}} for code, one in expected.items()}
    case = TrainingCase(
        call_id=call.id,
        title={language: title.strip()},
        text={language: text.strip()},
        expected=known,
        tolerance=tolerance,
    )
    db.session.add(case)
    db.session.flush()
    audit.record(call, "call.training_case_written", actor, case=str(case.id))
    return case


def retire_case(*, case: TrainingCase, actor: Actor) -> None:
    """Take a case out of use; the answers stay."""
    _check_staff(case.call, actor)
    transitions.lock(case)
    case.retired_at = clock.now()
    db.session.flush()
    audit.record(case.call, "call.training_case_retired", actor, case=str(case.id))


def answer_case(*, case: TrainingCase, scores: Mapping[str, int], actor: Actor) -> TrainingAnswer:
    """Keep a reviewer's scores; every try is kept."""
    if actor.person_id is None or REVIEWER not in policy.relations(actor, case.call):
        raise NotFound()
    _check_scores(rubric_of_call(case.call), scores)
    expected = {code: int(known["score"]) for code, known in case.expected.items()}
    answer = TrainingAnswer(
        case_id=case.id,
        person_id=actor.person_id,
        scores=dict(scores),
        within=training.within(scores, expected, case.tolerance),
        asked=len(expected),
    )
    db.session.add(answer)
    db.session.flush()
    audit.record(answer, "training_answer.given", actor)
    return answer


def _check_staff(call: Call, actor: Actor) -> None:
    if not policy.relations(actor, call) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))


def _check_scores(rubric: Rubric, scores: Mapping[str, int]) -> None:
    """Every criterion, each with a score of the scale."""
    missing = [criterion.code for criterion in rubric.criteria if criterion.code not in scores]
    if missing:
        raise Invalid(N_("Score every criterion; open: %(codes)s."), field="scores", codes=", ".join(missing))
    allowed = {step.score for step in rubric.scale}
    if set(scores) - {c.code for c in rubric.criteria} or not set(scores.values()) <= allowed:
        raise Invalid(N_("Choose one of the list."), field="scores")
