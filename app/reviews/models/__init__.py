"""Reviews, reviewers, conflicts that records suggest, rounds with their phases, and what was computed of them."""

from app.reviews.models.conflicts import ProposalParty, SuggestedConflict
from app.reviews.models.plans import AssignmentPlan, NumbersResult
from app.reviews.models.pool import (
    CallReviewer,
    ConfidentialityAgreement,
    ReviewBid,
    ReviewerProfile,
    ReviewInvitation,
    TrainingAnswer,
    TrainingCase,
)
from app.reviews.models.rounds import DiscussionMessage, DivergenceResolution, ReviewRound, Unblinding
from app.reviews.models.scoring import CriterionScore, Review, ReviewSubmission

__all__ = [
    "AssignmentPlan",
    "CallReviewer",
    "ConfidentialityAgreement",
    "CriterionScore",
    "DiscussionMessage",
    "DivergenceResolution",
    "NumbersResult",
    "ProposalParty",
    "Review",
    "ReviewBid",
    "ReviewInvitation",
    "ReviewRound",
    "ReviewSubmission",
    "ReviewerProfile",
    "SuggestedConflict",
    "TrainingAnswer",
    "TrainingCase",
    "Unblinding",
]
