"""A table of assignments as it was looked at: line by line what would happen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.proposals.models import Proposal
from app.reviews.models import AssignmentPlan
from app.reviews.present.parts import Badge, title_of
from app.reviews.present.plans import state_of, title_of_plan
from app.reviews.services import PROBLEMS
from app.web.filters import instant, translate


@dataclass(frozen=True)
class ListView:
    """A table of assignments; each line with a badge and a sentence."""

    id: str
    title: str
    call_id: str
    call_title: str
    state: Badge
    version: int
    may_apply: bool
    good: int
    bad: int
    lines: tuple[tuple[int, str, str, Badge, str], ...]


def list_view(
    plan: AssignmentPlan, proposals: Sequence[Proposal], names: Mapping[uuid.UUID, str], may_apply: bool
) -> ListView:
    """The lines, those with a problem first; not those about proposals that are closed to the reader."""
    seen = {"", *(str(p.id) for p in proposals)}
    lines = [line for line in plan.result["lines"] if line["proposal"] in seen]
    ordered = sorted(lines, key=lambda line: (line["problem"] in ("", "full"), line["number"]))
    good = sum(line["problem"] in ("", "full") for line in lines)
    return ListView(
        id=str(plan.id),
        title=title_of_plan(plan),
        call_id=str(plan.call_id),
        call_title=title_of(plan.call.title),
        state=state_of(plan),
        version=plan.version,
        may_apply=may_apply and plan.applied_at is None and good > 0 and len(lines) == len(plan.result["lines"]),
        good=good,
        bad=len(lines) - good,
        lines=tuple(
            (line["number"], line["reference"], line["email"], _badge(line["problem"]), _words(line, names, plan))
            for line in ordered
        ),
    )


def _badge(problem: str) -> Badge:
    if problem == "full":
        return Badge(gettext("Invited all the same"), "waiting")
    return Badge(gettext("Left out"), "refused") if problem else Badge(gettext("Invited"), "open")


def _words(line: Mapping[str, str], names: Mapping[uuid.UUID, str], plan: AssignmentPlan) -> str:
    problem = translate(PROBLEMS.get(line["problem"], "")) if line["problem"] != "full" else ""
    if problem:
        return problem
    due = instant(datetime.fromisoformat(line["due_at"]), plan.call.zone)
    name = names.get(uuid.UUID(line["reviewer"]), "")
    text = gettext("%(name)s is invited to review it by %(due)s.", name=name, due=due)
    if line["problem"] == "full":
        return f"{text} {gettext(PROBLEMS['full'], most=line['most'])}"
    return text
