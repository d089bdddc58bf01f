"""The people list and suspension: within one's own programmes only."""

from __future__ import annotations

import pytest

from app.core.audit import history
from tests.client import soup, text_of
from tests.factories.identity import make_person, make_staff


def test_a_manager_sees_the_people_of_the_own_programmes_only(worlds, browser):
    ours, theirs = worlds
    page = text_of(browser(ours.manager).get("/admin/people"))
    for person in (ours.manager, ours.auditor, ours.officer, ours.applicant):
        assert person.email in page
    for person in (theirs.manager, theirs.officer, theirs.applicant):
        assert person.email not in page and person.name not in page.split()


def test_only_managers_administer(worlds, browser):
    ours, _theirs = worlds
    stranger = make_person()
    for person in (ours.auditor, ours.officer, ours.applicant, stranger):
        client = browser(person)
        for path in ("/admin/people", f"/admin/people/{ours.applicant.id}", "/admin/roles", "/admin/deliveries"):
            assert client.get(path).status_code == 404, f"{person.name} {path}"
        assert client.act(f"/admin/people/{ours.applicant.id}/suspend", reason="x").status_code == 404


def test_search_and_filters(worlds, browser, session):
    ours, _theirs = worlds
    named = make_staff(
        ours.programme, "reviewer", person=make_person(name="Zoë 100% Ångström", email="zoe@example.org")
    )
    session.commit()
    client = browser(ours.manager)
    found = text_of(client.get("/admin/people", query_string={"q": "100%"}))
    assert named.email in found and ours.officer.email not in found
    wildcard = text_of(client.get("/admin/people", query_string={"q": "%"}))
    assert named.email in wildcard and ours.officer.email not in wildcard, "a wildcard is a character like any other"
    assert "Nobody found" in text_of(client.get("/admin/people", query_string={"q": "_%_"}))
    staff = text_of(client.get("/admin/people?only=staff"))
    assert ours.officer.email in staff and ours.applicant.email not in staff
    assert "Nobody found" in text_of(client.get("/admin/people?only=suspended"))


def test_suspending_closes_the_account_at_once(worlds, browser, session):
    ours, _theirs = worlds
    victim, manager = browser(ours.applicant), browser(ours.manager)
    assert victim.get("/account").status_code == 200
    page = f"/admin/people/{ours.applicant.id}"
    empty = manager.fill(page, reason=" ")
    assert empty.status_code == 422 and "Give a reason" in text_of(empty)
    assert victim.get("/account").status_code == 200
    assert manager.fill(page, reason="Account was taken over").status_code == 303
    assert victim.get("/account").status_code == 303
    last = history("person", ours.applicant.id)[-1]
    assert (last.action, last.reason, last.actor_id) == (
        "person.suspended", "Account was taken over", ours.manager.id,
    )  # fmt: skip
    assert ours.applicant.email in text_of(manager.get("/admin/people?only=suspended"))
    assert manager.fill(page, reason="It is theirs again").status_code == 303
    session.refresh(ours.applicant)
    assert ours.applicant.suspended_at is None
    assert victim.get("/account").status_code == 303, "the old session stays dead"


def test_others_people_are_not_there(worlds, browser, session):
    ours, theirs = worlds
    manager = browser(ours.manager)
    for person in (theirs.applicant, theirs.officer, make_person()):
        session.commit()
        assert manager.get(f"/admin/people/{person.id}").status_code == 404
        assert manager.act(f"/admin/people/{person.id}/suspend", reason="x").status_code == 404
    session.refresh(theirs.applicant)
    assert theirs.applicant.suspended_at is None


def test_somebody_needed_elsewhere_and_oneself_cannot_be_suspended(worlds, browser, session):
    ours, theirs = worlds
    both = make_staff(theirs.programme, "officer", person=make_staff(ours.programme, "reviewer"))
    session.commit()
    manager = browser(ours.manager)
    refused = manager.act(f"/admin/people/{both.id}/suspend", reason="rival")
    assert refused.status_code == 422 and "you do not manage" in text_of(refused)
    own = manager.act(f"/admin/people/{ours.manager.id}/suspend", reason="tired")
    assert own.status_code == 422 and "your own account" in text_of(own)
    session.expire_all()
    assert both.suspended_at is None and ours.manager.suspended_at is None


def test_a_conflict_of_interest_hides_the_applicants(worlds, browser, session):
    from tests.factories.reviews import make_conflict

    ours, _theirs = worlds
    manager = browser(ours.manager)
    assert ours.applicant.email in text_of(manager.get("/admin/people"))
    make_conflict(ours.manager, ours.proposal)
    session.commit()
    assert ours.applicant.email not in text_of(manager.get("/admin/people"))


def test_nobody_hears_of_a_draft_by_its_people(worlds, browser, session):
    from tests.factories.proposals import make_proposal, owner_of

    ours, _theirs = worlds
    draft = make_proposal("draft", call=ours.call)
    session.commit()
    assert owner_of(draft.organisation).email not in text_of(browser(ours.manager).get("/admin/people"))


@pytest.mark.parametrize("path", ["/admin/people", "/admin/audit", "/admin/deliveries"])
def test_lists_cost_the_same_for_many_rows(worlds, browser, session, path):
    from sqlalchemy import event

    from app.extensions import db

    ours, _theirs = worlds
    client = browser(ours.manager)
    statements: list[str] = []
    event.listen(db.engine.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    def cost() -> int:
        client.get(path)
        statements.clear()
        assert client.get(path).status_code == 200
        return len([s for s in statements if s.startswith("SELECT")])

    few = cost()
    for _ in range(30):
        make_staff(ours.programme, "reviewer")
    session.commit()
    assert cost() == few <= 20
    assert soup(client.get(path)).find("table")
