"""Reviews, reviewers, rounds with their phases, and what was computed of them."""

from app.reviews.models.nudging import ReviewNudge
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
    "Review",
    "ReviewBid",
    "ReviewInvitation",
    "ReviewNudge",
    "ReviewRound",
    "ReviewSubmission",
    "ReviewerProfile",
    "TrainingAnswer",
    "TrainingCase",
    "Unblinding",
]
