"""The one clock: wall times that exist once, shifts in development, none in production."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid
from app.extensions import db


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        (datetime(2026, 9, 1, 14, 0), "Europe/Amsterdam", datetime(2026, 9, 1, 12, 0, tzinfo=UTC)),
        (datetime(2026, 12, 1, 14, 0), "Europe/Amsterdam", datetime(2026, 12, 1, 13, 0, tzinfo=UTC)),
        (datetime(2026, 9, 1, 14, 0), "Asia/Kathmandu", datetime(2026, 9, 1, 8, 15, tzinfo=UTC)),
    ],
)
def test_wall_time_becomes_one_instant(wall, zone, utc):
    assert clock.from_wall_time(wall, zone) == utc


def test_skipped_and_doubled_hours_are_refused():
    with pytest.raises(Invalid, match="does not exist"):
        clock.from_wall_time(datetime(2026, 3, 29, 2, 30), "Europe/Amsterdam")
    with pytest.raises(Invalid, match="twice"):
        clock.from_wall_time(datetime(2026, 10, 25, 2, 30), "Europe/Amsterdam")


def test_one_request_has_one_instant(session):
    assert clock.now() == clock.now()
    before = clock.now()
    assert clock.tick() >= before


def test_development_shift_moves_and_stops_the_clock(app):
    clock.shift_file().write_text("+3600")
    assert clock.tick() - datetime.now(UTC) > timedelta(minutes=59)
    clock.shift_file().write_text("=2026-09-01T12:00:01+00:00")
    assert clock.tick() == datetime(2026, 9, 1, 12, 0, 1, tzinfo=UTC)


def test_production_has_no_shift(app):
    settings = app.extensions["settings"]
    clock.shift_file().write_text("+3600")
    app.extensions["settings"] = replace(settings, mode="production")
    try:
        assert abs(clock.tick() - datetime.now(UTC)) < timedelta(minutes=1)
        with pytest.raises(RuntimeError), clock.frozen(datetime.now(UTC)):
            pass
    finally:
        app.extensions["settings"] = settings
        db.session().info.pop("now", None)
