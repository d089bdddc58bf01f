"""Real steps, told to real people: every event is told, and every link opens for the person it was sent to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.outbox import OutboxEvent
from app.decisions import services as decisions
from app.decisions.queries import get_decision
from app.extensions import db
from app.identity.models import Person
from app.notifications.models import EmailDelivery, Notification
from app.projects import services as projects
from app.proposals import services as proposals
from app.reviews import services as reviews
from tests.conftest import sign_in_directly
from tests.factories import projects as grants
from tests.factories.decisions import make_decision, make_manager
from tests.factories.identity import actor_of
from tests.factories.notifications import deliver, mails
from tests.factories.proposals import make_proposal, officer_of, owner_of
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, make_review, make_tabled_proposal

LATER = timedelta(days=500)


def everything_told() -> set[str]:
    """Deliver all that is due; fail for whatever could not be told. Returns the names of the events."""
    db.session.commit()
    with clock.frozen(clock.now() + LATER):
        deliver()
    events = list(db.session.scalars(select(OutboxEvent)))
    broken = {e.name: e.last_error for e in events if e.done_at is None}
    assert not broken
    letters = list(db.session.scalars(select(EmailDelivery)))
    assert {d.event_name: d.last_error for d in letters if d.done_at is None} == {}
    assert len(mails()) == len(letters)
    return {e.name for e in events}


def check_links(new_client: Callable, *names: str) -> None:
    """Open every link of a mail or notice (about these events, or all) as the person who got it."""
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    for model in (Notification, EmailDelivery):
        for row in db.session.execute(select(model.person_id, model.path, model.event_name)):
            if row.path and (row.event_name in names or not names):
                found[row.person_id][row.path] = row.event_name
    shut = []
    for person_id, paths in found.items():
        browser = sign_in_directly(new_client(), db.session.get(Person, person_id))
        answers = {path: browser.get(path).status_code for path in paths}
        shut += [(paths[path], path, code) for path, code in answers.items() if code != 200]
    assert found and not shut


# Each state brings the news of those before it with it, and old links must still open.
@pytest.mark.parametrize("state", ["ineligible", "withdrawn", "full_returned", "deciding"])
def test_a_proposal_on_its_way(app, frozen, new_client, state):
    make_proposal(state)
    everything_told()
    check_links(new_client)


def test_a_message_reaches_the_other_side_only(app, frozen, new_client):
    proposal = make_proposal("submitted")
    officer, owner = officer_of(proposal), owner_of(proposal.organisation)
    everything_told()
    before = len(mails(owner.email))
    proposals.post_message(proposal=proposal, text="When do you begin?", actor=officer)
    everything_told()
    assert len(mails(owner.email)) == before + 1
    assert "When do you begin?" not in mails(owner.email)[-1].as_string()
    proposals.post_message(proposal=proposal, text="In June.", actor=actor_of(owner))
    everything_told()
    assert len(mails(owner.email)) == before + 1
    check_links(new_client)


@pytest.mark.parametrize("state", ["accepted", "reopened", "final"])
def test_a_review_on_its_way(app, new_client, state):
    make_review(make_assessed_proposal(), state=state)
    assert "review.invited" in everything_told()
    check_links(new_client)


@pytest.mark.parametrize("ending", ["decline", "declare_conflict", "recuse"])
def test_a_review_that_ends_early(app, new_client, ending):
    review = make_review(make_assessed_proposal(), state="invited" if ending == "decline" else "draft")
    me = actor_of(review.reviewer)
    words = {"note" if ending == "declare_conflict" else "reason": "I know them."}
    getattr(reviews, ending)(review=review, actor=me, **words)
    everything_told()
    ended = {"decline": "review.declined", "declare_conflict": "review.conflicted", "recuse": "review.recused"}
    check_links(new_client, ended[ending])


@pytest.mark.parametrize("outcome", ["awarded", "reserve", "declined"])
def test_each_outcome_has_its_own_words(app, new_client, outcome):
    decision = make_decision(state="ratified", outcome=outcome)
    owner, manager = owner_of(decision.proposal.organisation), make_manager(decision.proposal.call)
    everything_told()
    before = [str(m["Subject"]) for m in mails(owner.email)]
    assert all(subject.startswith("Open for proposals") for subject in before), "told before the announcement"
    decisions.announce(decisions=[get_decision(decision.id)], actor=actor_of(manager))
    everything_told()
    (mail,) = mails(owner.email)[len(before) :]
    words = {"awarded": "is awarded", "reserve": "reserve list", "declined": "Decision on"}
    assert words[outcome] in mail["Subject"]
    check_links(new_client)


def test_the_committees_steps_reach_the_committee(app, new_client):
    call = make_assessing_call()
    proposal = make_tabled_proposal(call=call)
    decision = make_decision(proposal=proposal, state="endorsed")
    actor = actor_of(make_manager(proposal.call))
    decisions.send_back(decision=decision, reason="Look at the budget again.", actor=actor)
    found = get_decision(decision.id)
    decisions.revise(
        decision=found, outcome="reserve", amount=None, rationale="Less urgent.", reason="As asked.", actor=actor
    )
    told = everything_told()
    assert {"proposal.tabled", "decision.endorsed", "decision.sent_back", "decision.revised"} <= told
    assert not [m for m in mails() if "budget" in m.as_string()]
    check_links(new_client)


@pytest.mark.parametrize("point", ["sent", "active"])
def test_an_agreement_on_its_way(app, new_client, point):
    grants.make_project(point)
    everything_told()
    check_links(new_client)


@pytest.mark.parametrize("state", ["requested", "paid"])
def test_a_milestone_and_its_payment(app, new_client, state):
    grant = grants.make_project()
    grants.bring_payment(grant, state)
    told = everything_told()
    assert {"milestone.reported", "milestone.verified", "payment.claimable"} <= told
    assert mails(grant.viewer.email) == []
    check_links(new_client)


def test_what_goes_back_and_what_is_held(app, new_client):
    grant = grants.make_project()
    officer, manager = actor_of(grant.officer), actor_of(grant.manager)
    payment = grants.bring_payment(grant, "requested")
    projects.hold_payment(payment=payment, reason="A question is open.", actor=officer)
    projects.lift_hold(payment=payment, reason="It is answered.", actor=manager)
    projects.send_back_payment(payment=payment, reason="Wrong amount.", actor=officer)
    milestone = grants.report(grant, 2)
    projects.start_verification(milestone=milestone, actor=officer)
    projects.return_milestone(milestone=milestone, reason="The photographs are missing.", actor=officer)
    projects.waive_milestone(milestone=grant.milestones[2], reason="Not needed.", actor=manager)
    projects.terminate_agreement(agreement=grant.agreement, reason="The mine is closed.", actor=manager)
    told = everything_told()
    assert {"payment.held", "payment.hold_lifted", "payment.sent_back", "milestone.returned"} <= told
    assert {"milestone.waived", "agreement.terminated"} <= told
    assert not any("photographs" in m.as_string() for m in mails())
    check_links(new_client)


def test_reports_and_reminders_of_a_project(app, frozen, new_client):
    from app.notifications import reminders
    from app.projects import queries

    grant = grants.make_project()
    report = queries.get_report(queries.reports_of(grant.project.id)[0].id)
    due = reminders.end_of(report.due_on)
    frozen(due - timedelta(days=10))
    assert reminders.remind_of_reports() == 1
    milestone = grant.milestones[1]
    frozen(reminders.end_of(milestone.due_on) - timedelta(days=13))
    assert reminders.remind_of_milestones() >= 1
    frozen(reminders.end_of(milestone.due_on) - timedelta(days=2))
    assert reminders.remind_of_milestones() >= 1
    assert reminders.remind_of_milestones() == 0
    projects.save_narrative(report=report, narrative="All went well.", actor=actor_of(grant.editor))
    projects.submit_report(report=report, actor=actor_of(grant.editor))
    projects.return_report(report=report, reason="The figures are missing.", actor=actor_of(grant.officer))
    projects.submit_report(report=report, actor=actor_of(grant.editor))
    projects.accept_report(report=report, actor=actor_of(grant.officer))
    told = everything_told()
    assert {"milestone.due_14", "milestone.due_3", "report.due", "report.submitted", "report.accepted"} <= told
    check_links(new_client)
