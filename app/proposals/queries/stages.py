"""Stages of proposals: their forms, sealed versions and files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, raiseload

from app.calls import form_schema
from app.calls import queries as call_queries
from app.calls.models import CallStage
from app.extensions import db
from app.identity import queries as identity_queries
from app.proposals.models import Proposal, ProposalFile, SealedSubmission, StageSubmission
from app.proposals.queries.records import whole
from app.proposals.queries.teamwork import collaborations_of


def get_stage_submission(submission_id: uuid.UUID) -> StageSubmission | None:
    """One stage of a proposal, with the proposal, its call, organisation and stages, and the stage's form."""
    return _stage(StageSubmission.id == submission_id)


def stage_of_proposal(proposal_id: uuid.UUID, key: str) -> StageSubmission | None:
    """The stage of a proposal by the stage's key (``quick_scan``)."""
    return _stage(
        StageSubmission.proposal_id == proposal_id,
        StageSubmission.call_stage_id.in_(select(CallStage.id).where(CallStage.key == key)),
    )


def newest_stages_of_person(person_id: uuid.UUID) -> list[StageSubmission]:
    """The newest stage of each proposal of the person's organisations, and of those the person has a part in.

    The newest proposal comes first; each with its proposal and call, without forms.
    """
    other = aliased(StageSubmission)
    newest = select(func.max(other.position)).where(other.proposal_id == Proposal.id).scalar_subquery()
    own = list(identity_queries.memberships_of(person_id))
    query = (
        select(StageSubmission)
        .join(StageSubmission.proposal)
        .where(
            Proposal.organisation_id.in_(own) | Proposal.id.in_(list(collaborations_of(person_id))),
            StageSubmission.position == newest,
        )
        .options(
            contains_eager(StageSubmission.proposal).joinedload(Proposal.call),
            raiseload(StageSubmission.form_version),
            raiseload(StageSubmission.call_stage),
        )
        .order_by(Proposal.created_at.desc(), Proposal.id)
    )
    return list(db.session.scalars(query))


def newest_sealed_stage(proposal_id: uuid.UUID) -> StageSubmission | None:
    """The last stage of a proposal of which something was submitted."""
    return _stage(StageSubmission.proposal_id == proposal_id, StageSubmission.sealed_number > 0)


def _stage(*where: Any) -> StageSubmission | None:
    query = (
        select(StageSubmission)
        .where(*where)
        .options(joinedload(StageSubmission.proposal).options(*whole()), joinedload(StageSubmission.call_stage))
        .options(joinedload(StageSubmission.call_stage).joinedload(CallStage.form_version))
        .options(joinedload(StageSubmission.form_version))
        .order_by(StageSubmission.position.desc())
        .limit(1)
    )
    return db.session.scalars(query).unique().first()


def form_of(submission: StageSubmission) -> form_schema.Form:
    """The form that the answers of a stage are given to, which may be older than the one its call gives out now."""
    return call_queries.read_form(submission.form_version)


def forms_of(proposal: Proposal) -> list[tuple[str, form_schema.Form]]:
    """Every stage of the call by its key, with the form that this proposal gives or will give its answers to."""
    begun = {s.call_stage_id: s for s in proposal.stages}
    return [
        (stage.key, form_of(begun[stage.id]) if stage.id in begun else call_queries.form_of(stage))
        for stage in proposal.call.stages
    ]


def form_by_hash(sha256: str) -> form_schema.Form | None:
    """The form that a sealed version names, read once for each version (versions never change)."""
    return call_queries.form_by_hash(sha256)


def sealed_versions(submission_id: uuid.UUID) -> list[SealedSubmission]:
    """Every submitted version of a stage, oldest first."""
    query = (
        select(SealedSubmission)
        .where(SealedSubmission.stage_submission_id == submission_id)
        .order_by(SealedSubmission.number)
    )
    return list(db.session.scalars(query))


def latest_sealed(submission_id: uuid.UUID) -> SealedSubmission | None:
    """The submitted version that counts: the newest."""
    query = (
        select(SealedSubmission)
        .where(SealedSubmission.stage_submission_id == submission_id)
        .order_by(SealedSubmission.number.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def sealed_version(submission_id: uuid.UUID, number: int) -> SealedSubmission | None:
    """One submitted version by its number."""
    query = select(SealedSubmission).where(
        SealedSubmission.stage_submission_id == submission_id, SealedSubmission.number == number
    )
    return db.session.scalar(query)


def latest_sealed_of_proposals(proposal_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SealedSubmission]:
    """For each proposal, the newest version of its last submitted stage."""
    query = (
        select(StageSubmission.proposal_id, SealedSubmission)
        .join(SealedSubmission, SealedSubmission.stage_submission_id == StageSubmission.id)
        .where(
            StageSubmission.proposal_id.in_(list(proposal_ids)),
            SealedSubmission.number == StageSubmission.sealed_number,
        )
        .order_by(StageSubmission.position)
    )
    return {row.proposal_id: row.SealedSubmission for row in db.session.execute(query)}


def files_of(submission_id: uuid.UUID) -> list[ProposalFile]:
    """The files that answer questions of a stage now, in the order they came."""
    query = (
        select(ProposalFile)
        .where(ProposalFile.stage_submission_id == submission_id, ProposalFile.removed_at.is_(None))
        .order_by(ProposalFile.created_at, ProposalFile.id)
    )
    return list(db.session.scalars(query))


def file_counts(submission_id: uuid.UUID) -> dict[str, int]:
    """How many files each question of a stage has."""
    query = (
        select(ProposalFile.question_id, func.count())
        .where(ProposalFile.stage_submission_id == submission_id, ProposalFile.removed_at.is_(None))
        .group_by(ProposalFile.question_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def get_file(submission_id: uuid.UUID, file_id: uuid.UUID) -> ProposalFile | None:
    """A file of a stage, also one removed since: a sealed version may name it."""
    query = select(ProposalFile).where(ProposalFile.id == file_id, ProposalFile.stage_submission_id == submission_id)
    return db.session.scalar(query)


def sealed_file_ids(submission_id: uuid.UUID) -> frozenset[str]:
    """Ids of every file that some sealed version of a stage names."""
    return frozenset(
        entry["id"] for version in sealed_versions(submission_id) for entry in json.loads(version.snapshot)["files"]
    )


def get_sealed_file(submission_id: uuid.UUID, file_id: uuid.UUID) -> ProposalFile | None:
    """A file of a stage, only when a sealed version names it: what the programme and reviewers may open."""
    return get_file(submission_id, file_id) if str(file_id) in sealed_file_ids(submission_id) else None
