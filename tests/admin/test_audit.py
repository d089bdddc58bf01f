"""The audit trail: who may read what of it, filters, proof, and that reading leaves a trace."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.core import audit
from app.core.audit import history
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from app.web.filters import ZONE
from tests.client import soup, text_of
from tests.factories.identity import make_grant, make_person
from tests.factories.reviews import make_conflict

PAGE = "/admin/audit"


def rows(response) -> list[str]:
    return [" ".join(tr.get_text(" ").split()) for tr in soup(response).select("tbody tr")]


def test_manager_and_auditor_read_their_programme_and_no_other(worlds, browser):
    """C20 and X13."""
    ours, theirs = worlds
    for person in (ours.manager, ours.auditor):
        page = text_of(browser(person).get(PAGE))
        assert ours.proposal.reference in page and ours.call.code in page
        assert theirs.proposal.reference not in page and theirs.call.code not in page
        assert theirs.programme.code not in page
        assert theirs.manager.name not in page.split()
    assert theirs.proposal.reference in text_of(browser(theirs.auditor).get(PAGE))


def test_nobody_else_reads_it(worlds, browser):
    ours, _theirs = worlds
    make_grant(ours.programme, ours.applicant, "reviewer")
    for person in (ours.officer, ours.applicant, make_person()):
        client = browser(person)
        assert client.get(PAGE).status_code == 404
        assert client.get(f"{PAGE}/check").status_code == 404


def test_a_record_of_unknown_kind_is_shown_to_nobody(worlds, browser, session):
    """Deny what cannot be resolved to a programme."""

    class Oddity:
        __tablename__ = "oddity"

    ours, _theirs = worlds
    oddity = Oddity()
    oddity.id = ours.proposal.id
    audit.record(oddity, "oddity.happened", SYSTEM_ACTOR, reason="secret of another kind")
    session.commit()
    assert "secret of another kind" not in text_of(browser(ours.auditor).get(PAGE))


def test_a_conflict_of_interest_closes_the_trail_of_the_proposal(worlds, browser, session):
    """C14: the proposal, its stages and everything that hangs on it."""
    ours, _theirs = worlds
    client = browser(ours.manager)
    assert ours.proposal.reference in text_of(client.get(PAGE))
    make_conflict(ours.manager, ours.proposal)
    session.commit()
    assert ours.proposal.reference not in text_of(client.get(PAGE))
    assert not rows(client.get(PAGE, query_string={"of": f"proposal:{ours.proposal.id}"}))
    assert not rows(client.get(PAGE, query_string={"record": ours.proposal.reference}))
    assert ours.proposal.reference in text_of(browser(ours.auditor).get(PAGE)), "others still read it"


def test_a_draft_leaves_no_trace_for_staff(worlds, browser, session):
    from tests.factories.proposals import make_proposal

    ours, _theirs = worlds
    draft = make_proposal("draft", call=ours.call)
    session.commit()
    assert draft.reference not in text_of(browser(ours.auditor).get(PAGE))


def test_a_stage_being_written_leaves_no_trace_either(worlds, browser, session):
    """The first stage was submitted and shows; the second is still a draft."""
    from tests.factories.proposals import make_proposal

    ours, _theirs = worlds
    proposal = make_proposal("full_draft", call=ours.call)
    first, second = (stage.id for stage in proposal.stages)
    session.commit()
    client = browser(ours.auditor)
    assert rows(client.get(PAGE, query_string={"of": f"stage_submission:{first}"}))
    assert not rows(client.get(PAGE, query_string={"of": f"stage_submission:{second}"}))


def test_of_applicants_only_the_closing_of_their_account_shows(worlds, browser, session):
    ours, _theirs = worlds
    manager = browser(ours.manager)
    own = {"of": f"person:{ours.applicant.id}"}
    assert not rows(manager.get(PAGE, query_string=own)), "when they signed in is not the programme's business"
    manager.fill(f"/admin/people/{ours.applicant.id}", reason="Taken over")
    assert len(rows(manager.get(PAGE, query_string=own))) == 1
    assert rows(manager.get(PAGE, query_string={"of": f"person:{ours.officer.id}"}))


def test_reading_is_recorded(worlds, browser):
    """X13: with the filters that were used; in the chain of the programme."""
    ours, theirs = worlds
    before = len(history("programme", theirs.programme.id))
    client = browser(ours.auditor)
    client.get(PAGE, query_string={"person": "Nobody", "page": "2"})
    client.get(f"{PAGE}/check")
    read = [e for e in history("programme", ours.programme.id) if e.action == "audit.read"]
    assert [(e.actor_id, e.detail) for e in read] == [
        (ours.auditor.id, {"filters": "person=Nobody", "page": "2"}),
        (ours.auditor.id, {"filters": "check"}),
    ]
    assert len(history("programme", theirs.programme.id)) == before
    assert "Audit trail read" in text_of(browser(ours.manager).get(PAGE))


def test_a_reading_that_cannot_be_recorded_is_refused(worlds, browser, monkeypatch):
    """Fail closed."""
    from sqlalchemy.exc import OperationalError

    ours, _theirs = worlds
    client = browser(ours.auditor)

    def broken(*_a, **_k):
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(audit, "record", broken)
    response = client.get(PAGE)
    assert response.status_code == 503 and ours.proposal.reference not in text_of(response)


def test_filters(worlds, browser, session):
    ours, _theirs = worlds
    client = browser(ours.auditor)

    def found(**query) -> list[str]:
        return rows(client.get(PAGE, query_string=query))

    stage = ours.proposal.stages[0]
    submit = found(action="stage_submission.submit")
    assert len(submit) == 1 and ours.proposal.reference in submit[0] and ours.applicant.name in submit[0]
    by_name = found(record=ours.proposal.reference.lower())
    assert by_name and all(ours.proposal.reference in row for row in by_name)
    of_stage = found(of=f"stage_submission:{stage.id}")
    assert of_stage and len(of_stage) < len(by_name)
    by_person = found(person=ours.applicant.name.upper())
    assert by_person and all(ours.applicant.name in row for row in by_person)
    assert not found(person="%"), "a wildcard is a character like any other"
    day = history("stage_submission", stage.id)[-1].at.astimezone(ZoneInfo(ZONE)).date()
    assert found(since=str(day), until=str(day), action="stage_submission.submit"), "days are those of the page's clock"
    before, after = str(day - timedelta(days=1)), str(day + timedelta(days=1))
    assert not found(until=before, action="stage_submission.submit")
    assert not found(since=after, action="stage_submission.submit")
    assert not found(until="2001-01-01") and not found(since="2999-01-01")
    assert found(since="nonsense", until="9999-12-31"), "what cannot be read as a day does not count"
    for odd in ("proposal:nonsense", "x:", f"oddity:{stage.id}"):
        assert not found(of=odd)


def test_an_entry_says_who_what_when_why_and_which_state(worlds, browser, session):
    from app.proposals import services
    from tests.factories.identity import actor_of

    ours, _theirs = worlds
    services.withdraw(proposal=ours.proposal, reason="Our partner left.", actor=actor_of(ours.applicant))
    session.commit()
    row = rows(browser(ours.auditor).get(PAGE, query_string={"of": f"proposal:{ours.proposal.id}"}))[0]
    for part in (ours.applicant.name, ours.proposal.reference, "→", "Our partner left.", "Europe/Amsterdam"):
        assert part in row


def test_pages(worlds, browser, session):
    ours, _theirs = worlds
    for n in range(60):
        audit.record(ours.programme, "programme.noted", SYSTEM_ACTOR, reason=f"note {n}")
    session.commit()
    client = browser(ours.auditor)
    query = {"of": f"programme:{ours.programme.id}"}
    first = client.get(PAGE, query_string=query)
    assert len(rows(first)) == 50
    following = soup(first).find("a", rel="next")["href"]
    assert "of=programme" in following and rows(client.get(following))


def test_the_page_tells_that_entries_hold(worlds, browser):
    ours, _theirs = worlds
    client = browser(ours.auditor)
    assert "Every entry on this page holds" in text_of(client.get(PAGE))
    assert "The trail holds" in text_of(client.get(f"{PAGE}/check"))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor_name = 'Somebody else' WHERE id = :id",
        "UPDATE audit_entry SET reason = 'Another reason' WHERE id = :id",
        "UPDATE audit_entry SET previous_hash = hash WHERE id = :id",
        "DELETE FROM audit_entry WHERE subject_id = :subject AND seq = :before",
    ],
)
@pytest.mark.breaks_invariants
def test_the_page_tells_that_an_entry_was_changed(worlds, browser, session, tampering):
    """X02, X03: what a database operator changes shows on the page and in the check."""
    ours, _theirs = worlds
    stage, auditor = ours.proposal.stages[0].id, ours.auditor
    entry = next(e for e in history("stage_submission", stage) if e.action == "stage_submission.submit")
    for verb in ("update", "delete"):
        db.session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
    values = {"id": entry.id.hex, "subject": entry.subject_id.hex, "before": entry.seq - 1}
    db.session.execute(text(tampering), values)
    db.session.commit()
    db.session.expire_all()
    client = browser(auditor)
    page = client.get(PAGE, query_string={"of": f"stage_submission:{stage}"})
    assert "does not hold" in text_of(page) or "do not hold" in text_of(page)
    assert any(row.endswith("No") for row in rows(page))
    check = text_of(client.get(f"{PAGE}/check"))
    assert "The trail does not hold" in check and str(stage) in check


def test_people_in_details_are_named_and_never_an_id(worlds, browser, session):
    ours, _theirs = worlds
    stranger = uuid.uuid4()
    audit.record(ours.proposal, "proposal.conflict_recorded", SYSTEM_ACTOR, person=ours.officer.id, basis="declared")
    audit.record(ours.proposal, "proposal.lead_offered", SYSTEM_ACTOR, person=ours.applicant.id, name="Then Called So")
    audit.record(ours.proposal, "proposal.lead_refused", SYSTEM_ACTOR, person=stranger)
    audit.record(ours.proposal, "proposal.collaborator_joined", SYSTEM_ACTOR, name="A. Signer", role="signatory")
    session.commit()
    page = " ".join(rows(browser(ours.auditor).get(PAGE)))
    assert f"Person: {ours.officer.name}" in page and "Person: Then Called So" in page
    assert "Role: Signatory" in page
    assert not {str(ident) for ident in (ours.officer.id, ours.applicant.id, stranger)} & set(page.split())
