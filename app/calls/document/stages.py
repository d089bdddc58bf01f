"""Reading one stage of a call: dates, form, rubric and threshold checks."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from app.calls import form_schema, rubric
from app.calls.checks import FACTS
from app.calls.document.dates import WALL
from app.calls.document.types import StageDocument
from app.calls.form_schema import Form
from app.calls.rules import CODES
from app.calls.strict import Node
from workflows.machine import N_

CHECK = re.compile(r"[A-Z]{1,3}[0-9]{1,3}")


def parse_stage(node: Node, languages: tuple[str, ...], currency: str) -> StageDocument:
    parts = node.mapping(
        ("key", "title", "opens", "closes", "form"), ("rubric", "checks", "advice", "screens_on_receipt", "answer_by")
    )
    form = form_schema.parse_node(parts["form"], languages, currency)
    scoring = rubric.parse_node(parts["rubric"], languages) if parts["rubric"].value is not None else None
    _check_rubric(parts["rubric"], scoring, form)
    opens, closes = wall_time(parts["opens"]), wall_time(parts["closes"])
    if opens >= closes:
        parts["closes"].flaw(N_("must be later than opens"))
    return StageDocument(
        key=parts["key"].word(),
        title=parts["title"].texts(languages),
        opens=opens,
        closes=closes,
        form=form,
        form_document=parts["form"].value or {},
        rubric_document=parts["rubric"].value or {},
        checks=_checks(parts["checks"], languages, form),
        gives_advice=parts["advice"].flag(False),
        screens_on_receipt=parts["screens_on_receipt"].flag(False),
        answer_by=_answer_by(parts["answer_by"], closes),
    )


def _answer_by(node: Node, closes: datetime) -> datetime | None:
    """Until when applicants of the stage hear what became of it, where the call says so."""
    if node.value is None:
        return None
    known = len(node.flaws)
    told = wall_time(node)
    if len(node.flaws) > known:
        return None
    if told <= closes:
        node.flaw(N_("must be later than the stage closes"))
    return told


def wall_time(node: Node) -> datetime:
    """A wall time like ``2020-09-01 14:00``; the call's zone says which instant that is."""
    value = node.text("2000-01-01 00:00")
    try:
        return datetime.strptime(value, WALL)  # noqa: DTZ007 - a wall time has no zone of its own
    except ValueError:
        node.flaw(N_("expected a date and time like 2020-09-01 14:00"))
        return datetime(2000, 1, 1)  # noqa: DTZ001


def _check_rubric(node: Node, scoring: rubric.Rubric | None, form: Form) -> None:
    for criterion in scoring.criteria if scoring else ():
        for section in criterion.sections:
            if form.section(section) is None:
                node.flaw(
                    N_("%(code)s points to “%(section)s”, which is no section of the form"),
                    code=criterion.code,
                    section=section,
                )


def _checks(node: Node, languages: tuple[str, ...], form: Form) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in node.items(0, 60):
        parts = item.mapping(("code", "label"), ("help", "rules", "facts", "questions", "by_hand"))
        questions = [q.word() for q in parts["questions"].items()]
        for name in questions:
            if form.question(name) is None:
                parts["questions"].flaw(N_("“%(name)s” is no question of this stage"), name=name)
        found.append(
            {
                "code": parts["code"].word(CHECK),
                "label": parts["label"].texts(languages),
                "help": parts["help"].texts(languages[:1]),
                "rules": [r.choice(CODES) for r in parts["rules"].items()],
                "facts": [f.choice(FACTS) for f in parts["facts"].items()],
                "questions": questions,
                "by_hand": parts["by_hand"].flag(False),
            }
        )
    codes = [check["code"] for check in found]
    for code in sorted({c for c in codes if c and codes.count(c) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=code)
    return found
