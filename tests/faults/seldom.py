"""What stands on pages that a crawl seldom opens: a call being written, an outage, forms that came back, two texts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from app.calls import services as calls
from app.calls.models import Call, ServiceSpan
from app.core import clock
from app.core.types import Actor
from app.extensions import db
from app.identity.models import Person, Programme
from app.proposals import offline, queries, services
from app.proposals.models import StageSubmission
from app.proposals.posted import read_page
from tests.factories.calls import call_document, make_call, make_draft, wall
from tests.factories.identity import actor_of, make_membership, make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal
from tests.faults.filling import FILES

# Buttons for which a page is made here: pressed there, and before the other buttons use it up.
PREPARED = frozenset(
    {
        "calls.ask_for_window",
        "calls.begin_call",
        "calls.begin_form",
        "calls.begin_rubric",
        "calls.discard_draft",
        "calls.extend_after_outage",
        "calls.retire_standard",
        "calls.save_draft_part",
        "identity.remove_member",
        "proposals.copy_answers",
        "proposals.merge_offline",
        "proposals.remind_drafts",
        "proposals.return_offline",
        "proposals.settle_text",
        "proposals.submit",
        "public.judge_receipt",
        "public.practise",
    }
)
WINDOWS = [{"code": "a", "label": {"en": "A"}, "budget": "1.00"}, {"code": "b", "label": {"en": "B"}, "budget": "2.00"}]
SECTION = "idea"


def add_seldom(programme: Programme, manager: Person, owner: Person) -> dict[str, list[str]]:
    """Add it; returns the pages of the manager, of the owner, and of everybody."""
    call = make_call(programme=programme)
    return {
        "manager": [*_written(programme, manager), *_run(programme, call, manager)],
        "owner": [*_drafts(call, owner), *_members(owner)],
        "everybody": ["/receipts/verify", f"/calls/{call.code}/practice/quick_scan/{SECTION}"],
    }


def _written(programme: Programme, manager: Person) -> list[str]:
    """A call in the editor that is whole, and one that is only begun."""
    actor = actor_of(manager)
    whole = calls.edit_call(call=make_draft(programme=programme), actor=actor)
    calls.save_part(draft=whole, part="windows", change=_with_windows, actor=actor, expected_version=whole.version)
    begun = calls.start_draft(programme=programme, actor=actor)
    parts = ("parts/windows", "stages/1/form", "parts/rubric-1")
    return ["/calls/new", f"/calls/drafts/{begun.id}", *[f"/calls/drafts/{whole.id}/{part}" for part in parts]]


def _with_windows(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "rules": {**document["rules"], "windows": WINDOWS}}


def _run(programme: Programme, call: Call, manager: Person) -> list[str]:
    """A question of the library, drafts to remind of, and a call that lost an hour to an outage."""
    stage = next(one for one in call.stages if one.key == "full_proposal")
    code, actor = "TWICE-RETIRED", actor_of(manager)
    calls.promote_question(stage=stage, question_id="mercury", code=code, for_all=False, actor=actor)
    asked = calls.ask_question(call=call, text="Twice?", actor=actor_of(make_person()))
    pages = [f"/calls/manage/standards/{code}", f"/proposals/calls/{call.code}/radar"]
    pages += [
        f"/calls/{call.code}/questions/{asked.id}",
        f"/calls/manage/{call.code}/forms/{stage.key}/promote?id=problem",
    ]
    now = clock.now()
    for begin, end in ((6, 5), (4, 0)):
        db.session.add(
            ServiceSpan(began_at=now - timedelta(hours=begin), last_seen_at=now - timedelta(hours=end)),
        )
    stages = call_document()["stages"]
    stages[0]["closes"] = wall(now + timedelta(hours=20))
    return [*pages, f"/calls/{make_call(programme=programme, stages=stages).code}/manage"]


def _drafts(call: Call, owner: Person) -> list[str]:
    """Drafts that are complete, that hold two texts of one answer, and whose offline form is about to come or came back."""
    organisation, actor = make_organisation(owner=owner), actor_of(owner)
    complete, rivals, coming, back = (
        make_proposal("draft", call=call, organisation=organisation).stages[-1] for _ in range(4)
    )
    fill_in(complete)
    _write_twice(rivals, actor)
    FILES[f"{_address(coming)}/offline"] = ("back.html", _offline(coming))
    returned = services.keep_return(submission=back, content=_offline(back), actor=actor)
    return [
        f"{_address(complete)}/check",
        f"{_address(rivals)}/sections/{SECTION}",
        f"{_address(coming)}/offline",
        f"{_address(back)}/offline/{returned.id}",
    ]


def _address(stage: StageSubmission) -> str:
    return f"/proposals/{stage.proposal_id}/stages/{stage.call_stage.key}"


def _write_twice(stage: StageSubmission, actor: Actor) -> None:
    """Two devices that write the same answer, both from the same page."""
    seen = str(stage.version)
    for device, text in (("device-one", "One text."), ("device-two", "Another text.")):
        sent = {"version": seen, "patch:client": device, "patch:sequence": "1", "problem": text}
        sent["patch:bases"] = json.dumps({"problem": int(seen)})
        page = read_page({name: [value] for name, value in sent.items()}, SECTION)
        services.save_page(submission=stage, page=page, actor=actor)
    assert queries.waiting_texts([stage.id]), "no two texts"


def _offline(stage: StageSubmission) -> bytes:
    """The form of a stage as it comes back, with one answer written."""
    told = {
        "format": offline.FORMAT,
        "proposal": str(stage.proposal_id),
        "stage": stage.call_stage.key,
        "form_sha256": stage.form_version.sha256,
        "base": {"problem": [""]},
        "fields": {"problem": ["Written in the field."]},
    }
    return offline.document("<!-- pack head --><!-- pack foot -->", "", "", told).encode()


def _members(owner: Person) -> list[str]:
    """An organisation with somebody to remove."""
    organisation = make_organisation(owner=owner)
    member = make_membership(organisation)
    return [f"/organisations/{organisation.id}/members/{member.id}"]
