"""Applying: one proposal with a submission for each stage of its call (quick scan, full proposal)."""

from __future__ import annotations

from workflows.actors import EDITOR, MANAGER, OFFICER, OWNER, SIGNATORY, SYSTEM
from workflows.lateness import late_by
from workflows.machine import N_, Category, Refusal, State, Workflow, move
from workflows.stage_facts import StageFacts as StageFacts


class StageState(State):
    DRAFT = "draft", Category.OPEN, N_("Draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", Category.WAITING, N_("Waiting for sign-off")
    SUBMITTED = "submitted", Category.REVIEW, N_("Submitted")
    SCREENING = "screening", Category.REVIEW, N_("Being screened"), N_("Being checked")
    RETURNED = "returned", Category.OPEN, N_("Returned for corrections"), N_("Corrections asked")
    ACCEPTED = "accepted", Category.DONE, N_("Accepted")
    ADVISED = "advised", Category.DONE, N_("Advice given")
    INELIGIBLE = "ineligible", Category.REFUSED, N_("Not eligible")
    WITHDRAWN = "withdrawn", Category.WITHDRAWN, N_("Withdrawn")


def stage_is_open(facts: StageFacts) -> Refusal | None:
    """The one half-open rule: accepted from the opening instant while the clock is before the closing instant."""
    if facts.now < facts.opens_at:
        return Refusal(N_("This stage has not opened yet."))
    if facts.now >= facts.closes_at:
        return Refusal(
            N_("The deadline has passed: this arrived %(late)s late. Your text is kept as a draft."),
            {"late": late_by(facts.now, facts.due_at or facts.closes_at)},
        )
    return None


def corrections_in_time(facts: StageFacts) -> Refusal | None:
    if facts.correct_by is not None and facts.now >= facts.correct_by:
        return Refusal(
            N_("The date for corrections has passed: this arrived %(late)s late. Your text is kept."),
            {"late": late_by(facts.now, facts.correct_by)},
        )
    return None


def answers_complete(facts: StageFacts) -> Refusal | None:
    if facts.missing:
        return Refusal(
            N_("%(count)s answers are missing or need mending: %(what)s."),
            {"count": len(facts.missing), "what": ", ".join(facts.missing[:5])},
            "#missing",
        )
    return None


def rules_kept(facts: StageFacts) -> Refusal | None:
    if facts.broken_rules:
        return Refusal("%(rule)s", {"rule": facts.broken_rules[0]}, "#missing")
    return None


def email_is_verified(facts: StageFacts) -> Refusal | None:
    missing = Refusal(N_("Confirm your e-mail address before you submit."), link="/account/address")
    return None if facts.email_verified else missing


def organisation_is_described(facts: StageFacts) -> Refusal | None:
    """Starting takes a name and a country only; submitting takes the whole profile."""
    missing = N_(
        "Complete the profile of your organisation before you submit: its register number, or why it has none."
    )
    return Refusal(missing, link=facts.lacks_profile) if facts.lacks_profile else None


def earlier_stage_answered(facts: StageFacts) -> Refusal | None:
    return None if facts.earlier_stage_answered else Refusal(N_("The advice on the quick scan has not arrived yet."))


def sign_off_wanted(facts: StageFacts) -> Refusal | None:
    return None if facts.sign_off else Refusal(N_("This call needs no second signature."))


def no_sign_off_wanted(facts: StageFacts) -> Refusal | None:
    return Refusal(N_("A second person must sign off before this is submitted.")) if facts.sign_off else None


def another_person_signs(facts: StageFacts) -> Refusal | None:
    own = Refusal(N_("You asked for the sign-off, so another person who signs must give it."))
    return own if facts.asked_for_sign_off_self else None


def somebody_else_signs(facts: StageFacts) -> Refusal | None:
    nobody = Refusal(N_("Nobody else may sign yet. Make a second member owner, or invite a signatory to the team."))
    return nobody if facts.nobody_else_signs else None


def something_is_new(facts: StageFacts) -> Refusal | None:
    number = facts.unchanged_since
    return (
        Refusal(N_("Nothing has changed since version %(number)s; it stands."), {"number": number}) if number else None
    )


def screening_may_start(facts: StageFacts) -> Refusal | None:
    if facts.now < facts.closes_at and not facts.screens_on_receipt:
        return Refusal(N_("Screening starts when the stage has closed; until then the applicant may still improve it."))
    return None


def checks_decided(facts: StageFacts) -> Refusal | None:
    if facts.undecided_checks:
        return Refusal(
            N_("Decide every threshold check first; open: %(codes)s."),
            {"codes": ", ".join(facts.undecided_checks)},
            "#checks",
        )
    return None


def no_failed_check(facts: StageFacts) -> Refusal | None:
    if facts.failed_checks:
        return Refusal(N_("Threshold checks failed: %(codes)s."), {"codes": ", ".join(facts.failed_checks)}, "#checks")
    return None


def return_is_named(facts: StageFacts) -> Refusal | None:
    if not facts.returned_sections:
        return Refusal(N_("Name at least one section to correct."))
    if facts.correct_by is None or facts.correct_by <= facts.now:
        return Refusal(N_("Give a date in the future for the corrections."))
    return None


def reasons_coded(facts: StageFacts) -> Refusal | None:
    return (
        None
        if facts.reason_codes
        else Refusal(N_("Choose at least one failed threshold check as the reason."), link="#checks")
    )


def advice_written(facts: StageFacts) -> Refusal | None:
    if not facts.gives_advice:
        return Refusal(N_("This stage ends without advice."))
    return None if facts.advice_text.strip() else Refusal(N_("Write the advice before giving it."))


S = StageState
UNDECIDED = (S.DRAFT, S.AWAITING_SIGN_OFF, S.SUBMITTED, S.SCREENING, S.RETURNED, S.ACCEPTED, S.ADVISED)
READY = (
    answers_complete,
    rules_kept,
    email_is_verified,
    organisation_is_described,
    earlier_stage_answered,
    stage_is_open,
)

STAGE = Workflow(
    "stage_submission",
    StageState,
    S.DRAFT,
    (
        move(
            "request_sign_off",
            N_("Ask for sign-off"),
            S.DRAFT,
            S.AWAITING_SIGN_OFF,
            {OWNER, EDITOR},
            needs=(sign_off_wanted, *READY, somebody_else_signs),
            emits="proposal.sign_off_requested",
            tone="primary",
        ),
        move(
            "submit",
            N_("Submit"),
            S.DRAFT,
            S.SUBMITTED,
            {OWNER},
            needs=(no_sign_off_wanted, *READY),
            emits="proposal.submitted",
            tone="primary",
        ),
        move(
            "submit",
            N_("Sign off and submit"),
            S.AWAITING_SIGN_OFF,
            S.SUBMITTED,
            {SIGNATORY},
            needs=(another_person_signs, *READY),
            emits="proposal.submitted",
            tone="primary",
        ),
        move(
            "take_back",
            N_("Take back from sign-off"),
            S.AWAITING_SIGN_OFF,
            S.DRAFT,
            {OWNER, EDITOR, SIGNATORY},
            emits="proposal.sign_off_taken_back",
        ),
        move(
            "resubmit",
            N_("Submit this newer version"),
            S.SUBMITTED,
            None,
            {OWNER},
            needs=(something_is_new, *READY),
            emits="proposal.resubmitted",
            tone="primary",
        ),
        move(
            "screen",
            N_("Start screening"),
            S.SUBMITTED,
            S.SCREENING,
            {OFFICER, MANAGER},
            needs=(screening_may_start,),
            emits="proposal.screening_started",
            tone="primary",
        ),
        move(
            "accept",
            N_("Accept"),
            S.SCREENING,
            S.ACCEPTED,
            {OFFICER, MANAGER},
            needs=(checks_decided, no_failed_check),
            emits="proposal.accepted",
            tone="primary",
        ),
        move(
            "return",
            N_("Return for corrections"),
            S.SCREENING,
            S.RETURNED,
            {OFFICER, MANAGER},
            needs=(return_is_named,),
            emits="proposal.returned",
            reason=True,
        ),
        move(
            "correct",
            N_("Submit corrections"),
            S.RETURNED,
            S.SCREENING,
            {OWNER},
            needs=(answers_complete, rules_kept, corrections_in_time),
            emits="proposal.corrected",
            tone="primary",
        ),
        move(
            "find_ineligible",
            N_("Find not eligible"),
            S.SCREENING,
            S.INELIGIBLE,
            {OFFICER, MANAGER},
            needs=(reasons_coded,),
            emits="proposal.ineligible",
            reason=True,
            tone="danger",
        ),
        move(
            "advise",
            N_("Give advice"),
            S.ACCEPTED,
            S.ADVISED,
            {OFFICER, MANAGER},
            needs=(advice_written,),
            emits="advice.given",
            tone="primary",
        ),
        move("withdraw", N_("Withdraw"), UNDECIDED, S.WITHDRAWN, {OWNER, SYSTEM}, reason=True, tone="danger"),
        move(
            "revive",
            N_("Take up again"),
            S.WITHDRAWN,
            S.DRAFT,
            {OWNER, SYSTEM},
            needs=(stage_is_open,),
            emits="proposal.revived",
        ),
    ),
    title=N_("Stage submission"),
)
