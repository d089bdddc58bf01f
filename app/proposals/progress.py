"""Whose move it is, by state. Pure."""

from __future__ import annotations

from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

APPLICANT = "applicant"
PROGRAMME = "programme"
COMMITTEE = "committee"
NOBODY = ""

APPLICANT_STAGES = frozenset({StageState.DRAFT, StageState.AWAITING_SIGN_OFF, StageState.RETURNED, StageState.ADVISED})
PROGRAMME_STAGES = frozenset({StageState.SUBMITTED, StageState.SCREENING, StageState.ACCEPTED})


def holder(proposal_state: str, stage_state: str) -> str:
    """Who has to act next on a proposal whose newest stage is in this state."""
    if proposal_state == ProposalState.APPLYING:
        if stage_state in APPLICANT_STAGES:
            return APPLICANT
        return PROGRAMME if stage_state in PROGRAMME_STAGES else NOBODY
    if proposal_state == ProposalState.DECIDING:
        return COMMITTEE
    return PROGRAMME if proposal_state == ProposalState.ASSESSING else NOBODY
