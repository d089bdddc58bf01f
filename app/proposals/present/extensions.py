"""The page of the programme where one applicant is given more time."""

from __future__ import annotations

from dataclasses import dataclass

from app.calls.form_schema import text
from app.calls.models import Call
from app.core.types import Actor
from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.models import StageExtension
from app.web.filters import instant


@dataclass(frozen=True)
class ExtensionRow:
    """More time that was given once."""

    applicant: str
    stage: str
    closes: str
    reason: str
    granted: str
    who: str


@dataclass(frozen=True)
class ExtensionsPage:
    """All of it in a call, but for what is closed to the reader."""

    call: str
    call_code: str
    zone: str
    rows: tuple[ExtensionRow, ...]
    takes_more_time: bool


def extensions_page(call: Call, actor: Actor, language: str) -> ExtensionsPage:
    """What this manager may know of more time given in the call."""
    return ExtensionsPage(
        call=text(call.title, language),
        call_code=call.code,
        zone=call.zone,
        rows=tuple(
            _row(e, call.zone, language) for e in queries.extensions_of_call(call.id) if not _is_closed(e, actor)
        ),
        takes_more_time=services.takes_more_time(call),
    )


def _is_closed(extension: StageExtension, actor: Actor) -> bool:
    """Whether the reader belongs to the applicant or has a conflict of interest with the proposal."""
    if actor.person_id is None or extension.organisation_id in identity_queries.memberships_of(actor.person_id):
        return True
    return extension.proposal_id in queries.conflicted_proposal_ids(actor.person_id)


def _row(extension: StageExtension, zone: str, language: str) -> ExtensionRow:
    organisation = extension.organisation.name
    return ExtensionRow(
        applicant=f"{extension.proposal.reference} · {organisation}" if extension.proposal else organisation,
        stage=text(extension.call_stage.title, language),
        closes=instant(extension.closes_at, zone),
        reason=extension.reason,
        granted=instant(extension.created_at, zone),
        who=extension.granted_by_name,
    )
