"""Invitations to an organisation: accepted once, by the invited person, by post; and they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.identity import queries
from app.identity.models import Invitation
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.identity import make_member, make_organisation, make_person
from tests.identity.mails import events, last_link
from tests.identity.organisations import SENT, membership
from tests.racing import in_threads


def test_an_invitation_is_accepted_by_the_invited_person_by_post(people, client, new_client, session):
    organisation, cast, browsers = people
    page = f"/organisations/{organisation.id}"
    browsers["owner"].fill(page, f"{page}/invitations", email="STRANGER@example.org", role="editor")
    link = last_link(SENT)
    assert "Umoja invites you" in text_of(client.get(link)), "the link leads somewhere without an account, too"
    assert "another address" in text_of(browsers["viewer"].get(link))
    invitation = session.scalar(select(Invitation))
    accept = f"/invitations/{invitation.id}/accept"
    assert "/sign-in" in client.act(accept).headers["Location"]
    assert browsers["viewer"].act(accept).status_code == 404
    assert browsers["stranger"].get(link).status_code == 200
    assert cast["stranger"].id not in {m.person_id for m in queries.members_of(organisation.id)}, "looking does nothing"
    assert browsers["stranger"].get(accept).status_code == 405
    assert "Umoja invites you" in text_of(browsers["stranger"].get("/organisations"))
    assert browsers["stranger"].fill(link).status_code == 303
    assert membership(organisation, cast["stranger"]).role == "editor"
    assert browsers["stranger"].get(page).status_code == 200
    assert client.get(link).status_code == 410, "it worked once"


def test_an_unconfirmed_address_accepts_nothing(people, new_client, session, sign_in):
    organisation, _cast, browsers = people
    page = f"/organisations/{organisation.id}"
    browsers["owner"].act(f"{page}/invitations", email="new@example.org", role="viewer")
    pretender = make_person(email="new@example.org", verified=False)
    session.commit()
    browser = sign_in(new_client(), pretender)
    invitation = session.scalar(select(Invitation))
    assert browser.act(f"/invitations/{invitation.id}/accept").status_code == 404
    assert "Umoja" not in text_of(browser.get("/organisations"))


def test_the_service_itself_refuses_somebody_else(people, session):
    """Whatever page or command calls it."""
    from app.identity import services

    organisation, cast, browsers = people
    browsers["owner"].act(f"/organisations/{organisation.id}/invitations", email="new@example.org", role="owner")
    invitation = session.scalar(select(Invitation))
    for person in (cast["stranger"], make_person(email="new@example.org", verified=False)):
        with pytest.raises(services.DeadLink):
            services.accept_invitation(invitation=invitation, person=person, actor=services.as_actor(person))
    assert len(queries.members_of(organisation.id)) == 3


def test_invitations_end(people, session, frozen):
    """By withdrawal, by a newer one, by age."""
    organisation, _cast, browsers = people
    page, stranger = f"/organisations/{organisation.id}", browsers["stranger"]

    def invite() -> tuple[str, str]:
        browsers["owner"].act(f"{page}/invitations", email="stranger@example.org", role="viewer")
        newest = session.scalars(select(Invitation).order_by(Invitation.id)).all()[-1]
        return last_link(SENT), f"/invitations/{newest.id}"

    first, first_path = invite()
    second, second_path = invite()
    assert stranger.get(first).status_code == 410 and stranger.get(second).status_code == 200
    assert browsers["editor"].act(f"{second_path}/withdraw").status_code == 404
    assert browsers["owner"].act(f"{second_path}/withdraw").status_code == 303
    third, third_path = invite()
    frozen(NOON + timedelta(days=14))
    for link, path in ((first, first_path), (second, second_path), (third, third_path)):
        assert stranger.get(link).status_code == 410
        assert stranger.act(f"{path}/accept").headers["Location"] == "/organisations"
    assert "stranger@example.org" not in {m.person.email for m in queries.members_of(organisation.id)}
    frozen(NOON + timedelta(days=13))
    assert stranger.act(f"{third_path}/accept").headers["Location"] == page


@pytest.mark.parametrize(
    ("email", "role", "says"),
    [
        ("nonsense", "viewer", "like name@example.org"),
        ("new@example.org", "king", "Not a valid choice"),
        ("member@example.org", "viewer", "member already"),
    ],
)
def test_wrong_invitations_are_refused(people, session, email, role, says):
    organisation, _cast, browsers = people
    make_member(organisation, "viewer", make_person(email="Member@example.org"))
    session.commit()
    response = browsers["owner"].act(f"/organisations/{organisation.id}/invitations", email=email, role=role)
    assert response.status_code == 422 and says in text_of(response)
    assert soup(response).find(id="email")["value"] == email
    assert not events(SENT)


def test_only_owners_see_who_is_invited(people):
    organisation, _cast, browsers = people
    page = f"/organisations/{organisation.id}"
    browsers["owner"].act(f"{page}/invitations", email="secret-guest@example.org", role="viewer")
    assert "secret-guest" in text_of(browsers["owner"].get(page))
    assert "secret-guest" not in text_of(browsers["editor"].get(page))


def test_a_double_click_invites_once(people):
    organisation, _cast, browsers = people
    path = f"/organisations/{organisation.id}/invitations"
    for _ in range(2):
        answer = browsers["owner"].act(path, key="one and the same key", email="new@example.org", role="viewer")
        assert answer.status_code == 303
    assert len(events(SENT)) == 1


@pytest.mark.postgres
def test_twenty_at_once_accept_an_invitation_once(postgres_app):
    """A11."""
    from app.extensions import db
    from app.identity import services

    with postgres_app.app_context():
        owner, guest = make_person(), make_person()
        organisation = make_organisation(owner=owner)
        services.invite_member(
            organisation=organisation, email=guest.email, role="viewer", actor=services.as_actor(owner)
        )
        db.session.commit()
        guest_id, organisation_id = guest.id, organisation.id

    def accept(_n: int) -> bool:
        with postgres_app.app_context():
            person = queries.get_person(guest_id)
            invitation = db.session.scalar(select(Invitation))
            try:
                services.accept_invitation(invitation=invitation, person=person, actor=services.as_actor(person))
            except services.DeadLink:
                return False
            db.session.commit()
            return True

    assert sum(in_threads(20, accept)) == 1
    with postgres_app.app_context():
        assert [m.role for m in queries.members_of(organisation_id)] == ["owner", "viewer"]
