"""Applying: one proposal with a submission for each stage of its call (quick scan, full proposal)."""

from __future__ import annotations

from workflows.actors import EDITOR, MANAGER, OFFICER, OWNER, SIGNATORY, SYSTEM
from workflows.machine import N_, Category, State, Workflow, move
from workflows.stage_facts import StageFacts as StageFacts
from workflows.stage_guards import (
    advice_written,
    another_person_signs,
    answers_complete,
    checks_decided,
    corrections_in_time,
    corrections_overdue,
    earlier_stage_answered,
    email_is_verified,
    no_failed_check,
    no_sign_off_wanted,
    not_asked_yet,
    organisation_is_described,
    reasons_coded,
    return_is_named,
    rules_kept,
    screening_may_start,
    sign_off_asked,
    sign_off_wanted,
    somebody_else_signs,
    something_is_new,
    stage_is_open,
)


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
            needs=(no_sign_off_wanted, something_is_new, *READY),
            emits="proposal.resubmitted",
            tone="primary",
        ),
        move(
            "request_sign_off",
            N_("Ask for sign-off of this newer version"),
            S.SUBMITTED,
            None,
            {OWNER, EDITOR},
            needs=(sign_off_wanted, not_asked_yet, something_is_new, *READY, somebody_else_signs),
            emits="proposal.sign_off_requested",
            tone="primary",
        ),
        move(
            "sign",
            N_("Sign off and submit this newer version"),
            S.SUBMITTED,
            None,
            {SIGNATORY},
            needs=(sign_off_asked, another_person_signs, something_is_new, *READY),
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
            "return",
            N_("Give another date or other sections"),
            S.RETURNED,
            None,
            {OFFICER, MANAGER},
            needs=(return_is_named,),
            emits="proposal.returned",
            reason=True,
        ),
        move(
            "resume",
            N_("Go on without corrections"),
            S.RETURNED,
            S.SCREENING,
            {OFFICER, MANAGER},
            needs=(corrections_overdue,),
            emits="proposal.screening_started",
        ),
        move(
            "correct",
            N_("Submit corrections"),
            S.RETURNED,
            S.SCREENING,
            {OWNER},
            needs=(no_sign_off_wanted, answers_complete, rules_kept, corrections_in_time),
            emits="proposal.corrected",
            tone="primary",
        ),
        move(
            "request_sign_off",
            N_("Ask for sign-off of the corrections"),
            S.RETURNED,
            None,
            {OWNER, EDITOR},
            needs=(
                sign_off_wanted,
                not_asked_yet,
                answers_complete,
                rules_kept,
                corrections_in_time,
                somebody_else_signs,
            ),
            emits="proposal.sign_off_requested",
            tone="primary",
        ),
        move(
            "sign",
            N_("Sign off and submit the corrections"),
            S.RETURNED,
            S.SCREENING,
            {SIGNATORY},
            needs=(sign_off_asked, another_person_signs, answers_complete, rules_kept, corrections_in_time),
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
