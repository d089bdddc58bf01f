"""Proposals for tests, brought to a named state through the services, each step at a time when it is allowed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from app.calls.form_schema import Form, Question, Section
from app.calls.models import Call
from app.core import clock
from app.core.types import Actor
from app.developers.worlds.attachments import pdf
from app.extensions import db
from app.identity import queries as identity_queries
from app.identity.models import Organisation, Person
from app.proposals import queries, services
from app.proposals.models import Proposal, StageSubmission
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation, make_person, make_staff

PDF = pdf(["A plan of the shafts"])
FIRST_STAGE = ("draft", "submitted", "screening", "returned", "ineligible", "accepted", "advised")
OUTCOMES = ("awarded", "reserve", "declined")
STATES = (
    *FIRST_STAGE, "withdrawn", "full_draft", "full_submitted", "full_screening", "full_returned", "assessing",
    "deciding", *OUTCOMES,
)  # fmt: skip
_number = itertools.count(1)


def make_proposal(
    state: str = "submitted",
    *,
    call: Call | None = None,
    organisation: Organisation | None = None,
    owner: Person | None = None,
    title: str | None = None,
    answers: dict[str, Any] | None = None,
) -> Proposal:
    """A proposal in one of ``STATES``; ``answers`` replace the made-up ones. A call of one stage has only its stage's states."""
    assert state in STATES, state
    call = call or make_call()
    owner = owner or (owner_of(organisation) if organisation else make_person())
    organisation = organisation or make_organisation(owner=owner)
    with clock.frozen(writing_time(call.stages[0])):
        proposal = services.start_proposal(
            call=call,
            organisation=organisation,
            title=title or f"Safer shafts {next(_number)}",
            actor=actor_of(owner),
        )
    bring_to(proposal, state, answers or {})
    db.session.flush()
    return proposal


def bring_to(proposal: Proposal, state: str, answers: dict[str, Any]) -> None:
    """Walk a fresh draft to a state."""
    owner = actor_of(owner_of(proposal.organisation))
    if state == "withdrawn":
        services.withdraw(proposal=proposal, reason="Our partner left.", actor=owner)
        return
    two_stages = len(proposal.call.stages) > 1
    walk_stage(proposal.stages[0], state if state in FIRST_STAGE or not two_stages else "advised", answers)
    if state in FIRST_STAGE:
        return
    if two_stages:
        stage = proposal.call.stages[-1]
        with clock.frozen(writing_time(stage)):
            services.start_stage(proposal=proposal, key=stage.key, actor=owner)
        walk_stage(proposal.stages[-1], state.removeprefix("full_"), answers)
    if state in {"deciding", *OUTCOMES}:
        services.table_for_decision(proposal=proposal, actor=officer_of(proposal), reviews_final=2, reviews_wanted=2)
    if state in OUTCOMES:
        services.follow_outcome(proposal=proposal, outcome=state)


def walk_stage(submission: StageSubmission, state: str, answers: dict[str, Any]) -> None:
    """Fill in, submit and screen one stage as far as ``state`` (anything later than its screening: accepted or advised)."""
    stage = submission.call_stage
    if state == "draft":
        return
    with clock.frozen(writing_time(stage)):
        fill_in(submission, answers)
        services.submit(submission=submission, actor=actor_of(owner_of(submission.proposal.organisation)))
    if state == "submitted":
        return
    officer = officer_of(submission.proposal)
    with clock.frozen(screening_time(stage)):
        services.start_screening(submission=submission, actor=officer)
        if state != "screening":
            _finish_screening(submission, state, officer)


def _finish_screening(submission: StageSubmission, state: str, officer: Actor) -> None:
    failing = state == "ineligible"
    codes = [check["code"] for check in submission.call_stage.checks]
    if state == "returned":
        sections = [queries.form_of(submission).sections[0].id]
        services.return_for_corrections(
            submission=submission,
            sections=sections,
            text="Name the mines.",
            correct_by=clock.now() + timedelta(days=10),
            actor=officer,
        )
        return
    for code in codes:
        outcome = "fail" if failing and code == codes[0] else "pass"
        services.decide_check(submission=submission, code=code, outcome=outcome, note="Seen.", actor=officer)
    if failing:
        services.find_ineligible(submission=submission, reason_codes=codes[:1], reason="Not eligible.", actor=officer)
        return
    services.accept(submission=submission, actor=officer)
    if state != "accepted" and submission.call_stage.gives_advice:
        services.write_advice(submission=submission, outcome="positive", text="Go on, name the buyers.", actor=officer)
        services.give_advice(submission=submission, actor=officer)


def writing_time(stage: Any) -> datetime:
    """An instant at which a stage can be submitted: now if it is open, else an hour before it closes."""
    now = clock.now()
    return now if stage.opens_at <= now < stage.closes_at else stage.closes_at - timedelta(hours=1)


def screening_time(stage: Any) -> datetime:
    """An instant at which a submitted stage can be screened."""
    return max(clock.now(), writing_time(stage) if stage.screens_on_receipt else stage.closes_at + timedelta(hours=1))


def make_collaborator(proposal: Proposal, role: str = "editor", *sections: str, person: Person | None = None) -> Person:
    """A person from outside who works on the proposal; ``sections`` (``stage/section``) are a contributor's."""
    person = person or make_person()
    owner = actor_of(owner_of(proposal.organisation))
    invitation = services.invite_collaborator(
        proposal=proposal, email=person.email, role=role, sections=sections, actor=owner
    )
    services.accept_collaboration(invitation=invitation, person=person, actor=actor_of(person))
    return person


def owner_of(organisation: Organisation) -> Person:
    """The first owner of an organisation."""
    return identity_queries.members_of(organisation.id, "owner")[0].person


def officer_of(proposal: Proposal) -> Actor:
    """An officer of the proposal's programme, made when there is none."""
    found = identity_queries.people_with_role(proposal.call.programme_id, "officer")
    programme = identity_queries.get_programme(proposal.call.programme_id)
    return actor_of(found[0] if found else make_staff(programme, "officer"))


def fill_in(submission: StageSubmission, answers: dict[str, Any] | None = None) -> None:
    """Answer every question of a stage through the services, files included."""
    form = queries.form_of(submission)
    known = {**complete_answers(form, submission.proposal), **(answers or {})}
    owner = actor_of(owner_of(submission.proposal.organisation))
    for section in form.sections:
        fields = fields_of(section, known)
        services.save_section(
            submission=submission, section_id=section.id, fields=fields, expected_version=None, actor=owner
        )
        for question in section.questions:
            if question.kind == "file" and not queries.file_counts(submission.id).get(question.id):
                name = f"{question.id}.pdf"
                services.attach_file(
                    submission=submission, question_id=question.id, stream=io.BytesIO(PDF), name=name, actor=owner
                )


def complete_answers(form: Form, proposal: Proposal) -> dict[str, Any]:
    """Valid answers to every question of a form, keeping the rules of small grants."""
    answers = {q.id: _answer(q, proposal) for s in form.sections for q in s.questions if q.kind != "file"}
    if "title" in answers:
        answers["title"] = proposal.title
    return answers


def _answer(question: Question, proposal: Proposal) -> Any:
    rules = proposal.call.rules
    names = rules.get("answers", {})
    if question.kind in {"table", "partners"}:
        return [_row(question, index, names) for index in range(max(2, question.min_rows))]
    if question.kind == "budget":
        lines = [line.id for line in question.options if line.id not in {"indirect", "contingency"}]
        column = next(c.id for c in question.columns if c.kind == "money")
        return {lines[0]: {column: "300000.00"}}
    if question.kind == "money":
        return "300000.00" if question.id in _named(names.get("grant")) + _named(names.get("total")) else "0.00"
    if question.kind == "minerals":
        return list(proposal.call.minerals[:1])
    if question.kind == "mineral":
        return proposal.call.minerals[0]
    return _plain(question)


def _named(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _row(question: Question, index: int, names: dict[str, Any]) -> dict[str, Any]:
    row = {column.id: _plain(column) for column in question.columns}
    role, lead = names.get("role_column"), names.get("lead")
    if role in row:
        others = [o.id for c in question.columns if c.id == role for o in c.options if o.id != lead]
        row[role] = lead if index == 0 else others[0]
    return row


def _plain(question: Question) -> Any:
    fixed = {
        "integer": question.least or "24",
        "decimal": question.least or "1.5",
        "money": "1000.00",
        "date": "2027-01-31",
        "yes_no": "no",
        "email": "office@example.org",
        "url": "https://example.org/",
        "consent": "yes",
        "country": "CD",
        "countries": ["CD"],
        "mineral": "tin",
        "minerals": ["tin"],
    }
    if question.kind in fixed and not (question.options and question.kind in {"country", "countries"}):
        return fixed[question.kind].removesuffix(".00") if question.kind == "integer" else fixed[question.kind]
    if question.options:
        first = question.options[0].id
        return [first] if question.kind in {"choices", "countries"} else first
    return f"Something about {question.id}"[: question.limit or 300]


def fields_of(section: Section, answers: dict[str, Any]) -> dict[str, list[str]]:
    """The fields that a page would post for these (typed) answers."""
    fields: dict[str, list[str]] = {}
    for question in section.questions:
        value = answers.get(question.id)
        if question.kind == "file" or value is None:
            continue
        if question.kind in {"table", "partners"}:
            rows: Iterable[tuple[Any, dict[str, Any]]] = enumerate(value)
        elif question.kind == "budget":
            rows = value.items()
        else:
            fields[question.id] = _typed(value)
            continue
        for key, row in rows:
            for name, cell in row.items():
                fields[f"{question.id}.{key}.{name}"] = _typed(cell)
    return fields


def _typed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value]
    return [str(value["amount"]) if isinstance(value, dict) else str(value)]
