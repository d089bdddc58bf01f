"""Around the closing instant on real PostgreSQL: all judged alike by the database's clock, and no lock makes anybody late."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from app.calls.models import CallStage
from app.core import audit, clock
from app.core.audit import AuditEntry
from app.core.errors import MoveRefused
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import SealedSubmission, StageSubmission
from tests.conftest import sign_in_directly
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import address
from tests.racing import in_threads

pytestmark = pytest.mark.postgres
MANY = 100
SPANS = [timedelta(seconds=seconds) for seconds in (1, 4, 16, 64)]  # a wider one where the machine is too slow


def close_in(call_stage_id, span):
    """Let the stage close a while from now, by the database's own clock."""
    closes_at = clock.unshifted() + span
    db.session.execute(update(CallStage).where(CallStage.id == call_stage_id).values(closes_at=closes_at))
    db.session.commit()
    return closes_at


def drafts(count):
    """Complete drafts of one organisation in one call: their ids, who submits, the stage."""
    person, call = make_person(), make_call()
    organisation = make_organisation(owner=person)
    made = [make_proposal("draft", call=call, organisation=organisation, owner=person) for _ in range(count)]
    fill_in(made[0].stages[0])
    db.session.execute(update(StageSubmission).values(answers=made[0].stages[0].answers))
    stage = call.stages[0].id
    db.session.commit()
    return [p.stages[0].id for p in made], actor_of(person), stage


def submit_around(app, span):
    """A hundred submissions from ``span`` before a closing instant to ``span`` after it: the instant, the results."""
    with app.app_context():
        ids, actor, stage = drafts(MANY)
        closes_at = close_in(stage, timedelta(seconds=2) + span)
        db.session.remove()

    def submit(index):
        """At its own moment; returns instant, outcome, words."""
        moment = closes_at - span + 2 * span * index / MANY
        time.sleep(max(0, (moment - datetime.now(UTC)).total_seconds()))
        with app.app_context():
            try:
                came = clock.now()
                services.submit(submission=queries.get_stage_submission(ids[index]), actor=actor)
                db.session.commit()
                return came, True, ""
            except MoveRefused as error:
                db.session.commit()  # the attempt stays in the history, as the page keeps it
                return came, False, str(error)
            finally:
                db.session.remove()

    return closes_at, in_threads(MANY, submit)


def test_a_hundred_around_the_closing_instant_are_judged_alike(postgres_app):
    every = []
    for span in SPANS:
        closes_at, results = submit_around(postgres_app, span)
        assert not [r for r in results if isinstance(r, Exception)]
        assert [accepted for came, accepted, _ in results] == [came < closes_at for came, _, _ in results]
        every += [(closes_at, accepted, words) for _, accepted, words in results]
        if 10 < sum(accepted for _, accepted, _ in results) < 90:
            break
    else:
        pytest.fail("all on one side of the closing instant, however far apart they were sent")
    with postgres_app.app_context():
        closings = sorted({closes_at for closes_at, _, _ in every})
        sealed = list(db.session.scalars(select(SealedSubmission)))
        assert len(sealed) == sum(accepted for _, accepted, _ in every)
        assert all(s.submitted_at < closings[-1] for s in sealed)
        late = list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "stage_submission.late_attempt")))
        assert len(late) == len(every) - len(sealed)
        assert all(e.at >= closings[0] and e.detail["late_seconds"] >= 1 for e in late)
        assert all("this arrived 1 second late" in words or "seconds late" in words for _, ok, words in every if not ok)
        assert all(s.answers["problem"] for s in db.session.scalars(select(StageSubmission))), "a late text was lost"
        assert audit.verify() == []


def test_waiting_for_a_lock_makes_nobody_late(postgres_app):
    """The row is held by another transaction over the closing instant; who came before it is in time."""
    with postgres_app.app_context():
        proposal = make_proposal("draft")
        stage = proposal.stages[0]
        fill_in(stage)
        where, ident, call_stage = address(stage), stage.id, stage.call_stage_id
        person = owner_of(proposal.organisation)
        db.session.commit()
        client = sign_in_directly(postgres_app.test_client(), person)
        form = client.form(where + "/check", where + "/submit")
        closes_at = close_in(call_stage, timedelta(seconds=4))
        db.session.remove()
        holder = db.engine.connect()
        holder.execute(text("SELECT id FROM stage_submission WHERE id = :id FOR UPDATE"), {"id": ident})
    answers = []
    press = threading.Thread(
        target=lambda: answers.append(client.post(where + "/submit", data={**form["values"], "confirmed": "y"}))
    )
    press.start()
    time.sleep(max(0, (closes_at - datetime.now(UTC)).total_seconds()) + 0.6)
    assert not answers, "the row was not waited for"
    holder.rollback()
    holder.close()
    press.join(60)
    assert answers[0].status_code == 303
    with postgres_app.app_context():
        assert clock.unshifted() > closes_at
        assert db.session.scalar(select(SealedSubmission.submitted_at)) < closes_at
