"""Fixtures of the tests of calls."""

from __future__ import annotations

import pytest

from app.calls import queries, services
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.calls.building import bilingual
from tests.factories.calls import call_document, make_call
from tests.factories.identity import actor_of, make_programme, make_staff


@pytest.fixture
def call(session):
    """An open call whose second stage has a form in two languages."""
    document = call_document()
    made = make_call(stages=document["stages"])
    stage = queries.stage_by_key(made.code, "full_proposal")
    made.languages = ["en", "fr"]
    draft = services.form_draft(stage=stage, actor=SYSTEM_ACTOR)
    services.save_form_draft(draft=draft, document=bilingual(), actor=SYSTEM_ACTOR, expected_version=1)
    session.commit()
    return made


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(client, sign_in, programme):
    """The signed-in manager, as the one who acts."""
    person = make_staff(programme, "manager")
    sign_in(client, person)
    return actor_of(person)


@pytest.fixture
def draft(programme, manager):
    found = services.start_draft(programme=programme, actor=manager)
    db.session.commit()
    return found
