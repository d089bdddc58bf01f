"""Forms: reading posted fields, checking answers, conditions, and the state of a section."""

from __future__ import annotations

import pytest

from app.calls.form_schema import (
    FormError,
    is_shown,
    parse,
    problems,
    read_section,
    rows_by_key,
    section_problems,
    section_status,
    text,
    without_row_keys,
)
from tests.calls.forms import FULL, form_of
from tests.factories.calls import question, section

PLAN = {
    "title": ["Better  pits "],
    "problem": ["Line one\r\nLine two"],
    "minerals": ["gold", "tin"],
    "duration": ["24"],
    "mercury": ["no"],
}


def read_one(kind: str, *values: str, **more):
    form = form_of(question("q", kind, **more))
    answers, found = read_section(form, "one", {"q": list(values)})
    return answers["q"], [str(p) for p in found]


def test_a_whole_section_is_read():
    answers, found = read_section(FULL, "plan", PLAN)
    assert found == []
    assert answers == {
        "title": "Better pits",
        "problem": "Line one\nLine two",
        "minerals": ["gold", "tin"],
        "duration": 24,
        "mercury": "no",
    }
    assert section_status(FULL, "plan", answers, {}) == "complete"


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("short_text", "  a\tb ", "a b"),
        ("integer", "12 000", 12000),
        ("decimal", "1,5", "1.5"),
        ("money", "340.000,50", {"amount": "340000.50", "currency": "EUR"}),
        ("money", "0", {"amount": "0.00", "currency": "EUR"}),
        ("date", "2026-03-31", "2026-03-31"),
        ("yes_no", "yes", "yes"),
        ("country", "CD", "CD"),
        ("email", "a@b.example", "a@b.example"),
        ("url", "https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("consent", "yes", True),
        ("organisation", "Coop", "Coop"),
    ],
)
def test_answers_of_each_kind(kind, typed, answer):
    assert read_one(kind, typed) == (answer, [])


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("integer", "twelve"),
        ("integer", "1,5"),
        ("money", "much"),
        ("money", "1.2.3"),
        ("date", "31.3.2026"),
        ("date", "2026-02-30"),
        ("yes_no", "maybe"),
        ("country", "XX"),
        ("email", "nobody"),
        ("email", "a@b"),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed_with_a_problem(kind, typed):
    answer, found = read_one(kind, typed)
    assert answer == typed
    assert len(found) == 1
    form = form_of(question("q", kind))
    assert [p.question_id for p in problems(form, {"q": answer}, {})] == ["q"], "submitting would let it pass"


def test_choices_offered_only():
    options = [{"id": "a", "label": {"en": "A"}}, {"id": "b", "label": {"en": "B"}}]
    assert read_one("choices", "a", "b", "a", options=options) == (["a", "b"], [])
    assert read_one("choice", "c", options=options)[1] == ["Choose from the answers offered."]
    assert read_one("minerals", "gold", "cheese")[1] == ["Choose from the answers offered."]


def test_limits_count_words_and_characters():
    assert read_one("long_text", "one two three", limit=3, limit_unit="words")[1] == []
    assert read_one("long_text", "one two three four", limit=3, limit_unit="words")[1] == ["Words over the limit: 1."]
    assert read_one("short_text", "é" * 5, limit=5)[1] == []
    assert read_one("short_text", "é" * 6, limit=5)[1] == ["Characters over the limit: 1."]


def test_least_and_most():
    assert read_one("integer", "0", least="1")[1] == ["The least possible here is 1."]
    assert read_one("money", "800000.01", most="800000.00")[1] == ["The most possible here is 800000."]
    assert read_one("money", "800000.00", most="800000.00")[1] == []


def test_control_characters_and_lone_surrogates_are_left_out():
    answer, _ = read_one("long_text", "a\x00b\x1bc\ud800d")
    assert answer == "abcd"


def test_rows_are_read_and_empty_ones_left_out():
    fields = {
        "partners.0.name": ["Coop"], "partners.0.role": ["lead"], "partners.0.supply_chain": ["no"],
        "partners.1.name": [""],
        "partners.2.name": ["Buyer"], "partners.2.role": ["partner"], "partners.2.supply_chain": ["yes"],
        "partners.x y.name": ["no"], "partners..name": ["no"], "contact_email": ["a@b.example"],
    }  # fmt: skip
    answers, found = read_section(FULL, "applicant", fields)
    assert [(row["_id"], row["name"]) for row in answers["partners"]] == [("0", "Coop"), ("2", "Buyer")]
    assert found == []
    assert section_status(FULL, "applicant", answers, {}) == "complete"


def test_an_incomplete_row_names_its_cell():
    answers, _ = read_section(FULL, "applicant", {"partners.0.name": ["Coop"]})
    names = [p.name for p in section_problems(FULL, "applicant", answers, {})]
    assert names == ["partners.0.role", "partners.0.supply_chain", "contact_email"]


def test_budget_lines():
    fields = {
        "grant": ["100"],
        "budget.staff.amount": ["1.000,00"],
        "budget.travel.amount": [""],
        "budget.bribes.amount": ["5"],
    }
    answers, found = read_section(FULL, "money", fields)
    assert answers["budget"] == {"staff": {"amount": {"amount": "1000.00", "currency": "EUR"}}}
    assert found == []
    answers, found = read_section(FULL, "money", {"budget.staff.amount": ["lots"]})
    assert [p.name for p in found] == ["budget.staff.amount"]


def test_partial_reading_leaves_the_rest_alone():
    before = {"title": "Old", "partners": [{"name": "A", "role": "lead"}, {"name": "B"}]}
    answers, _ = read_section(FULL, "plan", {"duration": ["12"]}, before, partial=True)
    assert answers == {"duration": 12}
    answers, _ = read_section(
        FULL, "applicant", {"partners.0.name": [""], "partners.1.role": ["partner"]}, before, partial=True
    )
    assert without_row_keys(answers["partners"]) == [{"name": "", "role": "lead"}, {"name": "B", "role": "partner"}], (
        "rows keep their places"
    )
    answers, _ = read_section(
        FULL, "applicant", {"partners.0.name": [""], "partners.0.role": [""]}, before, partial=True
    )
    assert len(answers["partners"]) == 2


def test_rows_are_known_by_a_key_of_their_own():
    """Two people add a row, a third removes one: no cell lands in another's row; rows without a key go by their place."""
    old = {"partners": [{"name": "A"}, {"name": "B"}]}
    one, _ = read_section(FULL, "applicant", {"partners.rx.name": ["X"]}, old, partial=True)
    both, _ = read_section(FULL, "applicant", {"partners.ry.role": ["partner"]}, one, partial=True)
    assert [row["_id"] for row in both["partners"]] == ["0", "1", "rx", "ry"]
    assert "role" not in both["partners"][2] and "name" not in both["partners"][3]
    shorter = {"partners": both["partners"][1:]}
    answers, _ = read_section(FULL, "applicant", {"partners.1.name": ["B again"]}, shorter, partial=True)
    assert [row.get("name") for row in answers["partners"]] == ["B again", "X", None]


def test_keys_of_rows_are_never_given_twice():
    rows = [{"_id": "1", "name": "A"}, {"name": "B"}, {"_id": "1", "name": "C"}]
    found = rows_by_key(rows)
    assert [row["name"] for row in found.values()] == ["A", "B", "C"] and len(found) == 3
    assert rows_by_key(list(found.values())) == found and rows_by_key("not a table") == {}


def test_unticked_boxes_are_cleared_only_if_the_page_showed_them():
    form = form_of(
        question("a", "yes_no"),
        question("b", "minerals", show_if={"question": "a", "is": "yes"}),
    )
    answers, _ = read_section(form, "one", {"a": ["yes"]}, {"a": "yes", "b": ["tin"]})
    assert answers["b"] == []
    answers, _ = read_section(form, "one", {"a": ["no"]}, {"a": "no", "b": ["tin"]})
    assert "b" not in answers


def test_questions_not_asked_are_not_missing():
    plan = {"title": "T", "problem": "P", "minerals": ["tin"], "duration": 5}
    assert section_status(FULL, "plan", {**plan, "mercury": "no"}, {}) == "complete"
    assert section_status(FULL, "plan", {**plan, "mercury": "yes"}, {}) == "in_progress"
    assert section_status(FULL, "plan", {**plan, "mercury": "yes", "mercury_plan": "less"}, {}) == "complete"


def test_conditions_in_and_above_and_chained():
    options = [{"id": x, "label": {"en": x}} for x in ("a", "b", "c")]
    form = form_of(
        question("pick", "choices", options=options),
        question("cost", "money"),
        question("some", show_if={"question": "pick", "in": ["a", "b"]}),
        question("big", "yes_no", show_if={"question": "cost", "above": "340000.00"}),
        question("deep", show_if={"question": "big", "is": "yes"}),
    )

    def shown(answers):
        return {q.id for q in form.sections[0].questions if is_shown(form, q, answers)} - {"pick", "cost"}

    assert shown({}) == set()
    assert shown({"pick": ["c"]}) == set()
    assert shown({"pick": ["c", "b"]}) == {"some"}
    assert shown({"cost": {"amount": "340000.00", "currency": "EUR"}, "big": "yes"}) == set()
    assert shown({"cost": {"amount": "340000.01", "currency": "EUR"}, "big": "yes"}) == {"big", "deep"}


def test_status_of_sections():
    assert section_status(FULL, "plan", {}, {}) == "not_started"
    assert section_status(FULL, "plan", {"title": "T"}, {}) == "in_progress"
    assert section_status(FULL, "annexes", {}, {"annex": 1}) == "in_progress"
    assert section_status(FULL, "annexes", {"honest": True}, {}) == "complete"
    assert [str(p) for p in section_problems(FULL, "annexes", {"honest": True}, {"annex": 3})] == [
        "Attach at most 2 files."
    ]


def test_a_required_file_is_missing_until_it_is_there():
    form = form_of(question("f", "file"))
    assert [str(p) for p in problems(form, {}, {})] == ["Attach a file."]
    assert problems(form, {}, {"f": 1}) == []


def test_consent_must_be_ticked():
    assert [str(p) for p in problems(form_of(question("c", "consent")), {"c": False}, {})] == [
        "Tick this box to agree."
    ]


def test_who_may_read_an_answer():
    email = FULL.question("contact_email")
    assert email is not None
    assert email.is_visible_to("programme") and email.is_visible_to("applicant")
    assert not email.is_visible_to("reviewer")


def test_texts_fall_back():
    assert text({"en": "a", "fr": "b"}, "fr") == "b"
    assert text({"en": "a", "fr": "b"}, "es") == "a"
    assert text({"fr": "b"}, "es") == "b"
    assert text({}, "es") == ""


def test_a_question_tells_which_one_of_the_library_it_is():
    document = {"sections": [section("a", question("miners", "integer", standard="MINERS-REACHED"))]}
    assert parse(document).question("miners").standard == "MINERS-REACHED"
    document["sections"][0]["questions"][0]["standard"] = "two words"
    with pytest.raises(FormError, match="standard: “two words” is not a code"):
        parse(document)
