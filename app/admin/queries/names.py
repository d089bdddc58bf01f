"""What records are called, for many kinds in one query."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, union_all

from app.admin.queries.reach import OF_PROJECT
from app.calls.models import Call
from app.decisions.models import Decision
from app.extensions import db
from app.identity.models import Organisation, Person, Programme
from app.mines.models import MinePosition, MineSite
from app.projects.models import Project
from app.proposals.models import Proposal, StageSubmission
from app.reviews.models import Review

Record = tuple[str, uuid.UUID]


def _named() -> dict[str, tuple[Any, Any, Any]]:
    """Kind → (id column, name column, what to select from)."""
    kinds: dict[str, tuple[Any, Any, Any]] = {
        "programme": (Programme.id, Programme.code, Programme),
        "call": (Call.id, Call.code, Call),
        "proposal": (Proposal.id, Proposal.reference, Proposal),
        "project": (Project.id, Project.reference, Project),
        "organisation": (Organisation.id, Organisation.name, Organisation),
        "mine_site": (MineSite.id, MineSite.reference, MineSite),
        "mine_position": (MinePosition.id, MineSite.reference, _joined(MinePosition, MineSite, "mine_site_id")),
        "person": (Person.id, Person.name, Person),
    }
    for kind, model in {"stage_submission": StageSubmission, "review": Review, "decision": Decision}.items():
        kinds[kind] = (model.id, Proposal.reference, _joined(model, Proposal, "proposal_id"))
    for kind, model in OF_PROJECT.items():
        kinds[kind] = (model.id, Project.reference, _joined(model, Project, "project_id"))
    return kinds


def _joined(model: Any, parent: Any, column: str) -> Any:
    return model.__table__.join(parent.__table__, getattr(model, column) == parent.id)


def names_of(records: Iterable[Record]) -> dict[Record, str]:
    """Record → its name; unknown ones are left out. One query, whatever the kinds."""
    wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
    for kind, ident in records:
        wanted[kind].add(ident)
    parts = [
        select(literal(kind).label("kind"), ident, name.label("name"))
        .select_from(source)
        .where(ident.in_(wanted[kind]))
        for kind, (ident, name, source) in _named().items()
        if kind in wanted
    ]
    if not parts:
        return {}
    return {(row[0], row[1]): row[2] for row in db.session.execute(union_all(*parts))}


def called(kind: Any, ident: Any, words: str) -> ColumnElement[bool]:
    """The condition that a record's name begins with these words, without regard to case."""
    begins = words.strip().lower()
    if not begins:
        return false()
    return or_(
        *(
            and_(
                kind == name_of_kind,
                ident.in_(
                    select(column).select_from(source).where(func.lower(name).startswith(begins, autoescape=True))
                ),
            )
            for name_of_kind, (column, name, source) in _named().items()
        )
    )
