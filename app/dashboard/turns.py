"""Who has the ball: for each thing in each state, whose move it is and what they do next. Plain data, no database."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.actors import (
    COMMITTEE_MEMBER,
    CONTRIBUTOR,
    EDITOR,
    FINANCE,
    GRANTEE,
    MANAGER,
    OWNER,
    REVIEWER,
    SIGNATORY,
    STAFF,
)
from workflows.machine import N_

WRITERS = frozenset({OWNER, EDITOR})


@dataclass(frozen=True)
class Turn:
    """Who may make the next move (any of these relations), in whose words it is asked, and under which heading."""

    holders: frozenset[str]
    verb: str
    group: str
    waits_for: str


APPLICANT, SIGNER, GRANT_HOLDER = N_("the applicant"), N_("somebody who signs"), N_("the grantee")
PROGRAMME, COMMITTEE, REVIEWERS, PAYERS = N_("the programme"), N_("the committee"), N_("reviewers"), N_("finance")

APPLYING, SCREENING, REVIEWING, DECIDING = "applying", "screening", "reviewing", "deciding"
RUNNING, PAYING, CALLS, SCORING, VOTING = "running", "paying", "calls", "scoring", "voting"

GROUPS: dict[str, str] = {
    APPLYING: N_("Your proposals"),
    SCORING: N_("Your reviews"),
    VOTING: N_("Your votes"),
    CALLS: N_("Calls"),
    SCREENING: N_("Screening and advice"),
    REVIEWING: N_("Reviews"),
    DECIDING: N_("Decisions"),
    RUNNING: N_("Projects"),
    PAYING: N_("Payments"),
}


def _turn(holders: frozenset[str] | set[str], verb: str, group: str, waits_for: str) -> Turn:
    return Turn(frozenset(holders), verb, group, waits_for)


TURNS: dict[tuple[str, str], Turn] = {
    ("stage", "draft"): _turn(WRITERS, N_("Finish and submit"), APPLYING, APPLICANT),
    ("stage", "contribute"): _turn({CONTRIBUTOR}, N_("Write your sections"), APPLYING, APPLICANT),
    ("stage", "awaiting_sign_off"): _turn({SIGNATORY}, N_("Sign off and submit"), APPLYING, SIGNER),
    ("stage", "returned"): _turn(WRITERS, N_("Correct the sections asked for"), APPLYING, APPLICANT),
    ("stage", "submitted"): _turn(STAFF, N_("Start screening"), SCREENING, PROGRAMME),
    ("stage", "screening"): _turn(STAFF, N_("Decide the threshold checks"), SCREENING, PROGRAMME),
    ("stage", "overdue"): _turn(STAFF, N_("Go on, or give another date for corrections"), SCREENING, PROGRAMME),
    ("stage", "accepted"): _turn(STAFF, N_("Write and give the advice"), SCREENING, PROGRAMME),
    ("stage", "advised"): _turn(WRITERS, N_("Begin the next stage"), APPLYING, APPLICANT),
    ("proposal", "too_few_reviewers"): _turn(STAFF, N_("Invite reviewers"), REVIEWING, PROGRAMME),
    ("proposal", "reviews_in"): _turn(STAFF, N_("Table for decision"), REVIEWING, PROGRAMME),
    ("proposal", "reviews_late"): _turn(STAFF, N_("Ask after the late reviews"), REVIEWING, PROGRAMME),
    ("proposal", "being_reviewed"): _turn({REVIEWER}, N_("Score"), REVIEWING, REVIEWERS),
    ("unblinding", "requested"): _turn({MANAGER}, N_("Grant or refuse the unblinding"), REVIEWING, PROGRAMME),
    ("proposal", "no_decision"): _turn(STAFF, N_("Propose a decision"), DECIDING, PROGRAMME),
    ("proposal", "awarded"): _turn(STAFF, N_("Set up the project"), RUNNING, PROGRAMME),
    ("review", "invited"): _turn({REVIEWER}, N_("Accept or decline the invitation"), SCORING, REVIEWERS),
    ("review", "accepted"): _turn({REVIEWER}, N_("Begin scoring"), SCORING, REVIEWERS),
    ("review", "draft"): _turn({REVIEWER}, N_("Finish scoring"), SCORING, REVIEWERS),
    ("review", "reopened"): _turn({REVIEWER}, N_("Look at the scores again"), SCORING, REVIEWERS),
    ("vote", "proposed"): _turn({COMMITTEE_MEMBER}, N_("Vote on the proposed decision"), VOTING, COMMITTEE),
    ("decision", "proposed"): _turn({COMMITTEE_MEMBER}, N_("Vote on the proposed decision"), DECIDING, COMMITTEE),
    ("decision", "endorsed"): _turn({MANAGER}, N_("Ratify the decision"), DECIDING, PROGRAMME),
    ("decision", "ratified"): _turn({MANAGER}, N_("Announce the decision"), DECIDING, PROGRAMME),
    ("agreement", "drafted"): _turn(STAFF, N_("Send the agreement for signature"), RUNNING, PROGRAMME),
    ("agreement", "sent"): _turn({OWNER}, N_("Sign the agreement"), RUNNING, GRANT_HOLDER),
    ("agreement", "payee_missing"): _turn({GRANTEE}, N_("Record the bank account"), RUNNING, GRANT_HOLDER),
    ("agreement", "signed"): _turn({MANAGER}, N_("Countersign the agreement"), RUNNING, PROGRAMME),
    ("payee", "unconfirmed"): _turn({FINANCE}, N_("Confirm the bank account"), PAYING, PAYERS),
    ("milestone", "planned"): _turn({GRANTEE}, N_("Report the milestone"), RUNNING, GRANT_HOLDER),
    ("milestone", "returned"): _turn({GRANTEE}, N_("Mend and report the milestone again"), RUNNING, GRANT_HOLDER),
    ("milestone", "reported"): _turn(STAFF, N_("Start verifying the milestone"), RUNNING, PROGRAMME),
    ("milestone", "under_verification"): _turn(STAFF, N_("Verify or return the milestone"), RUNNING, PROGRAMME),
    ("payment", "claimable"): _turn({GRANTEE}, N_("Request the payment"), PAYING, GRANT_HOLDER),
    ("payment", "requested"): _turn(STAFF, N_("Approve the payment"), PAYING, PROGRAMME),
    ("payment", "approved"): _turn({FINANCE}, N_("Release the payment"), PAYING, PAYERS),
    ("payment", "released"): _turn({FINANCE}, N_("Confirm the payment as paid"), PAYING, PAYERS),
    ("payment", "held"): _turn({MANAGER, FINANCE}, N_("Settle what holds the payment"), PAYING, PROGRAMME),
    ("report", "expected"): _turn({GRANTEE}, N_("Write the report"), RUNNING, GRANT_HOLDER),
    ("report", "returned"): _turn({GRANTEE}, N_("Mend the report"), RUNNING, GRANT_HOLDER),
    ("report", "submitted"): _turn(STAFF, N_("Accept or return the report"), RUNNING, PROGRAMME),
    ("call", "draft"): _turn({MANAGER}, N_("Complete and publish the call"), CALLS, PROGRAMME),
    ("call", "closed"): _turn(STAFF, N_("Start the assessment"), CALLS, PROGRAMME),
    ("call", "all_announced"): _turn({MANAGER}, N_("Close the decisions"), CALLS, PROGRAMME),
}


def review_turn(*, wanted: int, open_reviews: int, late: int, in_hand: int) -> str:
    """Where the reviews of a proposal stand, as the second word of its key in ``TURNS``.

    ``in_hand`` are submitted or final: tabling makes what is submitted final.
    """
    if in_hand >= wanted:
        return "reviews_in"
    if in_hand + open_reviews < wanted:
        return "too_few_reviewers"
    return "reviews_late" if late else "being_reviewed"
