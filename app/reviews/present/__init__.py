"""What pages about reviews show: allow-lists of fields for reviewers and for staff."""

from app.reviews.present.comparing import comparison_view
from app.reviews.present.conflicts import partners_view, suggestions_view
from app.reviews.present.content import advice_view, budget_of, content_view, form_of, names_of_files, partners_of
from app.reviews.present.discussion import OtherSheet, peer_view, staff_view, standing_sheet
from app.reviews.present.grid import Asked, call_view
from app.reviews.present.inbox import inbox_view, next_waiting, review_view
from app.reviews.present.lists import list_view
from app.reviews.present.loads import AskedPeople, people_view
from app.reviews.present.offline import labels_in, lines_of, offline_sheet, page_links, returned_view, values_in
from app.reviews.present.overseeing import SectionReading, proposal_view, section_readings, sheet_reading
from app.reviews.present.plans import plan_view, plans_view
from app.reviews.present.reassigning import people_to_ask, reassign_steps, reassign_view
from app.reviews.present.rounds import round_view, walls_of
from app.reviews.present.sheet import SheetView, Typed, needs_text, sheet_view, total_text
from app.reviews.present.standby import offer_view, standby_view, suggestion
from app.reviews.present.unblinding import unblinding_view
from app.reviews.present.words import texts_of, told_to_script

__all__ = [
    "Asked",
    "AskedPeople",
    "OtherSheet",
    "SectionReading",
    "SheetView",
    "Typed",
    "advice_view",
    "budget_of",
    "call_view",
    "comparison_view",
    "content_view",
    "form_of",
    "inbox_view",
    "labels_in",
    "lines_of",
    "list_view",
    "names_of_files",
    "needs_text",
    "next_waiting",
    "offer_view",
    "offline_sheet",
    "page_links",
    "partners_of",
    "partners_view",
    "peer_view",
    "people_to_ask",
    "people_view",
    "plan_view",
    "plans_view",
    "proposal_view",
    "reassign_steps",
    "reassign_view",
    "returned_view",
    "review_view",
    "round_view",
    "section_readings",
    "sheet_reading",
    "sheet_view",
    "staff_view",
    "standby_view",
    "standing_sheet",
    "suggestion",
    "suggestions_view",
    "texts_of",
    "told_to_script",
    "total_text",
    "unblinding_view",
    "values_in",
    "walls_of",
]
