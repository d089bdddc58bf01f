"""What a view asked to keep stays, also when it then breaks off with an error page; what a database refused never does."""

from __future__ import annotations

import secrets

import pytest
from flask import abort, redirect
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.wrappers import Response

from app.core.errors import Conflict, Invalid, MoveRefused, NotFound
from app.extensions import db
from app.identity.models import AttemptCount
from app.identity.services import count_practice
from app.web import transaction
from app.web.idempotency import RepeatedRequest
from app.web.permissions import public_page
from tests.client import text_of

BREAKS = {
    "abort": lambda: abort(404),
    "missing": lambda: _raise(NotFound()),
    "invalid": lambda: _raise(Invalid("Not so.")),
    "refused": lambda: _raise(MoveRefused("Not now.")),
    "overtaken": lambda: _raise(Conflict()),
}
BROKEN = {
    "constraint": lambda: _raise(IntegrityError("", {}, Exception("doubled"))),
    "away": lambda: _raise(OperationalError("", {}, Exception("locked"))),
    "constraint for real": lambda: db.session.execute(text("INSERT INTO idempotency_record (id) VALUES ('x')")),
    "unavailable": lambda: abort(503),
}


def _raise(error):
    raise error


@pytest.fixture
def breaking(app, client, monkeypatch):
    """``breaking(how)``: the answer of a view that counts, asks to keep the count, and then ends like this."""

    def post(how, *, key=None, keeps=True):
        @public_page
        def view(**_arguments) -> Response:
            count_practice("203.0.113.9")
            if keeps:
                transaction.keep()
            how()
            return redirect("/elsewhere", 303)

        monkeypatch.setitem(app.view_functions, "identity.sign_in", view)
        return client.act("/sign-in", key=key)

    return post


def rows(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("how", BREAKS)
def test_what_was_to_be_kept_is_kept_when_the_view_breaks_off(breaking, how):
    answer = breaking(BREAKS[how])
    assert answer.status_code in {404, 409, 422} and "went wrong" not in text_of(answer)
    assert (rows(AttemptCount), rows(RepeatedRequest)) == (1, 0), "the form may be sent again with the same key"


@pytest.mark.parametrize("how", BROKEN)
def test_what_the_database_refused_takes_everything_with_it(breaking, how):
    assert breaking(BROKEN[how]).status_code in {400, 409, 503}
    assert (rows(AttemptCount), rows(RepeatedRequest)) == (0, 0)


def test_without_asking_nothing_is_kept(breaking):
    assert breaking(BREAKS["invalid"], keeps=False).status_code == 422
    assert (rows(AttemptCount), rows(RepeatedRequest)) == (0, 0)


def test_the_same_key_acts_once_it_is_sent_anew(breaking):
    key = secrets.token_urlsafe(12)
    assert breaking(BREAKS["invalid"], key=key).status_code == 422
    assert breaking(lambda: None, key=key).status_code == 303
    assert breaking(BREAKS["abort"], key=key).location == "/elsewhere", "the answer of the one that was carried out"
    assert rows(RepeatedRequest) == 1
