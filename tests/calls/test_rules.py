"""The rules of the 2020 call at and around every limit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.calls.rules import breaches, broken_rules, rate_for, window_of
from tests.calls.sources import parsed

RULES = parsed().rules
LEAD = {"name": "A", "role": "lead", "kind": "ngo_national", "supply_chain": "no"}
BUYER = {"name": "B", "role": "partner", "kind": "company", "supply_chain": "yes"}
LOCAL = {"name": "C", "role": "partner", "kind": "cooperative_asm", "supply_chain": "no"}


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def case(grant: str, total: str | None = None, partners: list[dict[str, str]] | None = None, **more: object) -> dict:
    """A proposal whose own contribution makes up the rest."""
    total = total or grant
    rest = f"{Decimal(total) - Decimal(grant):.2f}"
    return {
        "grant": euro(grant),
        "budget": {"staff": {"amount": euro(total)}},
        "own_cash": euro(rest),
        "own_in_kind": euro("0.00"),
        "partners": partners if partners is not None else [LEAD, LOCAL],
        "minerals": ["tin"],
        "duration": 24,
        **more,
    }


def codes(answers: dict) -> set[str]:
    return {broken.code for broken in broken_rules(RULES, answers)}


def test_340000_may_be_all_of_the_costs_and_needs_no_supply_chain_partner():
    assert codes(case("340000.00")) == set()


def test_one_cent_more_needs_own_contribution_and_a_supply_chain_partner():
    assert codes(case("340000.01")) == {"rate", "supply_chain"}
    assert codes(case("340000.01", "485714.30")) == {"supply_chain"}
    assert codes(case("340000.01", "485714.30", [LEAD, BUYER])) == set()


def test_800000_is_the_most():
    assert codes(case("800000.00", "1142857.15", [LEAD, BUYER])) == set()
    assert codes(case("800000.01", "1142857.20", [LEAD, BUYER])) == {"grant_max"}


@pytest.mark.parametrize(
    ("total", "broken"),
    [("1142857.15", set()), ("1142857.14", {"rate"}), ("1142857.16", set()), ("800000.00", {"rate"})],
)
def test_seventy_percent_of_the_total_to_the_cent(total, broken):
    """800,000 is 69.99…95 % of 1,142,857.15 and 70.00…01 % of 1,142,857.14."""
    assert codes(case("800000.00", total, [LEAD, BUYER])) == broken


@pytest.mark.parametrize(("grant", "kept"), [("699900.00", True), ("700000.00", True), ("700000.01", False)])
def test_rate_just_below_at_and_above_seventy_percent(grant, kept):
    assert ("rate" not in codes(case(grant, "1000000.00", [LEAD, BUYER]))) is kept


def test_grant_above_all_costs_is_refused_even_at_full_rate():
    answers = case("300000.00", "299999.99")
    assert "rate" in codes(answers)


def test_least_amount():
    assert codes(case("50000.00")) == set()
    assert codes(case("49999.99")) == {"grant_min"}


def test_rate_for_each_size():
    assert rate_for(RULES, Decimal("340000.00")) == 100
    assert rate_for(RULES, Decimal("340000.01")) == 70


def test_sources_must_balance():
    answers = case("300000.00", "350000.00", own_cash=euro("49999.99"))
    assert codes(answers) == {"balance"}
    answers["own_in_kind"] = euro("0.01")
    assert codes(answers) == set()


def test_single_applicant_is_left_to_screening():
    answers = case("250000.00", partners=[LEAD])
    assert codes(answers) == set()
    assert {b.code for b in breaches(RULES, answers)} == {"partners"}


def test_two_leads_and_an_association_are_seen_in_screening():
    partners = [LEAD, {**BUYER, "role": "lead"}, {**LOCAL, "kind": "industry_association"}]
    assert {b.code for b in breaches(RULES, case("250000.00", partners=partners))} == {"lead", "organisation_kinds"}


def test_minerals_outside_the_scope_are_named():
    broken = broken_rules(RULES, case("250000.00", minerals=["tin", "copper", "lithium"]))
    assert [b.code for b in broken] == ["minerals"]
    assert "copper, lithium" in str(broken[0]) and broken[0].question_id == "minerals"


@pytest.mark.parametrize(("one", "broken"), [("tin", []), ("copper", ["minerals"]), ("", [])])
def test_one_mineral_is_held_to_the_scope_too(one, broken):
    assert [b.code for b in broken_rules(RULES, case("250000.00", minerals=one))] == broken


@pytest.mark.parametrize(("months", "broken"), [(36, set()), (37, {"duration"}), (1, set())])
def test_duration(months, broken):
    assert codes(case("250000.00", duration=months)) == broken


@pytest.mark.parametrize(
    ("line", "amount", "broken"),
    [
        ("indirect", "7000.00", set()),
        ("indirect", "7000.01", {"caps"}),
        ("contingency", "5000.00", set()),
        ("contingency", "5000.01", {"caps"}),
    ],
)
def test_caps_are_shares_of_the_direct_costs(line, amount, broken):
    budget = {
        "staff": {"amount": euro("60000.00")},
        "travel": {"amount": euro("40000.00")},
        line: {"amount": euro(amount)},
    }
    total = Decimal("100000.00") + Decimal(amount)
    answers = case("100000.00", f"{total:.2f}") | {"budget": budget}
    assert codes(answers) == broken


def test_quick_scan_total_is_used_when_there_is_no_budget_yet():
    answers = {"grant": euro("400000.00"), "total_costs": euro("500000.00"), "partners": [LEAD, BUYER]}
    assert codes(answers) == {"rate"}
    assert codes(answers | {"total_costs": euro("571428.58")}) == set()


def test_nothing_answered_breaks_nothing():
    assert broken_rules(RULES, {}) == []
    assert breaches(RULES, {}) == []


@pytest.mark.parametrize(
    "answers",
    [
        {"grant": "12a", "budget": "x", "partners": "y", "minerals": "gold", "duration": "z"},
        {"grant": {"amount": "1e9", "currency": "EUR"}, "budget": [1], "partners": [1, None], "duration": None},
        {"grant": {}, "budget": {"staff": 3, "travel": {"amount": "5"}}, "partners": [{}], "minerals": [1]},
    ],
)
def test_answers_that_cannot_be_read_never_crash(answers):
    breaches(RULES, answers)


def test_messages_name_the_amounts():
    text = str(broken_rules(RULES, case("800000.01", "1142857.20", [LEAD, BUYER]))[0])
    assert "EUR 800,000.00" in text


WINDOWED = {
    **RULES,
    "answers": {**RULES["answers"], "window": "window", "countries": "where"},
    "windows": [
        {"code": "lakes", "label": {"en": "Great Lakes"}, "budget": "1.00", "countries": ["RW"], "minerals": ["tin"]},
        {"code": "other", "label": {"en": "Elsewhere"}, "budget": "1.00"},
    ],
}


@pytest.mark.parametrize(
    ("answers", "broken"),
    [
        ({"window": "lakes", "where": ["RW"], "minerals": ["tin"]}, []),
        ({"window": "lakes", "where": ["RW", "CD"], "minerals": ["tin"]}, ["CD"]),
        ({"window": "lakes", "where": ["CD"], "minerals": ["gold"]}, ["CD", "gold"]),
        ({"window": "other", "where": ["CD"]}, []),
        ({"window": "gone", "where": ["CD"]}, []),
        ({"where": ["CD"]}, []),
    ],
)
def test_a_window_is_for_its_countries_and_minerals(answers, broken):
    found = [b for b in breaches(WINDOWED, answers) if b.code == "window"]
    assert [b.params["outside"] for b in found] == broken
    assert all(b.question_id == "window" for b in found)


def test_the_window_of_a_proposal_is_what_it_answered():
    assert window_of(WINDOWED, {"window": "lakes"}) == "lakes"
    assert (
        window_of(WINDOWED, {"window": ["lakes"]}) == window_of(WINDOWED, {}) == window_of(RULES, {"window": "x"}) == ""
    )


def by_source(asked, own):
    cells = {"y1_asked": {"amount": asked, "currency": "EUR"}, "y2_own": {"amount": own, "currency": "EUR"}}
    return {"budget": {"staff": cells}}


SOURCES = {
    "currency": "EUR",
    "answers": {"grant": "budget.asked", "total": "budget", "cash": "budget.own"},
    "own_contribution": {"min_percent": 20},
    "rates": {"steps": [{"up_to": None, "percent": 75}]},
    "balance": True,
}


def test_figures_may_be_sources_of_one_budget():
    assert broken_rules(SOURCES, by_source("75.00", "25.00")) == []
    told = broken_rules(SOURCES, by_source("80.01", "19.99"))
    assert [(b.code, b.question_id) for b in told] == [("rate", "budget"), ("own_contribution", "budget")]
    assert "must be at least 20 % of the total costs; it is EUR 19.99 of EUR 100.00" in str(told[1])
    assert broken_rules(SOURCES, {}) == []
