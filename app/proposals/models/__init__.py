"""Tables of proposals."""

from app.proposals.models.offline import OfflineReturn
from app.proposals.models.records import (
    ADVICE_OUTCOMES,
    CHECK_OUTCOMES,
    CONFLICT_BASES,
    SIDES,
    Advice,
    ConflictOfInterest,
    Proposal,
    ProposalFile,
    ProposalMessage,
    ScreeningCheck,
    SealedSubmission,
    StageExtension,
    StageSubmission,
    SubmissionReceipt,
)
from app.proposals.models.teamwork import AnswerChange

__all__ = [
    "ADVICE_OUTCOMES",
    "CHECK_OUTCOMES",
    "CONFLICT_BASES",
    "SIDES",
    "Advice",
    "AnswerChange",
    "ConflictOfInterest",
    "OfflineReturn",
    "Proposal",
    "ProposalFile",
    "ProposalMessage",
    "ScreeningCheck",
    "SealedSubmission",
    "StageExtension",
    "StageSubmission",
    "SubmissionReceipt",
]
