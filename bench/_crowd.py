"""Many applicants with complete drafts of a real call, each with the form that they are about to send; and what came of it."""

from __future__ import annotations

import secrets
import urllib.parse
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, insert, inspect, select, update

from app.calls import services as call_services
from app.calls.document.yaml_text import read_yaml
from app.calls.form_schema import Question
from app.calls.models import Call, CallStage
from app.core import audit, clock
from app.core.db import unit_of_work
from app.core.outbox import OutboxEvent
from app.core.types import SYSTEM_ACTOR, Actor, new_id
from app.developers.worlds.answers import Teller, fill
from app.developers.worlds.attachments import make_file
from app.developers.worlds.posting import fields_of
from app.extensions import db
from app.identity import services as identity
from app.identity.models import LoginSession, Membership, Organisation, Person
from app.proposals import queries, services
from app.proposals.models import Proposal, ProposalFile, SealedSubmission, StageSubmission
from app.proposals.receipts import Verdict
from app.proposals.snapshot import digest
from config import ROOT

STAGE = "full_proposal"
TITLE = "Safer shafts"
LONG = "What we found below ground, what it costs the people there, and what we would change with them. " * 40


@dataclass
class Applicant:
    """One applicant: the draft, the signed-in browser, and the body of the form that submits it."""

    submission_id: uuid.UUID
    address: str
    cookie: str
    token: str
    body: bytes
    version: int
    section: str = ""
    field: str = ""
    acknowledged: str = ""


def make_crowd(app: Flask, count: int, writers: int) -> tuple[list[Applicant], list[Applicant]]:
    """``count`` complete drafts to be submitted, and ``writers`` more that people go on writing in."""
    with app.app_context(), unit_of_work():
        call = _call()
        first, actor = _begin(call)
        _complete(first.stages[0], actor)
        db.session.flush()
        found = [_browser(app, person, stage) for person, stage in _more(first, actor, count + writers)]
        for writer in found[count:]:
            writer.section, writer.field = _a_long_text(first.stages[0])
    return found[:count], found[count:]


def close_at(app: Flask, moment: datetime) -> None:
    """Let the stage close at this instant."""
    with app.app_context(), unit_of_work():
        db.session.execute(update(CallStage).values(closes_at=moment))
        db.session.execute(update(Call).values(closes_at=moment))


def _call() -> Call:
    """The real call's full proposal as a call of one stage, open now."""
    document = read_yaml((ROOT / "app" / "developers" / "calls" / "eprm-2020.yaml").read_bytes())
    stage = next(s for s in document["stages"] if s["key"] == STAGE)
    now = clock.now()
    stage |= {
        "opens": f"{now - timedelta(days=30):%Y-%m-%d} 12:00",
        "closes": f"{now + timedelta(days=2):%Y-%m-%d} 12:00",
    }
    document |= {"code": "RUSH-1", "reference_prefix": "RUSH-1", "stages": [stage]}
    document["rules"]["answers"]["total"] = "budget"
    call = call_services.import_call(document=document, actor=SYSTEM_ACTOR)
    manager = identity.create_person(email="manager@rush.example", name="Manager", password=secrets.token_urlsafe(16))
    identity.grant_role(programme=call.programme, person=manager, role="manager", actor=SYSTEM_ACTOR)
    call_services.publish(call=call, actor=identity.as_actor(manager))
    call_services.open_due_calls()
    return call


def _begin(call: Call) -> tuple[Proposal, Actor]:
    """The first of them, made the way people make theirs."""
    email, word = "applicant0@rush.example", secrets.token_urlsafe(16)
    actor = identity.as_actor(identity.create_person(email=email, name="Applicant 0", password=word))
    organisation = identity.create_organisation(
        actor=actor,
        name="Cooperative 0",
        country="CD",
        kind="cooperative_asm",
        pillar="civil_society",
        registration_number="RUSH-0",
    )
    return services.start_proposal(call=call, organisation=organisation, title=f"{TITLE} 0", actor=actor), actor


def _complete(submission: StageSubmission, actor: Actor) -> None:
    """Answer everything as a browser would, with long texts, and attach every file that is asked for."""
    form, call = queries.form_of(submission), submission.proposal.call
    asked = [question for section in form.sections for question in section.questions]
    long = {q.id: LONG[: _characters(q)] for q in asked if q.kind == "long_text"}
    grant = Decimal("300000.00")
    answers = fill(
        form, Teller("Cooperative 0", "CD", "cooperative_asm", TITLE, grant, 0, "2030-01-31", long, call.rules)
    )
    for section in form.sections:
        fields = fields_of(form, section.id, answers)
        if fields:
            services.save_section(
                submission=submission, section_id=section.id, fields=fields, expected_version=None, actor=actor
            )
        for question in section.questions:
            if question.kind == "file" and question.required:
                content = BytesIO(make_file("annex.pdf", [question.id, LONG[:80]]))
                services.attach_file(
                    submission=submission, question_id=question.id, stream=content, name="annex.pdf", actor=actor
                )
    facts = services.stage_facts(submission, actor)
    if facts.missing or facts.broken_rules:
        raise SystemExit(f"the drafts of this measurement are not complete: {facts.missing} {facts.broken_rules}")


def _characters(question: Question) -> int:
    """A good part of what the question takes, at most a page and a half."""
    room = (question.limit or 3000) * (5 if question.limit_unit == "words" else 1)
    return min(room * 3 // 4, 3000)


def _like(thing: Any, **other: Any) -> dict[str, Any]:
    """A row like this one, with an id of its own, never changed."""
    columns = inspect(type(thing)).column_attrs
    return {**{column.key: getattr(thing, column.key) for column in columns}, "id": new_id(), "version": 1, **other}


def _more(first: Proposal, actor: Actor, count: int) -> list[tuple[uuid.UUID, dict[str, Any]]]:
    """Many more like the first: a person with an organisation and a draft of their own, its files shared."""
    person, source = db.session.get_one(Person, actor.person_id), first.stages[0]
    member = db.session.scalars(select(Membership)).one()
    files = queries.files_of(source.id)
    rows: dict[Any, list[dict[str, Any]]] = {
        m: [] for m in (Person, Organisation, Membership, Proposal, StageSubmission, ProposalFile)
    }
    for n in range(1, count + 1):
        email = f"applicant{n}@rush.example"
        who = _like(person, email=email, email_key=email, name=f"Applicant {n}")
        organisation = _like(first.organisation, name=f"Cooperative {n}")
        owned = {"organisation_id": organisation["id"]}
        proposal = _like(first, reference=f"RUSH-1-{n:05d}", created_by_id=who["id"], title=f"{TITLE} {n}", **owned)
        stage = _like(source, proposal_id=proposal["id"], section_versions={}, field_versions={})
        made = (who, organisation, _like(member, person_id=who["id"], **owned), proposal, stage)
        for model, row in zip(rows, made, strict=False):
            rows[model].append(row)
        rows[ProposalFile] += [_like(file, stage_submission_id=stage["id"]) for file in files]
    for model, made_rows in rows.items():
        db.session.execute(insert(model), made_rows)
    return [(who["id"], stage) for who, stage in zip(rows[Person], rows[StageSubmission], strict=True)]


def _browser(app: Flask, person_id: uuid.UUID, stage: dict[str, Any]) -> Applicant:
    """A signed-in browser that shows the page with the button, ready to be pressed."""
    secret, until = secrets.token_urlsafe(32), clock.now() + timedelta(days=1)
    db.session.add(LoginSession(token_hash=identity.token_hash(secret), person_id=person_id, expires_at=until))
    with app.test_request_context():
        g.pop("csrf_token", None)  # of the browser before this one
        session.update({"_user_id": secret, "_fresh": True})
        token = generate_csrf()
        signed = app.session_interface.get_signing_serializer(app).dumps(dict(session))  # type: ignore[attr-defined]
    fields = {"csrf_token": token, "idempotency_key": secrets.token_urlsafe(18), "confirmed": "y"}
    body = urllib.parse.urlencode({**fields, "version": stage["version"]}).encode()
    address = f"/proposals/{stage['proposal_id']}/stages/{STAGE}"
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={signed}"
    return Applicant(stage["id"], address, cookie, token, body, stage["version"])


def _a_long_text(submission: StageSubmission) -> tuple[str, str]:
    """A section and a question of it in which people write much."""
    form = queries.form_of(submission)
    return next((s.id, q.id) for s in form.sections for q in s.questions if q.kind == "long_text")


def judge(
    app: Flask, applicants: list[Applicant], acknowledged: set[uuid.UUID], writers: list[Applicant]
) -> dict[str, Any]:
    """What the database holds afterwards, against what was answered."""
    with app.app_context():
        sealed = list(db.session.scalars(select(SealedSubmission)))
        by_stage = {one.stage_submission_id: one for one in sealed}
        events = db.session.scalar(select(func.count()).where(OutboxEvent.name == "proposal.submitted")) or 0
        rows = db.session.execute(select(StageSubmission.id, StageSubmission.answers)).all()
        saved = {row.id: row.answers for row in rows}
        found = {
            "sealed": len(sealed),
            "lost": len(acknowledged - set(by_stage)),
            "doubled": len(sealed) - len(by_stage) + max(0, events - len(by_stage)),
            "receipts_verified": sum(_is_proved(one) for one in sealed),
            "autosaves_lost": sum(
                bool(w.acknowledged) and saved[w.submission_id][w.field] != w.acknowledged for w in writers
            ),
            "people": db.session.scalar(select(func.count()).select_from(Person)),
            "audit_breaks": len(audit.verify()),
        }
        db.session.remove()
    return found


def _is_proved(sealed: SealedSubmission) -> bool:
    """Whether the receipt is genuine and names the hash of what is sealed."""
    receipt = queries.receipt_of(sealed.id)
    if receipt is None or digest(sealed.snapshot) != sealed.sha256:
        return False
    return receipt.facts["Content-SHA256"] == sealed.sha256 and queries.judge_receipt(receipt) is Verdict.GENUINE
