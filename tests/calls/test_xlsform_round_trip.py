"""XLSForm: any form goes out and comes back exactly, through the bytes of a workbook too."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calls import document as documents
from app.calls.form_schema import KINDS, parse
from app.calls.present.building.files import shared_labels
from app.calls.xlsform import read_sheets, read_xlsform, unsaid, write_sheets, write_xlsform
from app.calls.xlsform.questions import KINDS as FROM_TYPES
from app.calls.xlsform.questions import TYPES
from app.calls.xlsform.sheets import Row, column
from app.calls.xlsform.workbook import read_workbook
from tests.architecture.sources import ROOT
from tests.factories.calls import FULL_PROPOSAL, question, section

CALLS = sorted((ROOT / "app/developers/calls").glob("*.yaml"))


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


TEXTS = st.dictionaries(st.sampled_from(["en", "fr", "es"]), WORDS, max_size=3)


JSON = st.recursive(WORDS | st.integers() | st.booleans() | st.none(), lambda t: st.lists(t, max_size=3), max_leaves=5)


IDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


OPTIONS = st.lists(st.fixed_dictionaries({"id": IDS, "label": TEXTS}), max_size=3, unique_by=lambda o: o["id"])


CONDITIONS = [
    {"question": "a", "is": "yes"}, {"question": "a", "in": ["x", "y"]}, {"question": "a", "above": "3"},
    "a = 'x' and not (b > 3)", "'x' in a", "sum(a.b) > 3", "((",
]  # fmt: skip


@st.composite
def any_question(draw, kinds=KINDS, inside=False):
    made = {"id": draw(IDS), "kind": draw(st.sampled_from(kinds)), "label": draw(TEXTS)}
    more = {
        "help": TEXTS, "required": st.booleans(), "limit": st.integers(1, 99) | WORDS, "limit_unit": st.just("words"),
        "least": st.sampled_from(["1", "1.50", "x", 3]), "most": st.just("9"), "options": OPTIONS, "personal": st.booleans(),
        "show_if": st.sampled_from(CONDITIONS),
        "require_if": WORDS | st.sampled_from([one for one in CONDITIONS if isinstance(one, str)]), "future_setting": JSON,
    }  # fmt: skip
    for name in draw(st.sets(st.sampled_from(sorted(more)), max_size=5)):
        made[name] = draw(more[name])
    if not inside and draw(st.booleans()):
        made["columns"] = draw(st.lists(any_question(inside=True), max_size=3, unique_by=lambda q: q["id"]))
    return made


@st.composite
def any_form(draw):
    count = iter(range(1000))
    sections = []
    for _ in range(draw(st.integers(1, 2))):
        inside = draw(st.lists(any_question(), max_size=3))
        inside = [{**q, "id": f"{q['id']}_{next(count)}"} for q in inside]
        made = {"id": f"s{next(count)}", "title": draw(TEXTS), "questions": inside}
        if draw(st.booleans()):
            made["intro"] = draw(TEXTS)
        sections.append(made)
    form = {"sections": sections}
    if draw(st.booleans()):
        asked = [q["id"] for each in sections for q in each["questions"]] or ["a"]
        one, other = (draw(st.sampled_from(asked)) for _ in range(2))
        when = draw(st.sampled_from(["a > 1", f"{one} > {other}", f"{one} < 3 or {one} = 'x'", "(("]))
        form |= {"currency": "USD", "checks": [{"id": "c", "when": when, "message": draw(TEXTS), "question": one}]}
    return form


def has_questions(form) -> bool:
    return any(section["questions"] for section in form["sections"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(any_form().filter(has_questions))
def test_any_form_comes_back_as_it_was_whatever_it_holds(form):
    before = copy.deepcopy(form)
    assert read_sheets(write_sheets(form, "T", ["en", "fr"])).document == before
    assert form == before


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(any_form().filter(has_questions))
def test_also_through_the_bytes_of_a_workbook(form):
    found = read_xlsform(write_xlsform(form, "T", ["en"]))
    assert found.document == form and found.notes == ()


@pytest.mark.parametrize("path", CALLS, ids=lambda p: p.stem)
def test_the_forms_of_real_calls_come_back_exactly(path):
    for stage in documents.read_yaml(path.read_bytes())["stages"]:
        found = read_xlsform(write_xlsform(stage["form"], "Form", ["en", "fr", "es"]))
        assert found.document == stage["form"] and not found.notes
        assert parse(found.document).sections


def test_one_mineral_is_one_choice_and_several_are_many():
    one, several = question("ore", "mineral"), question("ores", "minerals")
    rows = write_sheets({"sections": [section("s", one, several)]}, "T", ["en"])["survey"]
    assert [row.get("type") for row in rows[1:3]] == ["select_one minerals", "select_multiple minerals"]


SHARED = ["yes_no", "mineral", "minerals", "country", "countries"]


def test_the_lists_that_every_form_shares_stand_on_the_sheet_of_choices_in_each_language(app):
    form = {"sections": [section("s", *(question(f"q_{kind}", kind) for kind in SHARED))]}
    with app.test_request_context():
        content = write_xlsform(form, "T", ["en", "fr"], shared_labels(["en", "fr"]))
    rows = [row for row in read_workbook(content)[0]["choices"] if row.get("name") in {"no", "gold", "CD"}]
    told = {
        row.get("name"): (row.get("list_name"), *(row.get(column("label", n)) for n in ("en", "fr"))) for row in rows
    }
    assert told["no"] == ("yes_no", "No", "Non")
    assert told["CD"][0] == "countries" and "Congo" in told["CD"][1] and told["CD"][1] != told["CD"][2]
    assert told["gold"] == ("minerals", "Gold", "Or")
    assert all(row.get(column("label", "fr")) for row in read_workbook(content)[0]["choices"])
    found = read_xlsform(content)
    assert found.document == form and not found.notes
    unused = write_sheets({"sections": [section("s", question("q"))]}, "T", ["en"])
    assert unused["choices"] == []


def test_a_list_of_a_question_s_own_is_kept_apart_from_a_shared_one():
    own = question("minerals", "choice", options=[{"id": "a", "label": {"en": "A"}}])
    form = {"sections": [section("s", own, question("ores", "minerals"), question("minerals_", "short_text"))]}
    sheets = write_sheets(form, "T", ["en"])
    lists = {row.get("list_name") for row in sheets["choices"] if row.get("name") == "a"}
    assert lists == {"minerals_"} and read_sheets(sheets).document == form


@pytest.mark.parametrize(("name", "codes"), [("yes_no", ["yes", "no", "dont_know"]), ("countries", ["kivu", "ituri"])])
def test_a_list_of_others_that_is_only_called_like_a_shared_one_keeps_its_answers(name, codes):
    survey = [Row(2, {"type": f"select_one {name}", "name": "q", "label": "Q"})]
    choices = [Row(n, {"list_name": name, "name": c, "label": c}, sheet="choices") for n, c in enumerate(codes, 2)]
    [read] = read_sheets({"survey": survey, "choices": choices}).document["sections"][0]["questions"]
    assert read["kind"] == "choice" and [option["id"] for option in read["options"]] == codes


def test_every_kind_has_a_type_and_every_type_a_kind():
    assert set(KINDS) - set(TYPES) == {"choice", "choices"}
    assert set(FROM_TYPES.values()) <= set(KINDS)


def test_what_xlsform_can_say_stands_in_its_own_columns():
    sheets = write_sheets(FULL_PROPOSAL, "T", ["en"])
    rows = {row.get("name"): row.cells for row in sheets["survey"]}
    assert rows["mercury_plan"]["relevant"] == "${mercury} = 'yes'"
    assert rows["mercury_plan"]["appearance"] == "multiline" and "assay::show_if" not in rows["mercury_plan"]
    assert rows["duration"]["constraint"] == ". >= 1 and . <= 60"
    assert rows["duration"]["type"] == "integer" and rows["duration"]["required"] == "yes"
    assert rows["annex"]["required"] == "no" and rows["partners"]["type"] == "begin_repeat"
    assert rows["role"]["type"] == "select_one partners_role"
    assert [r.cells["name"] for r in sheets["choices"] if r.get("list_name") == "partners_role"] == ["lead", "partner"]
    assert rows["budget"]["type"] == "note" and "assay::lines" in rows["budget"]


def test_when_an_answer_is_required_stands_in_the_column_that_other_tools_read():
    form = {
        "sections": [
            section(
                "s",
                question("age", "integer"),
                question("why", require_if="age > 60"),
                question("how", require_if={"question": "age", "above": "60"}),
                question("odd", require_if="sum(t.x) > 3", required=True),
            )
        ]
    }
    sheets = write_sheets(form, "T", ["en"])
    rows = {row.get("name"): row.cells for row in sheets["survey"]}
    assert rows["why"]["required"] == "${age} > 60" and "assay::require_if" not in rows["why"]
    assert rows["how"]["required"] == "${age} > 60" and rows["odd"]["required"] == "no", "it stops nobody wrongly"
    found = read_sheets(sheets)
    assert found.document == form and not found.notes
    survey = [Row(2, {"type": "text", "name": "q", "label": "Q", "required": "${a} = regex(., 'x')"})]
    found = read_sheets({"survey": survey})
    assert found.document["sections"][0]["questions"][0]["required"] is False
    assert [(note.path, "cannot be said here" in str(note)) for note in found.notes] == [("survey!2", True)]


def test_what_the_file_cannot_say_is_told_reason_by_reason():
    cells = [question("ore", show_if="sum(t.x) > 3"), question("age", show_if="gold = 'yes'")]
    form = {
        "sections": [
            section(
                "s",
                question("gold", "yes_no", visible_to=["programme"]),
                question("why", "long_text", limit=9, limit_unit="words", require_if="sum(t.x) > 3"),
                question("mine", "group", columns=cells),
                question("money", "budget"),
            )
        ],
        "checks": [{"id": "c", "when": "gold > 1", "message": {"en": "No."}}],
    }
    told = {each.message: [[part["id"] for part in path] for path in each.about] for each in unsaid(form)}
    assert told == {
        "It shows only a note for these tables: %(names)s": [["money"]],
        "It asks always, without their condition: %(names)s": [["mine", "ore"]],
        "It never requires, because it cannot say the condition: %(names)s": [["why"]],
        "It does not count words: %(names)s": [["why"]],
        "It does not say who may read the answer: %(names)s": [["gold"]],
        "It does not check: %(names)s": [["c"]],
    }
    assert unsaid({"sections": [section("s", question("q"))]}) == ()


def test_a_check_that_only_compares_stands_as_a_constraint_beside_its_question():
    ends = {"id": "ends", "when": "to_year < from_year", "message": {"en": "It ends first."}, "question": "to_year"}
    more = {"id": "more", "when": "miners > 9 or miners < paid", "message": {"en": "More."}, "question": "miners"}
    lost = {"id": "lost", "when": "miners > paid + 1", "message": {"en": "Lost."}, "question": "miners"}
    form = {
        "sections": [
            section("s", question("from_year", "date"), question("to_year", "date"), question("paid", "integer")),
            section("t", question("miners", "integer", least="1")),
        ],
        "checks": [ends, more, lost],
    }
    sheets = write_sheets(form, "T", ["en"])
    rows = {row.get("name"): row.cells for row in sheets["survey"]}
    assert rows["to_year"]["constraint"] == "not(${from_year} != '' and . < ${from_year})"
    assert rows["to_year"][column("constraint_message", "en")] == "It ends first."
    assert rows["miners"]["constraint"] == ". >= 1 and not(${paid} != '' and (. > 9 or . < ${paid}))"
    assert column("constraint_message", "en") not in rows["miners"], "the words would not tell the bounds"
    found = read_sheets(sheets)
    assert found.document == form and not found.notes
    assert [[check["id"] for (check,) in each.about] for each in unsaid(form)] == [["lost"]]
    odd = {**form, "checks": [{**ends, "question": ["to_year"]}, {**ends, "when": {"to_year": 1}}, "more"]}
    assert read_sheets(write_sheets(odd, "T", ["en"])).document == odd
    sheets["survey"][2].cells["constraint"] += " and . != 3"
    assert any("constraint cannot be said" in str(note) for note in read_sheets(sheets).notes)
