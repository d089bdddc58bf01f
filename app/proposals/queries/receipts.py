"""Receipts on record, and what is to be thought of one that somebody shows."""

from __future__ import annotations

import uuid

from sqlalchemy import exists, select

from app.extensions import current_settings, db
from app.proposals.models import SubmissionReceipt
from app.proposals.receipts import SignedReceipt, Verdict, public_key, signing_key


def receipt_of(sealed_id: uuid.UUID) -> SignedReceipt | None:
    """The signed receipt of a sealed version; versions sealed before receipts were signed have none."""
    query = select(SubmissionReceipt).where(SubmissionReceipt.sealed_submission_id == sealed_id)
    row = db.session.scalar(query)
    return SignedReceipt(row.text, bytes.fromhex(row.signature), bytes.fromhex(row.public_key)) if row else None


def judge_receipt(receipt: SignedReceipt) -> Verdict:
    """Genuine and on record, genuine but not on record (the database is older than the receipt), or not ours."""
    if not receipt.is_signed_by({public_key(signing_key(current_settings().receipt_key)), *_former_key(receipt)}):
        return Verdict.FORGED
    on_record = exists().where(
        SubmissionReceipt.public_key == receipt.public_key.hex(), SubmissionReceipt.text == receipt.text
    )
    return Verdict.GENUINE if db.session.scalar(select(on_record)) else Verdict.NOT_ON_RECORD


def _former_key(receipt: SignedReceipt) -> set[bytes]:
    """The receipt's own key, when this installation has signed with it before."""
    known = exists().where(SubmissionReceipt.public_key == receipt.public_key.hex())
    return {receipt.public_key} if db.session.scalar(select(known)) else set()
