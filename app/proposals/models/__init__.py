"""Tables of proposals."""

from app.proposals.models.conflicts import (
    CLOSING_BASES,
    SUGGESTION_BASES,
    FunderPartner,
    ProposalParty,
    SuggestedConflict,
)
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
    "CLOSING_BASES",
    "COLLABORATOR_ROLES",
    "CONFLICT_BASES",
    "GONE",
    "LATE",
    "RIVAL",
    "SIDES",
    "SUGGESTION_BASES",
    "UPLOAD_OUTCOMES",
    "Advice",
    "AnswerChange",
    "ConflictOfInterest",
    "DraftCount",
    "FunderPartner",
    "OfflineReturn",
    "PatchReceipt",
    "Presence",
    "Proposal",
    "ProposalCollaborator",
    "ProposalFile",
    "ProposalInvitation",
    "ProposalMessage",
    "ProposalParty",
    "ProposalTransfer",
    "QuestionComment",
    "QuestionThread",
    "RivalText",
    "ScreeningCheck",
    "SealedSubmission",
    "StageExtension",
    "StageSubmission",
    "SubmissionReceipt",
    "SuggestedConflict",
    "Upload",
]
