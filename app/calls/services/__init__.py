"""Verbs of a call."""

from app.calls.services.changing import check_form, lock_for_change, put_form, why_no_change
from app.calls.services.exporting import copy_call, document_of
from app.calls.services.form_context import context_flaws, needed_by_call
from app.calls.services.form_drafts import change_form, discard_form_draft, form_draft, save_form_draft
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
    "beat",
    "call_facts",
    "cancel",
    "change_form",
    "check_document",
    "check_form",
    "close_decisions",
    "close_due_calls",
    "context_flaws",
    "copy_call",
    "discard_form_draft",
    "document_of",
    "extend",
    "extend_after_outage",
    "form_draft",
    "import_call",
    "insert_standard",
    "is_open",
    "is_same_question",
    "lock_for_change",
    "move",
    "needed_by_call",
    "offers",
    "open_due_calls",
    "outage_offers",
    "promote_question",
    "publish",
    "put_form",
    "retire_standard",
    "save_form_draft",
    "standard_flaws",
    "why_no_change",
]
