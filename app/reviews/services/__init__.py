"""What can be done with reviews: asking for them, answering, scoring, and what the programme does with them."""

from app.reviews.services import watching
from app.reviews.services.agreeing import agree, has_agreed
from app.reviews.services.answering import accept, declare_conflict, decline
from app.reviews.services.asking import ask, withdraw
from app.reviews.services.bidding import Wish, bid, is_recruiting, say_availability
from app.reviews.services.by_link import accept_by_link, declare_conflict_by_link, decline_by_link, open_link
from app.reviews.services.facts import facts_of, rubric_of, sheet_of
from app.reviews.services.inviting import invite, may_be_asked
from app.reviews.services.nudging import Candidate, candidates, nudge
from app.reviews.services.overseeing import finalise, recuse, reopen, table, table_refusal
from app.reviews.services.partners import add_funder_partner, remove_funder_partner
from app.reviews.services.pool import Place, ProfileFacts, save_profile, set_places
from app.reviews.services.reassigning import reassign, reassign_refusal
from app.reviews.services.revising import let_stand, revise
from app.reviews.services.rounds import follow_due_rounds, move_round, offers_of, round_facts, set_dates
from app.reviews.services.scores import is_editable, save_scores, submit, submit_refusals
from app.reviews.services.training import Known, answer_case, retire_case, rubric_of_call, write_case

__all__ = [
    "Candidate",
    "Known",
    "Place",
    "ProfileFacts",
    "Wish",
    "accept",
    "accept_by_link",
    "add_funder_partner",
    "agree",
    "answer_case",
    "ask",
    "bid",
    "candidates",
    "declare_conflict",
    "declare_conflict_by_link",
    "decline",
    "decline_by_link",
    "facts_of",
    "finalise",
    "follow_due_rounds",
    "has_agreed",
    "invite",
    "is_editable",
    "is_recruiting",
    "let_stand",
    "may_be_asked",
    "move_round",
    "nudge",
    "offers_of",
    "open_link",
    "reassign",
    "reassign_refusal",
    "recuse",
    "remove_funder_partner",
    "reopen",
    "retire_case",
    "revise",
    "round_facts",
    "rubric_of",
    "rubric_of_call",
    "save_profile",
    "save_scores",
    "say_availability",
    "set_dates",
    "set_places",
    "sheet_of",
    "submit",
    "submit_refusals",
    "table",
    "table_refusal",
    "watching",
    "withdraw",
    "write_case",
]
