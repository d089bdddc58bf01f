"""A call with very many proposals and reviewers, written row by row, for measurements of the pages of reviewing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from app.calls.models import Call
from app.core import clock
from app.core.types import new_id
from app.extensions import db
from app.identity.models import Person, RoleGrant
from app.proposals.models import ConflictOfInterest, Proposal, StageSubmission
from app.reviews.models import CallReviewer, Review
from tests.factories.identity import make_organisation, make_person, make_staff
from tests.factories.reviews import make_assessing_call

STATES = ("invited", "accepted", "draft", "submitted", "submitted", "final", "declined", "recused")
COUNTRIES, MINERALS = ("CD", "RW", "BO", "ID", "PE"), ("tin", "gold", "cobalt", "tantalum", "tungsten")
BUSIEST = 40


@dataclass(frozen=True)
class World:
    """Who looks at what: addresses of people, and the call."""

    call_id: str
    manager: str
    busiest: str
    counts: dict[str, int]


def fill(proposals: int, reviewers: int, per_proposal: int, seed: int = 8) -> World:
    """Make the world in the present application's database; the same from the same seed but for ids and instants."""
    chance = random.Random(seed)
    call = make_assessing_call()
    manager = make_staff(call.programme, "manager")
    organisations = [make_organisation().id for _ in range(40)]
    author = make_person().id
    people = _people(call, reviewers)
    ids = _proposals(call, proposals, organisations, author, chance)
    rows = _reviews(ids, people, per_proposal, manager.id, chance)
    db.session.execute(insert(Review), rows)
    taking = [_row(call_id=call.id, person_id=p, capacity=chance.randint(4, 12), version=1) for p in people]
    db.session.execute(insert(CallReviewer), taking)
    conflicts = [
        _row(person_id=manager.id, proposal_id=p, basis="declared", recorded_by_id=manager.id) for p in ids[:20]
    ]
    db.session.execute(insert(ConflictOfInterest), conflicts)
    db.session.commit()
    counts = {"proposals": len(ids), "reviewers": len(people), "reviews": len(rows)}
    return World(str(call.id), manager.email, "reviewer-0@bench.example", counts)


def _row(**values: Any) -> dict[str, Any]:
    return {"id": new_id(), "created_at": clock.now(), **values}


def _people(call: Call, count: int) -> list[Any]:
    made = [
        _row(
            email=f"reviewer-{n}@bench.example",
            email_key=f"reviewer-{n}@bench.example",
            name=f"Reviewer {n:04} of the Valley",
            email_verified_at=clock.now(),
            version=1,
        )
        for n in range(count)
    ]
    db.session.execute(insert(Person), made)
    grants = [_row(programme_id=call.programme_id, person_id=p["id"], role="reviewer") for p in made]
    db.session.execute(insert(RoleGrant), grants)
    return [p["id"] for p in made]


def _proposals(call: Call, count: int, organisations: list[Any], author: Any, chance: random.Random) -> list[Any]:
    now, stage = clock.now(), call.stages[-1]
    made, stages = [], []
    for n in range(count):
        proposal = _row(
            call_id=call.id,
            organisation_id=chance.choice(organisations),
            reference=f"BENCH-{n:05}",
            title=f"Safer pits and honest trade, part {n}",
            created_by_id=author,
            lead_id=author,
            currency=call.currency,
            requested_minor=chance.randint(20_000, 400_000) * 100,
            countries=[chance.choice(COUNTRIES)],
            minerals=[chance.choice(MINERALS)],
            state="assessing",
            state_changed_at=now,
            version=1,
        )
        made.append(proposal)
        stages.append(
            _row(
                proposal_id=proposal["id"],
                call_stage_id=stage.id,
                form_version_id=stage.form_version_id,
                position=stage.position,
                answers={},
                submitted_at=now,
                sealed_number=1,
                state="accepted",
                state_changed_at=now,
                version=1,
            )
        )
    db.session.execute(insert(Proposal), made)
    db.session.execute(insert(StageSubmission), stages)
    return [p["id"] for p in made]


def _reviews(ids: list[Any], people: list[Any], each: int, manager_id: Any, chance: random.Random) -> list[Any]:
    """``each`` reviewers for every proposal; the first of the people has very many."""
    pairs = {(p, r) for p in ids for r in chance.sample(people[1:], each)}
    pairs |= {(p, people[0]) for p in ids[20 : 20 + BUSIEST]}
    return [_review(p, r, n, manager_id, chance) for n, (p, r) in enumerate(sorted(pairs))]


def _review(proposal_id: Any, reviewer_id: Any, n: int, manager_id: Any, chance: random.Random) -> dict[str, Any]:
    now, state = clock.now(), chance.choice(STATES)
    begun, done = state not in {"invited", "declined"}, state in {"submitted", "final"}
    return _row(
        proposal_id=proposal_id,
        reviewer_id=reviewer_id,
        pseudonym=f"R-{n:06}",
        due_at=now + timedelta(days=chance.randint(-10, 20)),
        invited_by_id=manager_id,
        no_conflict_declared_at=now if begun else None,
        submitted_at=now - timedelta(days=chance.randint(0, 20)) if done else None,
        total_hundredths=chance.randint(3000, 9500) if done else None,
        sealed_number=1,
        state=state,
        state_changed_at=now,
        version=1,
    )
