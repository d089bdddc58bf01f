"""The shape of what reviewers and staff type."""

from app.reviews.forms.partners import PartnerForm
from app.reviews.forms.reviewing import (
    AcceptForm,
    Fields,
    InviteForm,
    MoveForm,
    ReassignForm,
    SheetReading,
    allowed_scores,
    read_sheet,
)
from app.reviews.forms.rounds import RoundForm, SpeakForm, UnblindForm

__all__ = [
    "AcceptForm",
    "Fields",
    "InviteForm",
    "MoveForm",
    "PartnerForm",
    "ReassignForm",
    "RoundForm",
    "SheetReading",
    "SpeakForm",
    "UnblindForm",
    "allowed_scores",
    "read_sheet",
]
