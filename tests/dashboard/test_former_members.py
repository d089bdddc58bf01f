"""Who left an applicant organisation and works for the programme later sees nothing of what that organisation applies for."""

from __future__ import annotations

from sqlalchemy import func, select

from app.core.types import SYSTEM_ACTOR
from app.decisions.queries import records_closed_to
from app.extensions import db
from app.identity import services as identity
from app.identity.models import FormerMembership
from app.identity.queries import get_person
from app.notifications import queries as notifications
from app.projects.policy import relations as project_relations
from app.proposals import queries
from app.proposals.policy import relations
from tests.client import text_of
from tests.factories.identity import actor_of, make_member, make_membership, make_person, make_staff
from tests.factories.notifications import make_notice
from tests.factories.projects import make_project
from tests.factories.reviews import make_assessed_proposal
from workflows.actors import COMMITTEE_MEMBER, FINANCE, MANAGER, OFFICER


def _leave(organisation, person=None, role="editor"):
    """A person who was a member and left."""
    person = person or make_person()
    membership = make_membership(organisation, role, person)
    db.session.commit()
    identity.remove_member(membership=membership, actor=actor_of(person))
    db.session.commit()
    return person


def test_a_former_member_holds_no_relation_to_the_proposal(session):
    proposal = make_assessed_proposal()
    left = _leave(proposal.organisation)
    for person in (left, new := make_person()):
        make_staff(proposal.call.programme, OFFICER, MANAGER, COMMITTEE_MEMBER, person=person)
    session.commit()
    assert relations(actor_of(new), proposal) == {OFFICER, MANAGER, COMMITTEE_MEMBER}
    assert relations(actor_of(left), proposal) == frozenset()
    assert queries.has_conflict(left.id, proposal) and not queries.has_conflict(new.id, proposal)
    assert proposal.id in set(session.scalars(records_closed_to(left.id)))


def test_pages_and_lists_are_closed_to_a_former_member(new_client, sign_in):
    proposal = make_assessed_proposal()
    left, officer = _leave(proposal.organisation), make_person()
    for person in (left, officer):
        make_staff(proposal.call.programme, OFFICER, person=person)
    db.session.commit()
    pages = (f"/proposals/{proposal.id}", f"/proposals/calls/{proposal.call.code}")
    for page in pages:
        assert proposal.reference in text_of(sign_in(new_client(), officer).get(page))
    assert sign_in(new_client(), left).get(pages[0]).status_code == 404
    assert proposal.reference not in text_of(sign_in(new_client(), left).get(pages[1]))


def test_projects_are_closed_to_a_former_member(new_client, sign_in):
    grant = make_project("active")
    reference = grant.project.reference
    left = _leave(grant.organisation)
    make_staff(queries.get_proposal(grant.project.proposal_id).call.programme, OFFICER, FINANCE, person=left)
    db.session.commit()
    assert project_relations(actor_of(left), grant.project) == frozenset()
    assert reference in text_of(sign_in(new_client(), grant.officer).get("/projects/"))
    assert reference not in text_of(sign_in(new_client(), left).get("/projects/"))


def test_a_member_keeps_the_notices_and_who_left_does_not(session):
    proposal = make_assessed_proposal()
    member = make_member(proposal.organisation)
    make_notice(member, thing=proposal)
    proposal, member = queries.get_proposal(proposal.id), get_person(member.id)
    assert notifications.unread_count(member.id) == 1, "membership hides nothing from an applicant"
    _leave(proposal.organisation, member)
    assert notifications.unread_count(member.id) == 0
    make_member(proposal.organisation, "viewer", person=member)
    session.commit()
    assert notifications.unread_count(member.id) == 1, "who comes back is an applicant again"
    assert relations(actor_of(member), proposal) == {"viewer"}


def test_leaving_twice_is_remembered_once(session):
    proposal = make_assessed_proposal()
    person = _leave(proposal.organisation)
    _leave(proposal.organisation, person)
    assert session.scalar(select(func.count(FormerMembership.id)).where(FormerMembership.person_id == person.id)) == 1


def test_who_is_removed_by_an_owner_is_remembered_too(session):
    proposal = make_assessed_proposal()
    membership = make_membership(proposal.organisation, "viewer")
    session.commit()
    identity.remove_member(membership=membership, actor=SYSTEM_ACTOR)
    session.commit()
    assert queries.has_conflict(membership.person_id, proposal)
