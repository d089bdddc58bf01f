"""What a search finds, and never anything that its reader may not see."""

import random
from datetime import date, datetime, time

from app.core import clock
from app.dashboard.queries import searching
from app.dashboard.searching import parse
from app.extensions import db
from tests.dashboard.searching.plain_reading import TERMS, ZONE, holds, noted
from tests.factories.decisions import make_decision
from tests.factories.reviews import make_assessed_proposal

LOW = {"A1": 3, "A2": 3, "B1": 3}


def written(chance, depth=0):
    if depth > 2 or chance.random() < 0.4:
        return chance.choice(TERMS)
    parts = [written(chance, depth + 1) for _ in range(chance.randint(2, 3))]
    joined = chance.choice([" ", " OR "]).join(f"({p})" for p in parts)
    return f"-({joined})" if chance.random() < 0.3 else joined


def test_it_finds_what_a_plain_reading_finds(world, programme, manager):
    facts, now, chance = noted(world), clock.now(), random.Random(8)
    searches = [*TERMS, *(f"-{t}" for t in TERMS), *(written(chance) for _ in range(150))]
    hits = 0
    for typed in searches:
        parsed = parse(typed)
        assert not parsed.flaws, typed
        query = searching.search(manager.id, [programme.id], parsed.tree)
        found = {row.reference for row in db.session.execute(query)}
        assert found == {one.reference for one in facts if holds(parsed.tree, one, now)}, typed
        assert searching.count(query) == len(found)
        hits += 0 < len(found) < len(facts)
    assert hits > 100, "most searches must tell some proposals from others"


def test_decisions_are_found_by_outcome_and_state(session, call, programme, manager):
    decided, other = (make_assessed_proposal(call=call, state="deciding") for _ in range(2))
    made = make_decision(proposal=decided)
    session.commit()
    for typed, expected in (
        (f"decision:{made.outcome}", {decided.reference}),
        (f"decision:{made.state}", {decided.reference}),
        ("decision:none", {other.reference}),
    ):
        query = searching.search(manager.id, [programme.id], parse(typed).tree)
        assert {row.reference for row in db.session.execute(query)} == expected, typed


def test_the_day_begins_in_the_zone_of_the_programmes():
    from app.dashboard.queries.conditions import _start

    assert _start(date(2026, 6, 1)) == datetime.combine(date(2026, 6, 1), time(), ZONE)
