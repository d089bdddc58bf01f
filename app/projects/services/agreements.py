"""The moves of a grant agreement. Ending one settles its tranches and the commitment with it."""

from __future__ import annotations

import uuid
from typing import Any

from app.core import audit, clock
from app.core.errors import NotFound
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.projects import queries
from app.projects.models import Agreement, LedgerEntry
from app.projects.services.facts import agreement_facts
from app.projects.services.moving import fire
from app.projects.services.payments import cancel_unpaid, make_claimable_where_met
from workflows.machine import N_


def _fire(agreement: Agreement, move: str, actor: Actor, version: int | None, reason: str = "", **sets: Any) -> None:
    fire(agreement, move, actor, agreement_facts, expected_version=version, reason=reason, sets=sets)


def send_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Send it to the grantee for signature."""
    _fire(agreement, "send", actor, expected_version, reason)
    agreement.sent_by_id, agreement.sent_at = actor.person_id, clock.now()
    db.session.flush()


def take_back_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Take it back; a signature given so far no longer counts."""
    _fire(agreement, "take_back", actor, expected_version, reason)
    agreement.signed_by_id = agreement.signed_at = None
    agreement.signed_by_name = ""
    db.session.flush()


def sign_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """The grantee's owner signs."""
    signature = {"signed_by_id": actor.person_id, "signed_by_name": actor.name, "signed_at": clock.now()}
    _fire(agreement, "sign", actor, expected_version, reason, **signature)


def countersign_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Another manager than the sender brings it into force."""
    signature = {"countersigned_by_id": actor.person_id, "countersigned_at": clock.now()}
    _fire(agreement, "countersign", actor, expected_version, reason, **signature)
    make_claimable_where_met(agreement.project_id)


def complete_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """Close the project: everything promised is settled, everything due is paid."""
    _fire(agreement, "complete", actor, expected_version, reason)


def terminate_agreement(
    *, agreement: Agreement, actor: Actor, expected_version: int | None = None, reason: str = ""
) -> None:
    """End it early: unpaid tranches are cancelled and what was not paid out is free for others again."""
    _fire(agreement, "terminate", actor, expected_version, reason)
    cancel_unpaid(agreement.project_id)
    _release_commitment(agreement.project_id)


def _release_commitment(project_id: uuid.UUID) -> None:
    project = queries.get_project(project_id)
    if project is None:
        raise NotFound()
    left = queries.money_of([project])[project.id].open
    if left.minor <= 0:
        return
    entry = LedgerEntry(
        project_id=project.id,
        kind="commitment_reversal",
        amount_minor=left.minor,
        currency=project.currency,
        note=N_("Agreement terminated"),
    )
    db.session.add(entry)
    db.session.flush()
    audit.record(
        project, "project.commitment_reversed", SYSTEM_ACTOR, amount=str(left.amount), currency=project.currency
    )


MOVES = {
    "send": send_agreement,
    "take_back": take_back_agreement,
    "sign": sign_agreement,
    "countersign": countersign_agreement,
    "complete": complete_agreement,
    "terminate": terminate_agreement,
}
