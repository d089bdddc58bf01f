"""The language of conditions and checks: one table of cases for the server and, in ``tests/browser``, for the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calls.form_schema import FormError, is_required, is_shown, parse, problems, section_problems
from app.calls.form_schema.conditions import Known
from app.calls.form_schema.expressions import ExpressionError, evaluate, names_in, parse_expression
from app.calls.form_schema.values import tagged
from tests.factories.calls import question, section

CASES = json.loads((Path(__file__).parent / "expressions.json").read_text())
LINES = [{"id": line, "label": {"en": line}} for line in ("staff", "indirect")]
SOURCES = [{"id": source, "label": {"en": source}} for source in ("grant", "own")]
FORM_DOCUMENT = {
    "sections": [
        section(
            "one",
            question("title"),
            question("grant", "money"),
            question("costs", "money"),
            question("months", "integer"),
            question("share", "decimal"),
            question("mercury", "yes_no"),
            question("mercury_plan", show_if='mercury = "yes"'),
            question("agreed", "consent"),
            question("minerals", "minerals"),
            question("ore", "mineral"),
            question("starts", "date"),
            question("ends", "date"),
            question("where", "region"),
            question("pit", "site"),
            question(
                "partners",
                "group",
                columns=[
                    question("name", "organisation"),
                    question("role", "choice", options=[{"id": r, "label": {"en": r}} for r in ("lead", "member")]),
                    question("money", "money"),
                    question("tags", "choices", options=[{"id": r, "label": {"en": r}} for r in ("a", "b")]),
                    question("duty", required=False, show_if='role = "lead"'),
                    question("seat", "region", required=False, show_if='filled(duty) and mercury = "yes"'),
                ],
            ),
            question("budget", "budget", lines=LINES, years=2, sources=SOURCES, free_lines=3),
            question("frame", "logframe"),
        )
    ]
}
FORM = parse(FORM_DOCUMENT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expression"])
def test_cases(case):
    known = Known(FORM, case.get("answers", {}))
    lookup = known.value
    if "row" in case:  # the conditions of the columns of partners, seen from one of its rows
        lookup = known.row(FORM.question("partners"), case["answers"]["partners"][case["row"]]).value
    assert tagged(evaluate(parse_expression(case["expression"]), lookup)) == case["value"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "misses “)”"),
        ("1 2", "does not end before “2”"),
        ("a = b = c", "does not end before “=”"),
        ("exec(1)", "“exec” is no function"),
        ("days(1)", "days takes 2 values"),
        ("a.", "misses a name after “a.”"),
        ("a.b.c", "does not end before “.”"),
        ("__import__", "cannot be read from “__import__” on"),
        ("1; 2", "cannot be read from “; 2” on"),
        ("12abc", "cannot be read from “12abc” on"),
        ("a and", "ends too early"),
        ("and a", "has “and” where a name"),
        ("[1, 2", "misses “]”"),
        ('"open', 'cannot be read from “"open” on'),
        ("(" * 30 + "1" + ")" * 30, "is nested more than 20 deep"),
        ("not " * 30 + "true", "is nested more than 20 deep"),
        ("-" * 30 + "1", "is nested more than 20 deep"),
        ("1+" * 200 + "1", "has more than 250 names"),
        ("1" * 1001, "is longer than 1000 characters"),
    ],
)
def test_what_is_no_expression_is_told_in_words(source, sentence):
    with pytest.raises(ExpressionError) as told:
        parse_expression(source)
    assert sentence in str(told.value)


def test_names_are_found():
    assert names_in(parse_expression('a + b.c > 3 and "x" in [d, "y"] or count(e) = 1')) == [
        ("a",), ("b", "c"), ("d",), ("e",),
    ]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet='ab1.+-*/=<>()[]", notrueand', max_size=40))
def test_any_text_is_an_expression_or_a_sentence(source):
    try:
        tree = parse_expression(source)
    except ExpressionError:
        return
    evaluate(tree, lambda name: None)


def flaws(*questions, **more) -> str:
    with pytest.raises(FormError) as caught:
        parse({"sections": [section("one", *questions)], **more})
    return str(caught.value)


def test_names_that_lead_nowhere_are_flaws_with_their_path():
    assert "questions[0].show_if: names “b”, which is no question of this form" in flaws(question("a", show_if="b = 1"))
    assert "require_if: names “b.c”, which that question does not have" in flaws(
        question("a", require_if="b.c = 1"), question("b", "money")
    )
    assert "show_if: names “b”, whose kind no expression can look into" in flaws(
        question("a", show_if="filled(b)"), question("b", "point")
    )
    assert "questions[0].show_if: does not end before" in flaws(question("a", show_if="1 2"))
    check = {"id": "c", "when": "x > 1", "message": {"en": "No"}, "question": "y"}
    told = flaws(question("a"), checks=[check])
    assert "checks[0].when: names “x”" in told and "checks[0].question: “y” is no question of this form" in told


def test_circles_and_long_chains_are_flaws():
    told = flaws(question("a", show_if="filled(b)"), question("b", show_if="filled(a)"), question("c"))
    assert told.count("hangs on itself") == 2
    chain = [question("q0"), *(question(f"q{n}", show_if=f"filled(q{n - 1})") for n in range(1, 30))]
    assert "questions[21].show_if: hangs on a chain of more than 20" in flaws(*chain)
    parse({"sections": [section("one", *chain[:21])]})


def test_a_later_question_may_decide_and_what_is_not_asked_counts_as_nothing():
    form = parse(
        {
            "sections": [
                section(
                    "one",
                    question("first", show_if='last = "x"'),
                    question("last"),
                    question("third", require_if="filled(first)", required=False),
                )
            ]
        }
    )
    first, third = form.question("first"), form.question("third")
    assert is_shown(form, first, {"last": "x"}) and not is_shown(form, first, {"last": "y"})
    assert is_required(form, third, {"last": "x", "first": "1"})
    assert not is_required(form, third, {"last": "y", "first": "1"})
    assert [p.question_id for p in problems(form, {"last": "x", "first": "1"}, {})] == ["third"]


def test_a_check_of_the_form_stands_beside_its_question_in_the_forms_languages():
    check = {
        "id": "order",
        "when": "starts > ends",
        "message": {"en": "It ends first.", "fr": "La fin vient avant."},
        "question": "ends",
    }
    form = parse({**FORM_DOCUMENT, "checks": [check]})
    answers = {"starts": "2026-02-01", "ends": "2026-01-01"}
    found = [p for p in section_problems(form, "one", answers, {}) if p.check]
    assert [(p.question_id, str(p), p.texts["fr"]) for p in found] == [
        ("ends", "It ends first.", "La fin vient avant.")
    ]
    assert not [p for p in section_problems(form, "one", {"starts": "2026-02-01"}, {}) if p.check]
