"""Every guard: refuses with its words when the fact is against it, and lets pass when all facts are for it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows import agreement, call_lifecycle, funding_decision, milestone_monitoring, payment, progress_report
from workflows.catalogue import WORKFLOWS
from workflows.lateness import late_by
from workflows.proposal_lifecycle import ProposalFacts
from workflows.proposal_submission import StageFacts
from workflows.review_round import RoundFacts
from workflows.reviewer_scoring import ReviewFacts
from workflows.unblinding import UnblindingFacts

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOOD = {
    "call": call_lifecycle.CallFacts(now=NOW, opens_at=NOW - HOUR, closes_at=NOW + HOUR),
    "stage_submission": StageFacts(
        now=NOW,
        opens_at=NOW - HOUR,
        closes_at=NOW + HOUR,
        screens_on_receipt=True,
        returned_sections=("budget",),
        correct_by=NOW + HOUR,
        reason_codes=("T2",),
        gives_advice=True,
        advice_text="Go on.",
    ),
    "proposal": ProposalFacts(final_stage_accepted=True, reviews_final=2, reviews_wanted=2),
    "review": ReviewFacts(now=NOW, due_at=NOW + HOUR, no_conflict_declared=True, discussion_is_open=True),
    "review_round": RoundFacts(now=NOW),
    "unblinding": UnblindingFacts(is_requester=False),
    "decision": funding_decision.DecisionFacts(
        outcome="awarded", amount_minor=100, requested_minor=100, budget_left_minor=100, votes_for=2, quorum=2
    ),
    "agreement": agreement.AgreementFacts(award_minor=5, tranches_minor=5, payee_recorded=True, payee_confirmed=True),
    "milestone": milestone_monitoring.MilestoneFacts(
        today=date(2026, 9, 1), due_on=date(2026, 9, 2), evidence=1, account="Done.", finding="Seen."
    ),
    "payment": payment.PaymentFacts(condition_met=True, payee_confirmed=True, bank_reference="B-1"),
    "report": progress_report.ReportFacts(today=date(2026, 9, 1), due_on=date(2026, 9, 2), narrative="Text."),
}
# workflow, move, source state, facts that are against it, words of the refusal
AGAINST = [
    ("call", "publish", "draft", {"problems": ("no form",)}, "no form"),
    ("call", "publish", "draft", {"closes_at": NOW}, "closing time has passed"),
    ("call", "open", "published", {"opens_at": NOW + HOUR}, "opening time"),
    ("call", "close", "open", {}, "still takes proposals"),
    ("call", "extend", "open", {"new_closes_at": NOW + HOUR}, "must be later"),
    ("call", "extend", "closed", {"new_closes_at": NOW - HOUR}, "must be later"),
    ("call", "decide", "assessing", {"unannounced": 3}, "3 proposals"),
    ("call", "decide", "assessing", {"unannounced": 3, "unseen": 1}, "2 proposals"),
    ("call", "decide", "assessing", {"unannounced": 3, "unseen": 3}, "Not every proposal"),
    ("call", "cancel", "open", {"awards_announced": 1}, "no longer be cancelled"),
    ("stage_submission", "submit", "draft", {"missing": ("Title", "Budget")}, "2 answers are missing"),
    ("stage_submission", "submit", "draft", {"broken_rules": ("At most €800,000.",)}, "€800,000"),
    ("stage_submission", "submit", "draft", {"email_verified": False}, "e-mail address"),
    ("stage_submission", "submit", "draft", {"lacks_profile": "/organisations/1/edit"}, "profile of your organisation"),
    ("stage_submission", "submit", "draft", {"earlier_stage_answered": False}, "advice"),
    ("stage_submission", "submit", "draft", {"sign_off": True}, "second person"),
    ("stage_submission", "submit", "draft", {"closes_at": NOW - timedelta(seconds=1)}, "1 second late"),
    ("stage_submission", "submit", "draft", {"closes_at": NOW}, "deadline has passed"),
    ("stage_submission", "submit", "draft", {"opens_at": NOW + HOUR}, "not opened"),
    ("stage_submission", "resubmit", "submitted", {"closes_at": NOW}, "deadline has passed"),
    ("stage_submission", "resubmit", "submitted", {"unchanged_since": 2}, "Nothing has changed since version 2"),
    ("stage_submission", "request_sign_off", "draft", {}, "no second signature"),
    (
        "stage_submission",
        "request_sign_off",
        "draft",
        {"sign_off": True, "nobody_else_signs": True},
        "Nobody else may sign",
    ),
    ("stage_submission", "resubmit", "submitted", {"sign_off": True}, "second person must sign"),
    ("stage_submission", "correct", "returned", {"sign_off": True}, "second person must sign"),
    ("stage_submission", "sign", "submitted", {"sign_off": True}, "Nobody has asked"),
    ("stage_submission", "sign", "returned", {"sign_off": True}, "Nobody has asked"),
    (
        "stage_submission",
        "sign",
        "submitted",
        {"sign_off": True, "sign_off_asked": True, "asked_for_sign_off_self": True},
        "another person who signs",
    ),
    (
        "stage_submission",
        "request_sign_off",
        "returned",
        {"sign_off": True, "sign_off_asked": True},
        "has been asked for",
    ),
    ("stage_submission", "screen", "submitted", {"screens_on_receipt": False}, "when the stage has closed"),
    ("stage_submission", "accept", "screening", {"undecided_checks": ("T1",)}, "T1"),
    ("stage_submission", "accept", "screening", {"failed_checks": ("T2",)}, "T2"),
    ("stage_submission", "return", "screening", {"returned_sections": ()}, "at least one section"),
    ("stage_submission", "return", "screening", {"correct_by": NOW}, "date in the future"),
    ("stage_submission", "correct", "returned", {"correct_by": NOW - HOUR}, "1 hour late"),
    ("stage_submission", "resume", "returned", {"correct_by": NOW + HOUR}, "may still correct"),
    ("stage_submission", "return", "returned", {"correct_by": NOW}, "date in the future"),
    ("stage_submission", "find_ineligible", "screening", {"reason_codes": ()}, "threshold check"),
    ("stage_submission", "advise", "accepted", {"advice_text": " "}, "Write the advice"),
    ("stage_submission", "advise", "accepted", {"gives_advice": False}, "without advice"),
    ("stage_submission", "revive", "withdrawn", {"closes_at": NOW}, "deadline"),
    ("proposal", "assess", "applying", {"final_stage_accepted": False}, "last stage"),
    ("proposal", "table", "assessing", {"reviews_final": 1}, "1 of 2 reviews"),
    ("proposal", "award", "deciding", {}, "No such decision"),
    ("proposal", "reserve", "deciding", {"announced_outcome": "awarded"}, "No such decision"),
    ("proposal", "decline", "reserve", {"announced_outcome": "awarded"}, "No such decision"),
    ("review", "accept", "invited", {"has_conflict": True}, "conflict of interest"),
    ("review", "accept", "invited", {"no_conflict_declared": False}, "Declare first"),
    ("review", "accept", "invited", {"proposal_assessing": False}, "no longer being assessed"),
    ("review", "accept", "invited", {"agreement_signed": False}, "confidentiality"),
    ("review", "start", "accepted", {"training_wanted": True}, "training"),
    ("review", "start", "accepted", {"scoring_is_open": False}, "not open for scoring"),
    ("review", "revise", "submitted", {"discussion_is_open": False}, "discuss"),
    ("review", "let_stand", "reopened", {"versions": 0}, "no version"),
    ("review", "submit", "draft", {"scoring_is_open": False}, "not open for scoring"),
    ("review_round", "open_discussion", "reading", {"discussion_wanted": False}, "no discussion"),
    ("unblinding", "grant", "requested", {"is_requester": True}, "Somebody else"),
    ("unblinding", "refuse", "requested", {"is_requester": True}, "Somebody else"),
    ("review", "submit", "draft", {"unscored": ("A1",)}, "A1"),
    ("review", "submit", "draft", {"unreasoned": ("B2",)}, "B2"),
    ("review", "submit", "draft", {"uncommented": ("C",)}, "C"),
    ("review", "submit", "reopened", {"has_conflict": True}, "conflict of interest"),
    ("decision", "endorse", "proposed", {"votes_for": 1}, "1 of the 2 votes"),
    ("decision", "endorse", "proposed", {"votes_for": 1, "votes_against": 1}, "majority"),
    ("decision", "endorse", "proposed", {"actor_has_conflict": True}, "conflict of interest"),
    ("decision", "ratify", "endorsed", {"proposed_by_actor": True}, "another person"),
    ("decision", "ratify", "endorsed", {"budget_left_minor": 99}, "budget"),
    ("decision", "ratify", "endorsed", {"amount_minor": 101, "budget_left_minor": 999}, "not above what was asked"),
    ("decision", "ratify", "endorsed", {"proposal_deciding": False}, "no longer waiting"),
    ("agreement", "send", "drafted", {"tranches_minor": 4}, "sum to the award"),
    ("agreement", "sign", "sent", {"payee_recorded": False}, "bank account"),
    ("agreement", "countersign", "signed", {"payee_confirmed": False}, "Finance"),
    ("agreement", "countersign", "signed", {"sent_by_actor": True}, "another person"),
    ("agreement", "complete", "active", {"open_milestones": 1}, "1 milestones"),
    ("milestone", "report", "planned", {"evidence": 0}, "evidence"),
    ("milestone", "report", "planned", {"account": " "}, "what was done"),
    ("milestone", "report", "returned", {"agreement_active": False}, "not active"),
    ("milestone", "verify", "under_verification", {"finding": ""}, "found"),
    ("milestone", "verify", "under_verification", {"reported_by_actor": True}, "another person"),
    ("payment", "make_claimable", "scheduled", {"condition_met": False}, "not verified"),
    ("payment", "request", "claimable", {"held": True, "hold_reason": "audit"}, "audit"),
    ("payment", "approve", "requested", {"requested_by_actor": True}, "another person"),
    ("payment", "release", "approved", {"approved_by_actor": True}, "another person"),
    ("payment", "release", "approved", {"payee_unchanged": False}, "changed after approval"),
    ("payment", "release", "approved", {"held": True, "hold_reason": "x"}, "on hold"),
    ("payment", "confirm", "released", {"bank_reference": ""}, "reference"),
    ("payment", "lift_hold", "approved", {}, "not on hold"),
    ("payment", "cancel", "approved", {}, "terminated"),
    ("payment", "approve", "requested", {"agreement_active": False}, "not active"),
    ("payment", "release", "approved", {"payee_confirmed": False}, "Finance"),
    ("report", "submit", "expected", {"agreement_active": False}, "not active"),
    ("stage_submission", "submit", "awaiting_sign_off", {"asked_for_sign_off_self": True}, "another person"),
    ("report", "submit", "expected", {"narrative": ""}, "Write the report"),
    ("report", "accept", "submitted", {"submitted_by_actor": True}, "another person"),
]


@pytest.mark.parametrize(("name", "move", "source", "against", "words"), AGAINST)
def test_guard_refuses_in_words(name, move, source, against, words):
    workflow = WORKFLOWS[name]
    state = workflow.state(source)
    row = workflow.row(move, state)
    refusal = workflow.why_not(move, state, row.actors, replace(GOOD[name], **against))
    assert refusal is not None and words in str(refusal)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_guard_is_covered(name):
    """A guard that no row of AGAINST meets is a guard that nobody tests."""
    tested = {
        guard
        for workflow, move, source, against, _ in AGAINST
        if workflow == name
        for guard in WORKFLOWS[name].row(move, WORKFLOWS[name].state(source)).needs
        if guard(replace(GOOD[name], **against)) is not None
    }
    used = {guard for move in WORKFLOWS[name].moves for guard in move.needs}
    assert not {g.__name__ for g in used - tested}


@pytest.mark.parametrize(
    ("name", "move", "source"),
    [
        ("stage_submission", "submit", "draft"),
        ("review", "submit", "draft"),
        ("decision", "ratify", "endorsed"),
        ("agreement", "countersign", "signed"),
        ("milestone", "verify", "under_verification"),
        ("payment", "release", "approved"),
        ("call", "publish", "draft"),
        ("report", "accept", "submitted"),
        ("proposal", "table", "assessing"),
    ],
)
def test_good_facts_pass(name, move, source):
    state = WORKFLOWS[name].state(source)
    assert WORKFLOWS[name].why_not(move, state, WORKFLOWS[name].row(move, state).actors, GOOD[name]) is None


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(milliseconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(seconds=61), "1 minute"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=2, hours=3), "2 days"),
    ],
)
def test_lateness_is_said_in_the_largest_unit(late, words):
    assert str(late_by(NOW + late, NOW)) == words


def test_deadline_is_half_open_to_the_microsecond():
    workflow, state = WORKFLOWS["stage_submission"], WORKFLOWS["stage_submission"].state("draft")
    at = GOOD["stage_submission"].closes_at
    before = replace(GOOD["stage_submission"], now=at - timedelta(microseconds=1))
    assert workflow.why_not("submit", state, {"owner"}, before) is None
    assert workflow.why_not("submit", state, {"owner"}, replace(before, now=at)) is not None
