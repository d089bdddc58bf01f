"""Rows of reviews and of their reviewers."""

from app.reviews.queries.grid import grid_proposals, grid_reviews, overseen
from app.reviews.queries.loads import capacities_in_call, last_nudges, loads_in_call
from app.reviews.queries.nudging import still_waiting, waiting_in_call
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
from app.reviews.queries.touching import (
    live_reviews_touching,
    programmes_of_people,
    programmes_of_proposals,
    reviewers_in,
)
from app.reviews.queries.working_for import people_working_for, workers_of

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
    "grid_proposals",
    "grid_reviews",
    "has_review",
    "in_hand_until",
    "last_nudges",
    "live_reviews_touching",
    "loads_in_call",
    "overseen",
    "people_working_for",
    "programmes_of_people",
    "programmes_of_proposals",
    "reviewed_by",
    "reviewers_in",
    "reviews_of_call",
    "reviews_of_person",
    "reviews_of_proposals",
    "sealed_of",
    "still_waiting",
    "waiting_in_call",
    "workers_of",
]
