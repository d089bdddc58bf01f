"""Organisations: profile, members, roles; rights count at the very next request."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.core.audit import history
from app.identity import queries
from app.identity.models import Organisation
from tests.client import soup, text_of
from tests.factories.identity import make_member, make_organisation, make_person
from tests.identity.mails import events
from tests.identity.organisations import SENT, membership
from tests.racing import in_threads

PROFILE = {
    "name": "Umoja Cooperative",
    "country": "TZ",
    "kind": "cooperative_asm",
    "pillar": "civil_society",
    "registration_number": "TZ-117",
}


def test_registering_makes_an_owner(client, session, sign_in):
    person = make_person()
    session.commit()
    sign_in(client, person)
    response = client.fill("/organisations/new", **PROFILE)
    assert response.status_code == 303
    page = text_of(client.get(response.headers["Location"]))
    assert "Umoja Cooperative" in page and "Tanzania" in page and "Owner" in page
    organisation = session.scalar(select(Organisation))
    assert queries.memberships_of(person.id) == {organisation.id: "owner"}
    actions = [e.action for e in history("organisation", organisation.id)]
    assert actions == ["organisation.created", "organisation.member_joined"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "Write the name"),
        ({"country": ""}, "Choose a country"),
        ({"country": "XX"}, "Not a valid choice"),
        ({"kind": "bank"}, "Not a valid choice"),
        ({"registration_number": ""}, "say why there is none"),
        ({"website": "javascript:alert(1)"}, "Begin with https://"),
        ({"website": "https://x.example/ onclick"}, "Begin with https://"),
    ],
)
def test_wrong_profiles_are_refused_and_nothing_typed_is_lost(client, session, sign_in, change, says):
    sign_in(client, make_person())
    response = client.fill("/organisations/new", **{**PROFILE, **change})
    assert response.status_code == 422 and says in text_of(response)
    if "name" not in change:
        assert soup(response).find(id="name")["value"] == PROFILE["name"]
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_no_field_beyond_the_form_is_taken(client, session, sign_in):
    sign_in(client, make_person())
    client.fill("/organisations/new", **PROFILE, id="0" * 32, version="77", created_at="2000-01-01")
    organisation = session.scalar(select(Organisation))
    assert (organisation.version, organisation.created_at.year > 2000) == (1, True)


def test_who_sees_and_who_changes(people, session):
    """C11: a viewer reads; an editor changes the profile; only an owner manages members; strangers get 404."""
    organisation, cast, browsers = people
    page, edit = f"/organisations/{organisation.id}", f"/organisations/{organisation.id}/edit"
    assert [browsers[r].get(page).status_code for r in ("owner", "editor", "viewer", "stranger")] == [200] * 3 + [404]
    assert [browsers[r].get(edit).status_code for r in ("owner", "editor", "viewer", "stranger")] == [200] * 2 + [
        404
    ] * 2
    member = f"{page}/members/{membership(organisation, cast['editor']).id}"
    unsafe = {
        f"{page}/invitations": {"email": "new@example.org", "role": "owner"},
        member: {"role": "owner"},
        f"{member}/remove": {},
    }
    for role in ("editor", "viewer", "stranger"):
        assert browsers[role].get(member).status_code == 404
        for path, fields in unsafe.items():
            assert browsers[role].act(path, **fields).status_code == 404, f"{role} {path}"
    assert browsers["viewer"].act(edit, **PROFILE).status_code == 404
    session.expire_all()
    assert queries.get_organisation(organisation.id).name == "Umoja"
    assert {m.role for m in queries.members_of(organisation.id)} == {"owner", "editor", "viewer"}
    assert not events(SENT)
    assert browsers["owner"].act(f"{page}/invitations", email="new@example.org", role="editor").status_code == 303
    assert browsers["editor"].act(edit, **PROFILE, version=1).status_code == 303


def test_what_is_forbidden_looks_like_what_is_not_there(people):
    organisation, _cast, browsers = people
    stranger = browsers["stranger"]
    forbidden = stranger.get(f"/organisations/{organisation.id}")
    missing = stranger.get("/organisations/01890000-0000-7000-8000-000000000000")
    strip = lambda r: text_of(r).split("give this number")[0]  # noqa: E731
    assert (forbidden.status_code, strip(forbidden)) == (missing.status_code, strip(missing))


def test_a_members_address_must_belong_to_the_organisation_in_the_path(people, session):
    """Mixed parents: an owner cannot reach another organisation's member through their own."""
    organisation, cast, browsers = people
    other = make_organisation(owner=cast["stranger"])
    session.commit()
    foreign = membership(other, cast["stranger"])
    path = f"/organisations/{organisation.id}/members/{foreign.id}"
    assert browsers["owner"].get(path).status_code == 404
    assert browsers["owner"].act(path, role="viewer").status_code == 404
    assert browsers["owner"].act(f"{path}/remove").status_code == 404
    assert browsers["stranger"].get(f"/organisations/{other.id}/members/{foreign.id}").status_code == 200


def test_owners_of_two_organisations_do_not_mix_them(people, session):
    """Mixed parents, with the right to both."""
    organisation, cast, browsers = people
    other = make_organisation(owner=cast["owner"])
    session.commit()
    editor = membership(organisation, cast["editor"])
    assert browsers["owner"].get(f"/organisations/{organisation.id}/members/{editor.id}").status_code == 200
    assert browsers["owner"].get(f"/organisations/{other.id}/members/{editor.id}").status_code == 404
    assert browsers["owner"].act(f"/organisations/{other.id}/members/{editor.id}/remove").status_code == 404
    assert membership(organisation, cast["editor"])


def test_two_editors_do_not_overwrite_each_other(people, session):
    organisation, _cast, browsers = people
    edit = f"/organisations/{organisation.id}/edit"
    seen_by_both = browsers["editor"].form(edit)["values"]
    assert browsers["owner"].fill(edit, website="https://first.example").status_code == 303
    late = browsers["editor"].post(edit, data={**seen_by_both, "name": "Second"})
    assert late.status_code == 409
    page = soup(late)
    assert page.find(id="name")["value"] == "Second", "what was typed stays on the page"
    assert "Somebody else changed this" in text_of(late)
    session.expire_all()
    assert queries.get_organisation(organisation.id).website == "https://first.example"


def test_a_removed_member_is_out_at_once(people, session):
    """C25 and A06: between GET of the form and its POST the role goes; the POST is refused."""
    organisation, cast, browsers = people
    page = f"/organisations/{organisation.id}"
    form = browsers["editor"].form(f"{page}/edit")["values"]
    member = f"{page}/members/{membership(organisation, cast['editor']).id}"
    assert browsers["owner"].act(f"{member}/remove").status_code == 303
    refused = browsers["editor"].post(f"{page}/edit", data={**form, "name": "Too late"})
    assert refused.status_code == 404
    assert browsers["editor"].get(page).status_code == 404
    session.expire_all()
    assert queries.get_organisation(organisation.id).name == "Umoja"


def test_a_lowered_role_counts_at_once(people):
    organisation, cast, browsers = people
    page = f"/organisations/{organisation.id}"
    form = browsers["editor"].form(f"{page}/edit")["values"]
    member = f"{page}/members/{membership(organisation, cast['editor']).id}"
    assert browsers["owner"].fill(member, role="viewer").status_code == 303
    assert browsers["editor"].post(f"{page}/edit", data={**form, "name": "Too late"}).status_code == 404
    assert browsers["editor"].get(page).status_code == 200, "reading is still allowed"


def test_the_last_owner_stays(people):
    organisation, cast, browsers = people
    page = f"/organisations/{organisation.id}"
    own = f"{page}/members/{membership(organisation, cast['owner']).id}"
    assert "at least one owner" in text_of(browsers["owner"].fill(own, role="viewer"))
    for path in (f"{own}/remove", f"{page}/leave"):
        refused = browsers["owner"].act(path)
        assert refused.status_code == 422 and "at least one owner" in text_of(refused)
    assert membership(organisation, cast["owner"]).role == "owner"


def test_leaving(people):
    organisation, cast, browsers = people
    page = f"/organisations/{organisation.id}"
    response = browsers["viewer"].act(f"{page}/leave")
    assert response.headers["Location"] == "/organisations"
    assert browsers["viewer"].get(page).status_code == 404
    assert browsers["stranger"].act(f"{page}/leave").status_code == 404
    last = history("organisation", organisation.id)[-1]
    assert (last.action, last.actor_id) == ("organisation.member_left", cast["viewer"].id)


@pytest.mark.postgres
def test_two_owners_cannot_remove_each_other(postgres_app):
    """Without the lock both would go, and the organisation would belong to nobody."""
    from app.core.errors import DomainError
    from app.extensions import db
    from app.identity import services

    for _ in range(10):
        with postgres_app.app_context():
            first = make_person()
            organisation = make_organisation(owner=first)
            second = make_member(organisation, "owner")
            db.session.commit()
            pairs = [(first.id, membership(organisation, second).id), (second.id, membership(organisation, first).id)]
            ident = organisation.id

        def remove(n: int, pairs: list = pairs) -> None:
            with postgres_app.app_context():
                actor, target = pairs[n % 2]
                try:
                    services.remove_member(
                        membership=queries.get_membership(target), actor=services.as_actor(queries.get_person(actor))
                    )
                except DomainError:
                    return
                db.session.commit()

        in_threads(2, remove)
        with postgres_app.app_context():
            assert len(queries.members_of(ident, "owner")) == 1


def test_lists_ask_the_same_number_of_questions(client, session, sign_in):
    """One member or thirty: the page costs the same."""
    from sqlalchemy import event

    from app.extensions import db

    owner = make_person()
    organisation = make_organisation(owner=owner)
    session.commit()
    sign_in(client, owner)
    statements: list[str] = []
    event.listen(db.engine.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    def cost() -> int:
        statements.clear()
        assert client.get(f"/organisations/{organisation.id}").status_code == 200
        return len([s for s in statements if s.startswith("SELECT")])

    few = cost()
    for _ in range(30):
        make_member(organisation, "viewer")
    session.commit()
    assert cost() == few <= 12
