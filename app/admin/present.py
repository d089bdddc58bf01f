"""What the administration pages show."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.admin.wording import KINDS, ROLES, state_of, step_of
from app.core.audit import AuditEntry
from app.identity.models import Person, Programme, RoleGrant
from app.identity.present import MEMBER_ROLE_NAMES
from app.proposals.present.team import ROLE_NAMES as TEAM_ROLE_NAMES
from app.web.filters import translate
from workflows.machine import N_

# Details of an entry that the trail shows; anything else an entry carries stays in the record's own pages.
SHOWN_DETAILS = {
    "person": N_("Person"),
    "role": N_("Role"),
    "role_before": N_("Role before"),
    "fields": N_("Changed"),
    "code": N_("Code"),
    "filters": N_("Filters"),
    "page": N_("Page"),
}
WORK = {"outbox_event": N_("Events"), "email_delivery": N_("Mails")}
_ALL_ROLES = {**TEAM_ROLE_NAMES, **MEMBER_ROLE_NAMES, **ROLES}
ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


@dataclass(frozen=True)
class PersonLine:
    """A person in the list."""

    id: uuid.UUID
    name: str
    email: str
    roles: str
    organisations: str
    suspended_at: datetime | None
    confirmed: bool


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme one manages."""

    code: str
    name: str
    holders: int


@dataclass(frozen=True)
class GrantLine:
    """A role that somebody holds."""

    id: uuid.UUID
    name: str
    email: str
    role: str
    suspended: bool
    is_you: bool


@dataclass(frozen=True)
class EntryLine:
    """One audit entry."""

    at: datetime
    who: str
    kind: str
    record: str
    record_key: str
    what: str
    change: str
    reason: str
    details: str
    number: int
    holds: bool


@dataclass(frozen=True)
class WorkLine:
    """How much of one kind of work is waiting, done, given up."""

    label: str
    waiting: int
    done: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True)
class DeadLetterLine:
    """A piece of work that was given up; it names no recipient."""

    kind: str
    label: str
    id: uuid.UUID
    event: str
    dead_at: datetime
    attempts: int
    error: str


def role_name(role: str) -> str:
    """The role in the reader's language."""
    return gettext(ROLES[role])


def person_lines(
    people: Iterable[Person],
    roles: Mapping[uuid.UUID, Sequence[tuple[str, str]]],
    organisations: Mapping[uuid.UUID, Sequence[str]],
) -> list[PersonLine]:
    """The list of people; ``roles`` and ``organisations`` are those of the viewer's programmes."""
    return [
        PersonLine(
            p.id,
            p.name,
            p.email,
            ", ".join(f"{role_name(role)} ({code})" for code, role in roles.get(p.id, ())),
            ", ".join(organisations.get(p.id, ())),
            p.suspended_at,
            p.email_verified_at is not None,
        )
        for p in people
    ]


def programme_line(programme: Programme, grants: Sequence[RoleGrant]) -> ProgrammeLine:
    """One programme with the number of people who hold a role in it."""
    return ProgrammeLine(programme.code, programme.name, len({g.person_id for g in grants}))


def grant_line(grant: RoleGrant, viewer_id: uuid.UUID) -> GrantLine:
    """One role held."""
    person = grant.person
    return GrantLine(
        grant.id,
        person.name,
        person.email,
        role_name(grant.role),
        person.suspended_at is not None,
        person.id == viewer_id,
    )


def entry_lines(
    entries: Sequence[AuditEntry], names: Mapping[tuple[str, uuid.UUID], str], broken: Collection[uuid.UUID]
) -> list[EntryLine]:
    """The entries with the names of their records."""
    return [
        EntryLine(
            e.at,
            e.actor_name,
            gettext(KINDS[e.subject_type]) if e.subject_type in KINDS else e.subject_type,
            names.get((e.subject_type, e.subject_id), ""),
            f"{e.subject_type}:{e.subject_id}",
            translate(step_of(e.action)),
            _change(e),
            e.reason,
            _details(e.detail, names),
            e.seq,
            e.id not in broken,
        )
        for e in entries
    ]


def _change(entry: AuditEntry) -> str:
    before, after = (translate(state_of(entry.action, code)) for code in (entry.from_state, entry.to_state))
    if before and after and before != after:
        return f"{before} → {after}"
    return after


def records_named(entries: Iterable[AuditEntry]) -> list[tuple[str, uuid.UUID]]:
    """The records that entries are about, and the people whom their details name only by id."""
    found: list[tuple[str, uuid.UUID]] = []
    for entry in entries:
        found.append((entry.subject_type, entry.subject_id))
        ident = _ident(entry.detail.get("person"))
        found += [("person", ident)] if ident else []
    return found


def _ident(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _person(detail: Mapping[str, Any], names: Mapping[tuple[str, uuid.UUID], str]) -> str:
    """The name of the person an entry is about: as it was then, else as it is now; never an id."""
    ident = _ident(detail.get("person"))
    return str(detail.get("name") or names.get(("person", ident), "")) if ident else str(detail.get("person") or "")


def _details(detail: Mapping[str, Any], names: Mapping[tuple[str, uuid.UUID], str]) -> str:
    shown = []
    for name, label in SHOWN_DETAILS.items():
        value = _person(detail, names) if name == "person" else detail.get(name)
        if value:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            shown.append(f"{gettext(label)}: {gettext(_ALL_ROLES[text]) if text in _ALL_ROLES else text}")
    return "; ".join(shown)


def work_lines(figures: Mapping[str, tuple[Mapping[str, int], datetime | None]]) -> list[WorkLine]:
    """The figures of delivery."""
    return [
        WorkLine(gettext(WORK.get(name, name)), counts["waiting"], counts["done"], counts["dead"], oldest)
        for name, (counts, oldest) in figures.items()
    ]


def dead_letter_line(kind: str, work: Any, event: str) -> DeadLetterLine:
    """One dead letter; addresses in the error are covered."""
    error = ADDRESS.sub("…@…", work.last_error)[:160]
    return DeadLetterLine(kind, gettext(WORK.get(kind, kind)), work.id, event, work.dead_at, work.attempts, error)
