"""Operations on form documents: ids that stay, order, and nothing that touches the document it was given."""

from __future__ import annotations

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls import building
from app.calls.form_schema import FormError, parse
from app.calls.strict import WORD
from tests.factories.calls import FULL_PROPOSAL, QUICK_SCAN, question, section

LABELS = st.one_of(
    st.sampled_from(["Title", "title", "and", "Größe", "Où ?", "鉱山", "1st year", "", "a" * 200, "x y " * 60]),
    st.text(st.characters(codec="utf-8"), max_size=30),
)
STEPS = st.tuples(
    st.sampled_from(
        ["add", "add_section", "duplicate", "duplicate_section", "up", "down", "section_up", "to", "edit", "remove"]
    ),
    st.integers(0, 50),
    st.integers(0, 50),
    LABELS,
)


def play(document, step):
    """One random operation; the ids that it made."""
    name, one, two, label = step
    sections = document["sections"]
    asked = [q["id"] for q in building.questions(document)]
    home = sections[one % len(sections)]["id"]
    some = asked[two % len(asked)] if asked else ""
    if name == "add_section":
        return building.add_section(document, {"title": {"en": label or "New"}})
    if name == "duplicate_section":
        return building.duplicate_section(document, home)
    if name == "section_up":
        return building.move_section(document, home, -1), ""
    if name == "add" or not some:
        return building.add_question(document, home, {"kind": "short_text", "label": {"en": label or "New"}})
    if name == "duplicate":
        return building.duplicate_question(document, some)
    if name == "edit":
        return building.edit_question(
            document, some, {**building.question(document, some), "label": {"en": "Other"}}
        ), ""
    if name == "to":
        return building.move_question_to(document, some, home), ""
    if name == "remove":
        return building.remove_question(document, some), ""
    return building.move_question(document, some, -1 if name == "up" else 1), ""


@given(st.sampled_from([QUICK_SCAN, FULL_PROPOSAL]), st.lists(STEPS, max_size=25))
def test_whatever_is_done_ids_stay_unique_and_known_and_the_form_can_be_read(first, steps):
    document = first
    for step in steps:
        before, kept = copy.deepcopy(document), {q["id"] for q in building.questions(document)}
        made, new = play(document, step)
        assert document == before, "the given document changed"
        after = [q["id"] for q in building.questions(made)]
        assert len(after) == len(set(after))
        assert all(WORD.fullmatch(ident) for ident in building.ids_of(made))
        lost = kept - set(after)
        assert lost == set() or (step[0] == "remove" and len(lost) == 1)
        assert not new or new not in building.ids_of(before)
        building.check_structure(made)
        document = made
    readable(document)


def readable(document) -> None:
    """What parsing may find wrong is only what the steps can bring about: no question, or a condition left behind."""
    try:
        parse(document)
    except FormError as error:
        known = re.compile(r"has 0 entries|no earlier question|expected a text|control characters")
        assert all(known.search(str(flaw)) for flaw in error.flaws), error


def test_a_new_id_comes_from_the_label_and_is_nobodys():
    made, one = building.add_question(QUICK_SCAN, "idea", question("x") | {"label": {"en": "Number of mines?"}})
    made, two = building.add_question(made, "idea", question("x") | {"label": {"fr": "Où ?", "en": "Number of mines"}})
    assert (one, two) == ("number_of_mines", "number_of_mines_2")
    again, three = building.add_question(
        QUICK_SCAN, "idea", question("x") | {"label": {"en": "Number of mines"}}, taken={"number_of_mines"}
    )
    assert three == "number_of_mines_2", "an id that was in use before never comes back with another meaning"
    assert building.new_id("and", (), "question") == "and_question"
    assert building.new_id("鉱山", (), "question") == "question"
    assert building.new_id("2nd year", (), "question") == "n2nd_year"


def test_a_part_never_gets_the_id_of_one_that_went_away():
    form = {"sections": [section("a", question("role", "choice", options=[{"id": "tin", "label": {"en": "Tin"}}]))]}
    table = question("mines", "table", columns=[question("metal", "choice", options=[{"id": "gold"}])])
    form["sections"][0]["questions"].append(table)
    taken = building.part_ids_of(form)
    assert taken == {"role/options/tin", "mines/columns/metal", "mines/columns/metal/options/gold"}
    assert building.within(taken, "mines/columns") == {"metal", "metal/options/gold"}
    bare = building.remove_part(form["sections"][0]["questions"][0], "options", "tin")
    mine = building.within(building.within(taken, "role"), "options")
    assert building.add_part(bare, "options", {"label": {"en": "Tin, refined"}}, mine)[1] == "tin_refined"
    assert building.add_part(bare, "options", {"label": {"en": "Tin"}}, mine)[1] == "tin_2"
    assert (
        building.add_part(bare, "columns", {"label": {"en": "Tin"}}, building.within(taken, "role/columns"))[1] == "tin"
    )


def test_editing_keeps_id_and_place():
    made = building.edit_question(FULL_PROPOSAL, "duration", {"id": "other", "kind": "decimal", "label": {"en": "D"}})
    assert [q["id"] for q in made["sections"][1]["questions"]] == [
        q["id"] for q in FULL_PROPOSAL["sections"][1]["questions"]
    ]
    assert building.question(made, "duration")["kind"] == "decimal"


def test_moving_beyond_the_edge_goes_on_in_the_next_section():
    made = building.move_question(FULL_PROPOSAL, "contact_email", 1)
    assert [q["id"] for q in made["sections"][0]["questions"]] == ["partners"]
    assert made["sections"][1]["questions"][0]["id"] == "contact_email"
    back = building.move_question(made, "contact_email", -1)
    assert back == FULL_PROPOSAL
    assert building.move_question(FULL_PROPOSAL, "partners", -1) == FULL_PROPOSAL
    assert building.move_section(FULL_PROPOSAL, "applicant", -1) == FULL_PROPOSAL


def test_a_copied_section_asks_its_own_questions():
    made, new = building.duplicate_section(FULL_PROPOSAL, "plan")
    copied = {q["id"]: q for q in building.section(made, new)["questions"]}
    assert copied["mercury_plan_2"]["show_if"] == {"question": "mercury_2", "is": "yes"}
    assert building.question(made, "mercury_plan")["show_if"]["question"] == "mercury"
    assert parse(made).question("mercury_2").kind == "yes_no"


def test_a_copied_section_asks_its_own_questions_in_expressions_and_columns_and_is_none_of_the_library():
    cells = [
        question("tin", "yes_no"),
        question("ore", show_if="tin and gold = 'tin gold' and mine.gold"),
        question("why", require_if={"question": "gold", "is": "yes"}),
    ]
    form = {
        "sections": [
            section("a", question("early", "yes_no")),
            section(
                "b",
                question("gold", "yes_no", standard="GOLD"),
                question("tin", "yes_no", show_if="gold and early"),
                question("how", require_if="gold = 'yes' or \"gold\" = early"),
                question("mine", "group", columns=cells),
            ),
        ]
    }
    made, new = building.duplicate_section(form, "b")
    copied = {q["id"]: q for q in building.section(made, new)["questions"]}
    assert "standard" not in copied["gold_2"] and building.question(made, "gold")["standard"] == "GOLD"
    assert copied["tin_2"]["show_if"] == "gold_2 and early"
    assert copied["how_2"]["require_if"] == "gold_2 = 'yes' or \"gold\" = early"
    _, ore, why = copied["mine_2"]["columns"]
    assert ore["show_if"] == "tin and gold_2 = 'tin gold' and mine_2.gold", "a cell of the same row comes first"
    assert why["require_if"] == {"question": "gold_2", "is": "yes"}
    assert made["sections"][1] == form["sections"][1], "the original stays as it is"


def test_a_copy_is_no_question_of_the_library():
    form = {"sections": [section("a", question("miners", "integer", standard="MINERS"))]}
    made, new = building.duplicate_question(form, "miners")
    assert "standard" not in building.question(made, new) and building.question(made, "miners")["standard"] == "MINERS"


def test_options_columns_and_lines():
    asked = {"id": "q", "kind": "choice", "label": {"en": "Q"}}
    for label in ("Yes, all", "Yes, all", "No"):
        asked, _ = building.add_part(asked, "options", {"label": {"en": label}})
    assert [o["id"] for o in asked["options"]] == ["yes_all", "yes_all_2", "no"]
    asked = building.move_part(asked, "options", "no", -1)
    asked = building.edit_part(asked, "options", "no", {"label": {"en": "Never"}})
    asked, new = building.duplicate_part(asked, "options", "no")
    assert [(o["id"], o["label"]["en"]) for o in asked["options"]] == [
        ("yes_all", "Yes, all"),
        ("no", "Never"),
        ("never", "Never"),
        ("yes_all_2", "Yes, all"),
    ]
    assert new == "never"
    assert [o["id"] for o in building.remove_part(asked, "options", "yes_all")["options"]] == [
        "no",
        "never",
        "yes_all_2",
    ]


def test_what_is_not_there_is_said():
    for operate in (
        lambda: building.remove_question(QUICK_SCAN, "nothing"),
        lambda: building.move_section(QUICK_SCAN, "nothing", 1),
        lambda: building.move_question_to(QUICK_SCAN, "title", "nothing"),
        lambda: building.add_question(QUICK_SCAN, "idea", {"label": {"en": "A"}}, after="nothing"),
        lambda: building.add_part({"id": "q"}, "nothing", {}),
    ):
        with pytest.raises(building.Gone):
            operate()


def test_what_looks_at_a_question_is_found():
    form = {
        "sections": [
            section(
                "a",
                question("grant", "money"),
                question("why", show_if={"question": "grant", "above": "5.00"}),
                question("how", require_if="grant > 5 and title = 'why'"),
                question("free", show_if="other.grant = 'grant'"),
            )
        ],
        "checks": [{"id": "c", "when": "grant > 7", "message": {"en": "No"}, "question": "free"}],
    }
    assert [(u.kind, u.ident, u.key) for u in building.uses_of(form, ["grant"])] == [
        ("question", "why", "show_if"),
        ("question", "how", "require_if"),
        ("check", "c", "when"),
    ]
    assert [u.ident for u in building.uses_of(form, ["free"])] == ["c"]
    assert building.uses_of(form, ["why"]) == []
