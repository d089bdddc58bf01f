"""Old sessions, links and counters are deleted; live ones stay."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.identity import jobs
from app.identity.models import AttemptCount, LoginSession, OneTimeToken
from app.identity.services import attempts, tokens
from tests.conftest import NOON
from tests.factories.identity import make_person


def counts(session) -> tuple[int, ...]:
    return tuple(
        session.scalar(select(func.count()).select_from(m)) for m in (LoginSession, OneTimeToken, AttemptCount)
    )


def test_only_what_ended_long_ago_goes(session, frozen):
    person = make_person()
    tokens.open_session(person)
    tokens.issue_link(person, "verify_email")
    attempts.count(attempts.SIGN_IN_ACCOUNT, "a", "b")
    frozen(NOON + timedelta(days=20))
    live = tokens.open_session(person)
    tokens.issue_link(person, "reset_password")
    attempts.count(attempts.SIGN_IN_ACCOUNT, "c", "d")
    assert counts(session) == (2, 2, 2)
    assert jobs.forget_expired() == 1 and counts(session) == (2, 2, 1)
    frozen(NOON + timedelta(days=38))
    assert jobs.forget_expired() == 3 and counts(session) == (1, 1, 0)
    frozen(NOON + timedelta(days=26))
    from app.identity import queries

    assert queries.live_session(tokens.token_hash(live)) is not None
