"""What can be done with decisions: propose, vote, ratify, announce, and what the ranking suggests."""

from app.decisions.services.announcing import announce, close, close_refusal
from app.decisions.services.deciding import ratify, send_back, vote
from app.decisions.services.facts import counted_votes, facts_of, has_conflict, is_deciding
from app.decisions.services.proposing import propose, revise
from app.decisions.services.standing import (
    Plan,
    Standing,
    numbers_of,
    plan_by_rank,
    propose_by_rank,
    rubric_of,
    standings_of,
)

__all__ = [
    "Plan",
    "Standing",
    "announce",
    "close",
    "close_refusal",
    "counted_votes",
    "facts_of",
    "has_conflict",
    "is_deciding",
    "numbers_of",
    "plan_by_rank",
    "propose",
    "propose_by_rank",
    "ratify",
    "revise",
    "rubric_of",
    "send_back",
    "standings_of",
    "vote",
]
