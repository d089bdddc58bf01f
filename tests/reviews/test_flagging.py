"""Names of who applies in what reviewers of a double blind call will read."""

from __future__ import annotations

import io

import pytest

from app.core import files
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.proposals.models import ProposalFile
from app.proposals.snapshot import SealedFile
from app.reviews.flagging import Flag, clues, flags, strings
from tests.client import soup, text_of
from tests.core.test_images import photo
from tests.core.test_stripping import written
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
    shown = soup(page(named, client, sign_in, session))
    rows = [
        tuple(cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])) for row in shown.select("tbody tr")
    ]
    assert set(rows) == {("Problem", "Marguerite Steinbruch"), ("Problem", "Quellwasser Cooperative")}, (
        "partners are not read"
    )


@pytest.mark.parametrize("role", ["reviewer", "committee_member", "finance"])
def test_nobody_else_does(session, named, client, sign_in, role):
    assert page(named, client, sign_in, session, role).status_code == 404


def test_there_is_no_such_page_where_nothing_is_hidden(session, client, sign_in):
    assert page(make_assessed_proposal(), client, sign_in, session).status_code == 404


def with_annex(named, content, name):
    """The proposal sealed once more, with a file in its annex."""
    stored = files.store(io.BytesIO(content), name, SYSTEM_ACTOR)
    row = ProposalFile(stage_submission_id=named.stages[-1].id, question_id="annex", file_id=stored.id)
    db.session.add(row)
    db.session.flush()
    sealed = SealedFile(str(row.id), "annex", name, stored.sha256, stored.size, stored.media_type)
    proposal = make_assessed_proposal(
        call=named.call, organisation=named.organisation, title="Another", answers={"problem": "Pits."}, files=(sealed,)
    )
    row.stage_submission_id = proposal.stages[-1].id
    return proposal


def test_a_name_inside_a_file_is_found(session, named, client, sign_in):
    proposal = with_annex(named, written("As Marguerite Steinbruch of Quellwasser says"), "plan.pdf")
    shown = soup(page(proposal, client, sign_in, session))
    rows = [row.get_text(" ", strip=True) for row in shown.select("tbody tr")]
    assert any("plan.pdf" in row and "Marguerite Steinbruch" in row for row in rows), rows
    assert shown.find("h2", string="Files to read yourself") is None


def test_a_file_without_words_is_named_to_be_looked_at(session, named, client, sign_in):
    proposal = with_annex(named, photo(), "the pit.jpg")
    shown = soup(page(proposal, client, sign_in, session))
    assert shown.find("h2", string="Files to read yourself").find_next("ul").get_text(strip=True) == "the pit.jpg"


def test_a_clean_file_is_neither(session, named, client, sign_in):
    proposal = with_annex(named, written("Pits collapse."), "plan.pdf")
    assert "plan.pdf" not in text_of(page(proposal, client, sign_in, session))
