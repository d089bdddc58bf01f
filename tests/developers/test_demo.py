"""The demonstration loads on a fresh database, is sound, gives every role something to do, and loads once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.audit import AuditEntry
from app.core.errors import Invalid
from app.core.outbox import OutboxEvent
from app.developers import invariants
from app.developers.demo import loader
from app.identity import queries as identity
from app.knowledge.models import PublishedProject
from app.mines.models import MineSite
from app.notifications.models import EmailDelivery, Notification
from app.projects.models import Payment
from app.proposals.models import ConflictOfInterest, Proposal, RivalText
from app.proposals.queries import proposal_by_reference
from app.reviews import services
from app.reviews.models import DiscussionMessage, Review, ReviewSubmission, Unblinding
from tests.client import soup
from tests.conftest import sign_in_directly

WORK = {
    "manager": "Announce the decision",
    "officer": "Start verifying the milestone",
    "finance": "Release the payment",
    "committee2": "Vote on the proposed decision",
    "reviewer3": "Finish scoring",
    "reviewer4": "Accept or decline the invitation",
    "applicant": "Sign off and submit",
    "intego": "Sign the agreement",
}


def test_demonstration(app, session, new_client):
    """One load for all that is asked of it, because it takes seconds."""
    assert loader.load_demo()
    session.commit()
    assert not {name: found for name, found in invariants.run() if found}
    _tells_the_ten_stories(session)
    _leaves_lived_in_inboxes(session)
    _shows_windows_and_two_texts(session)
    _discusses_with_both_sides_blind(session)
    _gives_everybody_work(new_client)
    before = session.scalar(select(func.count(AuditEntry.id)))
    assert not loader.load_demo()
    assert session.scalar(select(func.count(AuditEntry.id))) == before


def _tells_the_ten_stories(session) -> None:
    grants = dict(session.execute(select(Proposal.requested_minor, Proposal.state)).all())
    assert grants[34000000] == "deciding" and grants[80000000] == "assessing"
    states = session.scalars(select(Proposal.state).where(Proposal.reference.startswith("EPRM-20-"))).all()
    assert sorted(states) == sorted(
        [
            "awarded",
            "awarded",
            "deciding",
            "deciding",
            "reserve",
            "declined",
            "declined",
            "assessing",
            "assessing",
            "applying",
        ]
    )
    assert {"paid", "approved", "scheduled"} <= set(session.scalars(select(Payment.state)))
    assert {"invited", "draft", "submitted", "final", "recused"} <= set(session.scalars(select(Review.state)))
    conflict = session.scalars(select(ConflictOfInterest)).one()
    assert identity.get_person(conflict.person_id).email == "reviewer1@demo.example"
    late = session.scalars(select(AuditEntry).where(AuditEntry.action == "stage_submission.late_attempt")).one()
    assert late.detail == {"late_by": "1 second", "late_seconds": 1}
    assert session.scalar(select(func.count(MineSite.id))) == 24
    assert session.scalar(select(func.count(PublishedProject.id))) >= 10


def _leaves_lived_in_inboxes(session) -> None:
    assert session.scalar(select(func.count(OutboxEvent.id)).where(OutboxEvent.done_at.is_(None))) == 0
    waiting = session.scalars(select(EmailDelivery).where(EmailDelivery.done_at.is_(None))).all()
    assert waiting and all(clock.now() - mail.created_at <= loader.MAILED_BEFORE for mail in waiting)
    told = session.execute(select(Notification.created_at, Notification.read_at)).all()
    assert any(read is None for _, read in told) and any(read is not None for _, read in told)


def _shows_windows_and_two_texts(session) -> None:
    """An open call is divided into windows, and two people wrote one answer of one draft."""
    chosen = session.scalars(select(Proposal.funding_window).where(Proposal.funding_window != "")).all()
    assert sorted(chosen) == ["elsewhere", "elsewhere", "great_lakes"], "drafts name theirs when they are submitted"
    rival = session.scalars(select(RivalText).where(RivalText.settled_at.is_(None))).one()
    assert rival.kind == "rival" and rival.typed[0] != rival.standing


def _discusses_with_both_sides_blind(session) -> None:
    """Names of the applicant's side are found in an answer and in a file; a discussion is on, with a revised sheet."""
    proposal = proposal_by_reference("EPRM-26-0001")
    found, _unread = services.names_in(proposal, "en")
    assert {"lagoon-plan.pdf"} < {flag.place for flag in found}
    messages = session.scalars(select(DiscussionMessage).order_by(DiscussionMessage.created_at)).all()
    assert [m.summary for m in messages] == [False, False, False, True]
    versions = Counter(
        session.scalars(select(ReviewSubmission.review_id).join(Review).where(Review.proposal_id == proposal.id))
    )
    assert sorted(versions.values()) == [1, 2]
    asked = session.scalars(select(Unblinding)).one()
    assert asked.state == "requested"


def _gives_everybody_work(new_client) -> None:
    for key, wanted in WORK.items():
        person = identity.person_by_email(f"{key}@demo.example")
        page = soup(sign_in_directly(new_client(), person).get("/work"))
        assert wanted in [h.get_text(strip=True) for h in page.select(".item h3")], key


def test_sign_ins_are_written_down(app, tmp_path):
    accounts = json.loads(loader.write_accounts().read_text())
    assert {"role", "name", "email", "password"} == set(accounts[0])
    assert {a["email"] for a in accounts} >= {f"{key}@demo.example" for key in (*WORK, "editor", "viewer", "auditor")}
    assert {a["password"] for a in accounts} == {"responsible-minerals"}


def test_production_gets_no_demonstration(app, monkeypatch):
    app.extensions["settings"] = replace(app.extensions["settings"], mode="production")
    with pytest.raises(Invalid, match="not for production"):
        loader.load_demo()
