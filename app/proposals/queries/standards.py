"""The answers that calls got to one standard question, as far as a person may see them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select

from app.calls.models import CallStage, FormVersion
from app.extensions import db
from app.proposals.models import Proposal, SealedSubmission, StageSubmission
from app.proposals.queries.records import visible_to
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState


class Sealed(NamedTuple):
    """The newest submitted version of one stage."""

    call_stage_id: uuid.UUID
    snapshot: str


def forms_answered(call_ids: Collection[uuid.UUID]) -> list[FormVersion]:
    """Every form to which proposals of these calls were submitted."""
    used = (
        select(StageSubmission.form_version_id)
        .join(CallStage, CallStage.id == StageSubmission.call_stage_id)
        .where(CallStage.call_id.in_(list(call_ids)), StageSubmission.sealed_number > 0)
    )
    return list(db.session.scalars(select(FormVersion).where(FormVersion.id.in_(used)).order_by(FormVersion.id)))


def sealed_to_forms(
    form_ids: Collection[uuid.UUID], call_ids: Collection[uuid.UUID], person_id: uuid.UUID
) -> list[Sealed]:
    """The newest submitted versions that answer these forms in these calls and that the person may see."""
    standing = Proposal.state != ProposalState.WITHDRAWN.value
    seen = select(Proposal.id).where(Proposal.call_id.in_(list(call_ids)), standing, *visible_to(person_id))
    query = (
        select(StageSubmission.call_stage_id, SealedSubmission.snapshot)
        .join(SealedSubmission, SealedSubmission.stage_submission_id == StageSubmission.id)
        .join(Proposal, Proposal.id == StageSubmission.proposal_id)
        .where(
            SealedSubmission.number == StageSubmission.sealed_number,
            StageSubmission.form_version_id.in_(list(form_ids)),
            StageSubmission.state != StageState.WITHDRAWN.value,
            StageSubmission.proposal_id.in_(seen),
        )
        .order_by(Proposal.reference, StageSubmission.position)
    )
    return [Sealed(stage_id, text) for stage_id, text in db.session.execute(query)]
