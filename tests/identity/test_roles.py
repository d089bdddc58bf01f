"""Roles and memberships: who holds what, and from when."""

from __future__ import annotations

import pytest

from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR, Actor
from app.identity import policy, queries, services
from tests.factories.identity import actor_of, make_grant, make_organisation, make_person, make_programme, make_staff


def test_roles_are_per_programme(app):
    ours, other = make_programme(), make_programme()
    person = make_staff(ours, "manager", "finance")
    assert policy.programme_relations(actor_of(person), ours.id) == {"manager", "finance"}
    assert policy.programme_relations(actor_of(person), other.id) == frozenset()
    assert queries.programmes_with_role(person.id, "manager", "auditor") == {ours.id}


def test_nobody_and_system_are_told_apart(app):
    programme, organisation = make_programme(), make_organisation()
    nobody = Actor(None, "")
    assert policy.programme_relations(nobody, programme.id) == frozenset()
    assert policy.organisation_relations(nobody, organisation.id) == frozenset()
    assert policy.programme_relations(SYSTEM_ACTOR, programme.id) == {"system"}
    assert policy.relations(actor_of(make_person()), object()) == frozenset()


def test_owner_also_signs(app):
    owner = make_person()
    organisation = make_organisation(owner=owner)
    assert policy.relations(actor_of(owner), organisation) == {"owner", "signatory"}
    assert queries.memberships_of(owner.id) == {organisation.id: "owner"}


def test_granting_and_revoking_count_at_once(app):
    programme, person, manager = make_programme(), make_person(), make_person()
    make_grant(programme, manager, "manager")
    assert queries.programme_roles(person.id) == {}
    make_grant(programme, person, "officer")
    assert queries.programme_roles(person.id) == {programme.id: frozenset({"officer"})}
    services.revoke_role(programme=programme, person=person, role="officer", actor=actor_of(manager))
    assert queries.programme_roles(person.id) == {}


def test_a_programme_keeps_a_manager_and_nobody_promotes_themselves(app):
    programme = make_programme()
    manager = make_staff(programme, "manager")
    with pytest.raises(Invalid, match="at least one manager"):
        services.revoke_role(programme=programme, person=manager, role="manager", actor=actor_of(manager))
    with pytest.raises(Invalid, match="yourself"):
        services.grant_role(programme=programme, person=manager, role="finance", actor=actor_of(manager))
    assert queries.programme_roles(manager.id) == {programme.id: frozenset({"manager"})}


def test_people_with_role_leaves_suspended_ones_out(app):
    programme = make_programme()
    manager, officer = make_staff(programme, "manager"), make_staff(programme, "officer")
    assert queries.people_with_role(programme.id, "officer", "manager") == sorted(
        [manager, officer], key=lambda p: p.name
    )
    services.suspend(person=officer, reason="left", actor=actor_of(manager))
    assert queries.people_with_role(programme.id, "officer", "manager") == [manager]
