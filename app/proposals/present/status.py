"""How a proposal stands: its label, whose move it is and since when, the next date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.calls.form_schema import text
from app.calls.models import CallStage
from app.core import clock
from app.proposals import services
from app.proposals.models import Proposal, StageSubmission
from app.proposals.present.parts import Badge, Deadline, badge_of, deadline_of
from app.proposals.progress import APPLICANT, COMMITTEE, PROGRAMME, holder
from app.web.filters import instant
from workflows.machine import State
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

UNSENT = frozenset({StageState.DRAFT, StageState.AWAITING_SIGN_OFF})


@dataclass(frozen=True)
class Status:
    """The status line of a proposal for one side."""

    badge: Badge
    stage: str
    waiting_for: str
    days: int | None
    note: str
    next_label: str
    next_date: Deadline | None


def status_of(proposal: Proposal, language: str, for_applicant: bool) -> Status:
    """The status of a proposal; needs nothing but the proposal with its call and stages."""
    latest = proposal.stages[-1]
    state: State = ProposalState(proposal.state)
    if state is ProposalState.APPLYING:
        state = StageState(latest.state)
    missed = is_missed(proposal)
    party = PROGRAMME if is_overdue(latest) else "" if missed else holder(proposal.state, latest.state)
    since = max(proposal.state_changed_at, latest.state_changed_at)
    label, moment = next_date(proposal)
    return Status(
        badge=badge_of(state, for_applicant),
        stage=text(latest.call_stage.title, language),
        waiting_for=_party_name(party, for_applicant),
        days=max(0, (clock.now() - since).days) if party else None,
        note=_note(latest, missed) if proposal.state == ProposalState.APPLYING else "",
        next_label=label,
        next_date=deadline_of(moment, proposal.call.zone) if moment else None,
    )


def _party_name(party: str, for_applicant: bool) -> str:
    names = {
        APPLICANT: gettext("you") if for_applicant else gettext("the applicant"),
        PROGRAMME: gettext("the programme"),
        COMMITTEE: gettext("the programme") if for_applicant else gettext("the committee"),
    }
    return names.get(party, "")


def is_missed(proposal: Proposal) -> bool:
    """Whether the applicant would have to act and the deadline for it has passed."""
    latest = proposal.stages[-1]
    if proposal.state != ProposalState.APPLYING:
        return False
    if latest.state in UNSENT:
        return clock.now() >= services.closes_at(latest)
    following = stage_after(latest) if latest.state == StageState.ADVISED else None
    return following is not None and clock.now() >= services.closes_to_begin(proposal, following)


def is_overdue(latest: StageSubmission) -> bool:
    """Whether corrections were asked for and did not come by their date."""
    late = latest.correct_by is not None and clock.now() >= latest.correct_by
    return latest.state == StageState.RETURNED and late


def _note(latest: StageSubmission, missed: bool) -> str:
    if missed:
        return gettext("The deadline has passed; this was not submitted. Your text is kept.")
    if latest.state in UNSENT and clock.now() >= services.due_at(latest):
        until = instant(services.closes_at(latest), latest.proposal.call.zone)
        return gettext(
            "The deadline has passed. It can still be submitted until %(until)s, marked as late.", until=until
        )
    if latest.state == StageState.RETURNED and is_overdue(latest):
        return gettext(
            "The date for corrections has passed. Version %(number)s stands; the programme decides how to go on.",
            number=latest.sealed_number,
        )
    before_deadline = clock.now() < services.closes_at(latest)
    if latest.state == StageState.SUBMITTED and before_deadline and not latest.call_stage.screens_on_receipt:
        return gettext("Screening starts after the deadline; until then the applicant may still improve it.")
    if latest.state == StageState.AWAITING_SIGN_OFF:
        return gettext("An owner or a signatory, other than the one who asked, must sign it.")
    return ""


def next_date(proposal: Proposal) -> tuple[str, datetime | None]:
    """The next date that binds the applicant, or that the programme promised, with its name."""
    latest = proposal.stages[-1]
    if proposal.state != ProposalState.APPLYING:
        return _answer_date(proposal, latest)
    if latest.state == StageState.RETURNED and not is_overdue(latest):
        return gettext("Corrections until"), latest.correct_by
    if latest.state in {StageState.DRAFT, StageState.AWAITING_SIGN_OFF, StageState.SUBMITTED}:
        closes = services.due_at(latest)
        passed = latest.state == StageState.SUBMITTED and clock.now() >= closes
        return _answer_date(proposal, latest) if passed else (gettext("Closes"), closes)
    following = stage_after(latest)
    if latest.state == StageState.ADVISED and following is not None:
        return gettext("The next stage closes"), services.closes_to_begin(proposal, following)
    return _answer_date(proposal, latest)


def _answer_date(proposal: Proposal, latest: StageSubmission) -> tuple[str, datetime | None]:
    """Until when the call says that the applicant hears, while the programme or its committee has the ball."""
    party = PROGRAMME if is_overdue(latest) else holder(proposal.state, latest.state)
    moment = latest.call_stage.answer_by if party in {PROGRAMME, COMMITTEE} else None
    return (gettext("Answer expected by"), moment) if moment else ("", None)


def stage_after(submission: StageSubmission) -> CallStage | None:
    """The stage of the call that follows one, if there is one."""
    later = [stage for stage in submission.proposal.call.stages if stage.position > submission.position]
    return min(later, key=lambda stage: stage.position) if later else None
