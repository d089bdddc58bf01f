"""What pages about accounts and organisations show."""

from app.identity.present.accounts import (
    KINDS,
    LANGUAGE_NAMES,
    MEMBER_ROLE_LABELS,
    MEMBER_ROLE_NAMES,
    PILLAR_LABELS,
    account_view,
    begun_views,
    demo_hint,
    invitation_view,
    member_view,
    organisation_line,
    organisation_view,
)
from app.identity.present.documents import DOCUMENT_KIND_LABELS, document_view, documents_page

__all__ = [
    "DOCUMENT_KIND_LABELS",
    "KINDS",
    "LANGUAGE_NAMES",
    "MEMBER_ROLE_LABELS",
    "MEMBER_ROLE_NAMES",
    "PILLAR_LABELS",
    "account_view",
    "begun_views",
    "demo_hint",
    "document_view",
    "documents_page",
    "invitation_view",
    "member_view",
    "organisation_line",
    "organisation_view",
]
