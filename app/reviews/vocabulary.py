"""What a reviewer's profile and bids are told in: languages, and how much somebody would like to read a proposal."""

from __future__ import annotations

from workflows.machine import N_

LANGUAGES = ("en", "fr", "es", "pt", "ar", "de", "id", "ln", "nl", "sw", "zh")
BID_LABELS: dict[str, str] = {
    "eager": N_("I would very much like to"),
    "willing": N_("Yes, gladly"),
    "neutral": N_("I do not mind"),
    "reluctant": N_("Only if nobody else can"),
    "no": N_("Please not"),
}
CONFLICT = "conflict"
