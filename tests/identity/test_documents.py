"""What an organisation keeps: seen by its members only, every version kept, reminded of before it expires."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity import queries, services
from app.identity.documents import standing
from app.identity.models import OrganisationDocument
from app.notifications import audience, reminders, subjects
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_organisation, make_person
from tests.factories.proposals import PDF

TODAY = date(2026, 6, 1)


@pytest.fixture
def owner(session, frozen):
    return make_person()


@pytest.fixture
def organisation(owner):
    return make_organisation(owner=owner)


def keep(organisation, owner, content=PDF, kind="audit_report", **more):
    values = {"stream": io.BytesIO(content), "name": "audit.pdf", "actor": actor_of(owner), **more}
    return services.add_document(organisation=organisation, kind=kind, **values)


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        (None, None, "valid"),
        (None, TODAY, "expiring"),
        (None, TODAY - timedelta(days=1), "expired"),
        (None, TODAY + timedelta(days=60), "expiring"),
        (None, TODAY + timedelta(days=61), "valid"),
        (TODAY, None, "valid"),
        (TODAY + timedelta(days=1), None, "future"),
    ],
)
def test_both_days_of_validity_count(first, last, word):
    assert standing(first, last, TODAY) == word


def test_a_document_is_kept_shown_renewed_and_removed(organisation, owner, client, sign_in, session):
    path = f"/organisations/{organisation.id}/documents"
    session.commit()
    browser = sign_in(client, owner)
    fields = {"kind": "audit_report", "file": (io.BytesIO(PDF), "Audit 2025.pdf"), "valid_until": "2026-07-01"}
    assert browser.fill(path, path, note="By an auditor in Goma", **fields).status_code == 303
    page = browser.get(path)
    assert "Audit 2025.pdf" in text_of(page) and "Expires soon" in text_of(page) and "By an auditor" in text_of(page)
    (document,) = queries.documents_of(organisation.id)
    one = f"{path}/{document.id}"
    newer = {
        "file": (io.BytesIO(PDF + b"2"), "Audit 2026.pdf"),
        "valid_from": "2026-01-01",
        "valid_until": "2027-07-01",
    }
    assert browser.fill(one, f"{one}/versions", **newer).status_code == 303
    shown = browser.get(one)
    assert "Audit 2025.pdf" in text_of(shown) and "Audit 2026.pdf" in text_of(shown), "the earlier one stays to be read"
    assert "Expires soon" not in text_of(browser.get(path))
    with browser.get(f"{one}/versions/1") as answer:
        assert answer.data == PDF
    assert browser.get(f"{one}/versions/3").status_code == 404
    assert browser.act(f"{one}/remove").status_code == 303
    assert browser.get(one).status_code == 404 and "Nothing is kept yet" in text_of(browser.get(path))


def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_kept(organisation, owner, client, sign_in, session):
    path = f"/organisations/{organisation.id}/documents"
    session.commit()
    browser = sign_in(client, owner)
    cases = [
        ({"kind": "", "file": (io.BytesIO(PDF), "a.pdf")}, "kind"),
        ({"kind": "statutes"}, "file"),
        ({"kind": "statutes", "file": (io.BytesIO(b"MZ\x90\x00" * 30), "a.pdf")}, "file"),
        ({"kind": "statutes", "file": (io.BytesIO(b""), "a.pdf")}, "file"),
        (
            {
                "kind": "statutes",
                "file": (io.BytesIO(PDF), "a.pdf"),
                "valid_from": "2027-01-01",
                "valid_until": "2026-01-01",
            },
            "valid_until",
        ),
        ({"kind": "statutes", "file": (io.BytesIO(PDF), "a.pdf"), "valid_until": "tomorrow"}, "valid_until"),
    ]
    for fields, wrong in cases:
        answer = browser.act(path, **{"note": "What I typed", **fields})
        assert answer.status_code == 422, fields
        page = soup(answer)
        assert page.select_one(f"#{wrong}-error"), fields
        assert page.select_one("#note")["value"] == "What I typed"
    assert session.scalar(select(func.count(OrganisationDocument.id))) == 0


def test_only_members_see_documents_and_viewers_change_nothing(organisation, owner, session, new_client, sign_in):
    document = keep(organisation, owner)
    viewer, stranger = make_member(organisation, "viewer"), make_person()
    other = make_organisation(owner=stranger)
    ident, path = document.id, f"/organisations/{organisation.id}/documents"
    elsewhere = f"/organisations/{other.id}/documents/{ident}"
    session.commit()
    strange, reading = sign_in(new_client(), stranger), sign_in(new_client(), viewer)
    for address in (path, f"{path}/{ident}", f"{path}/{ident}/versions/1", elsewhere):
        assert strange.get(address).status_code == 404
    assert strange.act(f"{path}/{ident}/remove").status_code == 404
    assert reading.get(path).status_code == 200 and not soup(reading.get(path)).select("main input[type=file]")
    with reading.get(f"{path}/{ident}/versions/1") as answer:
        assert answer.data == PDF
    assert reading.act(path, kind="other", file=(io.BytesIO(PDF), "a.pdf")).status_code == 404
    assert reading.act(f"{path}/{ident}/remove").status_code == 404


def test_services_refuse_strangers_and_the_same_file_twice(organisation, owner):
    document = keep(organisation, owner)
    stranger = actor_of(make_person())
    with pytest.raises(NotFound):
        keep(organisation, owner, actor=stranger)
    with pytest.raises(NotFound):
        services.remove_document(document=document, actor=stranger)
    with pytest.raises(Invalid, match="kept here already"):
        services.add_document_version(document=document, stream=io.BytesIO(PDF), name="b.pdf", actor=actor_of(owner))


def events() -> list[OutboxEvent]:
    return list(db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "document.expiring")))


def test_members_are_reminded_thirty_and_seven_days_before(organisation, owner, frozen):
    start = clock.now()
    make_member(organisation, "viewer")
    document = keep(organisation, owner, valid_until=start.date() + timedelta(days=90))
    for days, count in ((50, 0), (61, 1), (62, 1), (84, 2), (85, 2)):
        frozen(start + timedelta(days=days))
        reminders.remind_of_documents()
        assert len(events()) == count, f"after {days} days"
    told = audience.document_keepers(subjects.load(events()[0]))
    assert [listener.person_id for listener in told] == [owner.id], "who may renew it"
    newer = {"stream": io.BytesIO(PDF + b"2"), "name": "b.pdf", "actor": actor_of(owner)}
    document = queries.get_document(document.id)
    services.add_document_version(document=document, **newer, valid_until=start.date() + timedelta(days=400))
    frozen(start + timedelta(days=88))
    reminders.remind_of_documents()
    assert len(events()) == 2, "the newer version counts"


def test_the_same_number_of_queries_for_one_and_for_thirty(
    organisation, owner, session, client, sign_in, count_queries
):
    keep(organisation, owner)
    path = f"/organisations/{organisation.id}/documents"
    session.commit()
    browser = sign_in(client, owner)
    browser.get(path)
    with count_queries() as few:
        browser.get(path)
    for number in range(30):
        keep(organisation, owner, PDF + bytes([48 + number]))
    session.commit()
    with count_queries() as many:
        browser.get(path)
    assert len(few) == len(many) <= 12
