"""The shape of what reviewers and staff type."""

from app.reviews.forms.partners import PartnerForm
from app.reviews.forms.reviewing import (
    NOT_APPLICABLE,
    AcceptForm,
    Fields,
    InviteForm,
    MoveForm,
    ReassignForm,
    SheetReading,
    allowed_scores,
    read_sheet,
)

__all__ = [
    "NOT_APPLICABLE",
    "AcceptForm",
    "Fields",
    "InviteForm",
    "MoveForm",
    "PartnerForm",
    "ReassignForm",
    "SheetReading",
    "allowed_scores",
    "read_sheet",
]
