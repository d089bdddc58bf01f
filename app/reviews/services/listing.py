"""Assignment by a table of references and addresses: read line by line, looked at first, then applied."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from app.calls.models import Call
from app.core import audit, clock, transitions
from app.core.errors import Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person
from app.proposals.models import Proposal
from app.reviews import queries
from app.reviews.models import AssignmentPlan
from app.reviews.services.gathering import open_proposals, pool_of
from app.reviews.services.inviting import invite, may_be_asked
from app.reviews.services.planning import close_plan, refuse_strangers, refuse_unless_ready
from workflows.machine import N_

MOST_LINES, MOST_BYTES = 2_000, 500_000
HEADINGS = {
    "reference": "reference",
    "proposal": "reference",
    "email": "email",
    "e-mail": "email",
    "due": "due",
    "due_on": "due",
}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PROBLEMS = {
    "reference": N_("No proposal of this call that takes reviews has this reference."),
    "email": N_("No reviewer of this programme has this address."),
    "twice": N_("The same line stands further up."),
    "asked": N_("This person has been asked to review this proposal already."),
    "refused": N_("This person cannot be asked to review this proposal. Choose another."),
    "due": N_("Write the date like 2026-11-30, in the future."),
    "full": N_("With this line the reviewer has more than they can take on (%(most)s)."),
}


@dataclass(frozen=True)
class Line:
    """One line of the table and what it would do. ``problem`` is a key of ``PROBLEMS``; ``full`` alone only warns."""

    number: int
    reference: str
    email: str
    due: str
    proposal: str = ""
    reviewer: str = ""
    due_at: str = ""
    problem: str = ""
    most: int = 0

    @property
    def counts(self) -> bool:
        """Whether somebody is invited by this line."""
        return self.problem in ("", "full")


def read_table(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """(line number, fields) of a CSV file with a heading; commas or semicolons. Raises ``Invalid``."""
    if len(data) > MOST_BYTES:
        raise Invalid(N_("The file is larger than %(most)s kB."), field="file", most=MOST_BYTES // 1000)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(N_("The file is not a CSV file in UTF-8."), field="file") from error
    first, _, _ = text.partition("\n")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid(N_("The file cannot be read as a table: check its quotation marks."), field="file") from error
    return _with_names(rows)


def _with_names(rows: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    names = [HEADINGS.get(cell.strip().casefold(), "") for cell in rows[0]] if rows else []
    if not {"reference", "email"} <= set(names):
        raise Invalid(N_("The first line must name the columns: reference, email and, if you like, due."), field="file")
    found = [
        (number, {name: cell.strip()[:300] for name, cell in zip(names, row, strict=False) if name})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise Invalid(N_("The file has no lines below its heading."), field="file")
    if len(found) > MOST_LINES:
        raise Invalid(N_("The file has more than %(most)s lines."), field="file", most=MOST_LINES)
    return found


def make_list_plan(*, call: Call, data: bytes, title: str, due_on: date, actor: Actor) -> AssignmentPlan:
    """Read the table and keep what each line would do; nobody is invited."""
    refuse_strangers(call, actor)
    rows = read_table(data)
    plan = AssignmentPlan(
        call_id=call.id,
        call=call,
        basis="csv",
        title=title,
        made_by_id=actor.person_id,
        made_by_name=actor.name,
        settings={"due_on": due_on.isoformat(), "rows": [[number, fields] for number, fields in rows]},
        computed_at=clock.now(),
    )
    plan.result = {"lines": _documents(look(call, rows, due_on, actor))}
    db.session.add(plan)
    db.session.flush()
    audit.record(plan, "assignment_plan.made", actor, lines=len(rows))
    return plan


def _documents(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [asdict(line) for line in lines]


def look(call: Call, rows: Iterable[tuple[int, Mapping[str, str]]], due_on: date, actor: Actor) -> list[Line]:
    """What each line would do now."""
    proposals = {p.reference.casefold(): p for p in open_proposals(call, actor)}
    people = {person.email.casefold(): person for person in pool_of(call).people}
    loads = queries.loads_in_call(call.id, call.programme_id, actor.person_id)
    given, seen, found = Counter[str](), set[tuple[str, str]](), []
    for number, fields in rows:
        line = Line(number, fields.get("reference", ""), fields.get("email", ""), fields.get("due", ""))
        pair = (line.reference.casefold(), line.email.casefold())
        line = _judged(line, proposals.get(pair[0]), people.get(pair[1]), _due_at(line.due or str(due_on), call.zone))
        if line.counts and pair in seen:
            line = replace(line, problem="twice")
        if line.counts:
            seen.add(pair)
            given[line.reviewer] += 1
            load, most = loads.get(people[pair[1]].id, (0, None))
            if most is not None and load + given[line.reviewer] > most:
                line = replace(line, problem="full", most=most)
        found.append(line)
    return found


def _judged(line: Line, proposal: Proposal | None, person: Person | None, due_at: datetime | None) -> Line:
    """The line with what its words mean, and what is wrong with it alone."""
    if proposal is None:
        return replace(line, problem="reference")
    if person is None:
        return replace(line, problem="email")
    known = replace(line, proposal=str(proposal.id), reviewer=str(person.id))
    problem = _refusal(proposal, person) or ("" if due_at else "due")
    return replace(known, problem=problem, due_at=due_at.isoformat() if due_at else "")


def _refusal(proposal: Proposal, person: Person) -> str:
    if queries.has_review(proposal.id, person.id):
        return "asked"
    try:
        may_be_asked(proposal, person)
    except Invalid:
        return "refused"
    return ""


def _due_at(text: str, zone: str) -> datetime | None:
    """The last minute of a day in the call's zone; nothing for what is no day to come."""
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        return None
    found = clock.from_wall_time(datetime.combine(day, time(23, 59)), zone)
    return found if found > clock.now() else None


def apply_list(*, plan: AssignmentPlan, actor: Actor) -> tuple[int, bool]:
    """(how many were invited, whether the table was applied): when a line would do something else than it did when it
    was looked at, nobody is invited and the lines are written anew.
    """
    transitions.lock(plan)
    refuse_unless_ready(plan, actor)
    maker = Actor(plan.made_by_id, plan.made_by_name)
    proposals = {str(p.id): p for p in open_proposals(plan.call, actor)}
    closed = {str(p.id) for p in open_proposals(plan.call, maker)} - set(proposals)
    if any(line["proposal"] in closed for line in plan.result["lines"]):
        raise MoveRefused(N_("This plan holds proposals that are not open to you. A colleague has to apply it."))
    rows = [(number, fields) for number, fields in plan.settings["rows"]]
    lines = look(plan.call, rows, date.fromisoformat(plan.settings["due_on"]), maker)
    if _documents(lines) != plan.result["lines"]:
        plan.result = {"lines": _documents(lines)}
        db.session.flush()
        return 0, False
    wanted = [line for line in lines if line.counts]
    if not wanted:
        raise MoveRefused(N_("No line of this table can be carried out."))
    people = {str(person.id): person for person in pool_of(plan.call).people}
    for line in wanted:
        due_at = datetime.fromisoformat(line.due_at)
        invite(proposal=proposals[line.proposal], reviewer=people[line.reviewer], due_at=due_at, actor=actor)
    close_plan(plan, actor, len(wanted))
    return len(wanted), True
