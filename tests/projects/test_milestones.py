"""Milestones and reports: evidence, four eyes, what opens a tranche, what is due."""

import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.projects import queries, services
from app.projects.models import Evidence
from tests.factories.identity import actor_of
from tests.factories.identity import make_grant as grant_role
from tests.factories.projects import PDF, make_project, report, verify


def move(grant, name, person, number=1, **more):
    milestone = grant.milestones[number - 1]
    services.MOVES["milestone"][name](milestone=milestone, actor=actor_of(person), **more)
    return milestone


def refused(grant, name, person, words, **more):
    with pytest.raises(MoveRefused, match=words), db.session.begin_nested():
        move(grant, name, person, **more)


def test_verifying_makes_the_tranche_claimable(app):
    grant = make_project("active")
    milestone = verify(grant)
    assert (milestone.state, milestone.verified_by_id) == ("verified", grant.officer.id)
    assert [p.state for p in grant.payments] == ["claimable", "scheduled", "scheduled", "scheduled"]
    claimable = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "payment.claimable")).one()
    assert claimable.actor_id is None


def test_reporting_wants_words_and_evidence(app):
    grant = make_project("active")
    milestone = grant.milestones[0]
    refused(grant, "report", grant.editor, "Write what was done")
    services.save_account(milestone=milestone, account="Done.", actor=actor_of(grant.editor))
    refused(grant, "report", grant.editor, "at least one piece of evidence")
    services.add_evidence(milestone=milestone, stream=io.BytesIO(PDF), name="a.pdf", actor=actor_of(grant.editor))
    assert move(grant, "report", grant.editor).reported_by_id == grant.editor.id


@pytest.mark.parametrize("point", ["drafted", "sent", "signed"])
def test_nothing_is_reported_before_the_agreement_is_in_force(app, point):
    grant = make_project(point)
    with pytest.raises(MoveRefused, match="not active"):
        report(grant)


@pytest.mark.parametrize("who", ["viewer", "officer", "manager", "finance", "auditor", "reviewer"])
def test_only_the_grantee_reports(app, who):
    grant = make_project("active")
    refused(grant, "report", getattr(grant, who), "Your role")


def test_a_person_on_both_sides_never_verifies_their_own_report(app):
    grant = make_project("active")
    report(grant)
    for role in ("officer", "manager"):
        grant_role(grant.programme, grant.editor, role)
    refused(grant, "start_verification", grant.editor, "Your role")


def test_who_reported_and_left_still_does_not_verify(app):
    grant = make_project("active")
    milestone = report(grant)
    milestone.reported_by_id = grant.officer.id
    db.session.flush()
    refused(grant, "start_verification", grant.officer, "another person must verify")
    move(grant, "start_verification", grant.manager)
    services.save_finding(milestone=milestone, finding="Seen.", actor=actor_of(grant.manager))
    refused(grant, "verify", grant.officer, "another person must verify")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE milestone SET state = 'verified', verified_by_id = reported_by_id"))


@pytest.mark.parametrize("who", ["owner", "editor", "finance", "auditor", "reviewer"])
def test_only_staff_verify(app, who):
    grant = make_project("active")
    report(grant)
    refused(grant, "start_verification", getattr(grant, who), "Your role")


def test_verifying_wants_a_finding(app):
    grant = make_project("active")
    report(grant)
    move(grant, "start_verification", grant.officer)
    refused(grant, "verify", grant.officer, "Write what the verification found")


def test_returning_wants_a_reason_and_the_grantee_reports_again(app):
    grant = make_project("active")
    report(grant)
    move(grant, "start_verification", grant.officer)
    with pytest.raises(Invalid), db.session.begin_nested():
        move(grant, "return", grant.officer)
    move(grant, "return", grant.officer, reason="The list of names is missing.")
    assert report(grant).state == "reported"
    assert audit.history("milestone", grant.milestones[0].id)[-1].action == "milestone.report"


def test_waiving_opens_the_tranche_too(app):
    grant = make_project("active")
    refused(grant, "waive", grant.officer, "Your role", reason="No longer needed.")
    move(grant, "waive", grant.manager, reason="The mine closed.")
    assert grant.payments[0].state == "claimable"


def test_what_is_waived_before_the_agreement_opens_with_it(app):
    grant = make_project("signed")
    move(grant, "waive", grant.manager, reason="Done before.")
    assert grant.payments[0].state == "scheduled"
    services.countersign_agreement(agreement=grant.agreement, actor=actor_of(grant.second_manager))
    assert [p.state for p in grant.payments] == ["claimable", "scheduled", "scheduled", "scheduled"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>1</script>", "a.pdf"),
        (b"MZ\x90\x00\x03", "a.pdf"),
        (b"", "a.pdf"),
        (b"<svg onload=x>", "a.png"),
    ],
)
def test_evidence_is_judged_by_its_content(app, content, name):
    grant = make_project("active")
    with pytest.raises(Invalid):
        services.add_evidence(
            milestone=grant.milestones[0], stream=io.BytesIO(content), name=name, actor=actor_of(grant.editor)
        )
    assert db.session.scalar(select(Evidence)) is None


def test_text_and_evidence_stand_still_once_reported(app):
    grant = make_project("active")
    milestone, actor = report(grant), actor_of(grant.editor)
    with pytest.raises(Conflict):
        services.save_account(milestone=milestone, account="Other.", actor=actor)
    with pytest.raises(Conflict):
        services.add_evidence(milestone=milestone, stream=io.BytesIO(PDF), name="b.pdf", actor=actor)
    (evidence,) = queries.evidence_of(milestone.id)
    with pytest.raises(Conflict):
        services.remove_evidence(evidence=queries.get_evidence(evidence.id), actor=actor)


def test_evidence_of_an_earlier_report_stays_when_returned(app, frozen):
    grant = make_project("active")
    milestone, actor = report(grant), actor_of(grant.editor)
    frozen(datetime(2026, 6, 2, 12, tzinfo=UTC))
    move(grant, "start_verification", grant.officer)
    move(grant, "return", grant.officer, reason="More, please.")
    added = services.add_evidence(milestone=milestone, stream=io.BytesIO(PDF), name="b.pdf", actor=actor)
    first = queries.evidence_of(milestone.id)[0]
    with pytest.raises(Conflict, match="earlier report"):
        services.remove_evidence(evidence=queries.get_evidence(first.id), actor=actor)
    services.remove_evidence(evidence=queries.get_evidence(added.id), actor=actor)
    assert [e.id for e in queries.evidence_of(milestone.id)] == [first.id]


def test_two_writers_do_not_overwrite_each_other(app):
    grant = make_project("active")
    milestone, actor = grant.milestones[0], actor_of(grant.editor)
    seen = milestone.version
    services.save_account(milestone=milestone, account="First.", actor=actor, expected_version=seen)
    with pytest.raises(Conflict):
        services.save_account(milestone=milestone, account="Second.", actor=actor, expected_version=seen)
    assert grant.milestones[0].account == "First."


def test_what_is_due(app):
    grant = make_project("active")
    dates = [m.due_on for m in grant.milestones]

    def due(on):
        return [(d.milestone.position, d.reminder, d.days_left) for d in queries.due_milestones(on)]

    first = dates[0].toordinal()
    assert due(date.fromordinal(first - 15)) == []
    assert due(date.fromordinal(first - 14)) == [(1, "due_14", 14)]
    assert due(date.fromordinal(first - 4)) == [(1, "due_14", 4)]
    assert due(date.fromordinal(first - 3)) == [(1, "due_3", 3)]
    assert due(dates[0]) == [(1, "due_3", 0)]
    assert due(date.fromordinal(first + 1)) == [(1, "overdue", -1)]
    assert [row[0] for row in due(dates[1])] == [1, 2]
    report(grant)
    assert due(date.fromordinal(first + 1)) == []


def test_nothing_is_due_in_a_project_that_does_not_run(app):
    grant = make_project("signed")
    assert queries.due_milestones(date(2030, 1, 1)) == []
    services.countersign_agreement(agreement=grant.agreement, actor=actor_of(grant.second_manager))
    assert len(queries.due_milestones(date(2030, 1, 1))) == 4
    services.terminate_agreement(agreement=grant.agreement, actor=actor_of(grant.manager), reason="Ended.")
    assert queries.due_milestones(date(2030, 1, 1)) == []


def a_report(grant):
    return queries.get_report(queries.reports_of(grant.project.id)[0].id)


def test_a_report_is_written_submitted_returned_and_accepted(app):
    grant = make_project("active")
    found, editor, officer = a_report(grant), actor_of(grant.editor), actor_of(grant.officer)
    with pytest.raises(MoveRefused, match="Write the report"), db.session.begin_nested():
        services.submit_report(report=found, actor=editor)
    found = a_report(grant)
    services.save_narrative(report=found, narrative="We began.", actor=editor)
    services.submit_report(report=found, actor=editor)
    with pytest.raises(Conflict):
        services.save_narrative(report=found, narrative="We ended.", actor=editor)
    services.return_report(report=found, actor=officer, reason="Too short.")
    services.save_narrative(report=found, narrative="We began in July.", actor=editor)
    services.submit_report(report=found, actor=editor)
    services.accept_report(report=found, actor=officer)
    assert (found.state, found.accepted_by_id) == ("accepted", grant.officer.id)


def test_another_person_accepts_a_report(app):
    grant = make_project("active")
    found = a_report(grant)
    services.save_narrative(report=found, narrative="We began.", actor=actor_of(grant.editor))
    services.submit_report(report=found, actor=actor_of(grant.editor))
    with pytest.raises(MoveRefused, match="Your role"), db.session.begin_nested():
        services.accept_report(report=found, actor=actor_of(grant.owner))
    found = a_report(grant)
    found.submitted_by_id = grant.officer.id
    db.session.flush()
    for refused_move in (services.accept_report, services.return_report):
        with pytest.raises(MoveRefused, match="another person"), db.session.begin_nested():
            refused_move(report=a_report(grant), actor=actor_of(grant.officer), reason="Mine.")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            text(
                "UPDATE report SET state = 'accepted', accepted_by_id = submitted_by_id WHERE submitted_by_id IS NOT NULL"
            )
        )
