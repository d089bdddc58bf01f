"""Names of who applies in what reviewers of a double blind call will read."""

from __future__ import annotations

import pytest

from app.reviews.flagging import Flag, clues, flags, strings
from tests.client import text_of
from tests.factories.identity import make_organisation, make_person, make_staff
from tests.factories.reviews import make_assessed_proposal, make_assessing_call

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We, the Coopérative QUELLWASSER, dig.", "Cooperative Quellwasser"),
        ("cooperative   quellwasser", "Cooperative Quellwasser"),
        ("As Steinbruch wrote", "Ben Steinbruch"),
        ("Write to info@quellwasser.cd", "quellwasser.cd"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, found):
    wanted = clues(["Cooperative Quellwasser"], ["Ben Steinbruch"], ["quellwasser.cd"])
    assert Flag("Why", found) in flags([("Why", text)], wanted)


@pytest.mark.parametrize("text", ["Quellwasserstrasse", "A steinbruchs tool", "The cooperative digs", ""])
def test_parts_of_other_words_are_no_names(text):
    assert not flags([("Why", text)], clues(["Cooperative Quellwasser"], ["Ben Steinbruch"], ["quellwasser.cd"]))


def test_short_names_are_not_looked_for():
    assert clues(["AB"], ["Li"], []) == ()


def test_texts_are_found_however_deep():
    assert list(strings({"a": [{"b": "x"}, 3, None], "c": "y"})) == ["x", "y"]


@pytest.fixture
def named(session):
    owner = make_person(name="Marguerite Steinbruch")
    organisation = make_organisation(owner=owner, name="Quellwasser Cooperative")
    return make_assessed_proposal(
        call=make_assessing_call(process={"blind": "double"}),
        organisation=organisation,
        answers={"problem": "Ms Steinbruch of the Quellwasser cooperative saw pits collapse."},
    )


def page(proposal, client, sign_in, session, role="officer"):
    session.commit()
    return sign_in(client, make_staff(proposal.call.programme, role)).get(f"/reviews/proposals/{proposal.id}/names")


def test_staff_see_the_places(session, named, client, sign_in):
    shown = text_of(page(named, client, sign_in, session))
    assert "Marguerite Steinbruch" in shown
    assert "Quellwasser Cooperative" in shown


@pytest.mark.parametrize("role", ["reviewer", "committee_member", "finance"])
def test_nobody_else_does(session, named, client, sign_in, role):
    assert page(named, client, sign_in, session, role).status_code == 404


def test_there_is_no_such_page_where_nothing_is_hidden(session, client, sign_in):
    assert page(make_assessed_proposal(), client, sign_in, session).status_code == 404
