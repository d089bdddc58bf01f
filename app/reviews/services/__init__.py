"""What can be done with reviews: asking for them, answering, scoring, and what the programme does with them."""

from app.reviews.services import watching
from app.reviews.services.answering import accept, declare_conflict, decline
from app.reviews.services.extending import set_due
from app.reviews.services.facts import facts_of, rubric_of, sheet_of
from app.reviews.services.inviting import invite, may_be_asked
from app.reviews.services.nudging import Candidate, candidates, nudge
from app.reviews.services.overseeing import finalise, recuse, reopen, table, table_refusal
from app.reviews.services.partners import add_funder_partner, remove_funder_partner
from app.reviews.services.reassigning import reassign, reassign_refusal
from app.reviews.services.revising import let_stand, revise
from app.reviews.services.rounds import follow_due_rounds, move_round, offers_of, round_facts, set_dates
from app.reviews.services.scores import is_editable, save_scores, submit, submit_refusals

__all__ = [
    "Candidate",
    "accept",
    "add_funder_partner",
    "candidates",
    "declare_conflict",
    "decline",
    "facts_of",
    "finalise",
    "follow_due_rounds",
    "invite",
    "is_editable",
    "let_stand",
    "may_be_asked",
    "move_round",
    "nudge",
    "offers_of",
    "reassign",
    "reassign_refusal",
    "recuse",
    "remove_funder_partner",
    "reopen",
    "revise",
    "round_facts",
    "rubric_of",
    "save_scores",
    "set_dates",
    "set_due",
    "sheet_of",
    "submit",
    "submit_refusals",
    "table",
    "table_refusal",
    "watching",
]
