"""Pages of the call editor as pure data: nothing is lost on the way through a page, whatever was typed."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls import document as documents
from app.calls import drafting, form_schema, rubric, rules, standards
from app.calls.drafting import paths, typed
from app.calls.drafting.pages.rules import CODE_NAMES
from app.calls.strict import Flaw
from tests.calls.sources import FILES, call_file


def posted(document, page):
    """What a browser sends when nothing was changed on the page."""
    return {name: typed.shown(f, paths.get(document, name)) for f in page.fields() for name in f.names()}


@pytest.mark.parametrize("name", FILES)
def test_saving_any_page_of_a_real_call_unchanged_changes_nothing(name):
    document = call_file(name)
    before = documents.parse(document)
    for page in drafting.pages_of(document):
        after = documents.parse(drafting.patched(document, page, posted(document, page)))
        for field in fields(before):
            if field.name != "sha256":
                assert getattr(after, field.name) == getattr(before, field.name), (page.part, field.name)


@pytest.mark.parametrize("name", FILES)
def test_every_place_of_a_real_call_but_forms_can_be_edited(name):
    """What the pages do not ask would be lost to whoever has no file."""
    document = call_file(name)
    asked = {name for page in drafting.pages_of(document) for f in page.fields() for name in (f.path, *f.names())}
    untold = [place for place in leaves(document) if not any(paths.within(place, known) for known in asked)]
    assert [p for p in untold if ".form." not in p and not p.startswith("programme")] == []


def leaves(value, path=""):
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from leaves(entry, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, entry in enumerate(value):
            yield from leaves(entry, f"{path}[{number}]")
    else:
        yield path


def page(document, part):
    found = drafting.page_of(document, part)
    assert found is not None
    return found


def test_a_page_takes_its_own_fields_and_no_others():
    document = call_file()
    changed = drafting.patched(
        document,
        page(document, "basics"),
        {"code": ["EVIL"], "process.quorum": ["1"], "stages[0].key": ["x"]},
        partial=True,
    )
    assert changed["code"] == "EVIL" and changed["process"] == document["process"]
    assert changed["stages"][0]["key"] == "quick_scan"


def test_what_cannot_be_read_stays_as_it_was_typed():
    document = call_file()
    changed = drafting.patched(document, page(document, "basics"), {"budget": ["quite a lot"]}, partial=True)
    assert changed["budget"] == "quite a lot"
    process = drafting.patched(document, page(document, "process"), {"process.quorum": ["three"]}, partial=True)
    assert process["process"]["quorum"] == "three"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("amount", "340 000,50", "340000.50"),
        ("amount", "1.000", "1000.00"),
        ("integer", "12", 12),
        ("integer", "12.5", "12.5"),
        ("integer", "١٢", "١٢"),
        ("numbers", "30, 30 40", [30, 30, 40]),
        ("wall", "2027-03-28T02:30", "2027-03-28 02:30"),
        ("wall", "2027-03-28T02:30:00", "2027-03-28 02:30"),
        ("wall", "soon", "soon"),
        ("code", "eprm-2027", "EPRM-2027"),
        ("lines", "a\r\n\r\n b ", ["a", "b"]),
        ("truth", "false", False),
        ("line", "  a\x00b\x0bc ", "abc"),
        ("line", "   ", None),
    ],
)
def test_how_typed_texts_are_read(kind, text, value):
    assert typed.read(drafting.Field("x", kind, "X"), [text]) == value


def test_a_choice_left_empty_means_none_only_when_the_whole_page_is_sent():
    document = call_file()
    basics = page(document, "basics")
    assert drafting.patched(document, basics, {}, partial=True)["minerals"] == document["minerals"]
    assert "minerals" not in drafting.patched(document, basics, {})


def test_rows_come_move_and_go():
    document = call_file()
    stages = page(document, "stages")
    assert drafting.allowed(stages, "down:stages[0]") and not drafting.allowed(stages, "remove:stages[2]")
    assert not drafting.allowed(stages, "remove:rules.caps[0]") and not drafting.allowed(stages, "burn:stages[0]")
    down = drafting.acted(document, stages, "down:stages[0]")
    assert [s["key"] for s in down["stages"]] == ["full_proposal", "quick_scan"]
    assert drafting.acted_ids(["a", "b"], "down:stages[0]") == ["b", "a"]
    added = drafting.acted(document, stages, "add:stages")
    assert added["stages"][2] == {"key": "stage_3"} and drafting.acted_ids(["a", "b"], "add:stages") == ["a", "b", None]
    assert drafting.acted_ids(["a", "b"], "remove:stages[0]") == ["b"]
    assert [s["key"] for s in document["stages"]] == ["quick_scan", "full_proposal"], (
        "the document itself is left alone"
    )


def test_every_rule_can_be_left_to_screening():
    assert [code for code, _ in CODE_NAMES] == list(rules.CODES)


def test_the_least_own_contribution_is_asked_and_a_figure_may_be_one_source_of_a_budget():
    sources = [{"id": "asked", "label": {"en": "Asked"}}, {"id": "own", "label": {"en": "Own"}}]
    budget = {"id": "budget", "kind": "budget", "label": {"en": "Budget"}, "sources": sources}
    grant = {"id": "grant", "kind": "money", "label": {"en": "Grant"}}
    document = {"stages": [{"key": "only", "form": {"sections": [{"id": "money", "questions": [grant, budget]}]}}]}
    told = page(document, "rules")
    fields = {field.path: field for field in told.fields()}
    assert fields["rules.own_contribution.min_percent"].kind == "integer"
    for figure in ("grant", "total", "cash", "in_kind"):
        options = dict(fields[f"rules.answers.{figure}"].options)
        assert options["budget.own"] == "Budget › Own" and options["budget"] == "Budget", figure
    assert not [o for o, _ in fields["rules.answers.duration"].options if "." in o]
    changed = drafting.patched(
        document, told, {"rules.answers.cash": ["budget.own"], "rules.own_contribution.min_percent": ["20"]}
    )
    assert changed["rules"]["answers"]["cash"] == "budget.own"
    assert changed["rules"]["own_contribution"] == {"min_percent": 20}


def test_a_list_takes_no_more_rows_than_it_may_have():
    document = {"stages": [{}] * 5}
    assert not drafting.allowed(page(document, "stages"), "add:stages")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(call_file())), JSON, max_size=5))
def test_any_nonsense_in_a_document_still_has_pages(nonsense):
    document = drafting.tidy(nonsense)
    for found in drafting.pages_of(document):
        drafting.patched(document, found, {name: ["1"] for f in found.fields() for name in f.names()})


@pytest.mark.parametrize(
    ("wall", "zone", "sentence"),
    [
        (
            "2026-03-29 02:30",
            "Europe/Amsterdam",
            "does not exist in Europe/Amsterdam: the clocks go from 2026-03-29 02:00",
        ),
        ("2026-03-29 02:00", "Europe/Amsterdam", "to 2026-03-29 03:00"),
        ("2026-10-25 02:30", "Europe/Amsterdam", "happens twice in Europe/Amsterdam: at 00:30 and at 01:30 (UTC)"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "from 2026-10-04 02:00 to 2026-10-04 02:30"),
        ("2011-12-30 12:00", "Pacific/Apia", "from 2011-12-30 00:00 to 2011-12-31 00:00"),
    ],
)
def test_times_that_the_zone_skips_or_has_twice(wall, zone, sentence):
    (flaw,) = drafting.clock_flaws({"timezone": zone, "stages": [{"closes": wall}]})
    assert flaw.path == "stages[0].closes" and sentence in str(flaw)


def test_the_end_of_questions_is_looked_at_like_the_dates_of_stages():
    (flaw,) = drafting.clock_flaws({"timezone": "Europe/Amsterdam", "process": {"questions_until": "2027-03-28 02:30"}})
    assert flaw.path == "process.questions_until" and "does not exist" in str(flaw)


@pytest.mark.parametrize("wall", ["2026-03-29 03:00", "2026-03-29 01:59", "2026-10-25 03:00", "tomorrow", None])
def test_other_times_are_in_order(wall):
    assert not list(drafting.clock_flaws({"timezone": "Europe/Amsterdam", "stages": [{"opens": wall}]}))


def test_both_instants_of_a_doubled_time():
    found = drafting.instants(datetime(2026, 10, 25, 2, 30), "Europe/Amsterdam")
    assert [f.hour for f in found] == [0, 1] and len(found) == 2


def test_texts_that_lack_a_language_are_listed_by_it():
    document = {**call_file(), "languages": ["en", "fr", "es"]}
    del document["title"]["fr"], document["stages"][0]["title"]["fr"], document["summary"]["es"]
    with pytest.raises(documents.FormError) as caught:
        documents.parse(document)
    lacking = drafting.languages_lacking(drafting.without_repeats(caught.value.flaws))
    assert {language: {f.path for f in found} for language, found in lacking.items()} == {
        "fr": {"title.fr", "stages[0].title.fr"},
        "es": {"summary.es"},
    }


def test_of_what_is_missing_only_that_is_said():
    flaws = (Flaw("a", "is missing"), Flaw("a", "expected names with values here"), Flaw("b", "no"), Flaw("b", "no"))
    assert [str(f) for f in drafting.without_repeats(flaws)] == ["a: is missing", "b: no"]


def test_every_flaw_has_one_page_where_it_is_mended():
    document = call_file()
    pages = drafting.pages_of(document)
    for path, part in (
        ("stages[0].rubric.scale", "rubric-0"),
        ("stages[1].form.sections[0].id", "form-1"),
        ("stages[1].closes", "stages"),
        ("rules.windows[0].label.fr", "windows"),
        ("rules.answers.window", "windows"),
        ("rules.answers.grant", "rules"),
        ("programme.code", "basics"),
        ("colour", "basics"),
    ):
        assert drafting.part_of(pages, path).part == part, path


@pytest.mark.parametrize("name", ["empty", *standards.FORMS])
def test_the_standard_forms_are_in_order_in_every_language(name):
    assert form_schema.parse(standards.form(name), ("en", "fr", "es")).question("title")


def test_the_standard_rubric_has_100_points():
    assert rubric.parse(standards.rubric(), ("en", "fr", "es")).total == 100
