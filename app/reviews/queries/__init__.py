"""Rows of reviews and of their reviewers."""

from app.reviews.queries.loads import capacities_in_call, loads_in_call
from app.reviews.queries.records import (
    DELIVERED,
    IN_HAND,
    READABLE,
    STEPPED_BACK,
    entries_of,
    final_reviews_of,
    final_reviews_of_call,
    final_stage,
    get_readable_review,
    get_review,
    has_review,
    in_hand_until,
    reviewed_by,
    reviews_of_call,
    reviews_of_person,
    reviews_of_proposals,
    sealed_of,
)

__all__ = [
    "DELIVERED",
    "IN_HAND",
    "READABLE",
    "STEPPED_BACK",
    "capacities_in_call",
    "entries_of",
    "final_reviews_of",
    "final_reviews_of_call",
    "final_stage",
    "get_readable_review",
    "get_review",
    "has_review",
    "in_hand_until",
    "loads_in_call",
    "reviewed_by",
    "reviews_of_call",
    "reviews_of_person",
    "reviews_of_proposals",
    "sealed_of",
]
