"""Two managers answer one question at the same moment, on real PostgreSQL: one answer stands, and is told once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.calls import queries, services
from app.calls.models import CallQuestion
from app.core.audit import AuditEntry
from app.core.errors import Conflict
from app.core.outbox import OutboxEvent
from app.extensions import db
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_person, make_staff
from tests.racing import in_transactions

pytestmark = pytest.mark.postgres


def test_one_of_two_answers_stands(postgres_app):
    with postgres_app.app_context():
        call = make_call()
        question = services.ask_question(call=call, text="May a trader apply?", actor=actor_of(make_person()))
        managers = [actor_of(make_staff(call.programme, "manager")) for _ in range(2)]
        call_id, question_id, version = call.id, question.id, question.version
        db.session.commit()

    def answer(index: int) -> str:
        asked = db.session.get_one(CallQuestion, question_id)
        return services.answer_question(
            call=queries.get_call(call_id),
            question=asked,
            answer=f"Answer {index}.",
            actor=managers[index],
            expected_version=version,
        ).answer

    found = in_transactions(postgres_app, 2, answer)
    assert sorted(isinstance(one, Conflict) for one in found) == [False, True], found
    with postgres_app.app_context():
        stands = next(one for one in found if isinstance(one, str))
        assert db.session.get_one(CallQuestion, question_id).answer == stands
        told = select(func.count(OutboxEvent.id)).where(OutboxEvent.name == "question.answered")
        written = select(func.count(AuditEntry.id)).where(AuditEntry.action == "call_question.answered")
        assert (db.session.scalar(told), db.session.scalar(written)) == (1, 1)
