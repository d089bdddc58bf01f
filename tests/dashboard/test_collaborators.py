"""Who works on a proposal of somebody else's organisation: what waits for them, where they can go, what they hear."""

import pytest

from app.identity.queries import get_person
from app.notifications import audience
from app.notifications import queries as notices
from app.notifications.subjects import Subject
from app.proposals import queries, services
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.notifications import make_notice
from tests.factories.proposals import make_collaborator, make_proposal, owner_of

PLAN = "full_proposal/plan"


def menu(page) -> set[str]:
    return {a.get_text(strip=True) for a in soup(page).select("header nav a")}


@pytest.mark.parametrize(
    ("role", "verb"), [("editor", "Finish and submit"), ("contributor", "Write your sections"), ("viewer", "")]
)
def test_a_collaborator_finds_the_proposal(session, frozen, client, sign_in, role, verb):
    proposal = make_proposal("full_draft")
    person = make_collaborator(proposal, role, *([PLAN] if role == "contributor" else []))
    session.commit()
    sign_in(client, person)
    page = client.get("/work")
    assert proposal.reference in text_of(page) and verb in text_of(page)
    assert "My proposals" in menu(page) and "Projects" not in menu(page)
    row = queries.collaborators_of(proposal.id)[0]
    services.end_part(
        proposal=queries.get_proposal(proposal.id), collaborator=row, actor=actor_of(get_person(person.id))
    )
    session.commit()
    page = client.get("/work")
    assert proposal.reference not in text_of(page) and "My proposals" not in menu(page)


def test_an_officer_who_collaborates_has_the_applicant_s_tasks_only(session, frozen, client, sign_in):
    proposal = make_proposal("submitted")
    officer = make_staff(proposal.call.programme, "officer")
    session.commit()
    sign_in(client, officer)
    assert "Start screening" in text_of(client.get("/work"))
    make_collaborator(queries.get_proposal(proposal.id), "viewer", person=get_person(officer.id))
    session.commit()
    assert "Start screening" not in text_of(client.get("/work"))


def test_writers_hear_what_happens_and_signers_what_is_to_be_signed(session, frozen):
    proposal = make_proposal("full_draft")
    people = {
        role: make_collaborator(proposal, role, *([PLAN] if role == "contributor" else []))
        for role in ("editor", "contributor", "viewer", "signatory")
    }
    owner = owner_of(proposal.organisation)
    subject = Subject(None, proposal, proposal.call, proposal, None, proposal.organisation)
    heard = {one.person_id for one in audience.applicants(subject)}
    assert heard == {owner.id, people["editor"].id, people["contributor"].id}
    proposal.stages[-1].sign_off_asked_by_id = owner.id
    asked = Subject(None, proposal.stages[-1], proposal.call, proposal, None, proposal.organisation)
    assert [one.person_id for one in audience.signers(asked)] == [people["signatory"].id]
    applying = {person.id for person in notices.applicants_of_call(proposal.call_id)}
    assert applying == heard


def test_notices_follow_the_part(session, frozen):
    proposal = make_proposal("submitted")
    person = make_collaborator(proposal, "editor")
    make_notice(person, thing=proposal)
    proposal, person = queries.get_proposal(proposal.id), get_person(person.id)
    assert notices.unread_count(person.id) == 1
    row = queries.collaborators_of(proposal.id)[0]
    services.end_part(proposal=proposal, collaborator=row, actor=actor_of(person))
    assert notices.unread_count(person.id) == 0
    make_collaborator(proposal, "viewer", person=person)
    assert notices.unread_count(person.id) == 1
