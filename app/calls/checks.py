"""What the answers tell about a threshold check: a suggestion for the person who decides it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.calls.form_schema import Form, Known, is_empty, is_shown
from app.calls.rules import breaches
from workflows.machine import N_

FACTS = ("advice_received", "received_in_time")


@dataclass(frozen=True)
class Suggestion:
    """``pass``, ``fail`` or ``open`` (a person must look), with the reason as a translatable sentence."""

    outcome: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # ids of the questions that ``params`` names

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


def suggest(
    check: Mapping[str, Any],
    *,
    form: Form,
    rules: Mapping[str, Any],
    answers: Mapping[str, Any],
    file_counts: Mapping[str, int],
    facts: Mapping[str, bool],
) -> Suggestion:
    """Suggest an outcome for one check of a call stage (as kept in ``CallStage.checks``)."""
    broken = next((b for b in breaches(rules, answers) if b.code in check["rules"]), None)
    if broken:
        return Suggestion("fail", broken.message, broken.params)
    if not all(facts.get(name, True) for name in check["facts"]):
        return Suggestion("fail", FACT_FAILS[next(n for n in check["facts"] if not facts.get(n, True))])
    missing = [q for q in check["questions"] if not _answered(form, q, answers, file_counts)]
    if missing:
        return Suggestion("fail", N_("Not answered: %(questions)s."), {"questions": ", ".join(missing)}, tuple(missing))
    known = check["rules"] or check["questions"] or any(name in facts for name in check["facts"])
    if check["by_hand"] or not known:
        return Suggestion("open", N_("A person must look at this."))
    return Suggestion("pass", N_("The answers fulfil this."))


FACT_FAILS = {
    "advice_received": N_("No advice on the quick scan has been given."),
    "received_in_time": N_("It arrived after the deadline."),
}


def _answered(form: Form, question_id: str, answers: Mapping[str, Any], file_counts: Mapping[str, int]) -> bool:
    question = form.question(question_id)
    if question is None or not is_shown(form, question, answers):
        return True
    if question.kind == "file":
        return bool(file_counts.get(question_id))
    value = Known(form, answers).asked(question)
    return value is True if question.kind == "consent" else not is_empty(value)
