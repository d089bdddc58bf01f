"""The pure parts: figures, comparison, snapshots, posted fields, who holds the ball."""

from decimal import Decimal

import pytest

from app.calls import form_schema
from app.proposals.comparison import compare
from app.proposals.figures import questions_of, work_out
from app.proposals.posted import left_to_them, without_row
from app.proposals.progress import holder
from app.proposals.snapshot import SealedFile, compose, differs, digest, read, shown_answers, summarise
from tests.factories.calls import FULL_PROPOSAL, RULES
from workflows.proposal_lifecycle import ProposalState
from workflows.proposal_submission import StageState

FORM = form_schema.parse(FULL_PROPOSAL, languages=())
FILE = SealedFile("1", "annex", "plan.pdf", "ab" * 32, 12, "application/pdf")


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def budget(**lines: str) -> dict[str, dict[str, object]]:
    return {line: {"amount": euros(amount)} for line, amount in lines.items()}


@pytest.mark.parametrize(
    ("grant", "total", "percent", "limit", "over"),
    [
        ("340000.00", "340000.00", "100.00", 100, False),
        ("340000.01", "485714.30", "70.00", 70, False),
        ("340000.01", "485714.29", "70.01", 70, True),
        ("800000.00", "1142857.15", "70.00", 70, False),
        ("800000.00", "1142857.14", "70.01", 70, True),
        ("400000.00", "500000.00", "80.00", 70, True),
    ],
)
def test_the_rate_is_exact_and_never_hides_an_excess(grant, total, percent, limit, over):
    figures = work_out(RULES, {"grant": euros(grant), "budget": budget(staff=total)})
    rate = next(f for f in figures if f.code == "rate")
    exact = Decimal(grant) * 100 / Decimal(total)
    assert (exact > limit) is over
    assert (rate.is_over, rate.limit_percent, rate.percent) == (over, limit, Decimal(percent))


def test_capped_lines_are_shares_of_the_direct_costs():
    answers = {"grant": euros("100000.00"), "budget": budget(staff="100000.00", indirect="7000.01", contingency="5000")}
    found = {f.line: f for f in work_out(RULES, answers) if f.line}
    assert found["indirect"].is_over and not found["contingency"].is_over
    assert next(f.amount for f in work_out(RULES, answers) if f.code == "direct") == Decimal("100000.00")


def test_nothing_is_worked_out_of_nothing():
    assert work_out(RULES, {}) == []
    assert work_out({}, {"grant": euros("1.00")}) == []
    assert work_out(RULES, {"grant": "a lot", "budget": "x"}) == []
    assert questions_of(RULES) == {"grant", "budget"}


def test_only_asked_answers_count():
    answers = {"mercury": "no", "mercury_plan": "hidden", "title": "T", "problem": ""}
    assert shown_answers(FORM, answers) == {"mercury": "no", "title": "T"}


def test_a_snapshot_is_the_same_text_for_the_same_content():
    one = compose({"reference": "A"}, FORM, {"title": "Ä", "problem": "x"}, [FILE])
    other = compose({"reference": "A"}, FORM, {"problem": "x", "title": "Ä"}, [FILE])
    assert one == other and digest(one) == digest(other)
    assert read(one).files == (FILE,) and read(one).file_counts == {"annex": 1}
    assert "Ä" in one
    assert differs(one, FORM, {"title": "Ä", "problem": "y"}, [FILE])
    assert differs(one, FORM, {"title": "Ä", "problem": "x"}, [])
    assert not differs(one, FORM, {"title": "Ä", "problem": "x", "mercury_plan": "not asked"}, [FILE])


def test_the_summary_reads_the_names_that_the_rules_give():
    rules = {"answers": {"grant": ["ask", "budget"], "minerals": "ores"}}
    found = summarise(rules, {"budget": budget(staff="10.50"), "ores": ["tin"], "countries": ["CD"], "title": " T "})
    assert (found.title, found.requested, found.countries, found.minerals) == ("T", Decimal("10.50"), ("CD",), ("tin",))
    empty = summarise({}, {})
    assert (empty.title, empty.requested, empty.countries, empty.minerals) == ("", None, (), ())


def test_comparison_names_what_differs():
    before = {"title": "A", "problem": "", "mercury": "no"}
    after = {"title": "B", "mercury": "no"}
    found = compare(FORM, before, after, {"annex": ["x"]}, {"annex": ["y"]})
    assert [(d.section.id, d.question.id) for d in found] == [("plan", "title"), ("annexes", "annex")]
    assert compare(FORM, before, dict(before)) == []


def test_rows_are_taken_out_by_their_place():
    fields = {"partners.1.name": ["a"], "partners.11.name": ["b"], "title": ["t"]}
    assert without_row(fields, "partners:1") == {"partners.11.name": ["b"], "title": ["t"]}
    assert without_row(fields, "partners") == fields
    assert without_row(fields, "") == fields


def test_choices_between_two_texts():
    assert left_to_them({"keep-a": "theirs", "keep-b": "mine"}, ["a", "b", "c"]) == {"a"}


@pytest.mark.parametrize("proposal_state", ProposalState)
@pytest.mark.parametrize("stage_state", StageState)
def test_somebody_holds_the_ball_or_nobody(proposal_state, stage_state):
    party = holder(proposal_state, stage_state)
    assert party in {"applicant", "programme", "committee", ""}
    if proposal_state in {ProposalState.WITHDRAWN, ProposalState.DECLINED}:
        assert party == ""
