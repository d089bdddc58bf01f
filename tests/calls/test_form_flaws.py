"""Mistakes of a form's author are told with their path, and no nonsense crashes parsing, reading or checking."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calls.form_schema import (
    KINDS,
    FormError,
    parse,
    read_section,
    value_problems,
)
from app.calls.form_schema.types import Question
from tests.calls.forms import FULL, form_of
from tests.factories.calls import question

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(KINDS), JSON)
def test_checking_never_crashes_whatever_is_stored(kind, value):
    column = Question("c", "money", {"en": "C"}, currency="EUR")
    asked = Question("q", kind, {"en": "Q"}, columns=(column,), currency="EUR")
    value_problems("s", asked, value)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), max_size=5))
def test_reading_never_crashes_whatever_is_posted(fields):
    for part in FULL.sections:
        named = {q.id: [v for vs in fields.values() for v in vs] for q in part.questions}
        rows = {
            f"{q.id}.0.{c.id}": [v for vs in fields.values() for v in vs] for q in part.questions for c in q.columns
        }
        read_section(FULL, part.id, {**fields, **named, **rows})


def flaws(*questions) -> str:
    with pytest.raises(FormError) as caught:
        form_of(*questions)
    return str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (question("q", "essay"), "sections[0].questions[0].kind: “essay” is not one of short_text"),
        ({"id": "q", "kind": "date"}, "sections[0].questions[0].label: is missing"),
        (question("Q 1"), "sections[0].questions[0].id: “Q 1” is not a code"),
        (question("q", colour="red"), "sections[0].questions[0].colour: is not known here"),
        (question("q", "choice"), "sections[0].questions[0].options: is missing"),
        (question("q", limit="long"), "sections[0].questions[0].limit: expected a whole number"),
        (question("q", "date", limit=3), "sections[0].questions[0].limit: does not belong to a question of kind date"),
        (question("q", required="yes"), "sections[0].questions[0].required: expected true or false"),
        (question("q", "money", most=0.1), "sections[0].questions[0].most: expected an amount in quotation marks"),
        (
            question("q", show_if={"question": "later", "is": "x"}),
            "show_if: names “later”, which is no earlier question",
        ),
        (question("q", show_if={"question": "q", "is": "x"}), "show_if: names “q”, which is no earlier question"),
        (question("q", visible_to=["everybody"]), "visible_to[0]: “everybody” is not one of programme, reviewer"),
        (question("q", "table", columns=[question("c", "table")]), "columns[0].kind: “table” is not one of"),
        (question("q", "file", file_types=["exe"]), "file_types[0]: “exe” is not one of"),
    ],
)
def test_mistakes_of_the_author_get_a_sentence_and_a_path(wrong, sentence):
    assert sentence in flaws(wrong)


def test_all_mistakes_are_told_at_once():
    told = flaws(question("a", "essay"), question("a"), question("b", limit=0))
    assert len(told.splitlines()) == 3
    assert "“a” is used twice" in told


def test_a_condition_must_wait_for_a_possible_answer():
    told = flaws(question("a", "yes_no"), question("b", show_if={"question": "a", "is": "maybe"}))
    assert "waits for “maybe”, which is no answer of a" in told
    told = flaws(question("a"), question("b", show_if={"question": "a", "above": "5"}))
    assert "“above” needs a question of kind money" in told


@settings(deadline=None, max_examples=60)
@given(JSON)
def test_parsing_refuses_but_never_crashes(document):
    with pytest.raises(FormError):
        parse(document)
