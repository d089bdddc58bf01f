"""Columns of repeating groups that are asked, or must be answered, in some rows only."""

from __future__ import annotations

import pytest

from app.calls import building
from app.calls.building import uses_of
from app.calls.form_schema import FormError, Known, parse, problems
from app.calls.present import answer_view, section_questions
from app.proposals.snapshot import shown_answers
from tests.calls.building import at, staff, stored
from tests.calls.test_form_kinds import form_of, read
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, question, section

GOLD = {"ore": "gold"}
ROWS_FORM = {
    "sections": [
        section(
            "one",
            question("mercury", "yes_no", required=False),
            question(
                "sites",
                "group",
                min_rows=1,
                columns=[
                    question("ore", "mineral"),
                    question("grams", "integer", show_if={"question": "ore", "is": "gold"}),
                    question("plan", required=False, show_if='ore = "gold"', require_if='mercury = "yes"'),
                ],
            ),
        )
    ]
}


@pytest.mark.parametrize(
    ("mercury", "row", "wrong"),
    [
        ("no", {"ore": "tin"}, []),
        ("no", {**GOLD}, [("sites.r.grams", "Fill in “Grams” in every row you use.")]),
        ("no", {**GOLD, "grams": 3}, []),
        ("yes", {**GOLD, "grams": 3}, [("sites.r.plan", "Fill in “Plan” in every row you use.")]),
        ("yes", {"ore": "tin", "grams": "rubbish"}, []),
        ("yes", {"grams": 3}, [("sites", "Answer this question.")]),
    ],
)
def test_a_column_is_asked_and_required_by_row(mercury, row, wrong):
    form = parse(ROWS_FORM)
    answers = {"mercury": mercury, "sites": [{"_id": "r", **row}]}
    assert [(p.name, str(p)) for p in problems(form, answers, {})] == wrong


def test_a_cell_that_is_not_asked_is_kept_and_does_not_count(app):
    form = parse(ROWS_FORM)
    answers = {"sites": [{"_id": "r", "ore": "tin", "grams": 3}, {"_id": "s", "ore": "gold", "grams": 4}]}
    assert shown_answers(form, answers) == {"sites": [{"ore": "tin"}, {"ore": "gold", "grams": 4}]}
    fields = {"sites.r.ore": ["tin"], "sites.r.grams": ["3"], "sites.s.ore": ["gold"], "sites.s.grams": ["x"]}
    kept, wrong = read(form, fields)
    assert kept["sites"][0] == {"_id": "r", "ore": "tin", "grams": 3}
    assert wrong == [("sites.s.grams", "Write a number in digits.")]
    with app.test_request_context("/"):
        asked = section_questions(form, form.sections[0], answers, language="en")[1]
        told = answer_view(form.question("sites"), answers["sites"], language="en", known=Known(form, answers))
    for view in (asked, told):
        assert [[cell.hidden for cell in row] for row in view.rows] == [[False, True, True], [False, False, False]]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ('missing = "x"', "columns[0].show_if: names “missing”, which is no question of this form"),
        ('b = "x"', "columns[0].show_if: hangs on itself, or on a question that does"),
        ("count(sites) > 1", "columns[0].show_if: hangs on itself, or on a question that does"),
        ("filled(after)", "columns[0].show_if: hangs on itself, or on a question that does"),
    ],
)
def test_conditions_of_columns_lead_somewhere_and_not_in_circles(kind, wrong):
    columns = [question("a", show_if=kind), question("b", show_if="filled(a)")]
    with pytest.raises(FormError) as told:
        form_of(question("sites", "table", columns=columns), question("after", show_if="filled(sites.a)"))
    assert wrong in str(told.value)


@pytest.mark.parametrize("kind", ["budget", "logframe"])
def test_lines_of_a_budget_have_no_conditions(kind):
    with pytest.raises(FormError):
        lines = [{"id": "a", "label": {"en": "A"}}]
        form_of(question("q", kind, lines=lines, columns=[question("c", "money", show_if="true")]))


def test_who_removes_a_question_learns_which_columns_wait_for_it():
    assert [(use.ident, use.key) for use in uses_of(ROWS_FORM, ["mercury"])] == [("sites", "require_if")]
    other = {"sections": [section("one", question("ore", "mineral"), *ROWS_FORM["sections"][0]["questions"])]}
    assert uses_of(other, ["ore"]) == [], "the column of the own row is meant, not the question of that name"


@pytest.mark.usefixtures("frozen")
def test_a_column_depends_on_the_row_and_on_questions_before_its_table(client, sign_in, call):
    staff(client, sign_in, call)
    shown = soup(client.get(at(call, "/question?of=sites&kind=integer")))
    assert [o["value"] for o in shown.select("#f-show_if-question option")] == ["", "title", "mercury", "role", "name"]
    fields = {"label.en": "Miners", "label.fr": "Mineurs", "show_if.how": "text", "required": None}
    wrong = client.fill(at(call, "/question?of=sites&kind=integer"), **fields, **{"show_if.text": "nobody = 1"})
    assert wrong.status_code == 422 and "is no question of this form" in text_of(wrong)
    client.fill(at(call, "/question?of=sites&kind=integer"), **fields, **{"show_if.text": 'name = "A"'})
    column = building.question(stored(call), "sites")["columns"][1]
    assert column["show_if"] == 'name = "A"'
    assert "name = &#34;A&#34;" in client.get(at(call, "/question?id=sites")).text


def test_the_public_page_tells_when_a_column_is_asked_and_needed(client, session):
    quick, full = call_document()["stages"]
    more = {"sections": [*ROWS_FORM["sections"], *quick["form"]["sections"]]}
    call = make_call(stages=[{**quick, "form": more}, full])
    session.commit()
    told = soup(client.get(f"/calls/{call.code}")).select_one(".call-questions ul.note")
    assert [" ".join(line.get_text(" ").split()) for line in told.select("li")] == [
        "Grams Asked only if “Ore” is “Gold”.",
        "Plan Asked only after certain answers to “Ore”. Must be answered after certain answers to “Mercury”.",
    ]
