"""Turns before the award: stages, calls, reviews, votes, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale

from app.calls.form_schema import text
from app.dashboard.present import links
from app.dashboard.present.tasks import deadline
from app.dashboard.present.turns import Found
from app.dashboard.queries import applying
from app.dashboard.queries.desk import Desk
from app.dashboard.turns import PROGRAMME, review_turn
from app.proposals.models import StageExtension
from app.proposals.services.deadlines import refused_from
from workflows.actors import APPLICANTS, COMMITTEE_MEMBER, CONTRIBUTOR, EDITOR, MANAGER, OFFICER, OWNER, REVIEWER
from workflows.call_lifecycle import CallState
from workflows.funding_decision import DecisionState
from workflows.machine import N_
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState
from workflows.reviewer_scoring import ReviewState
from workflows.unblinding import UnblindingState

CLOSING = N_("the closing time")
TO_WRITE = (StageState.DRAFT, StageState.AWAITING_SIGN_OFF, StageState.ADVISED)


def found(desk: Desk, calls: Sequence[Any], now: datetime) -> Iterator[Found]:
    """Everything before the award that may wait for the reader, or that is the reader's own."""
    staff_of = desk.programmes(OFFICER, MANAGER)
    if staff_of or desk.memberships or desk.parts:
        later = applying.later_proposals(desk, now)
        own_calls = {row.id: row for row in calls if row.programme_id in staff_of}
        yield from _stages(desk, now)
        yield from _calls(desk, own_calls, later)
        for row in later:
            yield from _later(desk, row, own_calls)
            yield from _unblinding(desk, row)
    for row in applying.own_reviews(desk) if desk.roles else ():
        yield _review(row, now)
    if desk.holds(COMMITTEE_MEMBER):
        for row in applying.votes_wanted(desk):
            yield _vote(row)


def _about(row: Any) -> str:
    return f"{row.reference} · {row.title}"


def _stages(desk: Desk, now: datetime) -> Iterator[Found]:
    rows = applying.stages(desk)
    own_calls = {r.call_id for r in rows if r.state == StageState.ADVISED}
    following = applying.next_stages(own_calls) if own_calls else {}
    longer = applying.extensions({stage.stage_id for stage in following.values()}) if following else ()
    for row in rows:
        relations = desk.relations(row.programme_id, row.proposal_id, row.organisation_id)
        if row.state == StageState.ADVISED:
            coming = following.get((row.call_id, row.position + 1))
            due = _due_to_begin(row, coming, longer) if coming is not None else now
            if coming is not None and coming.opens_at <= now < due:
                yield _stage(row, relations, now, coming, due)
        elif relations:
            yield from _open_stage(row, relations, now)


def _open_stage(row: Any, relations: frozenset[str], now: datetime) -> Iterator[Found]:
    """A stage that is being written, checked or advised on; a draft past its closing time waits for nobody."""
    due = max(row.closes_at, row.extended_to or row.closes_at)
    closes_at = refused_from(due, begun_at=row.begun_at, was_sealed=bool(row.sealed_number), process=row.process)
    if row.state in (StageState.DRAFT, StageState.AWAITING_SIGN_OFF):
        if now < closes_at:
            yield _stage(row, relations, now, row, due)
        return
    waiting_for_closing = row.state == StageState.SUBMITTED and now < closes_at and not row.screens_on_receipt
    if waiting_for_closing and not relations & APPLICANTS:
        return
    waits = CLOSING if waiting_for_closing else ""
    if row.state == StageState.ACCEPTED and not row.gives_advice:
        waits = PROGRAMME
    yield _stage(row, relations, now, row, due, waits)


def _due_to_begin(row: Any, coming: Any, longer: Sequence[StageExtension]) -> datetime:
    """Until when the applicant may begin the next stage: the call's time, or longer where the programme gave more."""
    own = (
        e.closes_at
        for e in longer
        if e.call_stage_id == coming.stage_id
        and e.organisation_id == row.organisation_id
        and e.proposal_id in {None, row.proposal_id}
    )
    return max([coming.closes_at, *own])


def _stage(
    row: Any, relations: frozenset[str], now: datetime, stage: Any, closes_at: datetime, waits_for: str = ""
) -> Found:
    """A proposal's turn at ``stage``: the one it is in, or the next one when that can be begun."""
    due = row.correct_by if row.state == StageState.RETURNED else closes_at if row.state in TO_WRITE else None
    helps = CONTRIBUTOR in relations and not relations & {OWNER, EDITOR} and row.state == StageState.DRAFT
    overdue = row.state == StageState.RETURNED and due is not None and now >= due
    return Found(
        ("stage", "contribute" if helps else "overdue" if overdue else row.state),
        relations,
        _about(row),
        text(stage.stage_title, _language()),
        links.stage(row.proposal_id, bool(relations & APPLICANTS)),
        row.state_changed_at,
        StageState(row.state),
        deadline(due, row.zone, now) if due else None,
        due,
        waits_for=waits_for,
    )


def _calls(desk: Desk, calls: Mapping[Any, Any], later: Any) -> Iterator[Found]:
    undecided = {r.call_id for r in later if r.proposal_state != ProposalState.AWARDED}
    for call in calls.values():
        state = CallState(call.state)
        if state is CallState.ASSESSING and call.id not in undecided:
            key = "all_announced"
        elif state in (CallState.DRAFT, CallState.CLOSED):
            key = state.value
        else:
            continue
        relations = desk.relations(call.programme_id, None, None)
        about = f"{call.code} · {text(call.title, _language())}"
        href = links.decisions_of_call(call.id) if key == "all_announced" else links.call(call.code)
        yield Found(("call", key), relations, about, "", href, call.state_changed_at, state)


def _later(desk: Desk, row: Any, calls: Mapping[Any, Any]) -> Iterator[Found]:
    relations = desk.relations(row.programme_id, row.proposal_id, row.organisation_id)
    state = ProposalState(row.proposal_state)
    if relations & APPLICANTS:
        key, href, since, waits = (
            ("proposal", "awarded"),
            links.proposal(row.proposal_id),
            row.proposal_since,
            PROGRAMME,
        )
        yield Found(key, relations, _about(row), row.call_code, href, since, state, waits_for=waits)
    elif state is ProposalState.ASSESSING:
        key = ("proposal", _reviews_stand(row, calls))
        href, since = links.reviews_of(row.proposal_id), row.late_since or row.proposal_since
        yield Found(key, relations, _about(row), row.call_code, href, since, state)
    elif state is ProposalState.AWARDED:
        key, href = ("proposal", "awarded"), links.awarded()
        yield Found(key, relations, _about(row), row.call_code, href, row.proposal_since, state)
    elif row.decision_state != DecisionState.PROPOSED:
        yield _decision(desk, row, relations, state)


def _reviews_stand(row: Any, calls: Mapping[Any, Any]) -> str:
    call = calls.get(row.call_id)
    return review_turn(
        wanted=int((call.process if call else {}).get("reviews_wanted", 2)),
        open_reviews=row.reviews_open,
        late=row.reviews_late,
        in_hand=row.reviews_in,
    )


def _decision(desk: Desk, row: Any, relations: frozenset[str], state: ProposalState) -> Found:
    """A tabled proposal: its decision is to be proposed, ratified by another manager, or announced."""
    if row.decision_state is None:
        key, href = ("proposal", "no_decision"), links.new_decision(row.proposal_id)
    elif row.decision_state == DecisionState.RATIFIED:
        key, href = ("decision", "ratified"), links.announcement(row.call_id)
    else:
        key, href = ("decision", row.decision_state), links.decision(row.proposal_id)
    since = row.decision_since or row.proposal_since
    barred = row.decision_state == DecisionState.ENDORSED and row.proposed_by_id == desk.person_id
    return Found(key, relations, _about(row), row.call_code, href, since, state, barred=barred)


def _review(row: Any, now: datetime) -> Found:
    return Found(
        ("review", row.state),
        frozenset({REVIEWER}),
        _about(row),
        row.call_code,
        links.review(row.id),
        row.state_changed_at,
        ReviewState(row.state),
        deadline(row.due_at, row.zone, now),
        row.due_at,
    )


def _vote(row: Any) -> Found:
    return Found(
        ("vote", "proposed"),
        frozenset({COMMITTEE_MEMBER}),
        _about(row),
        row.call_code,
        links.decision(row.proposal_id),
        row.state_changed_at,
        DecisionState.PROPOSED,
    )


def _unblinding(desk: Desk, row: Any) -> Iterator[Found]:
    """Somebody asked for a name to be shown: whoever asked leaves it to another manager."""
    if row.unblinding_since is None:
        return
    relations = desk.relations(row.programme_id, row.proposal_id, row.organisation_id)
    if MANAGER in relations:
        href, state = links.unblinding(row.proposal_id), UnblindingState.REQUESTED
        yield Found(
            ("unblinding", "requested"), relations, _about(row), row.call_code, href, row.unblinding_since, state
        )


def _language() -> str:
    return str(get_locale() or "en")
