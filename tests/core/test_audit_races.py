"""Many who write about one record at once: nobody is refused, and the chain stays one line without gaps."""

import pytest
from sqlalchemy import func, select

from app.core import audit
from app.core.audit import AuditEntry
from app.core.types import Actor, new_id
from app.extensions import db
from tests.core.test_audit import Thing
from tests.racing import in_threads

pytestmark = pytest.mark.postgres
THREADS, EACH = 10, 5


def test_many_writers_make_one_chain(postgres_app):
    thing = Thing()

    def write(index):
        for _ in range(EACH):
            with postgres_app.app_context():
                audit.record(thing, "thing.read", Actor(new_id(), f"Reader {index}"))
                db.session.commit()
                db.session.remove()
        return True

    assert in_threads(THREADS, write) == [True] * THREADS
    with postgres_app.app_context():
        assert db.session.scalar(select(func.max(AuditEntry.seq))) == THREADS * EACH
        assert audit.verify() == []
