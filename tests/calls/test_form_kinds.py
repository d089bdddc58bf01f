"""Groups, places, budgets by year and source, logframes, tolerance, who reads what: reading, checking, showing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.calls.form_schema import (
    FormError,
    parse,
    problems,
    read_section,
    row_at,
    rows_by_key,
    section_problems,
    section_warnings,
)
from app.calls.form_schema.budget import totals
from app.calls.present import answer_view, question_view, section_questions
from app.core.types import Money
from tests.calls.test_expressions import FORM, FORM_DOCUMENT
from tests.factories.calls import question, section

EUR = {"currency": "EUR"}


def form_of(*questions, **more):
    return parse({"sections": [section("one", *questions)], **more})


def read(form, fields, **more):
    answers, found = read_section(form, "one", fields, **more)
    return answers, [(p.name, str(p)) for p in found]


def test_a_group_reads_long_texts_choices_and_places_by_row():
    form = form_of(
        question(
            "sites",
            "group",
            max_rows=2,
            columns=[
                question("why", "long_text", limit=3, limit_unit="words"),
                question("tags", "choices", options=[{"id": t, "label": {"en": t}} for t in "ab"]),
                question("where", "region"),
                question("pit", "site", required=False),
            ],
        )
    )
    fields = {
        "sites.r1.why": ["one\r\ntwo"], "sites.r1.tags": ["a", "b"],
        "sites.r1.where.country": ["CD"], "sites.r1.where.region": ["  Sud  Kivu "],
        "sites.r2.why": [""], "sites.r2.where.country": [""],
        "sites.r3.where.country": ["XX"],
    }  # fmt: skip
    answers, found = read(form, fields)
    assert answers["sites"] == [
        {"_id": "r1", "why": "one\ntwo", "tags": ["a", "b"], "where": {"country": "CD", "region": "Sud Kivu"}},
        {"_id": "r3", "where": {"country": "XX"}},
    ]
    assert ("sites.r3.where", "Choose a country.") in found
    assert ("sites.r3.why", "Fill in “Why” in every row you use.") in found
    again, _ = read(form, {"sites.r1.where.region": ["Kasai"]}, before=answers, partial=True)
    assert again["sites"][0]["where"] == {"country": "CD", "region": "Kasai"}, "the other part stays"


def test_a_thousand_rows_are_kept_and_refused_in_words():
    form = form_of(question("partners", "group", columns=[question("name")], max_rows=30))
    answers, found = read(form, {f"partners.{n}.name": [f"P{n}"] for n in range(1200)})
    assert len(answers["partners"]) == 1000
    assert found == [("partners", "Fill in at most 30 rows.")]


@pytest.mark.parametrize(("typed", "wrong"), [("gold", []), ("", []), ("mud", ["Choose from the answers offered."])])
def test_one_mineral_is_one_code(typed, wrong):
    form = form_of(question("ore", "mineral"), question("sites", "table", columns=[question("ore", "mineral")]))
    answers, found = read(form, {"ore": [typed], "sites.r1.ore": [typed]})
    assert answers["ore"] == typed
    assert [sentence for _, sentence in found] == wrong * 2


def test_one_mineral_is_asked_as_a_list_and_read_by_its_name(app):
    ore = form_of(question("ore", "mineral")).question("ore")
    with app.test_request_context("/"):
        asked = question_view(ore, "gold", language="en")
        told = answer_view(ore, "gold", language="en")
    assert asked.value == "gold" and ("tin", "Tin") in asked.options
    assert told.options == (("gold", "Gold"),)


@pytest.mark.parametrize(
    ("kind", "fields", "answer", "sentence"),
    [
        ("region", {"country": "CD", "region": "Kivu"}, {"country": "CD", "region": "Kivu"}, ""),
        ("region", {"country": "CD"}, {"country": "CD"}, "Name the region."),
        ("region", {"region": "Kivu"}, {"region": "Kivu"}, "Choose a country."),
        ("site", {"site": "mine-cd-0001"}, {"site": "MINE-CD-0001"}, ""),
        ("site", {"site": "Rutongo"}, {"site": "RUTONGO"}, "Write the reference of a mine site, like MINE-CD-0001."),
        ("site", {"name": "P", "country": "RW", "region": "E"}, {"name": "P", "country": "RW", "region": "E"}, ""),
        ("site", {"name": "P"}, {"name": "P"}, "Choose a country."),
        ("site", {"country": "RW"}, {"country": "RW"}, "Choose a mine site, or name one that is not in the registry yet."),
        ("point", {"latitude": "-1.9", "longitude": "30,05"}, {"latitude": "-1.9", "longitude": "30,05"}, ""),
        ("point", {"latitude": "1° 57' S", "longitude": "30 E"}, {"latitude": "1° 57' S", "longitude": "30 E"}, ""),
    ],
)  # fmt: skip
def test_places(kind, fields, answer, sentence):
    answers, found = read(form_of(question("q", kind)), {f"q.{part}": [value] for part, value in fields.items()})
    assert answers == {"q": answer}
    assert found == ([("q", sentence)] if sentence else [])


def test_a_position_that_cannot_be_read_is_kept_and_named():
    for latitude, longitude in (("91", "30"), ("-1.9", ""), ("here", "there"), ("1" * 100, "2")):
        fields = {"q.latitude": [latitude], "q.longitude": [longitude]}
        answers, found = read(form_of(question("q", "point")), fields)
        assert answers["q"]["latitude"] == latitude
        assert "Write the degrees like" in found[0][1]


def amount(text):
    return {"amount": text, **EUR}


def test_a_budget_by_year_and_source_is_read_and_summed():
    budget = FORM.question("budget")
    assert [c.id for c in budget.columns] == ["y1_grant", "y1_own", "y2_grant", "y2_own"]
    assert budget.columns[0].label == {"en": "Year 1 · grant"}
    fields = {
        "budget.staff.y1_grant": ["70"], "budget.staff.y2_own": ["20"], "budget.indirect.y1_own": ["10"],
        "budget.free1.label": ["Drone"], "budget.free1.y1_grant": ["100"], "budget.free9.y1_grant": ["1"],
        "budget.free2.y1_grant": ["5"],
    }  # fmt: skip
    answers, found = read(FORM, fields)
    assert list(answers["budget"]) == ["staff", "indirect", "free1", "free2"]
    assert found == [("budget.free2.label", "Fill in “Name of the line” in every row you use.")]
    sums = totals(budget, answers["budget"])
    assert (sums.total, sums.years, sums.sources) == (
        Decimal(205), {1: Decimal(185), 2: Decimal(20)}, {"grant": Decimal(175), "own": Decimal(30)},
    )  # fmt: skip
    assert sums.share(sums.sources["own"]) == Decimal("14.6")


def test_a_budget_shows_every_sum_with_its_share(app):
    answer = {"staff": {"y1_grant": amount("75.00")}, "free1": {"label": "Drone", "y2_own": amount("25.00")}}
    with app.test_request_context("/"):
        asked = question_view(FORM.question("budget"), answer, language="en", extra_rows=1)
        told = answer_view(FORM.question("budget"), answer, language="en")
    assert [(row.key, row.removable) for row in asked.rows] == [
        ("staff", False), ("indirect", False), ("free1", True), ("free2", True),
    ]  # fmt: skip
    assert asked.can_add and asked.can_remove
    shares = {sum.key: (sum.amount, sum.share) for sum in told.sums}
    assert shares["line.free1"] == (Money(Decimal(25), "EUR"), "25 %") and shares["source.grant"][1] == "75 %"
    assert shares["total"] == (Money(Decimal(100), "EUR"), "100 %")
    assert [cell.value for cell in told.rows[-1]][-1] == Money(Decimal(100), "EUR")


def test_a_budget_needs_money_and_no_cell_of_its_own_name():
    line = [{"id": "a", "label": {"en": "A"}}]
    with pytest.raises(FormError, match="needs a column of kind money"):
        form_of(question("b", "budget", lines=line))
    with pytest.raises(FormError, match="“label” is a name that the page needs itself"):
        form_of(question("b", "budget", lines=line, years=1, columns=[question("label")]))
    with pytest.raises(FormError, match="“version” is a name that the page needs itself"):
        form_of(question("version"))


def frame_row(number, statement="Says", **more):
    return {
        "number": number,
        "statement": statement,
        "indicator": "I",
        "baseline": "0",
        "target": "1",
        "means": "M",
        **more,
    }


def test_each_output_of_a_logframe_stands_under_an_outcome():
    form = form_of(question("frame", "logframe"))

    def told(*rows):
        return [(p.name, str(p)) for p in problems(form, {"frame": list(rows)}, {})]

    assert told(frame_row("1"), frame_row("1.1"), frame_row("1.1", statement="")) == []
    assert told(frame_row("2.1")) == [("frame.0.number", "There is no outcome 2 above this output.")]
    assert told(frame_row("one"))[0][1].startswith("Write a number like 1")
    assert told(frame_row("1", statement="")) == [("frame.0.statement", "Write the outcome or output.")]
    assert told(frame_row("1", indicator="")) == [("frame.0.indicator", "Fill in “Indicator” in every row you use.")]


def test_a_logframe_is_read_in_its_order(app):
    form = form_of(question("frame", "logframe"))
    rows = [frame_row("2"), frame_row("1.1"), frame_row("1"), frame_row("?")]
    with app.test_request_context("/"):
        view = answer_view(form.question("frame"), rows, language="fr")
    assert [row[0].value for row in view.rows] == ["Effet 1", "Produit 1.1", "Effet 2", "?"]


def test_within_the_tolerance_a_text_is_warned_of_and_accepted():
    form = form_of(question("q", "long_text", limit=10, limit_unit="words", tolerance=10))

    def told(words):
        answers = {"q": "word " * words}
        found = (section_problems(form, "one", answers, {}), section_warnings(form, "one", answers))
        return [[str(p) for p in part] for part in found]

    assert told(10) == [[], []]
    assert told(11) == [[], ["Words over the limit: 1."]]
    assert told(12) == [["Words over the limit: 2."], []]
    with pytest.raises(FormError, match="tolerance: needs a limit"):
        form_of(question("q", tolerance=5))


def test_who_reads_an_answer():
    form = form_of(
        question("a"), question("b", visible_to=["programme"]), question("c", visible_to=["public"]),
        question("d", hidden_when_blind=True, personal=True), question("e", visible_to=["applicant"]),
    )  # fmt: skip

    def readers(ident):
        asked = form.question(ident)
        return {who for who in ("applicant", "programme", "reviewer", "public") if asked.is_visible_to(who)}

    assert readers("a") == {"applicant", "programme", "reviewer"}
    assert readers("b") == {"applicant", "programme"}
    assert readers("c") == {"applicant", "programme", "reviewer", "public"}
    assert readers("e") == {"applicant"}
    hidden = form.question("d")
    assert hidden.personal and hidden.is_visible_to("reviewer") and not hidden.is_visible_to("reviewer", blind=True)
    assert hidden.is_visible_to("programme", blind=True) and hidden.is_visible_to("applicant", blind=True)


@pytest.mark.parametrize("kind", ["organisation", "email", "url", "partners"])
def test_what_says_who_applies_is_hidden_in_blind_review_without_a_mark(kind):
    columns = {"columns": [question("name", "organisation"), question("role")]} if kind == "partners" else {}
    asked = form_of(question("q", kind, **columns)).question("q")
    assert asked.is_visible_to("reviewer") and not asked.is_visible_to("reviewer", blind=True)
    assert asked.is_visible_to("programme", blind=True) and asked.is_visible_to("applicant", blind=True)


def test_columns_that_say_who_applies_are_left_out_in_blind_review():
    columns = [question("what"), question("by", "organisation"), question("signed", personal=True)]
    table = form_of(question("q", "table", columns=columns)).question("q")
    assert [column.id for column in table.without_who().columns] == ["what"]
    assert table.is_visible_to("reviewer", blind=True)
    nothing_left = form_of(question("q", "table", columns=columns[1:])).question("q")
    assert nothing_left.is_visible_to("reviewer") and not nothing_left.is_visible_to("reviewer", blind=True)


def test_ten_thousand_fields_are_refused_in_words():
    columns = [question(f"c{n}") for n in range(12)]
    wide = [section(f"s{s}", *(question(f"q{s}_{q}", "table", columns=columns) for q in range(16))) for s in range(49)]
    with pytest.raises(FormError, match=r"sections: has 10192 fields; at most 1000 are possible"):
        parse({"sections": wide})
    with pytest.raises(FormError, match="has 10000 entries; 1 to 80 are possible"):
        form_of(*(question(f"q{n}") for n in range(10_000)))


def test_columns_in_columns_are_refused_however_deep():
    column = question("c", "table")
    for _ in range(200):
        column = question("c", "table", columns=[column])
    with pytest.raises(FormError):
        form_of(question("q", "table", columns=[column]))


def test_what_is_not_asked_now_is_there_and_hidden(app):
    check = {"id": "c", "when": "starts > ends", "message": {"en": "It ends first."}, "question": "ends"}
    form = parse({**FORM_DOCUMENT, "checks": [check]})
    answers = {"mercury": "no", "starts": "2026-02-01", "ends": "2026-01-01"}
    with app.test_request_context("/"):
        views = {v.name: v for v in section_questions(form, form.sections[0], answers, language="en")}
    assert views["mercury_plan"].hidden and not views["mercury"].hidden
    assert views["ends"].speaking == ("It ends first.",)


@pytest.mark.parametrize(
    "rows",
    [
        [{"_id": "a", "x": 1}, {"_id": "b", "x": 2}],
        [{"x": 1}, {"x": 2}],
        [{"_id": "1", "x": 1}, {"x": 2}, {"_id": "1", "x": 3}],
        [{"_id": "", "x": 1}, "no row", {"_id": "0", "x": 2}],
        [{"_id": 7, "x": 1}],
        [],
        "no table",
    ],
)
def test_one_row_is_found_as_among_all(rows):
    among_all = rows_by_key(rows)
    for key in {*among_all, "a", "0", "1", "2", "7", "", "none"}:
        one = row_at(rows, key)
        assert (one and {**one, "_id": key}) == among_all.get(key), key
