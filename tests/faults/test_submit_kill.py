"""The web server killed during a submit: submitted whole or not at all, and a repeat of the same form finishes it once."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid

import pytest
import requests
from sqlalchemy import func, select

from app.core.audit import AuditEntry, verify
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.proposals.models import Proposal, SealedSubmission, StageSubmission
from tests.factories.calls import make_call
from tests.factories.identity import make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal
from tests.faults.instance import Instance
from tests.faults.killing import Browser, Server

ROUNDS = 10
SOONER, LATER = 0.6, 1.5


@pytest.fixture
def drafts(make_instance):
    """An instance with complete drafts of one applicant; yields it with the applicant's address and the drafts."""
    instance: Instance = make_instance(ASSAY_SECRET_KEY="a-secret-that-web-and-test-share")
    with instance.inside(), unit_of_work():
        owner = make_person()
        call, email = make_call(), owner.email
        stages = []
        for _ in range(ROUNDS + 1):
            proposal = make_proposal("draft", call=call, owner=owner, organisation=make_organisation(owner=owner))
            fill_in(proposal.stages[0])
            stages.append((proposal.id, proposal.stages[0].id, proposal.stages[0].call_stage.key))
    return instance, email, stages


def state_of(instance: Instance, proposal_id: uuid.UUID, stage_id: uuid.UUID) -> str:
    """``whole``, ``absent``, or what is half."""
    with instance.inside():
        stage = db.session.get(StageSubmission, stage_id)
        sealed = list(db.session.scalars(select(SealedSubmission).filter_by(stage_submission_id=stage_id)))
        moves = _count(AuditEntry.id, AuditEntry.subject_id == stage_id, AuditEntry.to_state == "submitted")
        events = _count(OutboxEvent.id, OutboxEvent.subject_id == stage_id, OutboxEvent.name == "proposal.submitted")
        summary = db.session.get(Proposal, proposal_id).requested_minor is not None
        numbers = (len(sealed), stage.sealed_number, moves, events, int(summary), int(stage.submitted_at is not None))
        intact = all(hashlib.sha256(s.snapshot.encode()).hexdigest() == s.sha256 for s in sealed)
    if set(numbers) == {1} and stage.state == "submitted" and intact:
        return "whole"
    return "absent" if set(numbers) == {0} and stage.state == "draft" else f"half: {stage.state} {numbers}"


def _count(column, *where) -> int:
    return db.session.scalar(select(func.count(column)).where(*where)) or 0


def submit_while_killing(server: Server, browser: Browser, path: str, fields: dict, delay: float, *, whole: bool):
    """Post in one thread and kill from another after ``delay``; returns the answer the browser got."""
    answers: list[requests.Response | None] = []
    thread = threading.Thread(target=lambda: answers.append(browser.post(path, fields)))
    thread.start()
    time.sleep(delay)
    server.kill(whole=whole)
    thread.join(30)
    if whole:
        server.start()
    return answers[0]


def test_killed_during_a_submit_it_is_whole_or_absent(drafts):
    instance, email, stages = drafts
    server = Server(instance)
    browser = Browser(server, email)
    seen: list[str] = []
    delay = 0.1
    for number, (proposal_id, stage_id, key) in enumerate(stages):
        base = f"/proposals/{proposal_id}/stages/{key}"
        fields = browser.form(f"{base}/check", f"{base}/submit") | {"confirmed": "y"}
        if number == 0:
            began = time.monotonic()
            assert browser.post(f"{base}/submit", fields).status_code == 303
            delay = (time.monotonic() - began) / 2
            continue
        answer = submit_while_killing(server, browser, f"{base}/submit", fields, delay, whole=number == ROUNDS // 2)
        seen.append(state := state_of(instance, proposal_id, stage_id))
        assert state in {"whole", "absent"}
        delay *= SOONER if state == "whole" else LATER  # so that the kills gather around the commit
        assert answer is None or answer.status_code != 303 or state == "whole", "acknowledged and lost"
        again = repeat(browser, f"{base}/submit", fields)
        assert again.status_code == 303
        assert state_of(instance, proposal_id, stage_id) == "whole"
    assert set(seen) == {"whole", "absent"}, f"the kills all fell on one side: {seen}"
    with instance.inside():
        assert verify() == []


def repeat(browser: Browser, path: str, fields: dict) -> requests.Response:
    """Post the same form, with the same key, until the server is back."""
    for _ in range(100):
        answer = browser.post(path, fields)
        if answer is not None and answer.status_code != 503:
            return answer
        time.sleep(0.1)
    raise AssertionError("the server did not come back")
