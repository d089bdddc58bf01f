"""What the guards of a stage of a proposal know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.machine import Refusal


@dataclass(frozen=True)
class StageFacts:
    """What the guards of a stage know. Times are instants; ``missing`` names questions, ``broken_rules`` are sentences.

    ``closes_at`` is when this submission is refused; ``due_at`` the deadline it was told, earlier by the call's grace.
    ``lacks_profile``: where the profile of the organisation is completed, when it is not.
    """

    now: datetime
    opens_at: datetime
    closes_at: datetime
    due_at: datetime | None = None
    zone: str = "UTC"
    missing: tuple[str, ...] = ()
    broken_rules: tuple[Refusal | str, ...] = ()
    email_verified: bool = True
    lacks_profile: str = ""
    sign_off: bool = False
    asked_for_sign_off_self: bool = False
    sign_off_asked: bool = False
    nobody_else_signs: bool = False
    unchanged_since: int = 0
    earlier_stage_answered: bool = True
    screens_on_receipt: bool = False
    undecided_checks: tuple[str, ...] = ()
    failed_checks: tuple[str, ...] = ()
    returned_sections: tuple[str, ...] = ()
    correct_by: datetime | None = None
    reason_codes: tuple[str, ...] = ()
    gives_advice: bool = False
    advice_text: str = ""
