"""Verbs of a call."""

from app.calls.services.asking import (
    announce,
    answer_question,
    ask_question,
    questions_until,
    unpublish_answer,
    why_not_ask,
)
from app.calls.services.beginning import ask_for_window, begin_with, set_rubric
from app.calls.services.changing import check_form, lock_for_change, put_form, why_no_change
from app.calls.services.editing import (
    discard_draft,
    document_of_draft,
    edit_call,
    flaws_of,
    kept_stages,
    save_part,
    set_form,
    start_draft,
)
from app.calls.services.exporting import copy_call, document_of, fingerprint
from app.calls.services.form_context import context_flaws, needed_by_call
from app.calls.services.form_drafts import change_form, discard_form_draft, form_draft, ids_ever, save_form_draft
from app.calls.services.importing import check_document, import_call
from app.calls.services.lifecycle import (
    call_facts,
    cancel,
    close_decisions,
    close_due_calls,
    extend,
    is_open,
    move,
    offers,
    open_due_calls,
    publish,
)
from app.calls.services.standards import (
    insert_standard,
    is_same_question,
    promote_question,
    retire_standard,
    standard_flaws,
)
from app.calls.services.uptime import OutageOffer, beat, extend_after_outage, outage_offers

__all__ = [
    "OutageOffer",
    "announce",
    "answer_question",
    "ask_for_window",
    "ask_question",
    "beat",
    "begin_with",
    "call_facts",
    "cancel",
    "change_form",
    "check_document",
    "check_form",
    "close_decisions",
    "close_due_calls",
    "context_flaws",
    "copy_call",
    "discard_draft",
    "discard_form_draft",
    "document_of",
    "document_of_draft",
    "edit_call",
    "extend",
    "extend_after_outage",
    "fingerprint",
    "flaws_of",
    "form_draft",
    "ids_ever",
    "import_call",
    "insert_standard",
    "is_open",
    "is_same_question",
    "kept_stages",
    "lock_for_change",
    "move",
    "needed_by_call",
    "offers",
    "open_due_calls",
    "outage_offers",
    "promote_question",
    "publish",
    "put_form",
    "questions_until",
    "retire_standard",
    "save_form_draft",
    "save_part",
    "set_form",
    "set_rubric",
    "standard_flaws",
    "start_draft",
    "unpublish_answer",
    "why_no_change",
    "why_not_ask",
]
