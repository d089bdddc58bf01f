"""What a sweep over every button needs of reviews: people to ask, plans to apply, talk, and sheets in every state."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import delete, select

from app.core import clock
from app.core.outbox import OutboxEvent
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person, Programme
from app.proposals import offline as packs
from app.proposals.models import Proposal
from app.proposals.posted import read_page
from app.reviews import offline, queries, services
from app.reviews.forms import read_sheet
from app.reviews.matching.calls import Settings
from app.reviews.models import CallReviewer, ConfidentialityAgreement, Review, ReviewerProfile
from app.reviews.services import Known
from tests.factories.identity import actor_of, make_grant, make_programme
from tests.factories.pool import make_profiled
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.faults.filling import FILES
from tests.reviews.test_rounds import put_round

# Buttons for which a page is made here: pressed there, and before the other buttons use it up.
REVIEWING = frozenset(
    {
        "notifications.nudge",
        "proposals.confirm_suggestion",
        "proposals.dismiss_suggestion",
        "reviews.accept_by_link",
        "reviews.agree",
        "reviews.answer_case",
        "reviews.apply_plan",
        "reviews.bid",
        "reviews.conflict_by_link",
        "reviews.date_round",
        "reviews.decline_by_link",
        "reviews.discard_plan",
        "reviews.move_unblinding",
        "reviews.offer",
        "reviews.read_list",
        "reviews.reassign",
        "reviews.return_offline",
        "reviews.say",
        "reviews.say_for_programme",
        "reviews.settle_divergence",
        "reviews.settle_text",
        "reviews.take_offline",
    }
)
FAR = {"A1": 1, "A2": 1, "B1": 2}
EMPLOYER = "Kahuzi Miners"  # a partner in every proposal of the factories


def add_reviews(programme: Programme, reviewer: Person, manager: Person) -> dict[str, list[str]]:
    """Add it; returns the pages of the manager, of the reviewer, and of who only has a link."""
    me = reviewer
    return {
        "manager": [
            *_planned(manager),
            *_listed(programme),
            *_handed_on(programme),
            *_talked_over(programme),
            *_suspected(programme),
        ],
        "reviewer": [*_recruited(programme), *_trained(programme, me), *_unsigned(me), *_sheets(programme, me)],
        "everybody": _asked(programme),
    }


def _planned(manager: Person) -> list[str]:
    """Plans to apply and to discard, in a programme where nothing else happens: whatever changes makes a plan stale."""
    programme = make_programme()
    make_grant(programme, manager, "manager")
    calls = []
    for _ in range(2):
        call = make_assessing_call(programme=programme)
        make_assessed_proposal(call=call)
        make_reviewer(call)
        calls.append(call)
    made = [
        services.make_plan(call=call, settings=Settings(wanted=1), title="", actor=actor_of(manager)) for call in calls
    ]
    return [f"/reviews/plans/{plan.id}" for plan in made]


def _listed(programme: Programme) -> list[str]:
    """A table to read in, and a round without a date."""
    call = make_assessing_call(programme=programme)
    asked, whom = make_assessed_proposal(call=call), make_reviewer(call)
    table = f"/reviews/calls/{call.id}/plans/table"
    FILES[table] = ("table.csv", f"reference,email\n{asked.reference},{whom.email}\n".encode())
    put_round(asked, "recruiting")
    return [table, f"/reviews/calls/{call.id}/round"]


def _handed_on(programme: Programme) -> list[str]:
    """Work that is late, with somebody in reserve; work that nobody answers; people to nudge."""
    call = make_assessing_call(programme=programme)
    late, silent = (make_review(make_assessed_proposal(call=call), state="accepted") for _ in range(2))
    for review in (late, silent):
        review.due_at = clock.now() - timedelta(days=2)
    for name in ("Reserve One", "Reserve Two"):
        make_profiled(call, standby=True, name=name)
    return [f"/reviews/{late.id}/offer", f"/reviews/{silent.id}/reassign", f"/notifications/calls/{call.id}/reviewers"]


def _talked_over(programme: Programme) -> list[str]:
    """Reviews that are far apart, a discussion, and a name that is asked for."""
    call = make_assessing_call(programme=programme, process={"discussion": True, "blind": "double"})
    proposal = make_assessed_proposal(call=call)
    one, _ = make_review(proposal, state="submitted"), make_review(proposal, state="submitted", scores=FAR)
    put_round(proposal, "discussing")
    officer = actor_of(make_officer(call))
    services.ask_unblinding(proposal=proposal, review=one, reason="A complaint names this review.", actor=officer)
    return [f"/reviews/proposals/{proposal.id}/{page}" for page in ("unblinding", "discussion", "divergence")]


def _suspected(programme: Programme) -> list[str]:
    """Two conflicts of interest that the records suggest."""
    call = make_assessing_call(programme=programme)
    for _ in range(2):
        person = make_reviewer(call)
        db.session.add(ReviewerProfile(programme_id=programme.id, person_id=person.id, employer=EMPLOYER))
    proposal = make_assessed_proposal(call=call)
    return [f"/proposals/{proposal.id}/conflicts"]


def _recruited(programme: Programme) -> list[str]:
    """Proposals to wish for."""
    call = make_assessing_call(programme=programme)
    put_round(make_assessed_proposal(call=call), "recruiting")
    return [f"/reviews/calls/{call.id}/bids"]


def _trained(programme: Programme, me: Person) -> list[str]:
    """A case with known scores."""
    call = make_assessing_call(programme=programme, process={"training": True})
    known = {code: Known(3) for code in ("A1", "A2", "B1")}
    officer = actor_of(make_officer(call))
    case = services.write_case(call=call, title="A mine", text="They dig.", expected=known, tolerance=1, actor=officer)
    db.session.add(CallReviewer(call_id=call.id, person_id=me.id, capacity=3))
    return [f"/reviews/training/{case.id}"]


def _unsigned(me: Person) -> list[str]:
    """A review whose agreement got another wording since."""
    programme = make_programme()
    make_grant(programme, me, "reviewer")
    review = make_review(
        make_assessed_proposal(call=make_assessing_call(programme=programme)), reviewer=me, state="draft"
    )
    db.session.execute(delete(ConfidentialityAgreement).where(ConfidentialityAgreement.programme_id == programme.id))
    return [f"/reviews/{review.id}"]


def _sheets(programme: Programme, me: Person) -> list[str]:
    """A sheet that waits for its file, one with two texts of a field, and one that is talked about."""
    call = make_assessing_call(programme=programme, process={"discussion": True})
    taken, rivals = (make_review(make_assessed_proposal(call=call), reviewer=me, state="draft") for _ in range(2))
    FILES[f"/reviews/{taken.id}/sheet/offline"] = ("sheet.html", _brought_back(taken))
    _write_twice(rivals, actor_of(me))
    talked = make_assessing_call(programme=programme, process={"discussion": True})
    said = make_review(make_assessed_proposal(call=talked), reviewer=me, state="submitted")
    put_round(said.proposal, "discussing")
    return [f"/reviews/{taken.id}/sheet/offline", f"/reviews/{rivals.id}/sheet", f"/reviews/{said.id}/others"]


def _brought_back(review: Review) -> bytes:
    """The sheet as it comes back, with one reason written anew."""
    told = offline.block_of(str(review.id), "sheet.html")
    told |= {"base": {"reason-A1": [""]}, "fields": {"reason-A1": ["Written in the field."]}}
    return packs.document("<!-- pack head --><!-- pack foot -->", "", "", told).encode()


def _write_twice(review: Review, actor: Actor) -> None:
    """Two devices that write the same reason, both from the same page."""
    proposal, seen = review.proposal, str(review.version)
    rubric = services.rubric_of(proposal)
    for device, text in (("device-one", "One text."), ("device-two", "Another text.")):
        sent = {"version": seen, "patch:client": device, "patch:sequence": "1", "reason-A1": text}
        sent["patch:bases"] = json.dumps({"reason-A1": int(seen)})
        services.save_page(
            review=review,
            page=read_page({name: [value] for name, value in sent.items()}, ""),
            read=lambda fields: read_sheet(rubric, fields, proposal.currency, []),
            lines=[],
            actor=actor,
        )
    assert queries.get_review(review.id).rival_texts, "no two texts"  # type: ignore[union-attr]


def _asked(programme: Programme) -> list[str]:
    """Invitations by mail to people without an account: one to accept, one to decline, one with a conflict."""
    call = make_assessing_call(programme=programme)
    officer = actor_of(make_officer(call))
    return [_link_of(make_assessed_proposal(call=call), f"asked.{n}@demo.example", officer) for n in range(3)]


def _link_of(proposal: Proposal, email: str, officer: Actor) -> str:
    row = services.ask(
        proposal=proposal,
        name="Somebody Asked",
        email=email,
        locale="en",
        due_at=clock.now() + timedelta(days=20),
        message="",
        actor=officer,
    )
    wanted = select(OutboxEvent).where(OutboxEvent.subject_id == row.id, OutboxEvent.name == "review.asked")
    return str(db.session.scalars(wanted).one().payload["token_path"])
