"""The pure parts: figures, comparison, snapshots, posted fields, who holds the ball."""

from decimal import Decimal

import pytest

from app.calls import form_schema
from app.proposals import offline
from app.proposals.carrying import fit_answer
from app.proposals.comparison import compare
from app.proposals.fields import marks_of, posted_values, value_at
from app.proposals.figures import questions_of, work_out
from app.proposals.posted import read_page
from app.proposals.progress import holder
from app.proposals.snapshot import SealedFile, compose, differs, digest, read, shown_answers, summarise
from tests.factories.calls import FULL_PROPOSAL, RULES, question, section
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


def test_a_posted_page_tells_what_it_knew():
    lists = {
        "csrf_token": ["t"], "version": ["7"], "then": ["stay"], "title": ["A"], "minerals": ["tin", "gold"],
        "page:shown": ['{"title":"ab","minerals":""}'], "patch:client": ["client-1"], "patch:sequence": ["4"],
        "patch:bases": ['{"title":6,"x":-1,"y":true,"z":"8"}'], "remove_row": ["partners:r1"],
    }  # fmt: skip
    page = read_page(lists, "idea")
    assert page.fields == {"title": ["A"], "minerals": ["tin", "gold"]} and page.seen == 7
    assert page.shown == {"title": "ab", "minerals": ""} and page.bases == {"title": 6}
    assert (page.client, page.sequence, page.removed) == ("client-1", 4, ("partners", "r1"))


@pytest.mark.parametrize("junk", ["", "[", "[1]", "{" * 5000, "\x00", "9" * 41, "-1", "\u0663"])
def test_junk_in_the_bookkeeping_of_a_page_counts_as_not_sent(junk):
    names = ("version", "page:shown", "patch:client", "patch:sequence", "patch:bases", "remove_row")
    page = read_page({name: [junk] for name in names}, "idea")
    assert (page.seen, page.client, page.bases, page.removed) == (None, "", None, None)


def test_what_an_answer_holds_under_a_field():
    answers = {
        "a": "x",
        "t": [{"_id": "r1", "n": "A"}, {"n": "B"}],
        "b": {"staff": {"y1": {"amount": "5", "currency": "EUR"}}},
    }
    assert value_at(answers, "a") == "x" and value_at(answers, "t.r1.n") == "A" and value_at(answers, "t.1.n") == "B"
    assert (
        value_at(answers, "b.staff.y1") == {"amount": "5", "currency": "EUR"} and value_at(answers, "b.none.y1") is None
    )
    assert value_at(answers, "t") == [{"n": "A"}, {"n": "B"}] and value_at(answers, "q") is None
    assert posted_values(value_at(answers, "b.staff.y1")) == ["5"] and posted_values(value_at(answers, "t")) is None
    assert marks_of(answers, ["a", "q"])["q"] == "" and len(marks_of(answers, ["a"])["a"]) == 10


@pytest.mark.parametrize("proposal_state", ProposalState)
@pytest.mark.parametrize("stage_state", StageState)
def test_somebody_holds_the_ball_or_nobody(proposal_state, stage_state):
    party = holder(proposal_state, stage_state)
    assert party in {"applicant", "programme", "committee", ""}
    if proposal_state in {ProposalState.WITHDRAWN, ProposalState.DECLINED}:
        assert party == ""


@pytest.mark.parametrize(
    ("was", "asked", "answer", "now"),
    [
        ("mineral", "minerals", "gold", ["gold"]),
        ("minerals", "mineral", ["gold"], "gold"),
        ("minerals", "mineral", ["gold", "tin"], None),
        ("mineral", "short_text", "gold", None),
    ],
)
def test_one_mineral_becomes_several_and_back_where_nothing_is_lost(was, asked, answer, now):
    old, new = (
        form_schema.parse({"sections": [{"id": "s", "title": {"en": "S"}, "questions": [question("ore", kind)]}]})
        for kind in (was, asked)
    )
    fit = fit_answer(old.question("ore"), new.question("ore"), answer)
    assert (fit.answer, fit.is_whole) == (now, now is not None)


SITES = question("sites", "group", max_rows=9, columns=[question("name"), question("place", "point")])
WITH_PLACES = form_schema.parse({"sections": [section("one", SITES, question("paper", "file"))]}, languages=())
STORED = {
    "sites": [
        {"_id": "r1", "name": "Nyota", "place": {"latitude": "-1.5", "longitude": "28.9"}},
        {"_id": "r2", "name": "Kalimbi", "place": {"latitude": "-2.0", "longitude": "28.8"}},
    ]
}
BASE = {"sites.r1.name": ["Nyota"], "sites.r2.name": ["Kalimbi"]}


def test_a_table_travels_without_its_positions_and_brings_none_back():
    assert [c.id for c in offline.travelling(WITH_PLACES.question("sites")).columns] == ["name"]
    assert offline.travelling(WITH_PLACES.question("paper")) is None
    same = offline.Pack("p", "s", "f", BASE, BASE)
    assert offline.changes(WITH_PLACES, same, STORED) == []
    pack = offline.Pack("p", "s", "f", BASE, {"sites.r1.name": ["Nyota Est"], "sites.r3.name": ["Shanga"]})
    (change,) = offline.changes(WITH_PLACES, pack, STORED)
    assert change.is_newer and all("place" not in row for row in (*change.now, *change.packed))
    fields = offline.fields_to_save(WITH_PLACES, pack, STORED, {"sites"})
    rows = form_schema.read_section(WITH_PLACES, "one", fields, STORED, True)[0]["sites"]
    kept = [{k: v for k, v in row.items() if k != "_id"} for row in rows if row.get("name")]
    assert kept == [{"name": "Nyota Est", "place": {"latitude": "-1.5", "longitude": "28.9"}}, {"name": "Shanga"}]
    emptied = next(row for row in rows if row["_id"] == "r2")
    assert not emptied.get("name") and not emptied.get("place"), "a row taken out in the file keeps no position"
