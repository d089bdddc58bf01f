"""From what was typed to a question and back: what is not changed stays to the letter, what cannot be read is kept."""

from __future__ import annotations

from typing import Any

import pytest

from app.calls import document as documents
from app.calls.building.drafts import read_draft
from app.calls.building.keys import keys_of
from app.calls.building.posting import read_question, shown_condition, shown_value
from tests.architecture.sources import ROOT
from tests.factories.calls import FULL_PROPOSAL, question, section

CALLS = sorted((ROOT / "app/developers/calls").glob("*.yaml"))


def fields_of(asked: dict[str, Any], languages: tuple[str, ...], inside: str = "") -> dict[str, list[str]]:
    """What a browser posts when the page of a question is saved as it was shown."""
    posted: dict[str, list[str]] = {}
    for key in keys_of(asked["kind"], inside):
        value = asked.get(key.name)
        if key.widget in {"texts", "long_texts"}:
            posted |= {f"{key.name}.{code}": [(value or {}).get(code, "")] for code in languages}
        elif key.widget == "parts":
            for number, part in enumerate([*(value or []), {}, {}]):
                posted[f"{key.name}.{number}.id"] = [part.get("id", "")]
                label = part.get("label", {})
                posted |= {f"{key.name}.{number}.label.{code}": [label.get(code, "")] for code in languages}
        elif key.widget == "flag":
            if key.default if value is None else value:
                posted[key.name] = ["yes"]
        elif key.widget == "several":
            posted[key.name] = list(value or [])
        elif key.widget == "condition":
            posted |= {f"{key.name}.{part}": [text] for part, text in shown_condition(value).items()}
        elif key.widget == "one":
            posted[key.name] = [shown_value(value) or str(key.default)]
        elif key.widget != "columns":
            posted[key.name] = [shown_value(value)]
    return posted


@pytest.mark.parametrize("path", CALLS, ids=lambda p: p.stem)
def test_saving_a_page_as_it_was_shown_changes_nothing(path):
    call = documents.read_yaml(path.read_bytes())
    languages = tuple(call["languages"])
    for stage in call["stages"]:
        for each in (q for s in stage["form"]["sections"] for q in s["questions"]):
            assert read_question(fields_of(each, languages), each["kind"], each, languages) == each
            for column in each.get("columns", []):
                typed = fields_of(column, languages, inside=each["kind"])
                assert read_question(typed, column["kind"], column, languages, inside=each["kind"]) == column


def test_what_cannot_be_read_is_kept_as_typed_and_named():
    asked = question("size", "long_text")
    typed = fields_of(asked, ("en",)) | {"limit": ["many"]}
    made = read_question(typed, "long_text", asked, ("en",))
    assert made["limit"] == "many"
    draft = read_draft({"sections": [section("a", made)]}, ("en",))
    assert [(rest, flaw.message) for rest, flaw in draft.of("question", "size")] == [
        ("limit", "expected a whole number from %(least)s to %(most)s")
    ]
    assert draft.form.question("size").kind == "long_text"


def test_new_rows_become_options_with_ids_of_their_own_and_old_ones_keep_theirs():
    asked = question("role", "choice", options=[{"id": "lead", "label": {"en": "Lead", "fr": "Chef"}}])
    typed = fields_of(asked, ("en", "fr")) | {
        "options.0.label.en": ["Leader"],
        "options.1.label.en": ["Lead"],
        "options.2.label.fr": ["Autre chose"],
    }
    made = read_question(typed, "choice", asked, ("en", "fr"))
    assert made["options"] == [
        {"id": "lead", "label": {"en": "Leader", "fr": "Chef"}},
        {"id": "lead_2", "label": {"en": "Lead"}},
        {"id": "autre_chose", "label": {"fr": "Autre chose"}},
    ]


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ({"how": "none", "question": "a", "value": "yes"}, None),
        ({"how": "plain", "question": "a", "way": "is", "value": "yes"}, {"question": "a", "is": "yes"}),
        ({"how": "plain", "question": "a", "way": "in", "value": "x, y,"}, {"question": "a", "in": ["x", "y"]}),
        ({"how": "plain", "question": "a", "way": "above", "value": "1 000,50"}, {"question": "a", "above": "1000.50"}),
        ({"how": "plain", "question": "a", "way": "above", "value": "much"}, {"question": "a", "above": "much"}),
        ({"how": "text", "text": "a > 3 and b = 'x'"}, "a > 3 and b = 'x'"),
        ({"how": "text", "text": " "}, None),
    ],
)
def test_conditions_over_plain_fields_and_as_text(typed, condition):
    asked = question("q")
    posted = fields_of(asked, ("en",)) | {f"show_if.{name}": [value] for name, value in typed.items()}
    assert read_question(posted, "short_text", asked, ("en",)).get("show_if") == condition


def test_texts_of_a_language_that_the_call_no_longer_has_stay():
    asked = question("q", help={"en": "Old", "es": "Viejo"})
    made = read_question(fields_of(asked, ("en",)) | {"help.en": ["New"]}, "short_text", asked, ("en",))
    assert made["help"] == {"en": "New", "es": "Viejo"}


def test_another_kind_keeps_the_texts_and_drops_what_does_not_belong_to_it():
    asked = question("q", "long_text", limit=5)
    made = read_question(fields_of(asked, ("en",)), "integer", asked, ("en",))
    assert made == {"id": "q", "kind": "integer", "label": asked["label"]}


def test_flaws_know_their_place():
    document = {"sections": [*FULL_PROPOSAL["sections"], {"id": "more", "title": {}, "questions": []}]}
    draft = read_draft(document, ("en", "fr"))
    assert {rest for rest, _ in draft.of("section", "more")} == {"title.en", "title.fr", "questions"}
    assert ("label.fr", "is missing") in [(r, f.message) for r, f in draft.of("question", "duration")]
    assert any(rest.startswith("columns[1].options[0]") for rest, _ in draft.of("question", "partners"))
