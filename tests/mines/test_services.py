"""Registering and assessing sites; the exact position stays unreadable without the key and leaves a trace when read."""

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.core import audit, clock
from app.core.errors import Conflict, Invalid
from app.core.types import Actor, new_id
from app.extensions import db
from app.mines import queries, services
from app.mines.models import MaturityAssessment, MinePosition
from tests.conftest import make_settings, migrated
from tests.factories.identity import actor_of, make_organisation, make_person, make_programme, make_staff
from tests.factories.mines import LATITUDE, LONGITUDE, make_assessment, make_site

READER = Actor(new_id(), "Reader")


def test_a_site_keeps_its_cell_and_a_running_reference(app):
    first, second = make_site(), make_site(name="Second")
    assert (first.cell_lat10, first.cell_lon10) == (-20, 300)
    assert (first.reference, second.reference) == ("MINE-RW-0001", "MINE-RW-0002")
    assert make_site(country="CO", icglr_status=None).reference == "MINE-CO-0001"


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"latitude": "91"}, "latitude"),
        ({"longitude": "east"}, "longitude"),
        ({"minerals": []}, "minerals"),
        ({"minerals": ["kryptonite"]}, "minerals"),
        ({"country": "CO", "icglr_status": 1}, "icglr_status"),
        ({"name": "Pit -1.9641, 30.0619"}, "name"),
        ({"admin1": "30°3'42\" E"}, "admin1"),
    ],
)
def test_wrong_facts_are_refused(app, over, field):
    with pytest.raises(Invalid) as refused:
        make_site(**over)
    assert refused.value.field == field


def test_the_position_is_read_with_a_trace(app):
    site = make_site()
    position = services.read_position(site=site, actor=READER)
    assert position == services.Position(Decimal(LATITUDE), Decimal(LONGITUDE))
    newest = audit.history("mine_site", site.id)[-1]
    assert (newest.action, newest.actor_name) == ("mine_position.read", "Reader")


def test_audit_and_events_never_carry_the_position(app):
    site = make_site()
    services.read_position(site=site, actor=READER)
    said = str([(entry.action, entry.detail, entry.reason) for entry in audit.history("mine_site", site.id)])
    assert "1.96" not in said
    assert "30.06" not in said


def test_reading_fails_when_the_trace_cannot_be_written(app, monkeypatch):
    site = make_site()
    monkeypatch.setattr(services.audit, "record", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("disk full")))
    with pytest.raises(RuntimeError):
        services.read_position(site=site, actor=READER)


def test_a_wrong_key_gives_nothing(app):
    site = make_site()
    app.extensions["settings"] = replace(app.extensions["settings"], field_key="another key, as long as the first one")
    with pytest.raises(Conflict):
        services.read_position(site=site, actor=READER)


def test_a_position_copied_to_another_site_cannot_be_read(app):
    site, other = make_site(), make_site(name="Other", latitude="-2.5", longitude="29.1")
    mine, theirs = queries.position_of(site.id), queries.position_of(other.id)
    theirs.ciphertext = mine.ciphertext
    db.session.flush()
    with pytest.raises(Conflict):
        services.read_position(site=other, actor=READER)


def test_the_database_files_hold_no_position(tmp_path):
    settings = make_settings(tmp_path)
    app = migrated(settings)
    with app.app_context():
        site = make_site(latitude="-7.123456", longitude="28.654321")
        services.read_position(site=site, actor=READER)
        db.session.commit()
        raw = b"".join(p.read_bytes() for p in Path(tmp_path).rglob("*") if p.is_file())
        assert site.name.encode() in raw, "the database is not where this test looks"
        for canary in (b"7.123456", b"28.654321", b"7.1234", b"28.6543"):
            assert canary not in raw
        db.session.remove()
        db.engine.dispose()
    assert sqlite3.connect(tmp_path / "assay.sqlite").execute("SELECT count(*) FROM mine_position").fetchone() == (1,)


def test_the_newest_finding_is_the_step_up_or_down(app):
    site = make_site()
    make_assessment(site, "M4", assessed_on=date(2026, 1, 10))
    assert site.maturity_step == "M4"
    down = make_assessment(site, "M2", assessed_on=date(2026, 3, 10))
    assert (site.maturity_step, down.previous_step) == ("M2", "M4")


def test_a_finding_entered_late_does_not_move_the_present_step(app):
    site = make_site()
    make_assessment(site, "M1", assessed_on=date(2025, 6, 1))
    make_assessment(site, "M3", assessed_on=date(2026, 3, 10))
    late = make_assessment(site, "M2", assessed_on=date(2025, 12, 1))
    assert (site.maturity_step, late.previous_step) == ("M3", "M1")
    assert [found.step for found in queries.history_of(site.id)] == ["M3", "M2", "M1"]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"step": "M8"}, "step"),
        ({"source": "rumour"}, "source"),
        ({"note": "  "}, "note"),
        ({"note": "Entrance at 1°57'50\" S"}, "note"),
    ],
)
def test_wrong_findings_are_refused(app, over, field):
    with pytest.raises(Invalid) as refused:
        make_assessment(make_site(), **{"step": "M2", **over})
    assert refused.value.field == field


def test_no_finding_from_the_future(app):
    tomorrow = clock.now().date() + timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        make_assessment(make_site(), assessed_on=tomorrow)
    assert refused.value.field == "assessed_on"


@pytest.mark.parametrize("source", ["programme_visit", "third_party_audit", "partner_visit", "remote"])
def test_only_staff_claim_that_somebody_verified(app, source):
    grantee = make_person()
    make_organisation(owner=grantee)
    with pytest.raises(Invalid) as refused:
        make_assessment(make_site(), source=source, actor=actor_of(grantee))
    assert refused.value.field == "source"
    assert make_assessment(make_site(), source="self_reported", actor=actor_of(grantee)).step == "M2"


def test_a_reviewer_is_not_staff(app):
    reviewer = make_staff(make_programme(), "reviewer", "auditor")
    with pytest.raises(Invalid):
        make_assessment(make_site(), source="programme_visit", actor=actor_of(reviewer))


@pytest.mark.parametrize("statement", ["UPDATE maturity_assessment SET step = 'M7'", "DELETE FROM maturity_assessment"])
def test_the_history_only_grows(app, statement):
    make_assessment(make_site())
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(statement))
    assert db.session.scalar(select(MaturityAssessment.step)) == "M2"


def test_facts_change_with_a_trace_and_a_version(app):
    site = make_site()
    facts = {
        "name": "Gatare pit",
        "admin1": "",
        "minerals": ["gold"],
        "workers": 12,
        "activity": "abandoned",
        "icglr_status": None,
    }
    services.update_site(site=site, **facts, actor=READER, expected_version=site.version)
    assert (site.workers, site.minerals) == (12, ["gold"])
    assert audit.history("mine_site", site.id)[-1].detail["changed"]["workers"] == [67, 12]
    with pytest.raises(Conflict):
        services.update_site(site=site, **facts, actor=READER, expected_version=site.version - 1)


def test_every_site_has_exactly_one_position(app):
    site = make_site()
    assert db.session.scalars(select(MinePosition.mine_site_id)).all() == [site.id]
