"""Proposals on paper: a submitted version, or what is written now."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.proposals import queries
from app.proposals.present import paper
from app.proposals.views import bp
from app.proposals.views.loading import language, load_stage
from app.web.downloads import file_download
from app.web.pdf import make_pdf
from app.web.permissions import current_actor, requires

STAGE = "/<uuid:proposal_id>/stages/<key>"
PDF = "application/pdf"


@bp.get(STAGE + "/versions/<int:number>/proposal.pdf")
@requires("proposal.view")
def version_pdf(proposal_id: uuid.UUID, key: str, number: int) -> Response:
    """A submitted version with its attachments listed by hash, for this person's side."""
    submission = load_stage(proposal_id, key)
    sealed = queries.sealed_version(submission.id, number) if number <= submission.sealed_number else None
    if sealed is None:
        raise NotFound()
    made = make_pdf("proposal", paper.version_paper(submission, sealed, current_actor(), language()))
    return file_download(f"{submission.proposal.reference}-{key}-{number}.pdf", made, PDF)


@bp.get(STAGE + "/draft.pdf")
@requires("proposal.view_own")
def draft_pdf(proposal_id: uuid.UUID, key: str) -> Response:
    """What is written now, for the applicant's side only."""
    submission = load_stage(proposal_id, key)
    made = make_pdf("proposal", paper.draft_paper(submission, language()))
    return file_download(f"{submission.proposal.reference}-{key}-draft.pdf", made, PDF)
