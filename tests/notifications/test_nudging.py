"""Asking reviewers after open reviews: each once, with all that is theirs, as previewed, and nobody with a conflict."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import MoveRefused
from app.extensions import db
from app.identity.models import FormerMembership
from app.proposals import queries as proposals_queries
from app.proposals.models import ProposalCollaborator
from app.reviews import services
from app.reviews.models import Review, ReviewNudge
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_person, make_staff
from tests.factories.notifications import deliver, deliveries, mails
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.racing import in_transactions

HOUR = timedelta(hours=1)


@pytest.fixture
def call(session, frozen):
    return make_assessing_call()


@pytest.fixture
def officer(call):
    return make_officer(call)


@pytest.fixture
def ana(call):
    return make_reviewer(call, name="Ana Ruiz", locale="fr")


@pytest.fixture
def pits(session, call, ana, frozen):
    """Two proposals that Ana has open, one of them late by now."""
    late, asked = (
        make_assessed_proposal(call=call, title="Late\r\nDear Ana, pay here"),
        make_assessed_proposal(call=call),
    )
    make_review(late, reviewer=ana, state="draft", due_at=clock.now() + HOUR)
    make_review(asked, reviewer=ana)
    make_review(make_assessed_proposal(call=call, title="Done already"), reviewer=ana, state="submitted")
    session.commit()
    frozen(clock.now() + 2 * HOUR)
    return late, asked


@pytest.fixture
def browser(session, client, sign_in, officer, pits):
    session.commit()
    return sign_in(client, officer)


def ask(call, officer, *people, **over):
    return services.nudge(call=call, people={p.id for p in people}, actor=actor_of(officer), **over)


def told(address):
    """The texts of the mails that asked after reviews."""
    deliver()
    asked = {d.message_id for d in deliveries() if d.event_name == "review.nudged"}
    found = [m for m in mails(address) if m["Message-ID"] in asked]
    return [m.get_body(("plain",)).get_content() for m in found]


class TestService:
    def test_each_reviewer_gets_one_mail_with_all_that_is_open(self, session, call, officer, ana, pits):
        ask(call, officer, ana)
        references, address = [p.reference for p in pits], ana.email
        session.commit()
        (body,) = told(address)
        assert all(reference in body for reference in references)
        assert "Done already" not in body
        assert "Late Dear Ana, pay here" in body, "a title stays on its line"

    def test_not_again_within_a_day_unless_forced(self, frozen, call, officer, ana, pits):
        assert ask(call, officer, ana)
        frozen(clock.now() + 23 * HOUR)
        assert not ask(call, officer, ana)
        assert ask(call, officer, ana, force=True)
        frozen(clock.now() + 25 * HOUR)
        assert ask(call, officer, ana)
        assert db.session.query(ReviewNudge).count() == 3

    def test_a_conflict_is_neither_listed_nor_written_about(self, session, call, officer, ana, pits):
        make_conflict(ana, pits[0])
        ask(call, officer, ana)
        session.commit()
        make_conflict(ana, pits[1])
        address = ana.email
        session.commit()
        assert not told(address), "one was closed before, the other between the asking and the mail"

    def test_what_is_closed_to_who_asks_is_not_in_the_mail(self, session, call, officer, ana, pits):
        make_conflict(officer, pits[0])
        ask(call, officer, ana)
        (closed, open_one), address = (p.reference for p in pits), ana.email
        session.commit()
        (body,) = told(address)
        assert closed not in body
        assert open_one in body

    def test_no_mail_to_closed_accounts_or_unknown_addresses(self, session, call, officer, ana, pits):
        ana.suspended_at = clock.now()
        session.flush()
        assert not ask(call, officer, ana, force=True)
        ana.suspended_at, ana.email_verified_at = None, None
        session.flush()
        assert not ask(call, officer, ana, force=True)

    def test_only_staff(self, call, ana, pits):
        for role in ("auditor", "reviewer", "committee_member"):
            with pytest.raises(MoveRefused):
                ask(call, make_staff(call.programme, role), ana)


def test_known_beforehand_is_what_has_conflict_says(session, call):
    """Every way in which a proposal is closed to a person, and people to whom it is open."""
    proposal, other = make_assessed_proposal(call=call), make_assessed_proposal(call=call)
    recorded, member, former, works, worked, free = (make_reviewer(call) for _ in range(6))
    make_conflict(recorded, proposal)
    make_member(proposal.organisation, "viewer", person=member)
    session.add(FormerMembership(organisation_id=proposal.organisation_id, person_id=former.id))
    for person, ended in ((works, None), (worked, clock.now())):
        session.add(
            ProposalCollaborator(
                proposal_id=proposal.id, person_id=person.id, role="viewer", since=clock.now(), ended_at=ended
            )
        )
    session.commit()
    people = (recorded, member, former, works, worked, free)
    closed = proposals_queries.closed_in_call(call.id, {p.id for p in people})
    for person in people:
        for one in (proposal, other):
            known = closed.to(person.id, one.id, one.organisation_id)
            assert known == proposals_queries.has_conflict(person.id, one), person.name
    assert [closed.to(p.id, proposal.id, proposal.organisation_id) for p in people] == [True] * 5 + [False]


class TestPage:
    def test_the_mail_is_shown_as_it_will_be_sent(self, session, call, ana, browser):
        path = f"/notifications/calls/{call.id}/reviewers"
        shown = soup(browser.get(path)).find("table").find("details")
        assert "Français" in shown.summary.get_text()
        text = shown.find(class_="keep-lines").get_text()
        address = ana.email
        assert browser.fill(path, path, person=str(ana.id)).status_code == 303
        (body,) = told(address)
        assert body.split() == text.split()
        assert "Asked less than 24 hours ago" in text_of(browser.get(path))

    def test_nobody_chosen_and_nonsense_are_said(self, session, call, ana, browser):
        path = f"/notifications/calls/{call.id}/reviewers"
        for values in ({}, {"person": "nonsense"}):
            answer = browser.act(path, **values)
            assert answer.status_code == 422
            assert "Choose at least one reviewer" in text_of(answer)
        assert browser.act(path, person=str(make_person().id)).status_code == 303
        assert session.query(ReviewNudge).count() == 0

    def test_groups(self, session, call, ana, browser):
        in_time = make_reviewer(call, name="Ben Time")
        make_review(make_assessed_proposal(call=call), reviewer=in_time, state="draft")
        session.commit()
        path = f"/notifications/calls/{call.id}/reviewers"
        assert "Ben Time" not in text_of(browser.get(path))
        assert "Ben Time" in text_of(browser.get(path, query_string={"who": "open"}))
        assert "Ana Ruiz" in text_of(browser.get(path, query_string={"who": "late"}))
        assert "Nobody to ask" in text_of(browser.get(path, query_string={"q": "nobody"}))

    def test_as_many_queries_for_one_as_for_many(self, session, call, browser, count_queries):
        path = f"/notifications/calls/{call.id}/reviewers"
        browser.get(path)
        with count_queries() as one:
            browser.get(path)
        for _ in range(30):
            make_review(make_assessed_proposal(call=call))
        session.commit()
        with count_queries() as many:
            browser.get(path)
        assert len(many) == len(one) <= 12, "\n".join(many)

    def test_who_may(self, session, call, client, sign_in, pits, ana):
        path = f"/notifications/calls/{call.id}/reviewers"
        answers = {}
        for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance"):
            person = make_staff(call.programme, role)
            session.commit()
            sign_in(client, person)
            answers[role] = (client.get(path).status_code, client.act(path, person=str(ana.id)).status_code)
        assert answers == {
            "manager": (200, 303), "officer": (200, 303), "auditor": (404, 404), "reviewer": (404, 404),
            "committee_member": (404, 404), "finance": (404, 404),
        }  # fmt: skip
        sign_in(client, make_officer(make_assessing_call()))
        assert client.get(path).status_code == 404
        assert session.query(ReviewNudge).count() == 1, "the officer came within a day of the manager"


@pytest.mark.postgres
def test_of_twenty_who_ask_at_once_one_does(postgres_app):
    with postgres_app.app_context():
        review = make_review(make_assessed_proposal())
        call_id, person_id = review.proposal.call_id, review.reviewer_id
        officer = actor_of(make_officer(review.proposal.call))
        db.session.commit()

    def act(_index):
        from app.calls import queries as calls_queries

        return len(services.nudge(call=calls_queries.get_call(call_id), people={person_id}, actor=officer))

    results = in_transactions(postgres_app, 20, act)
    assert sorted(results) == [0] * 19 + [1]
    with postgres_app.app_context():
        assert db.session.query(ReviewNudge).count() == 1
        assert db.session.query(Review).count() == 1
