"""The frame of every page: navigation by role, languages, unread notices, and a frame even when the database is away."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from app.core import outbox
from app.dashboard import navigation, viewer
from app.dashboard.navigation import ENTRIES, entries, here
from app.notifications.models import Notification
from tests.client import soup
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation, make_person, make_programme, make_staff
from workflows.actors import PROGRAMME_ROLES


def labels(response) -> list[str]:
    return [a.get_text(" ", strip=True) for a in soup(response).select(".head-nav > ul:first-child a")]


def nav(**over) -> list[str]:
    known = {"signed_in": True, "member": False, "roles": frozenset(), "has_call": True, **over}
    return [entry.label for entry in entries(**known)]


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("reviewer", ["My work", "My reviews"]),
        ("committee_member", ["My work", "Decisions", "Mine sites"]),
        ("finance", ["My work", "Projects", "Payments"]),
        (
            "officer",
            ["My work", "Search", "Calls", "Screening", "Reviews", "Decisions", "Projects", "Payments", "Mine sites"],
        ),
        (
            "manager",
            [
                "My work",
                "Search",
                "Calls",
                "Screening",
                "Reviews",
                "Decisions",
                "Projects",
                "Payments",
                "Mine sites",
                "People",
            ],
        ),
        (
            "auditor",
            [
                "My work",
                "Search",
                "Calls",
                "Screening",
                "Reviews",
                "Decisions",
                "Projects",
                "Payments",
                "Mine sites",
                "Audit",
            ],
        ),
    ],
)
def test_navigation_of_each_role(role, wanted):
    assert nav(roles=frozenset({role})) == wanted


def test_navigation_of_applicants_newcomers_and_visitors():
    assert nav(member=True) == ["My work", "Calls", "My proposals", "Projects", "Organisation"]
    assert nav() == ["My work", "Calls", "Organisation"]
    assert nav(signed_in=False) == ["Calls", "Past projects", "About", "Sign in"]


def test_who_is_everything_sees_each_entry_once():
    found = nav(member=True, roles=frozenset(PROGRAMME_ROLES))
    assert len(found) == len(set(found))


def test_pages_of_a_call_need_a_call():
    assert {"Screening", "Reviews", "Decisions"} & set(nav(roles=frozenset({"manager"}), has_call=False)) == set()


def test_every_entry_leads_to_a_page_that_exists(base_app):
    known = set(base_app.view_functions)
    assert not {e.endpoint for e in ENTRIES} - known
    covered = {c for e in ENTRIES for c in e.covers}
    assert not {c for c in covered if not c.endswith(".") and c not in known}
    assert not {c for c in covered if c.endswith(".") and not any(k.startswith(c) for k in known)}


def test_every_entry_opens_for_its_reader(app, new_client, sign_in, session):
    """No entry leads its reader to a page that refuses them."""
    programme = make_programme()
    make_call(programme=programme)
    people = {role: make_staff(programme, role) for role in PROGRAMME_ROLES}
    people["owner"] = make_person()
    make_organisation(owner=people["owner"])
    session.commit()
    for role, person in people.items():
        browser = sign_in(new_client(), person)
        for a in soup(browser.get("/work")).select(".head-nav > ul:first-child a"):
            assert browser.get(a["href"]).status_code == 200, f"{role}: {a['href']}"


def test_present_page_is_marked(client):
    marked = [a.get_text(strip=True) for a in soup(client.get("/about")).select(".head-nav a[aria-current]")]
    assert marked == ["About"]


@pytest.mark.parametrize(
    ("who", "page", "wanted"),
    [
        ({"roles": frozenset({"manager"})}, "notifications.announcements", "Calls"),
        ({"roles": frozenset({"manager"})}, "calls.extend", "Calls"),
        ({"roles": frozenset({"manager"})}, "proposals.extensions", "Calls"),
        ({"roles": frozenset({"manager"})}, "proposals.form_changes", "Calls"),
        ({"roles": frozenset({"manager"})}, "proposals.radar", "Calls"),
        ({"roles": frozenset({"manager"}), "member": True}, "proposals.radar", "Calls"),
        ({"roles": frozenset({"officer"})}, "proposals.show", "Screening"),
        ({"roles": frozenset({"officer"}), "member": True}, "proposals.show", "My proposals"),
        ({"roles": frozenset({"officer"}), "member": True}, "proposals.return_stage", "Screening"),
        ({"roles": frozenset({"officer", "reviewer"})}, "reviews.sheet", "My reviews"),
        ({"roles": frozenset({"finance"})}, "projects.payment", "Payments"),
        ({"member": True}, "proposals.offline", "My proposals"),
        ({"member": True}, "identity.documents", "Organisation"),
        ({"signed_in": False}, "public.practice", "Calls"),
        ({"member": True}, "identity.account", None),
    ],
)
def test_each_page_is_marked_under_one_entry(who, page, wanted):
    known = {"signed_in": True, "member": False, "roles": frozenset(), "has_call": True, **who}
    found = here(tuple(entries(**known)), page)
    assert (found and found.label) == wanted


def test_packages_are_told_apart_by_their_dot():
    entry = next(e for e in navigation.ENTRIES if e.endpoint == "mines.sites")
    assert entry.nearness("mines.new_site") and not entry.nearness("minestrone.soup")


def test_languages_lead_back_to_the_same_page(client):
    links = [a["href"] for a in soup(client.get("/calls/?page=2")).select("footer a[lang]")]
    assert links == [f"/language/{code}?next=/calls/?page%3D2" for code in ("en", "fr", "es")]


def test_unread_notices_are_counted(app, client, sign_in, session):
    person = make_person()
    event = outbox.publish("person.verification_requested", person, actor_of(person))
    session.add(Notification(event_id=event.id, event_name=event.name, person_id=person.id, params={}, path="/work"))
    session.commit()
    assert soup(sign_in(client, person).get("/work")).select_one(".you .count-dot").get_text(" ").split() == [
        "1",
        "unread",
    ]


def test_frame_without_a_database_is_a_visitors(app, monkeypatch):
    def gone():
        raise OperationalError("SELECT 1", {}, Exception("no database"))

    monkeypatch.setattr(viewer, "_reader", gone)
    with app.test_request_context("/about"):
        frame = viewer.build()
    assert not frame.signed_in and [item.label for item in frame.nav][0] == "Calls"
