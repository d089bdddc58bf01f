"""Questions and answers as the components show them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import current_app

from app.calls.form_schema import KINDS, parse, problems, read_section
from app.calls.present import answer_view, question_view
from app.core.types import Money
from tests.factories.calls import FULL_PROPOSAL, question, section

FULL = parse(FULL_PROPOSAL)
BUDGET = {
    "staff": {"amount": {"amount": "1000.50", "currency": "EUR"}},
    "travel": {"amount": {"amount": "2.00", "currency": "EUR"}},
    "indirect": {"amount": ""},
}


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context("/"):
        yield


def shown(template: str, **context) -> str:
    """The component as a page would show it."""
    source = '{% from "components/answers.html" import question_field, answer_view with context %}' + template
    return current_app.jinja_env.from_string(source).render(viewer=None, **context)


def test_a_budget_is_asked_by_line_and_read_with_its_total():
    asked = question_view(FULL.question("budget"), BUDGET, language="en")
    assert [row.title for row in asked.rows] == ["Staff", "Travel", "Contingency", "Indirect"]
    assert asked.rows[0][0].name == "budget.staff.amount" and asked.rows[0][0].value["amount"] == "1000.50"
    assert not asked.can_add and not asked.can_remove
    read = answer_view(FULL.question("budget"), BUDGET, language="en")
    assert read.columns == ("Line", "Amount")
    assert [row[0].value for row in read.rows] == ["Staff", "Travel", "Total"]
    assert read.rows[-1][1].value == Money(Decimal("1002.50"), "EUR")
    page = shown("{{ question_field(asked) }}<dl>{{ answer_view(read) }}</dl>", asked=asked, read=read)
    assert "<legend>Staff</legend>" in page and "€1,002.50" in page and 'value="1000.50"' in page


@pytest.mark.parametrize(
    ("label", "line"), [("Budget", "Budget: Too much."), ("Who may apply?", "Who may apply? Too much.")]
)
def test_a_label_that_is_a_question_gets_no_colon(label, line):
    source = '{% from "components/errors.html" import named with context %}{{ named(label, "Too much.") }}'
    assert current_app.jinja_env.from_string(source).render(label=label).strip() == line


def test_rows_grow_up_to_their_bounds():
    partners = FULL.question("partners")
    assert len(question_view(partners, None, language="en").rows) == 1
    two = [{"name": "A"}, {"name": "B"}]
    view = question_view(partners, two, language="en", extra_rows=1)
    assert len(view.rows) == 3 and view.can_add and view.can_remove
    fresh, other = view.rows[2].key, question_view(partners, two, language="en", extra_rows=1).rows[2].key
    assert view.rows[1][0].name == "partners.1.name" and view.rows[2][0].name == f"partners.{fresh}.name"
    assert fresh != other, "two pages begin two rows"
    full = question_view(partners, [{"name": str(n)} for n in range(30)], language="en", extra_rows=5)
    assert len(full.rows) == 30 and not full.can_add


def test_errors_stand_beside_their_cell():
    answers, _ = read_section(FULL, "applicant", {"partners.0.name": ["Coop"], "contact_email": ["nobody"]})
    found = problems(FULL, answers, {})
    partners = question_view(FULL.question("partners"), answers["partners"], language="en", problems=found)
    assert partners.errors == () and partners.rows[0][0].errors == ()
    assert partners.rows[0][1].errors == ("Fill in “Role” in every row you use.",)
    email = question_view(FULL.question("contact_email"), "nobody", language="en", problems=found)
    assert email.value == "nobody" and email.errors == ("Give an e-mail address, like name@example.org.",)
    page = shown("{{ question_field(q) }}", q=email)
    assert 'value="nobody"' in page and "field-error" in page


def test_readers_get_only_the_options_that_were_chosen():
    form = parse({"sections": [section("s", question("where", "countries"), question("what", "minerals"))]})
    assert answer_view(form.question("where"), ["CD", "RW"], language="en").options == (
        ("CD", "Congo - Kinshasa"),
        ("RW", "Rwanda"),
    )
    assert len(question_view(form.question("where"), None, language="en").options) > 200
    assert "Gold" in shown(
        "<dl>{{ answer_view(q) }}</dl>", q=answer_view(form.question("what"), ["gold"], language="en")
    )


def test_what_was_typed_wrongly_is_still_shown():
    for ident, typed in (("grant", "much"), ("duration", "long"), ("partners", "x"), ("budget", "y")):
        asked = FULL.question(ident)
        page = shown("{{ question_field(q) }}", q=question_view(asked, typed, language="en"))
        assert ident in page
        shown("<dl>{{ answer_view(q) }}</dl>", q=answer_view(asked, typed, language="en"))
    assert 'value="much"' in shown(
        "{{ question_field(q) }}", q=question_view(FULL.question("grant"), "much", language="en")
    )


def test_answers_are_escaped():
    evil = "<script>alert(1)</script>"
    for ident in ("title", "problem"):
        page = shown("<dl>{{ answer_view(q) }}</dl>", q=answer_view(FULL.question(ident), evil, language="en"))
        assert "<script>" not in page and "&lt;script&gt;" in page


OPTION = [{"id": "a", "label": {"en": "A"}}]
NEEDS = {
    "choice": {"options": OPTION},
    "choices": {"options": OPTION},
    "budget": {"lines": OPTION, "columns": [question("amount", "money")]},
    "table": {"columns": [question("note"), question("when", "date")]},
    "partners": {"columns": [question("name"), question("where", "country")]},
    "group": {"columns": [question("name"), question("where", "region"), question("why", "long_text")]},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_control(kind):
    form = parse({"sections": [section("s", question("q", kind, **NEEDS.get(kind, {})))]})
    page = shown("{{ question_field(q) }}", q=question_view(form.question("q"), None, language="en"))
    assert 'data-question="q"' in page and ("<input" in page or "<textarea" in page or "<select" in page)
