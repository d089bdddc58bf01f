"""Every cell of every workflow: the expected moves exist for the expected people, and every other triple refuses."""

import itertools

import pytest

from tests.workflows.tables import EXPECTED
from workflows.actors import EVERY
from workflows.catalogue import WORKFLOWS


def test_tables_cover_every_workflow_and_move():
    assert set(EXPECTED) == set(WORKFLOWS)
    for name, moves in EXPECTED.items():
        assert set(moves) == {m.name for m in WORKFLOWS[name].moves}, name


@pytest.mark.parametrize("name", EXPECTED)
def test_moves_lead_where_the_table_says(name):
    workflow = WORKFLOWS[name]
    for move_name, (cells, actors) in EXPECTED[name].items():
        rows = workflow.named(move_name)
        found = {s.value: (row.target or s).value for row in rows for s in row.sources}
        assert found == cells, f"{name}.{move_name}"
        assert frozenset().union(*(row.actors for row in rows)) == actors, f"{name}.{move_name}"


@pytest.mark.parametrize("name", EXPECTED)
def test_every_other_triple_is_refused(name):
    """All (state, move, relation) triples outside the table are refused before any guard is asked."""
    workflow = WORKFLOWS[name]
    moves = {m.name for m in workflow.moves}
    refused = 0
    for state, move_name, relation in itertools.product(workflow.states, moves, EVERY):
        row = workflow.row(move_name, state)
        if row and relation in row.actors:
            continue
        assert workflow.why_not(move_name, state, {relation}, None) is not None
        refused += 1
    assert refused > 50
