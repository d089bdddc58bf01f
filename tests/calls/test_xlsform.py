"""XLSForm: our own round trip is exact, foreign files are mapped or named cell by cell, hostile ones refused in words."""

from __future__ import annotations

import copy
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.calls import document as documents
from app.calls.building import questions
from app.calls.form_schema import KINDS, FormError, parse
from app.calls.xlsform import read_sheets, read_xlsform, write_sheets, write_xlsform
from app.calls.xlsform.questions import KINDS as FROM_TYPES
from app.calls.xlsform.questions import TYPES
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
        "require_if": WORDS, "future_setting": JSON,
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
        form |= {"currency": "USD", "checks": [{"id": "c", "when": "a > 1", "message": draw(TEXTS)}]}
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


def book(**sheets) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


FOREIGN = {
    "survey": [
        [
            "type",
            "name",
            "label::English (en)",
            "label::Français (fr)",
            "hint",
            "required",
            "relevant",
            "constraint",
            "appearance",
            "calculation",
        ],
        ["start", "start"],
        ["begin group", "About you", "About you", "À propos"],
        ["note", "hello", "Welcome", "Bienvenue"],
        ["text", "Full-Name", "Your name", "Votre nom", "As in your passport", "yes"],
        ["integer", "age", "Age", "Âge", None, "true()", None, ". >= 18 and . <= 120"],
        ["select_multiple crops", "crops", "Crops", "Cultures", None, None, "${age} > 20 and not(${Full-Name} = '')"],
        ["geopoint", "where", "Where", "Où", None, None, "selected(${crops}, 'maize')"],
        ["note", "late", "Nearly done", "Presque"],
        ["calculate", "twice", None, None, None, None, None, None, None, "${age} * 2"],
        ["end group"],
        ["begin repeat", "plots", "Plots", "Parcelles"],
        ["decimal", "size", "Size", "Taille", None, None, None, "regex(., 'x')"],
        ["select one from no list", "odd", "Odd", "Odd"],
        ["end repeat"],
        ["image", "photo", "Photo", "Photo", None, None, None, None, "annotate"],
        ["geotrace", "path", "Path", "Chemin"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::Français (fr)"],
        ["crops", "maize", "Maize", "Maïs"],
        ["crops", "sweet potato", "Sweet potato", "Patate"],
    ],
    "settings": [["form_title", "default_language"], ["Farm", "English (en)"]],
}


def test_a_file_of_another_tool_is_mapped_and_the_rest_is_named_with_its_cell():
    found = read_xlsform(book(**FOREIGN))
    asked = {q["id"]: q for q in questions(found.document)}
    assert [s["id"] for s in found.document["sections"]] == ["about_you", "general"]
    assert found.document["sections"][0]["intro"] == {"en": "Welcome", "fr": "Bienvenue"}
    assert asked["full_name"] == {
        "id": "full_name",
        "kind": "short_text",
        "label": {"en": "Your name", "fr": "Votre nom"},
        "help": {"en": "As in your passport"},
    }
    assert (asked["age"]["least"], asked["age"]["most"]) == ("18", "120") and "required" not in asked["age"]
    assert asked["crops"]["options"][1] == {"id": "sweet_potato", "label": {"en": "Sweet potato", "fr": "Patate"}}
    assert asked["crops"]["show_if"] == "age > 20 and not ( full_name = '' )" and asked["crops"]["required"] is False
    assert asked["where"]["show_if"] == "( 'maize' in crops )" and asked["where"]["kind"] == "point"
    assert [c["id"] for c in asked["plots"]["columns"]] == ["size", "odd"] and asked["plots"]["kind"] == "group"
    assert asked["photo"]["file_types"] == ["png", "jpg"]
    said = {(note.path, str(note).split(": ", 1)[1][:40]) for note in found.notes}
    for cell, words in (
        ("survey!A2", "“start” notes something"), ("survey!B3", "“About you” cannot be a code"),
        ("survey!B5", "“Full-Name” cannot be a code"), ("survey!C9", "A note has no place"),
        ("survey!A10", "A question of type “calculate”"), ("survey!H13", "This constraint cannot be said"),
        ("survey!I16", "The appearance “annotate”"), ("survey!A17", "A question of type “geotrace”"),
    ):  # fmt: skip
        assert any(path == cell and text.startswith(words) for path, text in said), (cell, words, sorted(said))


def test_what_a_person_changed_in_the_sheet_counts_before_our_own_columns():
    form = {
        "sections": [section("a", question("q", "money", show_if="sum(t.x) > 3 and 1 < 2"), question("b", "budget"))]
    }
    loaded = load_workbook(io.BytesIO(write_xlsform(form, "T", ["en"])))
    sheet = loaded["survey"]
    titles = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in range(2, 9) if sheet.cell(r, titles["name"]).value == "q")
    sheet.cell(row, titles["type"]).value = "date"
    sheet.cell(row, titles.get("relevant", 40)).value = "${a} = 'x'"
    sheet.cell(1, titles.get("relevant", 40)).value = "relevant"
    out = io.BytesIO()
    loaded.save(out)
    found = read_xlsform(out.getvalue())
    changed = next(questions(found.document))
    assert changed["kind"] == "date" and changed["show_if"] == {"question": "a", "is": "x"}
    assert sum("was changed here" in str(note) for note in found.notes) == 2


def test_a_formula_is_text_on_the_way_out_and_never_worked_out_on_the_way_in():
    form = {"sections": [section("a", {**question("q"), "label": {"en": "=1+1"}})]}
    content = write_xlsform(form, "=cmd()", ["en"])
    assert read_xlsform(content).document == form
    evil = copy.deepcopy(FOREIGN)
    evil["survey"][4][2] = '=HYPERLINK("https://evil.example","x")'
    found = read_xlsform(book(**evil))
    assert any(n.path == "survey!C5" and "A formula is not worked out" in str(n) for n in found.notes)
    assert "evil" not in str(found.document)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return out.getvalue()


def with_entity() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(**FOREIGN))) as good, zipfile.ZipFile(out, "w") as archive:
        for entry in good.infolist():
            content = good.read(entry)
            if entry.filename == "xl/workbook.xml":
                content = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + content
            archive.writestr(entry.filename, content)
    return out.getvalue()


def many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}.xml", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as an Excel"),
        (b"PK\x03\x04 and nothing more", "cannot be read as an Excel"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (bomb(), "far more than a form needs"),
        (many_entries(), "far more than a form needs"),
        (with_entity(), "definitions that no workbook needs"),
        (book(other=[["a"]]), "no sheet “survey”"),
        (book(survey=[["type", "name"]]), "no sheet “survey”"),
        (book(survey=[["type", "name"], ["calculate", "x"]]), "no question that can be asked"),
        (book(survey=[["type", "name"], *([["text", "x"]] * 3100)]), "more than 3000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_form_or_a_trap_is_refused_in_words(content, words):
    with pytest.raises(FormError, match=words):
        read_xlsform(content)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "text",
                    "begin group",
                    "end group",
                    "begin repeat",
                    "end repeat",
                    "note",
                    "x",
                    "select_one a",
                    "",
                    "${",
                    "assay::kind",
                    "yes",
                ]
            ),
            max_size=6,
        ),
        max_size=12,
    )
)
def test_nonsense_is_a_form_or_a_sentence_never_a_crash(rows):
    try:
        read_xlsform(book(survey=[["type", "name", "label", "relevant", "constraint", "assay::kind"], *rows]))
    except FormError as error:
        assert str(error)


def test_a_long_text_goes_on_in_a_second_column():
    lines = [{"id": f"l{n}", "label": {"en": "x" * 400}} for n in range(200)]
    form = {"sections": [section("a", question("b", "budget", lines=lines))]}
    assert read_xlsform(write_xlsform(form, "T", ["en"])).document == form
