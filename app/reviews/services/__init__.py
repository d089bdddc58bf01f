"""What can be done with reviews: asking for them, answering, scoring, and what the programme does with them."""

from app.reviews.services import watching
from app.reviews.services.agreeing import agree, has_agreed
from app.reviews.services.answering import accept, declare_conflict, decline
from app.reviews.services.asking import ask, withdraw
from app.reviews.services.bidding import Wish, bid, is_recruiting, say_availability
from app.reviews.services.by_link import accept_by_link, declare_conflict_by_link, decline_by_link, open_link
from app.reviews.services.discussing import (
    Handed,
    Standing,
    as_handed_in,
    name_rapporteur,
    say,
    say_for_programme,
    standing_of,
)
from app.reviews.services.extending import set_due
from app.reviews.services.facts import facts_of, rubric_of, sheet_of
from app.reviews.services.flagging import names_in
from app.reviews.services.gathering import open_proposals, pool_of
from app.reviews.services.inviting import invite, may_be_asked
from app.reviews.services.keeping import Kept, Reader, save_page, settle_text
from app.reviews.services.listing import MOST_BYTES, PROBLEMS, apply_list, make_list_plan
from app.reviews.services.nudging import Candidate, candidates, nudge
from app.reviews.services.overseeing import finalise, recuse, reopen, table, table_refusal
from app.reviews.services.partners import add_funder_partner, remove_funder_partner
from app.reviews.services.planning import (
    apply_plan,
    compute_due_plans,
    compute_plan,
    discard_plan,
    is_current,
    make_plan,
)
from app.reviews.services.pool import Place, ProfileFacts, save_profile, set_places
from app.reviews.services.reassigning import reassign, reassign_refusal
from app.reviews.services.revising import let_stand, revise
from app.reviews.services.rounds import follow_due_rounds, move_round, offers_of, round_facts, set_dates
from app.reviews.services.scores import is_editable, is_flat, save_scores, submit, submit_refusals, values_of
from app.reviews.services.standby import OpenWork, offer, open_work, set_standby
from app.reviews.services.training import Known, answer_case, retire_case, rubric_of_call, write_case
from app.reviews.services.unblinding import ask_unblinding, move_unblinding, unblinding_offers

__all__ = [
    "MOST_BYTES",
    "PROBLEMS",
    "Candidate",
    "Handed",
    "Kept",
    "Known",
    "OpenWork",
    "Place",
    "ProfileFacts",
    "Reader",
    "Standing",
    "Wish",
    "accept",
    "accept_by_link",
    "add_funder_partner",
    "agree",
    "answer_case",
    "apply_list",
    "apply_plan",
    "as_handed_in",
    "ask",
    "ask_unblinding",
    "bid",
    "candidates",
    "compute_due_plans",
    "compute_plan",
    "declare_conflict",
    "declare_conflict_by_link",
    "decline",
    "decline_by_link",
    "discard_plan",
    "facts_of",
    "finalise",
    "follow_due_rounds",
    "has_agreed",
    "invite",
    "is_current",
    "is_editable",
    "is_flat",
    "is_recruiting",
    "let_stand",
    "make_list_plan",
    "make_plan",
    "may_be_asked",
    "move_round",
    "move_unblinding",
    "name_rapporteur",
    "names_in",
    "nudge",
    "offer",
    "offers_of",
    "open_link",
    "open_proposals",
    "open_work",
    "pool_of",
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
    "save_page",
    "save_profile",
    "save_scores",
    "say",
    "say_availability",
    "say_for_programme",
    "set_dates",
    "set_due",
    "set_places",
    "set_standby",
    "settle_text",
    "sheet_of",
    "standing_of",
    "submit",
    "submit_refusals",
    "table",
    "table_refusal",
    "unblinding_offers",
    "values_of",
    "watching",
    "withdraw",
    "write_case",
]
