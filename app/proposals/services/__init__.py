"""What can be done with proposals."""

from app.proposals.services.advising import give_advice, write_advice
from app.proposals.services.attachments import attach_file, remove_file
from app.proposals.services.changes import record_changes
from app.proposals.services.collaborating import change_part, end_part
from app.proposals.services.conversation import post_message, record_conflict
from app.proposals.services.copying import Copied, copy_answers, earlier_stages, plan_copy, sources_for
from app.proposals.services.counting import count_all_drafts, remind_drafts, reminded_drafts
from app.proposals.services.deadlines import closes_at, closes_for_newcomers, closes_to_begin, due_at, extension_of
from app.proposals.services.drafting import (
    editable_sections,
    open_sections,
    refuse_unless_editable,
    refuse_unless_open,
    start_proposal,
    start_stage,
)
from app.proposals.services.extending import extend_for_applicant, takes_more_time
from app.proposals.services.facts import broken_rules, is_answered, others_who_sign, sealed_file, stage_facts
from app.proposals.services.form_changes import Applied, Impact, apply_form, form_impact
from app.proposals.services.inviting import (
    accept_collaboration,
    invite_collaborator,
    parts_to_give,
    withdraw_collaboration,
)
from app.proposals.services.keeping import Kept, forget_patches, save_page, save_section
from app.proposals.services.leading import accept_lead, move_to_organisation, offer_lead, refuse_lead, remind_signers
from app.proposals.services.outcomes import (
    exclude,
    follow_outcome,
    proposal_facts,
    revive,
    table_for_decision,
    why_not_revive,
    withdraw,
)
from app.proposals.services.parties import confirm_suggestion, dismiss_suggestion, sync_parties
from app.proposals.services.presence import mark_presence
from app.proposals.services.restoring import restore_answer
from app.proposals.services.returning import can_take, keep_return, merge_return, returned_changes
from app.proposals.services.rivals import settle_text
from app.proposals.services.screening import (
    accept,
    correct,
    decide_check,
    find_ineligible,
    resume,
    return_for_corrections,
    sign,
    start_screening,
    suggestions,
)
from app.proposals.services.sealing import request_sign_off, resubmit, submit, take_back
from app.proposals.services.storing import answers_on_page
from app.proposals.services.talking import add_comment, settle_thread, tell_of_comments
from app.proposals.services.uploads import (
    TooLarge,
    arrived,
    begin_upload,
    end_upload,
    finish_upload,
    note_arrival,
    sweep_uploads,
)
from app.proposals.services.vault import attach_document, documents_for, sees_documents

__all__ = [
    "Applied",
    "Copied",
    "Impact",
    "Kept",
    "TooLarge",
    "accept",
    "accept_collaboration",
    "accept_lead",
    "add_comment",
    "answers_on_page",
    "apply_form",
    "arrived",
    "attach_document",
    "attach_file",
    "begin_upload",
    "broken_rules",
    "can_take",
    "change_part",
    "closes_at",
    "closes_for_newcomers",
    "closes_to_begin",
    "confirm_suggestion",
    "copy_answers",
    "correct",
    "count_all_drafts",
    "decide_check",
    "dismiss_suggestion",
    "documents_for",
    "due_at",
    "earlier_stages",
    "editable_sections",
    "end_part",
    "end_upload",
    "exclude",
    "extend_for_applicant",
    "extension_of",
    "find_ineligible",
    "finish_upload",
    "follow_outcome",
    "forget_patches",
    "form_impact",
    "give_advice",
    "invite_collaborator",
    "is_answered",
    "keep_return",
    "mark_presence",
    "merge_return",
    "move_to_organisation",
    "note_arrival",
    "offer_lead",
    "open_sections",
    "others_who_sign",
    "parts_to_give",
    "plan_copy",
    "post_message",
    "proposal_facts",
    "record_changes",
    "record_conflict",
    "refuse_lead",
    "refuse_unless_editable",
    "refuse_unless_open",
    "remind_drafts",
    "remind_signers",
    "reminded_drafts",
    "remove_file",
    "request_sign_off",
    "restore_answer",
    "resubmit",
    "resume",
    "return_for_corrections",
    "returned_changes",
    "revive",
    "save_page",
    "save_section",
    "sealed_file",
    "sees_documents",
    "settle_text",
    "settle_thread",
    "sign",
    "sources_for",
    "stage_facts",
    "start_proposal",
    "start_screening",
    "start_stage",
    "submit",
    "suggestions",
    "sweep_uploads",
    "sync_parties",
    "table_for_decision",
    "take_back",
    "takes_more_time",
    "tell_of_comments",
    "why_not_revive",
    "withdraw",
    "withdraw_collaboration",
    "write_advice",
]
