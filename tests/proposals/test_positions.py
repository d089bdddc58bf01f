"""Answers that hold an exact position: encrypted at rest, exact for those who write, a cell for everybody else."""

from __future__ import annotations

import json
import re

import pytest
from flask import current_app
from sqlalchemy import text

from app.calls.form_schema import parse
from app.calls.form_schema.places import for_record
from app.calls.present import answer_view, question_view
from app.core.encryption import PositionsJson
from app.proposals.comparison import compare
from app.proposals.models import StageSubmission
from app.proposals.services.changes import record_changes
from app.proposals.snapshot import compose, read
from tests.factories.calls import question, section
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import owner

FORM = parse(
    {
        "sections": [
            section(
                "one",
                question("pit", "point"),
                question("sites", "group", columns=[question("name"), question("place", "point")]),
            )
        ]
    }
)
POINT = {"latitude": "-1.964123", "longitude": "30.055321"}
ANSWERS = {"pit": POINT, "sites": [{"_id": "a", "name": "Upper pit", "place": POINT}], "title": "Plain"}
EXACT = re.compile(r"1\.96412|30\.0553")


@pytest.fixture
def stored(session):
    proposal = make_proposal("full_draft")
    submission = proposal.stages[-1]
    submission.answers = {**submission.answers, **ANSWERS}
    record_changes(submission=submission, before={}, after=ANSWERS, actor=owner(proposal))
    session.commit()
    return submission


def test_the_database_never_holds_it_in_clear(session, stored):
    rows = session.execute(text("SELECT answers FROM stage_submission")).scalars()
    changes = session.execute(text('SELECT "after" FROM answer_change')).scalars()
    raw = [row if isinstance(row, str) else json.dumps(row) for row in (*rows, *changes)]
    assert any("sealed" in row for row in raw) and any("Upper pit" in row for row in raw)
    assert not [row for row in raw if EXACT.search(row)]


def test_who_writes_gets_it_back_as_it_was_typed(session, stored):
    session.expire_all()
    again = session.get(StageSubmission, stored.id)
    assert again.answers["pit"] == POINT and again.answers["sites"][0]["place"] == POINT
    with current_app.test_request_context("/"):
        view = question_view(FORM.question("pit"), again.answers["pit"], language="en")
    assert [part.value for part in view.parts] == list(POINT.values())


def test_what_the_key_does_not_open_stays_closed_and_the_rest_is_read(session, stored):
    sealed = PositionsJson("elsewhere").process_bind_param({"pit": POINT}, session.get_bind().dialect)["pit"]
    session.execute(
        text("UPDATE stage_submission SET answers = :answers"),
        {"answers": json.dumps({"pit": sealed, "title": "Plain"})},
    )
    session.expire_all()
    again = session.get(StageSubmission, stored.id)
    assert again.answers == {"pit": sealed, "title": "Plain"}, "it was sealed for another place"
    with current_app.test_request_context("/"):
        view = answer_view(FORM.question("pit"), again.answers["pit"], language="en")
    assert view.value == "A position that cannot be read"


def test_a_sealed_version_holds_only_the_cell(app):
    sealed = compose({"reference": "X"}, FORM, ANSWERS, [])
    assert not EXACT.search(sealed)
    assert read(sealed).answers["pit"] == {"cell": [-20, 300]}
    assert read(sealed).answers["sites"] == [{"name": "Upper pit", "place": {"cell": [-20, 300]}}]
    assert for_record(FORM.question("pit"), {"cell": [-20, 300]}) == {"cell": [-20, 300]}


def test_everybody_reads_the_cell(app):
    with app.test_request_context("/"):
        for value in (POINT, {"cell": [-20, 300]}):
            assert "0.1° cell" in answer_view(FORM.question("pit"), value, language="en").value
        rows = answer_view(FORM.question("sites"), ANSWERS["sites"], language="en").rows
    assert not EXACT.search(str(rows))


def test_differences_are_seen_while_it_is_open_in_memory(app):
    other = {**ANSWERS, "pit": {**POINT, "latitude": "-1.97"}}
    assert [d.question.id for d in compare(FORM, ANSWERS, other)] == ["pit"]
