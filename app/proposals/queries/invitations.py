"""Invitations to work on one proposal, and to lead it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.extensions import db
from app.identity.addresses import email_key
from app.proposals.models import Proposal, ProposalInvitation, ProposalTransfer
from app.proposals.queries.records import whole


def open_invitations(*, proposal_id: uuid.UUID | None = None, email: str | None = None) -> list[ProposalInvitation]:
    """Invitations that can still be accepted, of one proposal or to one address, the newest first."""
    query = select(ProposalInvitation).where(*_is_open())
    if proposal_id is not None:
        query = query.where(ProposalInvitation.proposal_id == proposal_id)
    if email is not None:
        query = query.where(ProposalInvitation.email_key == email_key(email))
    shape = joinedload(ProposalInvitation.proposal).options(
        joinedload(Proposal.organisation), joinedload(Proposal.call)
    )
    order = ProposalInvitation.created_at.desc(), ProposalInvitation.id.desc()
    return list(db.session.scalars(query.options(shape).order_by(*order)))


def _is_open() -> tuple[Any, ...]:
    return (
        ProposalInvitation.accepted_at.is_(None),
        ProposalInvitation.withdrawn_at.is_(None),
        ProposalInvitation.expires_at > clock.now(),
    )


def invitation_by_token(token_hash: str) -> ProposalInvitation | None:
    """The invitation of this token while it is open, with its proposal, organisation and call."""
    return _invitation(ProposalInvitation.token_hash == token_hash, *_is_open())


def get_invitation(ident: uuid.UUID) -> ProposalInvitation | None:
    """The invitation with this id, open or not, with its proposal, organisation and call."""
    return _invitation(ProposalInvitation.id == ident)


def _invitation(*where: Any) -> ProposalInvitation | None:
    shape = joinedload(ProposalInvitation.proposal).options(*whole())
    return db.session.scalars(select(ProposalInvitation).where(*where).options(shape)).unique().one_or_none()


def open_transfer(proposal_id: uuid.UUID) -> ProposalTransfer | None:
    """The open question to a member whether they will lead a proposal."""
    return _transfer(ProposalTransfer.proposal_id == proposal_id, ProposalTransfer.outcome == "open")


def get_transfer(ident: uuid.UUID) -> ProposalTransfer | None:
    """One such question, answered or not."""
    return _transfer(ProposalTransfer.id == ident)


def _transfer(*where: Any) -> ProposalTransfer | None:
    shape = (joinedload(ProposalTransfer.proposal).options(*whole()), joinedload(ProposalTransfer.to_person))
    return db.session.scalars(select(ProposalTransfer).where(*where).options(*shape)).unique().one_or_none()
