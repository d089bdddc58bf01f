"""Rows of calls; what is loaded with them and in which order is stated here."""

from app.calls.queries.drafts import (
    draft_of,
    drafts_of_programmes,
    form_draft_of,
    form_drafts_of_call,
    get_draft,
)
from app.calls.queries.forms import (
    form_by_hash,
    form_of,
    form_version_by_hash,
    form_versions_by_hash,
    forms_by_hash,
    read_form,
    rubric_of,
)
from app.calls.queries.outages import (
    acts_of_people,
    forget_spans,
    newest_span,
    spans_since,
)
from app.calls.queries.problems import (
    problems_of,
    unknown_sites,
)
from app.calls.queries.records import (
    call_by_code,
    call_by_prefix,
    calls_of_programmes,
    calls_to_close,
    calls_to_open,
    get_call,
    get_stage,
    public_call,
    public_calls,
    public_calls_query,
    stage_by_key,
    stage_to_copy,
    stages_to_copy,
)
from app.calls.queries.standards import (
    standard_by_code,
    standards_among,
    standards_for,
)
from app.calls.queries.talk import (
    announcements_of,
    get_announcement,
    get_question,
    published_answers,
    questions_of,
)

__all__ = [
    "acts_of_people",
    "announcements_of",
    "call_by_code",
    "call_by_prefix",
    "calls_of_programmes",
    "calls_to_close",
    "calls_to_open",
    "draft_of",
    "drafts_of_programmes",
    "forget_spans",
    "form_by_hash",
    "form_draft_of",
    "form_drafts_of_call",
    "form_of",
    "form_version_by_hash",
    "form_versions_by_hash",
    "forms_by_hash",
    "get_announcement",
    "get_call",
    "get_draft",
    "get_question",
    "get_stage",
    "newest_span",
    "problems_of",
    "public_call",
    "public_calls",
    "public_calls_query",
    "published_answers",
    "questions_of",
    "read_form",
    "rubric_of",
    "spans_since",
    "stage_by_key",
    "stage_to_copy",
    "stages_to_copy",
    "standard_by_code",
    "standards_among",
    "standards_for",
    "unknown_sites",
]
