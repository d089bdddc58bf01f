"""The shape of what reviewers and staff type."""

from app.reviews.forms.partners import PartnerForm
from app.reviews.forms.planning import ListForm, PlanForm, ReserveForm, StandbyForm
from app.reviews.forms.reviewing import (
    AcceptForm,
    DueForm,
    Fields,
    InviteForm,
    MoveForm,
    ReassignForm,
    ReturnedSheetForm,
    SheetReading,
    allowed_scores,
    read_sheet,
)
from app.reviews.forms.rounds import RoundForm, SpeakForm, UnblindForm

__all__ = [
    "AcceptForm",
    "DueForm",
    "Fields",
    "InviteForm",
    "ListForm",
    "MoveForm",
    "PartnerForm",
    "PlanForm",
    "ReassignForm",
    "ReserveForm",
    "ReturnedSheetForm",
    "RoundForm",
    "SheetReading",
    "SpeakForm",
    "StandbyForm",
    "UnblindForm",
    "allowed_scores",
    "read_sheet",
]
