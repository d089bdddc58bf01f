"""The clockwork: each job once per interval, whoever runs it; a broken job stops no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import schedule
from app.extensions import db
from app.notifications import services
from app.schedule import TABLE, Periodic, resolve, run_due
from tests.conftest import NOON
from tests.racing import in_threads

RAN: list[str] = []


def count_one() -> None:
    RAN.append("one")


def break_down() -> None:
    RAN.append("broken")
    raise RuntimeError("broken")


@pytest.fixture(autouse=True)
def _test_jobs(monkeypatch):
    RAN.clear()
    jobs = {"app.one": count_one, "app.broken": break_down}
    monkeypatch.setattr(schedule, "resolve", lambda path: jobs[path])


MINUTE = timedelta(minutes=1)
ONE = (Periodic("app.one", MINUTE),)


def test_every_job_of_the_table_exists(base_app):
    assert all(callable(resolve(job.path)) for job in TABLE)
    assert len({job.path for job in TABLE}) == len(TABLE)


def test_the_sweep_comes_at_least_every_fifteen_seconds():
    (sweep,) = [job for job in TABLE if job.path.endswith("sweep")]
    assert sweep.every <= timedelta(seconds=15)


@pytest.mark.parametrize("path", ["os.system", "subprocess.run", "app"])
def test_only_jobs_of_the_application_are_run(path):
    with pytest.raises(LookupError):
        resolve(path)


def test_a_job_runs_once_per_interval(app, frozen):
    assert [run_due(ONE), run_due(ONE)] == [1, 0]
    frozen(NOON + MINUTE - timedelta(seconds=1))
    assert run_due(ONE) == 0
    frozen(NOON + MINUTE)
    assert run_due(ONE) == 1
    assert RAN == ["one", "one"]


def test_a_job_that_fails_stops_no_other_and_is_tried_again(app, frozen):
    table = (Periodic("app.broken", MINUTE), *ONE)
    assert run_due(table) == 1
    frozen(NOON + MINUTE)
    run_due(table)
    assert RAN == ["broken", "one", "broken", "one"]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1), timedelta(hours=-1)])
def test_a_clock_that_jumps_neither_stops_nor_doubles_a_job(app, frozen, jump):
    assert run_due(ONE) == 1
    frozen(NOON + jump)
    assert [run_due(ONE), run_due(ONE)] == [1, 0]


def test_moving_the_clock_in_development_makes_everything_due(app, frozen):
    run_due(ONE)
    services.run_all_soon()
    db.session.commit()
    assert run_due(ONE) == 1


@pytest.mark.postgres
def test_eight_schedulers_run_a_job_once(postgres_app):
    def run(_index):
        with postgres_app.app_context():
            return run_due(ONE)

    for _ in range(3):
        results = in_threads(8, run)
        assert not [r for r in results if isinstance(r, Exception)]
    assert RAN == ["one"]
