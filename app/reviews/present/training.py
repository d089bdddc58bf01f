"""Training cases for reviewers and staff."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from app.calls import form_schema
from app.calls.rubric import Rubric
from app.reviews.forms.training import Fields
from app.reviews.models import TrainingAnswer, TrainingCase
from app.reviews.present.parts import locale


@dataclass(frozen=True)
class CaseRow:
    """One case in a list."""

    id: str
    title: str
    href: str
    done: bool
    people: int


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of a case; ``known`` and ``why`` only once it is scored."""

    code: str
    label: str
    help: str
    steps: tuple[tuple[int, str, bool], ...]
    why_typed: str
    own: str
    known: str
    why: str
    near: bool


def case_rows(
    cases: Iterable[TrainingCase], done: Collection[uuid.UUID], people: Mapping[uuid.UUID, int]
) -> tuple[CaseRow, ...]:
    """The list of a call's cases."""
    return tuple(
        CaseRow(
            str(case.id),
            form_schema.text(case.title, locale()),
            url_for("reviews.training_case", ident=case.id),
            case.id in done,
            people.get(case.id, 0),
        )
        for case in cases
    )


def criterion_rows(
    rubric: Rubric, case: TrainingCase | None = None, answer: TrainingAnswer | None = None, typed: Fields | None = None
) -> tuple[CriterionRow, ...]:
    """Every criterion with its scale; known scores stand beside the own ones after the answer, never before."""
    fields = typed or {}
    rows = []
    for criterion in rubric.criteria:
        chosen = (fields.get(f"score-{criterion.code}") or ("",))[-1]
        known = case.expected.get(criterion.code) if case and answer else None
        own = answer.scores.get(criterion.code) if answer else None
        near = bool(known and case and own is not None and abs(own - known["score"]) <= case.tolerance)
        steps = tuple(
            (step.score, form_schema.text(step.label, locale()), str(step.score) == chosen) for step in rubric.scale
        )
        rows.append(
            CriterionRow(
                code=criterion.code,
                label=form_schema.text(criterion.label, locale()),
                help=form_schema.text(criterion.help, locale()),
                steps=steps,
                why_typed=(fields.get(f"why-{criterion.code}") or ("",))[-1],
                own="" if own is None else str(own),
                known=str(known["score"]) if known else "",
                why=form_schema.text(known.get("why") or {}, locale()) if known else "",
                near=near,
            )
        )
    return tuple(rows)
