"""Attaching what the applicant organisation keeps: the same stored content, sealed by the same hash."""

from __future__ import annotations

import uuid

from app.core import transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.identity import policy as identity_policy
from app.identity import queries as identity_queries
from app.identity.models import OrganisationDocument
from app.proposals.models import ProposalFile, StageSubmission
from app.proposals.services.attachments import attach_stored, file_question
from app.proposals.services.facts import refuse_strangers
from workflows.machine import N_


def sees_documents(submission: StageSubmission, actor: Actor) -> bool:
    """Whether a person is a member of the applicant organisation; who only helps with a proposal sees no documents."""
    held = identity_policy.organisation_relations(actor, submission.proposal.organisation_id)
    return bool(held & identity_policy.ACTIONS["document.list"])


def documents_for(submission: StageSubmission, actor: Actor) -> list[OrganisationDocument]:
    """What may be attached to a proposal; for strangers to the organisation there is no such thing."""
    if not sees_documents(submission, actor):
        raise NotFound()
    return identity_queries.documents_of(submission.proposal.organisation_id)


def attach_document(
    *, submission: StageSubmission, question_id: str, document_id: uuid.UUID, actor: Actor
) -> ProposalFile:
    """Attach the newest version of a kept document; raises ``Invalid`` for what the question does not take."""
    refuse_strangers(actor, submission, "proposal.edit")
    documents = documents_for(submission, actor)
    version = next((d.versions[-1] for d in documents if d.id == document_id), None)
    if version is None:
        raise Invalid(N_("Choose one of the documents."), field="document")
    transitions.lock(submission)
    question = file_question(submission, question_id, actor)
    return attach_stored(submission, question, version.file, actor)
