"""Each invariant finds the break it is there for, and none finds anything in a sound world."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.core import audit, files
from app.developers import invariants
from app.extensions import db
from app.proposals.models import ConflictOfInterest
from app.reviews.models import Review
from tests.developers.conftest import ground, proposal

PAID = {
    "title": "Done",
    "kind": "output_milestone",
    "due": "60",
    "percent": 60,
    "reaches": "verified",
    "payment": "paid",
}
OPEN = {"title": "To do", "kind": "final_report_approved", "due": "600", "percent": 40}
RUNNING = {"milestones": [PAID, OPEN], "sites": ["hill"], "at": {"create": "-200"}}
SITE = {
    "key": "hill",
    "name": "Blue Hill",
    "country": "CD",
    "minerals": ["tin"],
    "position": ["-2.5", "28.75"],
    "by": "officer",
    "history": [{"step": "M1", "on": "-250"}, {"step": "M2", "on": "-20"}],
}

BREAKS = {
    "The awards of every call stay within its budget":
        "UPDATE call SET budget_minor = 1 WHERE code = 'OLD'",
    "Every project has the amount that was decided and announced":
        "UPDATE decision SET amount_minor = amount_minor - 1 WHERE outcome = 'awarded'",
    "The tranches of every agreement in force make its award":
        "UPDATE payment SET amount_minor = amount_minor - 1 WHERE state = 'scheduled'",
    "The ledger holds one disbursement for every payment made, and no other":
        "UPDATE payment SET amount_minor = amount_minor - 1 WHERE state = 'paid'",
    "Amounts that belong together are in one currency":
        "UPDATE proposal SET currency = 'USD'",
    "The newest audit entry of every record tells its state":
        "UPDATE report SET state = 'returned'",
    "An outcome is on a proposal exactly when it is announced":
        "UPDATE proposal SET state = 'reserve' WHERE state = 'awarded'",
    "A proposal is assessed only after its last stage was accepted":
        "UPDATE stage_submission SET state = 'screening' WHERE state = 'accepted'",
    "A tranche moves only after its milestone":
        "UPDATE milestone SET state = 'planned' WHERE state = 'verified'",
    "Every mine site stands on the step last found":
        "UPDATE mine_site SET maturity_step = 'M7'",
    "Sealed versions are numbered without gaps":
        "UPDATE stage_submission SET sealed_number = 5 WHERE sealed_number = 1",
    "Money passes through two pairs of hands":
        "UPDATE payment SET requested_by_id = approved_by_id WHERE state = 'paid'",
}  # fmt: skip
GUARDED = {
    "The ledger holds one commitment for every project": ("ledger_entry", "DELETE FROM ledger_entry WHERE kind = 'commitment'"),
    "Every sealed submission is what was sealed": ("sealed_submission", "UPDATE sealed_submission SET snapshot = '{}'"),
    "Every receipt is signed and names its version": ("submission_receipt", "UPDATE submission_receipt SET text = 'Version: 9'"),
    "Every form is what it was when it was published": ("form_version", "UPDATE form_version SET sha256 = id"),
    "The audit trail is whole": ("audit_entry", "UPDATE audit_entry SET reason = 'because' WHERE action = 'decision.ratify'"),
}  # fmt: skip


@pytest.fixture
def sound(play):
    """A world with something of everything."""
    return play(
        ground(
            mine_sites=[SITE],
            proposals=[
                proposal("run", "awarded", project=RUNNING),
                proposal("score", "assessing", reviews=[{"by": "rev1", "reaches": "submitted"}]),
            ],
        )
    )


def found() -> dict[str, list[str]]:
    return {name: sentences for name, sentences in invariants.run() if sentences}


def drop_guards(table: str) -> None:
    """Take the triggers of an append-only table away, as somebody with the database's password could."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for verb in ("update", "delete"):
        db.session.execute(text(f"DROP TRIGGER {table}_no_{verb}"))


def test_every_break_is_found_by_its_check(sound):
    assert not found()
    for name, statement in BREAKS.items():
        with db.session.begin_nested() as part:
            db.session.execute(text(statement))
            assert found().get(name), name
            part.rollback()
    assert not found()


def test_breaks_behind_the_triggers_are_found(sound):
    for name, (table, statement) in GUARDED.items():
        with db.session.begin_nested() as part:
            drop_guards(table)
            db.session.execute(text(statement))
            db.session.expire_all()
            assert found().get(name), name
            part.rollback()
            db.session.expire_all()
    assert not found()


def test_a_conflict_with_work_going_on_is_found(sound):
    review = db.session.scalars(select(Review).where(Review.state == "submitted")).one()
    conflict = ConflictOfInterest(
        person_id=review.reviewer_id,
        proposal_id=review.proposal_id,
        basis="declared",
        note="A sister.",
        recorded_by_id=review.reviewer_id,
    )
    db.session.add(conflict)
    db.session.flush()
    assert "Nobody with a conflict of interest works on a proposal" in found()


def test_missing_and_damaged_files_are_found(sound, session):
    stored = session.query(files.StoredFile).order_by(files.StoredFile.id).first()
    path = files.path_of(stored)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    assert "is damaged" in str(found())
    path.unlink()
    assert "is missing" in str(found())


@pytest.mark.breaks_invariants
def test_a_cut_tail_of_the_audit_trail_is_found_by_its_anchor(sound, session):
    assert audit.anchor() > 10
    drop_guards("audit_entry")
    session.execute(
        text("DELETE FROM audit_entry WHERE id = (SELECT id FROM audit_entry ORDER BY at DESC, id DESC LIMIT 1)")
    )
    assert "anchored outside the database" in str(found())


def test_every_check_is_tried():
    tried = {
        *BREAKS,
        *GUARDED,
        "Nobody with a conflict of interest works on a proposal",
        "Every stored file is there, whole",
    }
    # One review of each person is held by a unique constraint that no single statement gets round.
    assert set(invariants.CHECKS) - tried == {"Nobody reviews a proposal twice"}
    assert Path(invariants.__file__).is_file()
