"""A review: the invitation, the score sheet, and stepping back because of a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.actors import MANAGER, OFFICER, REVIEWER, SYSTEM
from workflows.machine import N_, Category, Refusal, State, Workflow, move


class ReviewState(State):
    INVITED = "invited", Category.WAITING, N_("Invited")
    ACCEPTED = "accepted", Category.OPEN, N_("Accepted")
    DECLINED = "declined", Category.REFUSED, N_("Declined")
    CONFLICTED = "conflicted", Category.REFUSED, N_("Conflict of interest")
    DRAFT = "draft", Category.OPEN, N_("Being scored")
    SUBMITTED = "submitted", Category.REVIEW, N_("Submitted")
    REOPENED = "reopened", Category.OPEN, N_("Reopened")
    FINAL = "final", Category.DONE, N_("Final")
    RECUSED = "recused", Category.WITHDRAWN, N_("Recused")


@dataclass(frozen=True)
class ReviewFacts:
    """What the guards know. ``unscored`` and ``unreasoned`` name criteria by code."""

    now: datetime
    due_at: datetime
    proposal_assessing: bool = True
    has_conflict: bool = False
    no_conflict_declared: bool = False
    agreement_signed: bool = True
    training_wanted: bool = False
    scoring_is_open: bool = True
    discussion_is_open: bool = False
    versions: int = 1
    unscored: tuple[str, ...] = ()
    unreasoned: tuple[str, ...] = ()
    uncommented: tuple[str, ...] = ()


def no_conflict(facts: ReviewFacts) -> Refusal | None:
    if facts.has_conflict:
        return Refusal(N_("A conflict of interest is on record between you and this proposal."))
    return None


def no_conflict_declared(facts: ReviewFacts) -> Refusal | None:
    if not facts.no_conflict_declared:
        return Refusal(N_("Declare first that you have no conflict of interest with this proposal."), link="#conflict")
    return None


def agreement_signed(facts: ReviewFacts) -> Refusal | None:
    if not facts.agreement_signed:
        return Refusal(N_("Agree to the confidentiality agreement first."), link="#agreement")
    return None


def trained(facts: ReviewFacts) -> Refusal | None:
    if facts.training_wanted:
        return Refusal(N_("Do the training of this call first; it takes a few minutes."), link="#training")
    return None


def scoring_open(facts: ReviewFacts) -> Refusal | None:
    if not facts.scoring_is_open:
        return Refusal(N_("The proposals are not open for scoring now."))
    return None


def discussion_open(facts: ReviewFacts) -> Refusal | None:
    """Scores are revised in the discussion only; before, they are given without knowing those of others."""
    if not facts.discussion_is_open:
        return Refusal(N_("Scores can be revised while the reviewers discuss the proposal."))
    return None


def handed_in_before(facts: ReviewFacts) -> Refusal | None:
    """What was handed in stands until something newer is handed in (interface, pattern 3)."""
    return None if facts.versions else Refusal(N_("There is no version that was handed in before."))


def proposal_being_assessed(facts: ReviewFacts) -> Refusal | None:
    return None if facts.proposal_assessing else Refusal(N_("The proposal is no longer being assessed."))


def every_criterion_scored(facts: ReviewFacts) -> Refusal | None:
    if facts.unscored:
        return Refusal(
            N_("Score every criterion; open: %(codes)s."),
            {"codes": ", ".join(facts.unscored)},
            f"#criterion-{facts.unscored[0]}",
        )
    return None


def every_reason_given(facts: ReviewFacts) -> Refusal | None:
    """Scores 1, 2 and 5 need a reason: EuropeAid evaluation grid (domain facts, section 5, S81)."""
    if facts.unreasoned:
        return Refusal(
            N_("Give a reason for the scores at: %(codes)s."),
            {"codes": ", ".join(facts.unreasoned)},
            f"#criterion-{facts.unreasoned[0]}",
        )
    return None


def every_section_commented(facts: ReviewFacts) -> Refusal | None:
    if facts.uncommented:
        return Refusal(
            N_("Comment on every section; open: %(codes)s."),
            {"codes": ", ".join(facts.uncommented)},
            f"#section-{facts.uncommented[0]}",
        )
    return None


S = ReviewState
STAFF = {OFFICER, MANAGER}
BEFORE_FINAL = (S.INVITED, S.ACCEPTED, S.DRAFT, S.SUBMITTED, S.REOPENED)

REVIEW = Workflow(
    "review",
    ReviewState,
    S.INVITED,
    (
        move(
            "accept",
            N_("Accept the invitation"),
            S.INVITED,
            S.ACCEPTED,
            {REVIEWER},
            needs=(no_conflict, no_conflict_declared, agreement_signed, proposal_being_assessed),
            emits="review.accepted",
            tone="primary",
        ),
        move("decline", N_("Decline"), S.INVITED, S.DECLINED, {REVIEWER}, emits="review.declined", reason=True),
        move(
            "declare_conflict",
            N_("Declare a conflict of interest"),
            BEFORE_FINAL,
            S.CONFLICTED,
            {REVIEWER},
            emits="review.conflicted",
            reason=True,
            tone="danger",
        ),
        move(
            "find_conflict",
            N_("Record a conflict of interest"),
            (*BEFORE_FINAL, S.FINAL),
            S.CONFLICTED,
            STAFF | {SYSTEM},
            emits="review.conflict_found",
            reason=True,
            tone="danger",
        ),
        move(
            "start",
            N_("Start scoring"),
            S.ACCEPTED,
            S.DRAFT,
            {REVIEWER},
            needs=(no_conflict, scoring_open, trained),
            emits="review.started",
            tone="primary",
        ),
        move(
            "submit",
            N_("Submit scores"),
            (S.DRAFT, S.REOPENED),
            S.SUBMITTED,
            {REVIEWER},
            needs=(
                no_conflict,
                scoring_open,
                proposal_being_assessed,
                every_criterion_scored,
                every_reason_given,
                every_section_commented,
            ),
            emits="review.submitted",
            tone="primary",
        ),
        move(
            "revise",
            N_("Revise my scores"),
            S.SUBMITTED,
            S.REOPENED,
            {REVIEWER},
            needs=(no_conflict, discussion_open, proposal_being_assessed),
            emits="review.revised",
        ),
        move(
            "let_stand",
            N_("Keep what I handed in"),
            S.REOPENED,
            S.SUBMITTED,
            {REVIEWER, SYSTEM},
            needs=(no_conflict, handed_in_before),
            emits="review.let_stand",
        ),
        move(
            "reopen",
            N_("Reopen"),
            S.SUBMITTED,
            S.REOPENED,
            STAFF,
            needs=(proposal_being_assessed,),
            emits="review.reopened",
            reason=True,
        ),
        move(
            "finalise",
            N_("Make final"),
            S.SUBMITTED,
            S.FINAL,
            STAFF | {SYSTEM},
            emits="review.finalised",
            tone="primary",
        ),
        move(
            "recuse",
            N_("Step back"),
            (*BEFORE_FINAL, S.FINAL),
            S.RECUSED,
            {REVIEWER} | STAFF,
            emits="review.recused",
            reason=True,
            tone="danger",
        ),
    ),
    title=N_("Review"),
)
