"""Who may fetch what in the demo: no page fails, the forbidden does not exist, identities and positions do not leak."""

from __future__ import annotations

import re
from difflib import unified_diff

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from app.core.db import Record
from app.core.encryption import decrypt
from app.extensions import db
from app.identity.models import Membership, Organisation, Person
from app.mines.models import MinePosition
from app.proposals.models import Proposal
from app.reviews.models import Review
from tests.sight.crawl import IDENT, Crawl, accounts, client_of, crawl

pytestmark = pytest.mark.sqlite  # what a person may see depends on no database
ROLES = ("applicant", "editor", "reviewer1", "committee1", "officer", "manager", "finance", "auditor")
PEOPLE_OF_THE_OTHER_SIDE = ("reviewer1", "reviewer2", "reviewer3", "reviewer4")


@pytest.fixture(scope="module")
def crawls(demo_app) -> dict[str, Crawl]:
    people = accounts(demo_app)
    return {name: crawl(demo_app, name) for name in people if name in ROLES}


def test_every_linked_page_answers(crawls):
    """Whatever a page links to exists for the person who sees the link."""
    broken = [(c.role, path, v.status) for c in crawls.values() for path, v in c.pages.items() if v.status >= 400]
    assert not broken
    assert all(len(c.pages) > 8 for c in crawls.values()), {c.role: len(c.pages) for c in crawls.values()}


def test_everybodys_addresses_for_everybody(demo_app, crawls):
    """Each address that anybody found, asked for by all others: an answer or the same 404, never a failure."""
    union = {path for c in crawls.values() for path in c.pages if IDENT.search(path)}
    for name in crawls:
        bodies: dict[str, str] = {}
        client = client_of(demo_app, accounts(demo_app)[name]["email"])
        for path in sorted(union - set(crawls[name].pages)):
            response = client.get(path)
            assert response.status_code in {200, 303, 404}, f"{name} {path}: {response.status_code}"
            if response.status_code == 404:
                bodies[normalised(response.get_data(as_text=True))] = path
            response.close()
        assert len(bodies) <= 1, f"forbidden pages differ for {name}: {differences(bodies)}"


def differences(bodies: dict[str, str]) -> str:
    """The lines by which the first two of several pages differ, with their addresses."""
    (one, first), (two, second) = list(bodies.items())[:2]
    lines = unified_diff(one.splitlines(), two.splitlines(), first, second, n=0, lineterm="")
    return "\n".join(lines)


def normalised(body: str) -> str:
    """A page without what differs in every answer: tokens, keys and request ids."""
    return re.sub(r'value="[^"]*"|[0-9a-f]{16}|[?]next=[^"]*|\s*aria-current="[a-z]+"', "", body)


def _ids(model: type[Record], *where) -> set[str]:  # type: ignore[no-untyped-def]
    return {str(i) for i in db.session.scalars(select(model.id).where(*where))}


def test_applicants_reach_only_their_own_proposals(demo_app, crawls):
    """Every proposal of the demo by its address: 200 exactly for the members of its organisation."""
    people = accounts(demo_app)
    for name in ("applicant", "editor", "viewer"):
        if name not in people:
            continue
        client = client_of(demo_app, people[name]["email"])
        with demo_app.app_context():
            person = db.session.scalar(select(Person).where(Person.email == people[name]["email"]))
            mine = set(db.session.scalars(select(Membership.organisation_id).where(Membership.person_id == person.id)))
            proposals = {(str(p.id), p.organisation_id in mine) for p in db.session.scalars(select(Proposal))}
            db.session.remove()
        assert {own for _, own in proposals} == {True, False}
        for ident, own in proposals:
            assert client.get(f"/proposals/{ident}").status_code == (200 if own else 404), (name, ident)


def test_reviewers_reach_only_their_own_reviews(demo_app):
    people = accounts(demo_app)
    for name in PEOPLE_OF_THE_OTHER_SIDE:
        client = client_of(demo_app, people[name]["email"])
        with demo_app.app_context():
            person = db.session.scalar(select(Person).where(Person.email == people[name]["email"]))
            others = _ids(Review, Review.reviewer_id != person.id)
            proposals = _ids(Proposal)
            db.session.remove()
        assert others
        assert {client.get(f"/reviews/{ident}").status_code for ident in others} == {404}
        assert {client.get(f"/proposals/{ident}").status_code for ident in proposals} == {404}


def test_reviewers_are_nameless_to_applicants_and_to_each_other(demo_app, crawls):
    """Names and addresses of reviewers stand on no page of an applicant or another reviewer; staff do find them."""
    people = accounts(demo_app)
    canaries = {people[n]["name"] for n in PEOPLE_OF_THE_OTHER_SIDE} | {
        people[n]["email"] for n in PEOPLE_OF_THE_OTHER_SIDE
    }
    assert any(c in crawls["officer"].texts() for c in canaries), "the positive control fails"
    for name in ("applicant", "editor"):
        assert not {c for c in canaries if c in crawls[name].texts()}
    own = {people["reviewer1"]["name"], people["reviewer1"]["email"]}
    assert not {c for c in canaries - own if c in crawls["reviewer1"].texts()}


def test_other_applicants_are_unknown_to_applicants(demo_app, crawls):
    """No organisation that shares nobody with the applicant is named on the applicant's pages."""
    with demo_app.app_context():
        person = db.session.scalar(select(Person).where(Person.email == crawls["applicant"].email))
        mine = set(db.session.scalars(select(Membership.organisation_id).where(Membership.person_id == person.id)))
        applied = set(db.session.scalars(select(Proposal.organisation_id))) - mine
        strangers = set(db.session.scalars(select(Organisation.name).where(Organisation.id.in_(applied))))
        db.session.remove()
    assert strangers
    texts = "\n".join(
        v.body
        for p, v in crawls["applicant"].pages.items()
        if v.status == 200 and "mine-sites" not in p and "sites" not in p
    )
    assert not {name for name in strangers if name in texts}


def test_exact_positions_stand_on_no_crawled_page(demo_app, crawls):
    """The demo's exact positions, to four decimals and in minutes, are nowhere outside the logged page."""
    with demo_app.app_context():
        positions = _positions()
        db.session.remove()
    assert positions
    for found in crawls.values():
        text = "\n".join(v.body for p, v in found.pages.items() if v.status == 200 and not p.endswith("/position"))
        for latitude, longitude in positions:
            assert f"{latitude:.4f}" not in text and f"{longitude:.4f}" not in text, found.role
            assert f"{latitude:.3f}" not in text or f"{longitude:.3f}" not in text, found.role


def _positions() -> list[tuple[float, float]]:
    found = []
    for row in db.session.scalars(select(MinePosition)):
        numbers = re.findall(r"-?\d+\.\d+", decrypt(row.ciphertext, f"mine_position:{row.mine_site_id}"))
        found.append((float(numbers[0]), float(numbers[1])))
    return found


def test_pages_are_not_kept_by_caches(demo_app, crawls):
    client = client_of(demo_app, accounts(demo_app)["applicant"]["email"])
    for path in list(crawls["applicant"].pages)[:20]:
        response = client.get(path)
        assert "no-store" in response.headers["Cache-Control"] or response.status_code in {303, 404}


def test_reading_changes_nothing(demo_app, crawls):
    """Crawling twice leaves every table as it was, but for the log of sensitive reads."""

    def sizes() -> dict[str, int]:
        with demo_app.app_context():
            counted = {
                t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.metadata.sorted_tables
            }
            db.session.remove()
        return {k: v for k, v in counted.items() if k not in {"login_session", "audit_entry"}}

    before = sizes()
    crawl(demo_app, "manager", 60)
    assert sizes() == before


def test_number_of_queries_does_not_grow(demo_app):
    """The pages of the demo stay within the budget of queries, whatever they list."""
    counted: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    over = {}
    for name in ROLES:
        found = crawl(demo_app, name, 0)
        client = client_of(demo_app, found.email)
        for path in ("/work", "/notifications", "/proposals/", "/reviews/", "/projects/", "/mine-sites/", "/calls/"):
            counted.clear()
            response = client.get(path)
            budget = 12 if name in {"applicant", "editor", "reviewer1"} else 20
            if response.status_code == 200 and len(counted) > budget:
                over[f"{name} {path}"] = len(counted)
    assert not over
