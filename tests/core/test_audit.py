"""The audit trail: verifies clean, and every kind of tampering is found."""

import pytest
from sqlalchemy import text

from app.core import audit
from app.core.types import Actor, new_id
from app.extensions import db

ACTOR = Actor(new_id(), "Somebody")


class Thing:
    __tablename__ = "thing"

    def __init__(self):
        self.id = new_id()


@pytest.fixture
def chain(session):
    thing = Thing()
    for step in range(5):
        audit.record(thing, f"thing.step{step}", ACTOR, reason="because", amount=step)
    session.commit()
    return thing


def _tamper(session, statement, **values):
    """Change audit rows behind the application's back, with the triggers off."""
    if db.engine.dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    session.execute(text(statement), values)
    session.expire_all()


def test_clean_chain_verifies(chain):
    assert audit.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other' WHERE seq = 3",
        "UPDATE audit_entry SET actor_name = 'Nobody' WHERE seq = 1",
        "UPDATE audit_entry SET to_state = 'paid' WHERE seq = 5",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE audit_entry SET seq = 9 WHERE seq = 4",
        "UPDATE audit_entry SET previous_hash = '' WHERE seq = 2",
    ],
)
@pytest.mark.breaks_invariants
def test_tampering_is_found(chain, session, statement):
    _tamper(session, statement)
    assert audit.verify()


@pytest.mark.breaks_invariants
def test_cut_tail_is_found_by_the_anchor(chain, session):
    audit.anchor()
    _tamper(session, "DELETE FROM audit_entry WHERE seq = 5")
    assert any("anchored" in problem for problem in audit.verify())


def test_anchor_only_writes_what_moved(chain, session):
    assert audit.anchor() == 1
    assert audit.anchor() == 0
    audit.record(chain, "thing.more", ACTOR)
    assert audit.anchor() == 1
    assert audit.verify() == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = ''", "DELETE FROM audit_entry"])
def test_database_refuses_changes(chain, session, statement):
    with pytest.raises(Exception, match="never changed"):
        session.execute(text(statement))
