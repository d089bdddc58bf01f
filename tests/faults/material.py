"""What the demo has too little of for a sweep over every button: records in the states that only few buttons lead to."""

from __future__ import annotations

import io

from sqlalchemy import select, update

from app.calls.models import Call
from app.core import clock
from app.core.db import affected, unit_of_work
from app.extensions import db
from app.identity import services as identity
from app.identity.models import Person, Programme
from app.identity.services import tokens
from app.notifications.models import EmailDelivery
from app.proposals import services as proposals
from app.proposals.models import Proposal
from tests.factories.calls import make_call
from tests.factories.decisions import make_decision
from tests.factories.identity import actor_of, make_organisation, make_person
from tests.factories.projects import make_award, make_call_row
from tests.factories.proposals import PDF, make_proposal, officer_of
from tests.factories.reviews import make_assessed_proposal, make_assessing_call, make_review, make_tabled_proposal
from tests.faults.instance import Instance
from tests.faults.reviewing import add_reviews
from tests.faults.seldom import add_seldom
from tests.faults.teamwork import add_team

STAGES = (
    "submitted",
    "submitted",
    "screening",
    "screening",
    "screening",
    "screening",
    "accepted",
    "accepted",
    "advised",
)
Pages = dict[str, list[str]]


def add_material(instance: Instance) -> Pages:
    """Add it to the demo; returns which pages show it, by the person who is to open them."""
    pages: Pages = {}
    with instance.inside(), unit_of_work():
        programme = db.session.scalars(select(Programme)).one()
        owner = _person("intego")
        screening = _proposals(programme, owner)
        staff = screening + _deciding(programme) + _closing(programme)
        make_award(make_call_row(programme), make_organisation(owner=owner), owner)
        pages["manager"] = [*staff, "/projects/awarded", "/admin/deliveries", *_calls(programme)]
        pages["second.manager"], pages["officer"] = staff, [*staff, "/projects/awarded"]
        pages["intego"] = [page.split("/stages")[0] for page in screening]
        pages |= _links(owner)
        pages["applicant"] = [*pages.get("applicant", []), *_for_files("applicant")]
        own, theirs = add_team(owner, _person("westernhills"))
        pages["intego"], pages["westernhills"] = [*pages["intego"], *own], [*pages["westernhills"], *theirs]
        seldom = add_seldom(programme, _person("manager"), owner)
        for role, more in zip(("manager", "intego", "anonymous"), seldom.values(), strict=True):
            pages[role] = [*pages[role], *more]
        reviews = add_reviews(programme, _person("reviewer5"), _person("manager"))
        for role, more in zip(("manager", "reviewer5", "anonymous"), reviews.values(), strict=True):
            pages[role] = [*pages.get(role, []), *more]
        affected(update(EmailDelivery).where(EmailDelivery.done_at.is_(None)).values(dead_at=clock.now()))
    return pages


def _for_files(name: str) -> list[str]:
    """Where one of the documents that an organisation keeps is attached, and where answers are copied."""
    draft = make_proposal("full_draft", owner=_person(name))
    stage = draft.stages[-1]
    keeper = actor_of(_person(name))
    document = {"stream": io.BytesIO(PDF), "name": "kept.pdf", "actor": keeper}
    identity.add_document(organisation=draft.organisation, kind="statutes", **document)
    base = f"/proposals/{draft.id}/stages/{stage.call_stage.key}"
    source, target = make_proposal("submitted", owner=_person(name)), make_proposal("draft", owner=_person(name))
    empty = f"/proposals/{target.id}/stages/{target.stages[-1].call_stage.key}"
    copied = f"{empty}/copy?source={source.stages[-1].id}"
    return [f"{base}/sections/annexes/documents/annex", copied]


def _person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@demo.example").order_by(Person.id)).first()


def _proposals(programme: Programme, owner: Person) -> list[str]:
    """Quick scans in all states of their screening."""
    call = make_call(programme=programme)
    made = [make_proposal(s, call=call, organisation=make_organisation(owner=owner)) for s in STAGES]
    key, officer = call.stages[0].key, officer_of(made[-1])
    for submission in [p.stages[0] for p, state in zip(made, STAGES, strict=True) if state == "screening"][-2:]:
        code = call.stages[0].checks[0]["code"]
        proposals.decide_check(submission=submission, code=code, outcome="fail", note="Seen.", actor=officer)
    return [page for p in made for page in (f"/proposals/{p.id}", f"/proposals/{p.id}/stages/{key}/screening")]


def _deciding(programme: Programme) -> list[str]:
    """Proposals to table, to propose a decision for, to vote on and to ratify."""
    call = make_assessing_call(programme=programme)
    reviewed = make_assessed_proposal(call=call)
    for _ in range(2):
        make_review(reviewed, state="submitted")
    tabled = [make_tabled_proposal(call=call) for _ in range(3)]
    other = make_assessing_call(programme=programme)
    decisions = [make_decision(call=other, state=s) for s in ("proposed", "endorsed", "endorsed", "endorsed")]
    proposed = [_decided(d.proposal) for d in decisions]
    ranked = [f"/decisions/calls/{c.id}{page}" for c in (call, other) for page in ("", "/by-rank", "/announce")]
    return [
        f"/reviews/proposals/{reviewed.id}",
        *[f"{_decided(p)}/propose" for p in tabled],
        *proposed,
        *[f"/decisions/{d.id}/revise" for d in decisions],
        *ranked,
    ]


def _decided(proposal: Proposal) -> str:
    return f"/decisions/proposals/{proposal.id}"


def _closing(programme: Programme) -> list[str]:
    """A call of which everything is decided and announced."""
    call = make_assessing_call(programme=programme)
    make_decision(call=call, state="announced", outcome="declined")
    return [f"/decisions/calls/{call.id}"]


def _calls(programme: Programme) -> list[str]:
    open_ones = select(Call.code).where(Call.programme_id == programme.id, Call.state == "open").order_by(Call.code)
    pages = [f"/calls/{code}/{page}" for code in db.session.scalars(open_ones) for page in ("manage", "extend")]
    return [*pages, f"/calls/import/{programme.code}"]


def _links(owner: Person) -> Pages:
    """An invitation, and the links that are otherwise only in mails."""
    organisation = make_organisation(owner=owner)
    identity.invite_member(
        organisation=organisation, email="westernhills@demo.example", role="editor", actor=actor_of(owner)
    )
    for _ in ("one to take over", "one to discard"):
        make_person(email="westernhills@demo.example", verified=False)
    newcomers, forgetful = [make_person(verified=False) for _ in range(2)], make_person()
    verify = [tokens.issue_link(person, "verify_email") for person in newcomers]
    reset = tokens.issue_link(forgetful, "reset_password")
    return {
        "westernhills": ["/organisations", "/account/begun"],
        "newcomer": ["/account/address"],
        "anonymous": [
            *(f"/verify/{link}" for link in verify),
            *(f"/reset-password/{reset}", "/sign-in", "/register", "/forgot-password"),
        ],
    }
