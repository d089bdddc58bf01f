"""Writing a call page by page, as a browser sends it."""

from __future__ import annotations

from app.calls.models import CallDraft
from app.extensions import db


def url(draft, part=""):
    return f"/calls/drafts/{draft.id}" + (f"/parts/{part}" if part else "")


def fresh(draft):
    return db.session.get(CallDraft, draft.id, populate_existing=True)
