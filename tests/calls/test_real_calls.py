"""The two real calls, number by number, as the published record and the demonstration's assumptions tell them."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.calls import rubric
from app.decisions.services.standing import rules_of
from tests.calls.sources import parsed

SCALE = (1, 2, 3, 4, 5)
QUICK_GRID = {
    ("Q1", 20, 12): {"Q1a": 10, "Q1b": 5, "Q1c": 5},
    ("Q2", 30, 0): {"Q2a": 10, "Q2b": 5, "Q2c": 5, "Q2d": 5, "Q2e": 5},
}
FULL_GRID = {
    ("A", 30, 18): {"A1": 10, "A2": 10, "A3": 10},
    ("B", 20, 10): {"B1": 10, "B2": 5, "B3": 5},
    ("C", 35, 20): {"C1": 5, "C2": 10, "C3": 10, "C4": 10},
    ("D", 15, 9): {"D1": 10, "D2": 5},
}
# What each threshold check looks at: rules of the call, facts, or a person alone.
LOOKS_AT = {
    "T1": {"advice_received"},
    "T2": {"partners", "lead"},
    "T3": {"organisation_kinds"},
    "T4": {"by hand"},
    "T5": {"minerals"},
    "T6": {"by hand"},
    "T7": {"grant_min", "grant_max", "rate", "balance", "caps"},
    "T8": {"supply_chain"},
    "T9": {"duration"},
    "T10": {"no_mfa_money"},
    "T11": {"annex_budget", "annex_partner_forms", "annex_cooperation", "annex_integrity", "annex_logframe"},
    "T12": {"by hand"},
    "T13": {"by hand"},
    "T14": {"received_in_time"},
}


def grid(found: rubric.Rubric) -> dict[tuple[str, int, int], dict[str, int]]:
    return {(s.code, s.max, s.minimum): {c.code: c.max for c in s.criteria} for s in found.sections}


def looks_at(check: dict) -> set[str]:
    """What decides a check: its rules or facts, else a person, else the questions that must be answered."""
    by_hand = {"by hand"} if check.get("by_hand") else set()
    return {*check.get("rules", ()), *check.get("facts", ())} or by_hand or set(check.get("questions", ()))


def test_rules_of_2020():
    call = parsed()
    rules = call.rules
    assert (call.code, call.currency, call.budget, call.zone) == ("EPRM-2020", "EUR", "3800000.00", "Europe/Amsterdam")
    assert list(call.languages) == ["en", "fr", "es"]
    assert rules["minerals"]["allowed"] == ["tin", "tantalum", "tungsten", "gold", "cobalt"]
    assert (rules["grant"]["min"], rules["grant"]["max"]) == ("50000.00", "800000.00")
    steps = [(s.get("up_to"), s["percent"]) for s in rules["rates"]["steps"]]
    assert steps == [("340000.00", 100), (None, 70)]
    assert rules["supply_chain"]["above"] == "340000.00"
    assert (rules["partners"]["min"], rules["duration"]["max"]) == (2, 36)
    assert {c["line"]: c["percent"] for c in rules["caps"]} == {"indirect": 7, "contingency": 5}
    assert rules["own_contribution"]["in_kind"] is True
    assert "Dutch Ministry of Foreign Affairs" in rules["own_contribution"]["excluded"]["en"]
    assert call.process["tranches"] == [30, 30, 30, 10] and call.process["reviews_wanted"] == 2


def test_stages_and_dates_of_2020():
    quick, full = parsed().stages
    assert (quick.key, full.key) == ("quick_scan", "full_proposal")
    assert quick.opens.date() == full.opens.date() == datetime(2020, 3, 23).date()
    assert full.closes == datetime(2020, 9, 1, 14, 0) and quick.closes.time() == full.closes.time()
    assert quick.gives_advice and not full.gives_advice


def test_grids_of_2020():
    quick, full = (rubric.parse(s.rubric_document) for s in parsed().stages)
    assert grid(quick) == QUICK_GRID and grid(full) == FULL_GRID
    assert (quick.total, quick.pass_total) == (50, 30)
    assert (full.total, full.pass_total, full.divergence, full.justify) == (100, 60, 15, (1, 2, 5))
    assert tuple(s.score for s in quick.scale) == tuple(s.score for s in full.scale) == SCALE
    assert sum(c.max / full.highest for c in full.criteria) == 20, "the lowest possible total"


def test_ties_of_2020():
    rules = rules_of(rubric.parse(parsed().stages[1].rubric_document))
    assert rules.ties == ("A", "C") and rules.pass_total == 60
    assert rules.minimums == {"A": 18, "B": 10, "C": 20, "D": 9}


def test_threshold_checks_of_2020():
    quick, full = parsed().stages
    assert {c["code"]: looks_at(c) for c in full.checks} == LOOKS_AT
    assert {c["code"]: looks_at(c) for c in quick.checks} == {code: LOOKS_AT[code] for code in ("T4", "T5", "T14")}


def test_every_criterion_and_check_is_answered_by_the_form():
    """What is scored points to sections that ask it; no criterion is judged on nothing."""
    for name in ("eprm-2020.yaml", "eprm-2023.yaml"):
        for stage in parsed(name).stages:
            assert all(c.sections for c in rubric.parse(stage.rubric_document).criteria)


def test_the_2023_call_is_another_one():
    call, before = parsed("eprm-2023.yaml"), parsed()
    eight = ["tin", "tantalum", "tungsten", "lithium", "natural_graphite", "cobalt", "copper", "nickel"]
    assert call.rules["minerals"]["allowed"] == eight
    (stage,) = call.stages
    assert (stage.opens, stage.closes) == (datetime(2023, 9, 1, 12), datetime(2023, 11, 30, 14))
    assert call.rules["partners"]["min"] == 2 and "supply_chain" not in call.rules
    assert call.rules["organisation_kinds"]["allowed"] == before.rules["organisation_kinds"]["allowed"]
    assert call.process["sign_off"] and not before.process["sign_off"]
    labels = " ".join(c.label["en"].lower() for c in rubric.parse(stage.rubric_document).criteria)
    for preference in ("formal supply chains", "scalable", "due-diligence costs", "gender", "environmental"):
        assert preference in labels, preference


@pytest.mark.parametrize("name", ["eprm-2020.yaml", "eprm-2023.yaml"])
def test_where_numbers_come_from_is_said(name):
    """Every rule with a figure names its source or says that it is an assumption."""
    rules = parsed(name).rules
    for part in ("grant", "rates", "partners", "duration"):
        assert rules[part]["source"], f"{name}: {part}"
