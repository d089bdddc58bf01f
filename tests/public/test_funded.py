"""The page of funded projects: only what the form made public, only of projects under agreement."""

from __future__ import annotations

from copy import deepcopy

import pytest

from app.calls.form_schema import parse
from app.core import clock
from app.extensions import db
from app.proposals import queries as proposals
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, question, section
from tests.factories.projects import make_project
from tests.factories.proposals import make_proposal

pytestmark = pytest.mark.usefixtures("frozen")
ASKED = section(
    "shared",
    question("headline", visible_to=["public"]),
    question("secret"),
    question("leader", visible_to=["public"], personal=True),
    question("mail", "email", visible_to=["public"]),
    question("pit", "site", visible_to=["public"], required=False),
    question(
        "places",
        "table",
        visible_to=["public"],
        columns=[question("work"), question("foreman", personal=True)],
    ),
)
ANSWERS = {
    "headline": "Shafts that hold", "secret": "Our own figures", "leader": "Amina Osei", "mail": "amina@example.org",
    "places": [{"work": "Timbering", "foreman": "Paul Mbeki"}],
}  # fmt: skip


def funded(point: str = "active"):
    """A closed call whose only submitted proposal became a project at this point."""
    stages = deepcopy(call_document()["stages"])
    for stage in stages:
        stage["form"]["sections"].append(ASKED)
    call = make_call(stages=stages)
    proposal = make_proposal("submitted", call=call, answers=ANSWERS)
    grant = make_project(point)
    grant.project.proposal_id, grant.project.call_id = proposal.id, call.id
    db.session.commit()
    return call, grant, f"/calls/{call.code}/projects"


def test_only_what_is_public_of_a_funded_project_is_shown(client, session):
    _, grant, where = funded()
    page = text_of(client.get(where))
    assert grant.project.reference in page and "Shafts that hold" in page and "Timbering" in page
    for kept in ("Our own figures", "Amina Osei", "amina@example.org", "Paul Mbeki", grant.project.title):
        assert kept not in page


@pytest.mark.parametrize("point", ["drafted", "sent", "signed"])
def test_nothing_of_a_project_without_an_agreement_in_force(client, session, point):
    _, grant, where = funded(point)
    page = text_of(client.get(where))
    assert "No funded project is shown yet" in page and "Shafts" not in page and grant.project.reference not in page


def test_nothing_of_a_proposal_that_was_not_awarded_and_nothing_of_a_draft_call(client, session):
    call, _, where = funded()
    make_proposal("submitted", call=call, answers={**ANSWERS, "headline": "Never awarded"})
    hidden = make_call(state="draft")
    db.session.commit()
    assert "Never awarded" not in text_of(client.get(where))
    assert client.get(f"/calls/{hidden.code}/projects").status_code == 404


def test_the_sealed_version_is_told_and_not_what_was_typed_since(client, session):
    _, grant, where = funded()
    stage = proposals.newest_sealed_stage(grant.project.proposal_id)
    stage.answers = {**stage.answers, "headline": "Typed afterwards"}
    db.session.commit()
    page = text_of(client.get(where))
    assert "Shafts that hold" in page and "Typed afterwards" not in page


def test_the_page_of_a_closed_call_leads_there_and_the_form_says_so(client, session, frozen):
    call, _, where = funded()
    assert soup(client.get(f"/calls/{call.code}")).select_one(f"main a[href='{where}']") is None, "it is still open"
    assert "Everybody may read this answer once the project is funded." in text_of(client.get(f"/calls/{call.code}"))
    frozen(call.closes_at)
    assert clock.now() >= call.closes_at
    assert soup(client.get(f"/calls/{call.code}")).select_one(f"main a[href='{where}']")


@pytest.mark.parametrize("kind", ["site", "point", "email", "file", "consent"])
def test_some_kinds_are_never_public(kind):
    form = parse({"sections": [section("one", question("q", kind, visible_to=["public"]))]})
    assert form.question("q").for_public() is None


def test_a_form_names_the_public_or_it_is_not_told():
    for readers in ([], ["reviewer"], ["programme", "applicant"]):
        form = parse({"sections": [section("one", question("q", visible_to=readers))]})
        assert form.question("q").for_public() is None


def test_as_many_queries_for_many_projects(client, session, count_queries):
    call, _, where = funded()
    client.get(where)
    with count_queries() as one:
        client.get(where)
    for _ in range(4):
        _, grant, _ = funded()
        grant.project.call_id = call.id
    db.session.commit()
    client.get(where)
    with count_queries() as many:
        assert client.get(where).status_code == 200
    assert len(one) == len(many) <= 12
