"""The one clock. An instant is read from the database once per transaction, so two web servers judge alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.core.errors import Invalid
from app.extensions import current_settings, db

_frozen: list[datetime] = []


def now() -> datetime:
    """Return this transaction's instant (UTC, aware): the database's clock, plus the development shift if one is set."""
    if _frozen:
        return _frozen[-1]
    info = db.session().info
    if "now" not in info:
        info["now"] = _shifted(began())
    found: datetime = info["now"]
    return found


def began() -> datetime:
    """Return this transaction's instant without the development shift; for sign-ins, never for deadlines."""
    if _frozen:
        return _frozen[-1]
    info = db.session().info
    if "began" not in info:
        info["began"] = _database_time()
    found: datetime = info["began"]
    return found


def tick() -> datetime:
    """Forget the instant of this transaction and read a new one; for long-running jobs."""
    for name in ("now", "began"):
        db.session().info.pop(name, None)
    return now()


def _database_time() -> datetime:
    if db.engine.dialect.name == "postgresql":
        told: datetime = db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return told.astimezone(UTC)
    return datetime.now(UTC)


def unshifted() -> datetime:
    """Return the instant now, read anew, without the development shift; for leases, never for deadlines.

    What other transactions have written meanwhile must not seem to lie in the future.
    """
    return _frozen[-1] if _frozen else _database_time()


def shift_file() -> Path:
    """Where development mode keeps its clock shift, so that web and worker agree."""
    return current_settings().data_dir / "clock-shift"


def _shifted(real: datetime) -> datetime:
    """Apply the development shift: ``+SECONDS`` moves the clock, ``=INSTANT`` stops it there. Never in production."""
    if current_settings().is_production:
        return real
    try:
        shift = shift_file().read_text().strip()
    except FileNotFoundError:
        return real
    if shift.startswith("="):
        return datetime.fromisoformat(shift[1:]).astimezone(UTC)
    return real + timedelta(seconds=float(shift or 0))


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Stop the clock at an instant; for tests and the demo loader only."""
    if current_settings().is_production:
        raise RuntimeError("the clock cannot be stopped in production")
    _frozen.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()


def from_wall_time(wall: datetime, zone_name: str) -> datetime:
    """Turn a wall-clock time in a zone into UTC; refuses times that the zone skips or has twice (changes of clocks)."""
    zone = ZoneInfo(zone_name)
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) != wall:
        raise Invalid("%(time)s does not exist in %(zone)s: the clocks skip it.", time=wall, zone=zone_name)
    if early != late:
        raise Invalid("%(time)s happens twice in %(zone)s: choose another time.", time=wall, zone=zone_name)
    return early
