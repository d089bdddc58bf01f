"""Tables of proposals."""

from app.proposals.models.counting import DraftCount
from app.proposals.models.keeping import GONE, LATE, RIVAL, PatchReceipt, RivalText
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
from app.proposals.models.talking import Presence, QuestionComment, QuestionThread
from app.proposals.models.teamwork import (
    COLLABORATOR_ROLES,
    AnswerChange,
    ProposalCollaborator,
    ProposalInvitation,
    ProposalTransfer,
)
from app.proposals.models.uploads import UPLOAD_OUTCOMES, Upload

__all__ = [
    "ADVICE_OUTCOMES",
    "CHECK_OUTCOMES",
    "COLLABORATOR_ROLES",
    "CONFLICT_BASES",
    "GONE",
    "LATE",
    "RIVAL",
    "SIDES",
    "UPLOAD_OUTCOMES",
    "Advice",
    "AnswerChange",
    "ConflictOfInterest",
    "DraftCount",
    "OfflineReturn",
    "PatchReceipt",
    "Presence",
    "Proposal",
    "ProposalCollaborator",
    "ProposalFile",
    "ProposalInvitation",
    "ProposalMessage",
    "ProposalTransfer",
    "QuestionComment",
    "QuestionThread",
    "RivalText",
    "ScreeningCheck",
    "SealedSubmission",
    "StageExtension",
    "StageSubmission",
    "SubmissionReceipt",
    "Upload",
]
