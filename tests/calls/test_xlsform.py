"""XLSForm of others: mapped or named cell by cell, what a person changed counts, hostile files are refused in words."""

from __future__ import annotations

import copy
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.calls.building import questions
from app.calls.form_schema import FormError
from app.calls.xlsform import read_xlsform, write_xlsform
from tests.factories.calls import question, section


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
