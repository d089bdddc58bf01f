"""The timeline of a proposal: each side reads only what it may know, in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from app.core.audit import AuditEntry
from app.proposals.models import ProposalMessage
from app.web.filters import instant, translate
from workflows.lateness import lateness
from workflows.machine import N_

FOR_BOTH = {
    "proposal.created": N_("Proposal started"),
    "stage_submission.created": N_("Stage “%(stage)s” started"),
    "proposal.extended": N_("More time given: “%(stage)s” closes on %(until)s"),
    "stage_submission.request_sign_off": N_("Sign-off asked for"),
    "stage_submission.take_back": N_("Taken back from sign-off"),
    "stage_submission.submit": N_("Version %(sealed)s submitted"),
    "stage_submission.resubmit": N_("Version %(sealed)s submitted in place of the one before"),
    "stage_submission.correct": N_("Corrections submitted as version %(sealed)s"),
    "stage_submission.late_attempt": N_("Submission refused: %(late_by)s late"),
    "stage_submission.form_changed": N_("Moved to the changed form of “%(stage)s”; every answer is kept"),
    "stage_submission.screen": N_("Screening started"),
    "stage_submission.return": N_("Returned for corrections"),
    "stage_submission.accept": N_("Accepted in screening"),
    "stage_submission.find_ineligible": N_("Found not eligible"),
    "stage_submission.advise": N_("Advice given"),
    "proposal.assess": N_("Passed on to assessment"),
    "proposal.exclude": N_("Excluded without a decision"),
    "proposal.award": N_("Awarded"),
    "proposal.reserve": N_("Put on the reserve list"),
    "proposal.decline": N_("Not funded"),
    "proposal.withdraw": N_("Proposal withdrawn"),
    "proposal.revive": N_("Proposal taken up again"),
}
LATE_BY_GRACE = {
    "stage_submission.submit": N_("Version %(sealed)s submitted, %(late_by)s late, within the grace time of the call"),
}
FOR_APPLICANT = {
    **FOR_BOTH,
    "stage_submission.incomplete_attempt": N_("Not submitted: %(what)s"),
    "stage_submission.file_attached": N_("File attached"),
    "stage_submission.file_removed": N_("File removed"),
    "proposal.collaborator_joined": N_("%(name)s joined the team"),
    "proposal.lead_changed": N_("%(name)s leads the proposal"),
    "proposal.moved": N_("Moved from %(before)s to %(name)s"),
    "stage_submission.signers_reminded": N_("Those who may sign were reminded"),
    "proposal.collaborator_left": N_("Left the team"),
    "proposal.collaborator_removed": N_("Somebody was taken out of the team"),
}
FOR_PROGRAMME = {
    **FOR_BOTH,
    "stage_submission.check_decided": N_("Threshold check %(code)s: %(outcome)s"),
    "stage_submission.advice_written": N_("Advice written (%(outcome)s), not given yet"),
    "proposal.table": N_("Tabled for decision"),
    "proposal.conflict_recorded": N_("Conflict of interest recorded"),
}
OUTCOMES = {
    "pass": N_("passed"),
    "fail": N_("failed"),
    "open": N_("open again"),
    "positive": N_("positive"),
    "negative": N_("negative"),
}
BY_PROGRAMME = frozenset(
    {
        "form_changed",
        "screen",
        "return",
        "accept",
        "find_ineligible",
        "advise",
        "assess",
        "exclude",
        "award",
        "reserve",
        "decline",
        "extended",
    }
)
REASON_FOR_APPLICANT = frozenset(
    {
        "stage_submission.return",
        "stage_submission.find_ineligible",
        "proposal.withdraw",
        "stage_submission.withdraw",
        "proposal.extended",
    }
)


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    what: str
    when: str
    iso: str
    who: str
    detail: str


@dataclass(frozen=True)
class Message:
    """One message of the thread."""

    text: str
    when: str
    iso: str
    who: str
    is_own_side: bool


def timeline_of(
    entries: Iterable[AuditEntry], for_applicant: bool, zone: str, stage_titles: Mapping[str, str]
) -> tuple[Entry, ...]:
    """What one side may read of the history, newest first; stages are called by their titles."""
    known = FOR_APPLICANT if for_applicant else FOR_PROGRAMME
    return tuple(_entry(e, known[e.action], for_applicant, zone, stage_titles) for e in entries if e.action in known)


def _entry(entry: AuditEntry, words: str, for_applicant: bool, zone: str, stage_titles: Mapping[str, str]) -> Entry:
    detail: dict[str, Any] = dict(entry.detail)
    if "stage" in detail:
        detail["stage"] = stage_titles.get(detail["stage"], detail["stage"])
    if "until" in detail:
        detail["until"] = instant(datetime.fromisoformat(detail["until"]), zone)
    if "late_seconds" in detail:
        detail["late_by"] = translate(lateness(detail["late_seconds"]))
        words = LATE_BY_GRACE.get(entry.action, words)
    if entry.action == "stage_submission.incomplete_attempt":
        detail["what"] = _lacking(detail)
    if detail.get("outcome") in OUTCOMES:
        detail["outcome"] = translate(OUTCOMES[detail["outcome"]])
    shows_reason = not for_applicant or entry.action in REASON_FOR_APPLICANT
    return Entry(
        what=gettext(words, **detail) if "%(" in words else translate(words),
        when=instant(entry.at, zone),
        iso=entry.at.isoformat(),
        who=_who(entry, for_applicant),
        detail=entry.reason if shows_reason else "",
    )


def _lacking(detail: Mapping[str, Any]) -> str:
    """What stood in the way of submitting: the questions by name, how many rules were not kept, or the reason given."""
    parts = [gettext("answers missing or to mend: %(names)s", names=", ".join(detail["missing"]))] * bool(
        detail["missing"]
    )
    rules = detail["rules"] if isinstance(detail["rules"], int) else len(detail["rules"])
    if rules:
        parts.append(ngettext("%(num)s rule of the call not kept", "%(num)s rules of the call not kept", rules))
    why = str(detail.get("why", ""))
    if not parts and why:
        parts.append(gettext("a file is lost or cannot be used") if "%(" in why else translate(why).rstrip("."))
    return "; ".join(parts)


def _who(entry: AuditEntry, for_applicant: bool) -> str:
    """Applicants do not learn which officer acted; the programme speaks with one voice.

    Nor does the committee learn who declared a conflict: it may be a reviewer. Staff find the name on its own page.
    """
    move = entry.action.partition(".")[2]
    if entry.action == "proposal.conflict_recorded":
        return ""
    if for_applicant and (move in BY_PROGRAMME or entry.actor_id is None):
        return gettext("the programme")
    return entry.actor_name


def thread_of(messages: Iterable[ProposalMessage], for_applicant: bool, zone: str) -> tuple[Message, ...]:
    """The messages as one side reads them."""
    own = "applicant" if for_applicant else "programme"
    return tuple(
        Message(
            text=m.text,
            when=instant(m.created_at, zone),
            iso=m.created_at.isoformat(),
            who=gettext("the programme") if for_applicant and m.side == "programme" else m.author_name,
            is_own_side=m.side == own,
        )
        for m in messages
    )
