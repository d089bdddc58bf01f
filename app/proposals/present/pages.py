"""A proposal's own page, and the lists of proposals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from app.calls.form_schema import text
from app.calls.present.eligibility import window_name
from app.core.audit import AuditEntry
from app.core.types import Actor
from app.proposals import policy, queries
from app.proposals.models import Proposal
from app.proposals.present.checking import place
from app.proposals.present.history import Entry, Message, thread_of, timeline_of
from app.proposals.present.offers import offers_on
from app.proposals.present.parts import OfferView
from app.proposals.present.stages import (
    AdviceView,
    NextStage,
    StageView,
    Work,
    advice_view,
    next_stage_view,
    stage_view,
    work_on,
)
from app.proposals.present.status import Status, status_of
from app.web.filters import money
from workflows.actors import STAFF
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

ANNOUNCED = frozenset({"proposal.award", "proposal.reserve", "proposal.decline"})


@dataclass(frozen=True)
class Row:
    """One proposal in a list."""

    reference: str
    title: str
    href: str
    organisation: str
    call: str
    requested: str
    status: Status
    window: str


@dataclass(frozen=True)
class ProposalPage:
    """Everything one side sees on the page of a proposal."""

    id: uuid.UUID
    reference: str
    title: str
    organisation: str
    call: str
    call_code: str
    requested: str
    window: str
    contact: str
    for_applicant: bool
    is_staff: bool
    status: Status
    stages: tuple[StageView, ...]
    stages_are_current: bool
    following: NextStage | None
    advice: AdviceView | None
    offers: tuple[OfferView, ...]
    timeline: tuple[Entry, ...]
    thread: tuple[Message, ...]
    can_write: bool
    can_declare_conflict: bool
    presence_url: str
    copy_href: str = ""
    result_href: str = ""


def row_of(proposal: Proposal, language: str, for_applicant: bool) -> Row:
    """A proposal in a list; needs no further query."""
    return Row(
        reference=proposal.reference,
        title=proposal.title,
        href=url_for("proposals.show", proposal_id=proposal.id),
        organisation=proposal.organisation.name,
        call=text(proposal.call.title, language),
        requested=money(proposal.requested),
        status=status_of(proposal, language, for_applicant),
        window=window_name(proposal.call, proposal.funding_window, language),
    )


def rows_of(proposals: Iterable[Proposal], language: str, for_applicant: bool) -> tuple[Row, ...]:
    """Several proposals in a list."""
    return tuple(row_of(proposal, language, for_applicant) for proposal in proposals)


@dataclass(frozen=True)
class Group:
    """What one organisation applied for, as somebody reads it who belongs to it or works on some of it."""

    organisation: str
    rows: tuple[Row, ...]


def groups_of(proposals: Iterable[Proposal], language: str) -> tuple[Group, ...]:
    """One's own proposals by organisation, in the order of its name; inside, as they came."""
    found: dict[tuple[str, uuid.UUID], list[Row]] = {}
    for proposal in proposals:
        key = (proposal.organisation.name, proposal.organisation_id)
        found.setdefault(key, []).append(row_of(proposal, language, for_applicant=True))
    return tuple(Group(key[0], tuple(rows)) for key, rows in sorted(found.items()))


def proposal_page(proposal: Proposal, actor: Actor, language: str) -> ProposalPage:
    """The page of a proposal for this person's side of it."""
    held = policy.relations(actor, proposal)
    for_applicant = bool(held & policy.APPLICANT_SIDE)
    was_sealed = any(stage.sealed_number for stage in proposal.stages)
    given = queries.advice_of(proposal) if _had_advice(proposal) else None
    work = work_on(proposal.stages[-1], actor, language)
    entries = queries.audit_of(proposal)
    return ProposalPage(
        id=proposal.id,
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        call=text(proposal.call.title, language),
        call_code=proposal.call.code,
        requested=money(proposal.requested),
        window=window_name(proposal.call, proposal.funding_window, language),
        contact=proposal.call.contact,
        for_applicant=for_applicant,
        is_staff=bool(held & STAFF),
        status=status_of(proposal, language, for_applicant),
        stages=_stages(proposal, actor, language, for_applicant, work),
        stages_are_current=proposal.state == ProposalState.APPLYING,
        following=next_stage_view(proposal, given, held, language) if for_applicant else None,
        advice=advice_view(given, proposal.call.zone) if given else None,
        offers=offers_on(proposal, actor, language, work.facts),
        timeline=timeline_of(entries, for_applicant, proposal.call.zone, _stage_titles(proposal, language)),
        thread=thread_of(queries.messages_of(proposal.id), for_applicant, proposal.call.zone),
        can_write=was_sealed and bool(held & policy.ACTIONS["proposal.message"]),
        can_declare_conflict=bool(held & policy.ACTIONS["proposal.declare_conflict"]) and not for_applicant,
        presence_url=url_for("proposals.presence", **place(proposal.stages[-1])) if for_applicant else "",
        copy_href=_copy_href(proposal, held),
        result_href=_result_href(proposal, entries) if for_applicant else "",
    )


def _result_href(proposal: Proposal, entries: Iterable[AuditEntry]) -> str:
    """Where the announced decision is read; who was excluded before any decision has no such page."""
    is_announced = any(entry.action in ANNOUNCED for entry in entries)
    return url_for("decisions.result", proposal_id=proposal.id) if is_announced else ""


def _copy_href(proposal: Proposal, held: frozenset[str]) -> str:
    """Where a draft is filled in from an earlier proposal, for who writes it."""
    stage = proposal.stages[-1]
    if stage.state != StageState.DRAFT or not held & policy.WRITERS:
        return ""
    return url_for("proposals.copy_from", proposal_id=proposal.id, key=stage.call_stage.key)


def _stage_titles(proposal: Proposal, language: str) -> dict[str, str]:
    return {stage.key: text(stage.title, language) for stage in proposal.call.stages}


def _had_advice(proposal: Proposal) -> bool:
    return any(stage.state == StageState.ADVISED for stage in proposal.stages)


def _stages(proposal: Proposal, actor: Actor, language: str, for_applicant: bool, work: Work) -> tuple[StageView, ...]:
    """The stages this side may know of, the newest first."""
    shown = [s for s in proposal.stages if for_applicant or s.sealed_number]
    return tuple(stage_view(submission, actor, language, for_applicant, work) for submission in reversed(shown))
