"""Keys of forms shown long ago are deleted, and none that may still be posted."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.types import new_id
from app.extensions import db
from app.web import idempotency
from app.web.idempotency import RepeatedRequest

DAY = timedelta(days=1)


def left(model) -> int:
    return db.session.query(model).count()


def test_keys_of_old_forms_are_forgotten(app, frozen):
    now = clock.now()
    for age in (15, 13):
        db.session.add(
            RepeatedRequest(id=new_id(), scope="s", key=f"k{age}", body_hash="h", created_at=now - age * DAY)
        )
    db.session.flush()
    assert idempotency.forget_old() == 1
    assert left(RepeatedRequest) == 1
