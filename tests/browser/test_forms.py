"""Forms in a real browser: the language of conditions means the same as on the server, and the page keeps up with answers."""

from __future__ import annotations

import json
from html import escape

import pytest

from app.calls.amounts import read_number
from app.calls.form_schema import parse
from app.calls.form_schema.conditions import Known
from app.calls.form_schema.counting import counted
from app.calls.form_schema.expressions import names_in, parse_expression
from app.calls.form_schema.values import tagged
from app.calls.present.asking import section_logic
from app.developers.worlds.posting import fields_of
from tests.architecture.sources import ROOT
from tests.calls.test_expressions import CASES, FORM
from tests.factories.calls import question, section

pytestmark = pytest.mark.sqlite
SCRIPT = (ROOT / "app/static/js/forms.js").read_text()
NUMBERS = (
    "340000", "340 000,50", "340.000,50", "340,000.50", "1.2.3", "1,234", "1,23", "12.345.678", "€ 5", "EUR 5", "5 EUR", "much",
    "", "1.", ".5", "1,2.3", "0012", "9999999999999.99", "10000000000000", "1'000", "1\u202f000,5", "٣",
)  # fmt: skip
TEXTS = (
    "", "  one  two\u00a0three\u2003four ", "e\u0301te\u0301", "été", "👷🏾‍♀️ at work", "منجم الذهب",
    "a\r\nb\n\nc", "\ufeffa\u0085b", "שָׁלוֹם",
)  # fmt: skip


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><html lang='en'><body></body></html>")
    page.add_script_tag(content=SCRIPT)
    yield page
    context.close()


def test_every_case_of_the_language_in_the_page(page):
    """Twice: with the values that the server hands over, and with what stands in the page's fields."""
    handed, typed = [], []
    logic = json.loads(section_logic(FORM, FORM.sections[0], {}))
    for case in CASES:
        answers, tree = case.get("answers", {}), parse_expression(case["expression"])
        row = case.get("row")
        lookup = Known(FORM, answers).value
        if row is not None:
            lookup = Known(FORM, answers).row(FORM.question("partners"), answers["partners"][row]).value
        known = {".".join(name): tagged(lookup(name)) for name in names_in(tree)}
        fields = fields_of(FORM, "one", {k: v for k, v in answers.items() if v is not None})
        handed.append([tree, {"questions": {}, "known": known}, [], None])
        typed.append([tree, logic, list(fields.items()), None if row is None else str(row)])
    run = """cases => cases.map(([tree, logic, fields, row]) => {
      const {evaluate, tagged, reader} = window.AssayForms;
      const read = reader(logic, new Map(fields));
      return tagged(evaluate(tree, (row === null ? read : read.row("partners", row)).value));
    })"""
    wanted = [[case["expression"], case["value"]] for case in CASES]
    for cases in (handed, typed):
        found = page.evaluate(run, cases)
        assert [[c["expression"], value] for c, value in zip(CASES, found, strict=True)] == wanted


@pytest.mark.parametrize("decimals", [0, 2, 3, 4])
def test_numbers_are_read_alike(page, decimals):
    found = page.evaluate(
        "([texts, decimals]) => texts.map(t => { const n = AssayForms.readNumber(t, decimals); return n && `${n.n}/${n.d}`; })",
        [NUMBERS, decimals],
    )
    read = [read_number(text, decimals) for text in NUMBERS]
    assert found == [number if number is None else "/".join(map(str, number.as_integer_ratio())) for number in read]


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_texts_are_counted_alike(page, unit):
    found = page.evaluate("([texts, unit]) => texts.map(t => AssayForms.counted(t, unit))", [TEXTS, unit])
    assert found == [counted(text, unit) for text in TEXTS]


ROWS = parse(
    {
        "sections": [
            section(
                "one",
                question("mercury", "yes_no"),
                question(
                    "sites",
                    "group",
                    columns=[
                        question("ore", "mineral"),
                        question("grams", "integer", show_if='ore = "gold"', require_if='mercury = "yes"'),
                    ],
                ),
            )
        ]
    }
)


def test_cells_come_and_go_row_by_row(chromium):
    cells = "".join(
        f"<fieldset class='row-set'><div data-cell='ore'><input name='sites.{key}.ore'></div>"
        f"<div data-cell='grams'><input name='sites.{key}.grams'></div></fieldset>"
        for key in ("r1", "r2")
    )
    logic = section_logic(ROWS, ROWS.sections[0], {})
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(
        f"<!doctype html><html lang='en'><body><form data-logic='{escape(logic)}'><input name='mercury'>"
        f"<div data-question='sites'>{cells}</div></form></body></html>"
    )
    page.add_script_tag(content=SCRIPT)
    grams = page.locator("[data-cell=grams]")
    assert [grams.nth(n).is_hidden() for n in (0, 1)] == [True, True]
    page.fill("[name='sites.r2.ore']", "gold")
    page.wait_for_function("!document.querySelectorAll('[data-cell=grams]')[1].hidden")
    assert [grams.nth(n).is_hidden() for n in (0, 1)] == [True, False]
    page.fill("[name='mercury']", "yes")
    page.wait_for_selector("[name='sites.r2.grams'][aria-required]")
    context.close()
