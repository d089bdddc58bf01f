"""What the answers tell about the threshold checks of the 2020 call."""

from __future__ import annotations

import pytest

from app.calls.checks import suggest
from tests.calls.sources import parsed
from tests.calls.test_rules import BUYER, LEAD, case

STAGE = parsed().stages[1]
CHECKS = {check["code"]: check for check in STAGE.checks}
ANNEXES = ["annex_budget", "annex_partner_forms", "annex_cooperation", "annex_integrity", "annex_logframe"]
GOOD = case("400000.00", "600000.00", [LEAD, BUYER]) | {
    "countries": ["CD"],
    "area": "South Kivu",
    "sites": [{"name": "Pit"}],
    "target_group": "Miners",
    "no_mfa_money": True,
    "no_sanctions": True,
    "experience": "Long",
    "financial_capacity": "Sound",
    "supply_chain_partner": "yes",
}
FACTS = {"advice_received": True, "received_in_time": True}


def outcome(code, answers=GOOD, files=None, facts=FACTS):
    counts = dict.fromkeys(ANNEXES, 1) if files is None else files
    return suggest(
        CHECKS[code], form=STAGE.form, rules=parsed().rules, answers=answers, file_counts=counts, facts=facts
    )


@pytest.mark.parametrize("code", [c for c in CHECKS if c not in {"T4", "T6", "T12", "T13"}])
def test_a_good_proposal_passes(code):
    assert outcome(code).outcome == "pass"


@pytest.mark.parametrize("code", ["T4", "T6", "T12", "T13"])
def test_some_checks_are_a_persons_even_when_all_is_answered(code):
    assert outcome(code).outcome == "open"


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("T2", {"partners": [LEAD]}),
        ("T3", {"partners": [LEAD, {**BUYER, "kind": "industry_association"}]}),
        ("T5", {"minerals": ["copper"]}),
        ("T7", {"grant": {"amount": "800000.01", "currency": "EUR"}}),
        ("T8", {"partners": [LEAD, {**BUYER, "supply_chain": "no"}]}),
        ("T8", {"supply_chain_partner": "no"}),
        ("T9", {"duration": 37}),
        ("T10", {"no_mfa_money": None}),
        ("T13", {"experience": ""}),
    ],
)
def test_what_fails(code, change):
    found = outcome(code, GOOD | change)
    assert (found.missing == ("experience",)) == (code == "T13"), "unanswered questions are named by id"
    assert found.outcome == "fail" and str(found)


def test_missing_annexes_and_facts_fail():
    assert outcome("T11", files={"annex_budget": 1}).outcome == "fail"
    assert "annex_logframe" in str(outcome("T11", files={}))
    assert outcome("T1", facts={**FACTS, "advice_received": False}).outcome == "fail"
    assert outcome("T14", facts={**FACTS, "received_in_time": False}).outcome == "fail"


def test_a_fact_that_nobody_knows_leaves_the_check_open():
    assert outcome("T14", facts={}).outcome == "open"
