"""What can be done with reviews: asking for them, answering, scoring, and what the programme does with them."""

from app.reviews.services.answering import accept, declare_conflict, decline
from app.reviews.services.inviting import invite, remind_due
from app.reviews.services.overseeing import finalise, recuse, reopen, table
from app.reviews.services.scores import save_scores, submit, submit_refusals

__all__ = [
    "accept",
    "declare_conflict",
    "decline",
    "finalise",
    "invite",
    "recuse",
    "remind_due",
    "reopen",
    "save_scores",
    "submit",
    "submit_refusals",
    "table",
]
