"""What the call around a form needs of it: the questions its rules and checks look at, the sections of its rubric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.calls import queries
from app.calls.building import Document, ids_of, questions
from app.calls.models import CallStage
from app.calls.services.standards import standard_flaws
from app.calls.strict import Flaw
from workflows.machine import N_


def context_flaws(stage: CallStage, document: Document) -> list[Flaw]:
    """What the call or the library would miss if this were the stage's form. ``stage.call`` must be loaded."""
    missing = [Flaw("", message, params) for message, params in _missing(stage, ids_of(document))]
    return [*missing, *standard_flaws(document, stage.call.programme_id)]


def needed_by_call(stage: CallStage, idents: Iterable[str]) -> list[Flaw]:
    """What of the call looks at these sections and questions."""
    return [Flaw("", message, params) for message, params in _missing(stage, frozenset(), frozenset(idents))]


Finding = tuple[str, dict[str, object]]


def _missing(stage: CallStage, there: frozenset[str], only: frozenset[str] | None = None) -> Iterator[Finding]:
    def lacks(name: object) -> bool:
        return isinstance(name, str) and bool(name) and name not in there and (only is None or name in only)

    elsewhere = _asked_elsewhere(stage)
    for name in sorted(_named_by_rules(stage.call.rules)):
        if lacks(name) and name not in elsewhere:
            yield N_("The rules of the call look at the question “%(name)s”."), {"name": name}
    for check in stage.checks:
        for name in check.get("questions") or ():
            if lacks(name):
                message = N_("The threshold check %(code)s looks at the question “%(name)s”.")
                yield message, {"code": check["code"], "name": name}
    for code, name in _named_by_rubric(stage.rubric):
        if lacks(name):
            yield (
                N_("The criterion %(code)s of the rubric points to the section “%(name)s”."),
                {"code": code, "name": name},
            )


def _named_by_rules(rules: dict[str, Any]) -> set[str]:
    """The questions behind the figures of the rules; names of columns and options are none."""
    answers = {k: v for k, v in (rules.get("answers") or {}).items() if not k.endswith("_column") and k != "lead"}
    return {name for value in answers.values() for name in ([value] if isinstance(value, str) else value)}


def _named_by_rubric(rubric: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part in rubric.get("sections") or ():
        for criterion in part.get("criteria") or ():
            for name in criterion.get("sections") or ():
                yield str(criterion.get("code")), name


def _asked_elsewhere(stage: CallStage) -> frozenset[str]:
    """The questions that other stages of the call ask."""
    call = queries.get_call(stage.call_id)
    others = [other for other in call.stages if other.id != stage.id] if call else []
    return frozenset(q["id"] for other in others for q in questions(other.form_version.document))
