"""Giving and taking away roles: by managers of that programme, audited, and at once."""

from __future__ import annotations

import pytest

from app.core.audit import history
from app.identity import queries
from tests.client import soup, text_of
from tests.factories.identity import make_grant, make_person, make_staff

PAGE = "/admin/programmes/OURS/roles"


def grant_of(programme, person, role):
    return next(g for g in queries.grants_of_programme(programme.id) if g.person_id == person.id and g.role == role)


def test_granting_and_revoking(worlds, browser, session):
    """C25 and A06: the role counts from the person's next request, and is gone at the one after it is taken away."""
    ours, _theirs = worlds
    person = make_person(email="new@example.org", name="Nia")
    session.commit()
    manager, theirs = browser(ours.manager), browser(person)
    assert theirs.get("/admin/people").status_code == 404
    assert manager.fill(PAGE, email="NEW@example.org", role="manager").status_code == 303
    assert theirs.get("/admin/people").status_code == 200
    form = theirs.form(PAGE)["values"]
    revoke = f"{PAGE}/{grant_of(ours.programme, person, 'manager').id}/revoke"
    assert manager.fill(revoke, reason="Was a mistake").status_code == 303
    assert theirs.get("/admin/people").status_code == 404
    late = theirs.post(PAGE, data={**form, "email": ours.applicant.email, "role": "finance"})
    assert late.status_code == 404
    entries = history("programme", ours.programme.id)[-2:]
    assert [(e.action, e.reason, e.detail["role"]) for e in entries] == [
        ("role.granted", "", "manager"),
        ("role.revoked", "Was a mistake", "manager"),
    ]


def test_only_a_manager_of_that_programme(worlds, browser):
    ours, theirs = worlds
    grant = grant_of(ours.programme, ours.officer, "officer")
    for person in (theirs.manager, ours.officer, ours.auditor, ours.applicant):
        client = browser(person)
        assert client.get(PAGE).status_code == 404
        assert client.act(PAGE, email=ours.applicant.email, role="finance").status_code == 404
        assert client.act(f"{PAGE}/{grant.id}/revoke", reason="x").status_code == 404
    assert grant_of(ours.programme, ours.officer, "officer")


def test_a_grant_of_another_programme_is_not_reached_through_ones_own(worlds, browser):
    ours, theirs = worlds
    foreign = grant_of(theirs.programme, theirs.officer, "officer")
    assert browser(ours.manager).act(f"{PAGE}/{foreign.id}/revoke", reason="x").status_code == 404
    assert grant_of(theirs.programme, theirs.officer, "officer")


@pytest.mark.parametrize(
    ("email", "role", "says"),
    [
        ("nobody@example.org", "officer", "no open account"),
        ("unconfirmed@example.org", "officer", "no open account"),
        ("", "officer", "Write the e-mail address"),
        ("held@example.org", "officer", "holds this role already"),
        ("held@example.org", "king", "Not a valid choice"),
    ],
)
def test_wrong_grants_are_refused_and_the_text_stays(worlds, browser, session, email, role, says):
    ours, _theirs = worlds
    make_grant(ours.programme, make_person(email="held@example.org"), "officer")
    make_person(email="unconfirmed@example.org", verified=False)
    session.commit()
    response = browser(ours.manager).act(PAGE, email=email, role=role)
    assert response.status_code == 422 and says in text_of(response)
    assert soup(response).find(id="email")["value"] == email


def test_nobody_gives_themselves_a_role(worlds, browser):
    ours, _theirs = worlds
    response = browser(ours.manager).fill(PAGE, email=ours.manager.email, role="finance")
    assert response.status_code == 422 and "cannot give yourself" in text_of(response)
    assert queries.programme_roles(ours.manager.id)[ours.programme.id] == {"manager"}


def test_the_last_manager_stays(worlds, browser, session):
    ours, _theirs = worlds
    client = browser(ours.manager)
    others = [p for p in queries.people_with_role(ours.programme.id, "manager") if p.id != ours.manager.id]
    for other in others:
        client.fill(f"{PAGE}/{grant_of(ours.programme, other, 'manager').id}/revoke", reason="Left")
    own = f"{PAGE}/{grant_of(ours.programme, ours.manager, 'manager').id}/revoke"
    refused = client.fill(own, reason="Leaving")
    assert refused.status_code == 422 and "at least one manager" in text_of(refused)


def test_a_manager_of_two_chooses_the_programme(worlds, browser, session):
    ours, theirs = worlds
    one, both = browser(ours.manager), browser(make_staff(theirs.programme, "manager", person=ours.auditor))
    make_grant(ours.programme, ours.auditor, "manager")
    session.commit()
    assert one.get("/admin/roles").headers["Location"] == PAGE
    page = text_of(both.get("/admin/roles"))
    assert "Programme OURS" in page and "Programme THEIRS" in page
