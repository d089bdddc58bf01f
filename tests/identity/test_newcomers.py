"""An account whose address is not confirmed begins at once; what it began is taken over by the address's owner only."""

from __future__ import annotations

import pytest

from app.core.audit import history
from app.core.errors import Invalid, NotFound
from app.extensions import db
from app.identity import queries, services
from tests.client import soup, text_of
from tests.conftest import sign_in_directly
from tests.factories.identity import make_organisation, make_person
from tests.identity.mails import events, last_link
from tests.identity.signing_in import is_signed_in, try_sign_in

ASKED = "person.verification_requested"


@pytest.fixture
def newcomer(session):
    person = make_person(email="cleo@example.org", name="Cleo", verified=False)
    session.commit()
    return person


@pytest.fixture
def owner(session):
    person = make_person(email="cleo@example.org", name="The owner")
    session.commit()
    return person


@pytest.fixture
def begun(newcomer, session):
    """The newcomer's organisation."""
    organisation = services.name_organisation(
        actor=services.as_actor(newcomer), name="Coopérative de Nyabibwe", country="CD", kind="cooperative_asm"
    )
    session.commit()
    return organisation


def test_it_writes_to_nobody_in_our_name(newcomer, begun):
    actor = services.as_actor(newcomer)
    with pytest.raises(Invalid, match="Confirm your e-mail address first"):
        services.invite_member(organisation=begun, email="x@example.org", role="editor", actor=actor)
    assert not events("invitation.sent")


def test_an_invitation_that_is_refused_keeps_what_was_typed(client, newcomer, begun):
    sign_in_directly(client, newcomer)
    refused = client.act(f"/organisations/{begun.id}/invitations", email="col@example.org", role="editor")
    assert refused.status_code == 422 and "Confirm your e-mail address first" in text_of(refused)
    assert soup(refused).find(id="email")["value"] == "col@example.org"


def test_a_wrong_address_is_mended(client, newcomer):
    sign_in_directly(client, newcomer)
    assert client.act("/account/address/mail").status_code == 303
    first = last_link(ASKED)
    answer = client.fill("/account/address", "/account/address", email="cleo.m@example.org")
    assert answer.status_code == 303
    page = text_of(client.get("/account/address"))
    assert "cleo.m@example.org" in page
    assert client.get(first).status_code == 410, "the link to the first address is dead"
    assert client.fill(last_link(ASKED)).status_code == 303
    assert queries.person_by_email("cleo.m@example.org").id == newcomer.id
    assert client.get("/account/address").headers["Location"] == "/account"
    assert client.post(
        "/account/address", data={"csrf_token": client.csrf_token(), "email": "another@example.org", "version": "9"}
    ).status_code in {409, 422}, "a confirmed address stays"


@pytest.mark.parametrize("wrong", ["cleo", "cleo@", "a b@example.org", ""])
def test_an_address_that_is_none_is_refused_and_kept(client, newcomer, wrong):
    sign_in_directly(client, newcomer)
    refused = client.fill("/account/address", "/account/address", email=wrong)
    assert refused.status_code == 422 and soup(refused).find(id="email")["value"] == wrong


def test_the_mail_is_not_sent_without_end(client, newcomer):
    sign_in_directly(client, newcomer)
    statuses = [client.act("/account/address/mail").status_code for _ in range(8)]
    assert statuses == [303] * 6 + [429] * 2 and len(events(ASKED)) == 6


def test_the_owner_takes_over_what_was_begun(client, new_client, session, newcomer, begun, owner):
    theirs = new_client()
    sign_in_directly(theirs, newcomer)
    assert try_sign_in(client, "cleo@example.org").status_code == 303
    assert "begun with your address" in text_of(client.get("/"))
    page = text_of(client.get("/account/begun"))
    assert "Coopérative de Nyabibwe" in page and "Cleo" in page
    assert client.act(f"/account/begun/{newcomer.id}/take-over").status_code == 303
    assert queries.memberships_of(owner.id) == {begun.id: "owner"} and queries.memberships_of(newcomer.id) == {}
    assert not is_signed_in(theirs) and is_signed_in(client)
    assert "Coopérative de Nyabibwe" in text_of(client.get("/organisations"))
    assert [e.action for e in history("person", newcomer.id)][-1] == "person.taken_over"
    assert client.act(f"/account/begun/{newcomer.id}/take-over").status_code == 404, "once"
    assert "Nothing waits here" in text_of(client.get("/account/begun"))


def test_the_owner_discards_what_somebody_else_began(client, new_client, newcomer, begun, owner):
    theirs = new_client()
    sign_in_directly(theirs, newcomer)
    sign_in_directly(client, owner)
    assert client.act(f"/account/begun/{newcomer.id}/discard").status_code == 303
    assert not is_signed_in(theirs)
    assert queries.memberships_of(newcomer.id) == {begun.id: "owner"}, "nothing is deleted"
    assert try_sign_in(theirs, "cleo@example.org").status_code == 303
    assert "The owner" in text_of(theirs.get("/account")), "the address signs the owner in"


def test_nobody_else_takes_it(client, session, newcomer, begun):
    stranger, confirmed = make_person(email="cleo2@example.org"), make_person(email="other@example.org")
    unconfirmed = make_person(email="cleo@example.org", verified=False)
    session.commit()
    for person in (stranger, unconfirmed, newcomer):
        with pytest.raises(NotFound):
            services.take_over(newcomer=newcomer, owner=person, actor=services.as_actor(person))
        with pytest.raises(NotFound):
            services.discard(newcomer=newcomer, owner=person, actor=services.as_actor(person))
        db.session.rollback()
    sign_in_directly(client, confirmed)
    for way in ("take-over", "discard"):
        assert client.act(f"/account/begun/{newcomer.id}/{way}").status_code == 404
    assert "Nyabibwe" not in text_of(client.get("/account/begun"))
    sign_in_directly(client, unconfirmed)
    assert "Nyabibwe" not in text_of(client.get("/account/begun"))


def test_a_confirmed_account_is_nothing_to_take(session, owner):
    other = make_person(email="taken@example.org")
    session.commit()
    with pytest.raises(NotFound):
        services.take_over(newcomer=other, owner=owner, actor=services.as_actor(owner))


def test_the_page_asks_as_much_for_many(client, session, owner, count_queries):
    sign_in_directly(client, owner)

    def asked() -> int:
        with count_queries() as seen:
            assert client.get("/account/begun").status_code == 200
        return len(seen)

    def add() -> None:
        person = make_person(email="cleo@example.org", verified=False)
        services.name_organisation(actor=services.as_actor(person), name="X", country="CD", kind="company")
        session.commit()

    add()
    few = asked()
    for _ in range(9):
        add()
    assert asked() == few <= 12


def test_an_invited_newcomer_is_told_to_confirm_first(client, session, newcomer):
    inviter = make_person()
    services.invite_member(
        organisation=make_organisation(owner=inviter),
        email="cleo@example.org",
        role="editor",
        actor=services.as_actor(inviter),
    )
    session.commit()
    sign_in_directly(client, newcomer)
    page = text_of(client.get(last_link("invitation.sent")))
    assert "Confirm your e-mail address first" in page and "another address" not in page
