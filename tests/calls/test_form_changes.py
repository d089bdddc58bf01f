"""What differs between two forms: every difference is named once, with its place, and words that can be translated."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from app.calls.form_change_words import SETTING_WORDS
from app.calls.form_changes import GONE, differences, has_answer
from app.calls.form_schema import Form, parse
from app.calls.present import change_lines
from tests.factories.calls import FULL_PROPOSAL, QUICK_SCAN, question, section


def form(document) -> Form:
    return parse(document, languages=())


def changed(edit, document=FULL_PROPOSAL):
    """The differences that an edit of the document makes."""
    new = deepcopy(document)
    edit(new["sections"])
    return differences(form(document), form(new))


def codes(found) -> list[str]:
    return [change.code for change in found]


def test_the_same_form_has_no_differences():
    assert differences(form(FULL_PROPOSAL), form(deepcopy(FULL_PROPOSAL))) == []


def ask(sections, ident):
    return next(q for s in sections for q in s["questions"] if q["id"] == ident)


EDITS = {
    "question_added": lambda s: s[1]["questions"].append(question("gender")),
    "question_removed": lambda s: s[1]["questions"].remove(ask(s, "minerals")),
    "relabelled": lambda s: ask(s, "problem").update(label={"en": "Which problem?"}),
    "help": lambda s: ask(s, "problem").update(help={"en": "In short."}),
    "retyped": lambda s: ask(s, "contact_email").update(kind="short_text"),
    "required": lambda s: ask(s, "problem").update(required=False),
    "limit": lambda s: ask(s, "problem").update(limit=50),
    "least": lambda s: ask(s, "duration").update(least="2"),
    "most": lambda s: ask(s, "duration").pop("most"),
    "rows": lambda s: ask(s, "partners").update(min_rows=2),
    "max_files": lambda s: ask(s, "annex").update(max_files=5),
    "condition": lambda s: ask(s, "mercury_plan").pop("show_if"),
    "visible_to": lambda s: ask(s, "contact_email").pop("visible_to"),
    "option_added": lambda s: ask(s, "partners")["columns"][1]["options"].append({"id": "x", "label": {"en": "X"}}),
    "option_removed": lambda s: ask(s, "partners")["columns"][1]["options"].pop(),
    "option_relabelled": lambda s: ask(s, "partners")["columns"][1]["options"][0].update(label={"en": "Leader"}),
    "column_added": lambda s: ask(s, "partners")["columns"].append(question("town")),
    "column_removed": lambda s: ask(s, "partners")["columns"].pop(),
    "columns_moved": lambda s: ask(s, "partners")["columns"].reverse(),
    "line_added": lambda s: ask(s, "budget")["lines"].append({"id": "audit", "label": {"en": "Audit"}}),
    "line_removed": lambda s: ask(s, "budget")["lines"].pop(0),
    "section_retitled": lambda s: s[0].update(title={"en": "Who you are"}),
    "section_intro": lambda s: s[0].update(intro={"en": "Who you are"}),
    "section_moved": lambda s: s.insert(3, s.pop(0)),
}


@pytest.mark.parametrize("code", EDITS)
def test_each_edit_is_one_difference_in_words(app, code):
    found = changed(EDITS[code])
    assert codes(found) == [code]
    with app.test_request_context():
        (line,) = change_lines(found, "en", 10)
    assert "%(" not in line and ": " in line


def test_a_question_that_moved_to_another_section_is_one_difference():
    found = changed(lambda s: s[2]["questions"].append(s[1]["questions"].pop(3)))
    assert codes(found) == ["question_moved"] and found[0].params["old"] == {"en": "Plan"}


def test_only_what_jumped_counts_as_moved_within_a_section():
    found = changed(lambda s: s[1]["questions"].insert(0, s[1]["questions"].pop(2)))
    assert [(c.code, c.question) for c in found] == [("question_moved", "minerals")]


def test_a_section_that_goes_away_takes_its_questions_along():
    found = changed(lambda s: s.pop(3))
    assert codes(found) == ["section_removed", "question_removed", "question_removed"]


def test_a_new_section_names_its_questions():
    found = changed(lambda s: s.append(section("more", question("extra"))), QUICK_SCAN)
    assert codes(found) == ["section_added", "question_added"]


def test_answers_that_a_difference_touches_are_found():
    answers = {
        "partners": [{"name": "A", "role": "partner", "supply_chain": "yes"}],
        "budget": {"staff": {"amount": 1}},
    }
    touched = {code: has_answer(changed(EDITS[code])[0], answers, {"annex": 1}) for code in EDITS}
    assert touched["option_removed"] and touched["column_removed"] and touched["line_removed"] and touched["max_files"]
    assert not any(touched[code] for code in ("question_added", "question_removed", "relabelled", "retyped"))
    lead = {"partners": [{"name": "A", "role": "lead"}]}
    assert not has_answer(changed(EDITS["option_removed"])[0], lead, {})
    assert not has_answer(changed(EDITS["column_removed"])[0], lead, {})
    assert {"option_removed", "column_removed", "line_removed"} <= GONE


@pytest.mark.parametrize("name", sorted(SETTING_WORDS))
def test_a_setting_is_told_in_words_and_never_by_its_inner_name(name):
    old = form(FULL_PROPOSAL)
    target = replace(old.sections[0].questions[0], **{name: {}})
    old = replace(old, sections=(replace(old.sections[0], questions=(target,)), *old.sections[1:]))
    first = replace(old.sections[0], questions=(replace(target, **{name: ["there"]}),))
    new = replace(old, sections=(first, *old.sections[1:]))
    (forth,), (back,) = differences(old, new), differences(new, old)
    assert (forth.code, back.code) == ("setting", "setting")
    assert (forth.message, back.message) == SETTING_WORDS[name]
