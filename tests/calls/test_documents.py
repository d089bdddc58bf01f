"""Call files: the real ones, strict reading, worded flaws, and moving dates."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calls import document, rubric
from app.calls.document import FormError, read_yaml
from tests.calls.sources import FILES, call_file, parsed
from tests.factories.calls import RUBRIC

EN = {"en": "Words", "fr": "Mots", "es": "Palabras"}


def flaws_of(changed) -> str:
    with pytest.raises(FormError) as caught:
        document.parse(changed)
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_every_text_of_a_real_file_stands_in_three_languages(name):
    for stage in parsed(name).stages:
        for section in stage.form.sections:
            assert set(section.title) == {"en", "fr", "es"}
            for question in section.questions:
                for thing in (question, *question.options, *question.columns):
                    assert set(thing.label) == {"en", "fr", "es"}, f"{section.id}.{question.id}"
                assert not question.help or "en" in question.help


def test_the_2020_call_is_the_real_one():
    call = parsed()
    assert call.budget == "3800000.00"
    assert call.zone == "Europe/Amsterdam"
    assert [s.key for s in call.stages] == ["quick_scan", "full_proposal"]
    quick, full = call.stages
    assert full.closes == datetime(2020, 9, 1, 14, 0)
    assert quick.gives_advice and quick.screens_on_receipt and not full.gives_advice
    assert [c["code"] for c in full.checks] == [f"T{n}" for n in range(1, 15)]
    assert call.process["tranches"] == [30, 30, 30, 10]
    assert call.process["reviews_wanted"] == 2


def test_the_grids_of_2020():
    quick, full = (rubric.parse(s.rubric_document) for s in parsed().stages)
    assert (quick.total, quick.pass_total, quick.sections[0].minimum) == (50, 30, 12)
    assert (full.total, full.pass_total, full.divergence, full.justify) == (100, 60, 15, (1, 2, 5))
    assert [(s.code, s.max, s.minimum) for s in full.sections] == [
        ("A", 30, 18),
        ("B", 20, 10),
        ("C", 35, 20),
        ("D", 15, 9),
    ]
    a1 = full.criterion("A1")
    assert a1 is not None and a1.weight == 2 and a1.sections == ("logic",)


def test_the_2023_call_differs():
    call = parsed("eprm-2023.yaml")
    assert "gold" not in call.minerals and "lithium" in call.minerals
    assert call.rules["minerals"]["allowed"] == call.minerals
    assert len(call.stages) == 1
    assert (call.stages[0].opens, call.stages[0].closes) == (datetime(2023, 9, 1, 12), datetime(2023, 11, 30, 14))


def test_dates_move_by_whole_days():
    moved = document.move_dates(call_file(), date(2026, 6, 1))
    assert [s["opens"] for s in moved["stages"]] == ["2026-06-01 09:00"] * 2
    assert [s["closes"] for s in moved["stages"]] == ["2026-09-09 14:00", "2026-11-10 14:00"]
    assert call_file()["stages"][0]["opens"] == "2020-03-23 09:00", "the document itself is left alone"


def test_the_end_of_questions_moves_along():
    call = call_file()
    call["process"]["questions_until"] = "2020-04-10 12:00"
    moved = document.move_dates(call, date(2026, 6, 1))
    assert moved["process"]["questions_until"] == "2026-06-19 12:00", "as many days after the opening as before"
    assert call["process"]["questions_until"] == "2020-04-10 12:00"


def test_the_promised_answer_moves_along_and_may_be_left_out():
    call = call_file()
    call["stages"][0]["answer_by"] = "2020-07-22 17:00"
    call["stages"][1].pop("answer_by", None)
    moved = document.move_dates(call, date(2026, 6, 1))
    assert moved["stages"][0]["answer_by"] == "2026-09-30 17:00" and "answer_by" not in moved["stages"][1]
    quick, full = document.parse(call).stages
    assert quick.answer_by == datetime(2020, 7, 22, 17) and full.answer_by is None


def test_equal_content_has_an_equal_fingerprint():
    shuffled = dict(reversed(call_file().items()))
    assert document.parse(shuffled).sha256 == parsed().sha256
    shuffled["budget"] = "3800000.01"
    assert document.parse(shuffled).sha256 != parsed().sha256


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.pop("code"), "code: is missing"),
        (lambda d: d.update(colour="red"), "colour: is not known here"),
        (lambda d: d.update(code="eprm 2020"), "code: “eprm 2020” is not a code"),
        (lambda d: d.update(budget="lots"), "budget: expected an amount"),
        (lambda d: d.update(budget="0.00"), "budget: must be more than zero"),
        (lambda d: d.update(timezone="Mars/Olympus"), "timezone: “Mars/Olympus” is no time zone"),
        (lambda d: d.update(timezone="../../etc/passwd"), "timezone: “../../etc/passwd” is no time zone"),
        (lambda d: d["title"].pop("fr"), "title.fr: is missing"),
        (lambda d: d.update(minerals=["tin", "cheese"]), "minerals[1]: “cheese” is not one of"),
        (lambda d: d["stages"][0].update(opens="tomorrow"), "stages[0].opens: expected a date and time"),
        (lambda d: d["stages"][0].update(closes="2020-03-23 08:00"), "stages[0].closes: must be later than opens"),
        (lambda d: d["stages"][1].update(closes="2020-06-01 14:00"), "“full_proposal” closes before “quick_scan”"),
        (lambda d: d["stages"][0].update(answer_by="soon"), "stages[0].answer_by: expected a date and time"),
        (
            lambda d: d["stages"][0].update(answer_by="2020-07-01 14:00"),
            "stages[0].answer_by: must be later than the stage closes",
        ),
        (lambda d: d["stages"][1].update(key="quick_scan"), "stages: “quick_scan” is used twice"),
        (
            lambda d: d["stages"][0]["form"]["sections"][2]["questions"][0].update(kind="essay"),
            "stages[0].form.sections[2].questions[0].kind: “essay” is not one of",
        ),
        (lambda d: d["stages"][1]["checks"][0].update(facts=["luck"]), "stages[1].checks[0].facts[0]: “luck”"),
        (lambda d: d["stages"][1]["checks"][1].update(questions=["gone"]), "“gone” is no question of this stage"),
        (lambda d: d["rules"]["answers"].update(grant="gone"), "answers.grant names “gone”"),
        (
            lambda d: d["rules"]["answers"].update(grant=["grant", "budget"], total="budget"),
            "rules.answers.grant: “budget” cannot be both the grant and the total costs",
        ),
        (lambda d: d["rules"]["rates"]["steps"].pop(), "rules.rates.steps: the last step has no up_to"),
        (lambda d: d["rules"].update(left_to_screening=["fun"]), "rules.left_to_screening[0]: “fun”"),
        (
            lambda d: d["process"].update(questions_until="2020-03-23 09:00"),
            "process.questions_until: must be later than the first stage opens",
        ),
        (
            lambda d: d["process"].update(questions_until="2020-09-01 14:01"),
            "process.questions_until: cannot be later than the last stage closes",
        ),
        (lambda d: d["process"].update(questions_until="soon"), "process.questions_until: expected a date and time"),
        (
            lambda d: d["process"].update(late_minutes=121),
            "process.late_minutes: expected a whole number from 0 to 120",
        ),
        (lambda d: d["process"].update(practice="maybe"), "process.practice: expected true or false"),
        (lambda d: d.update(quiz=[{"id": "a", "text": EN, "right": "perhaps", "why": EN}]), "quiz[0].right: “perhaps”"),
        (lambda d: d.update(quiz=[{"id": "a", "text": EN, "right": "no"}]), "quiz[0].why: is missing"),
        (lambda d: d.update(contacts=[{"name": "Ann", "email": "ann at home"}]), "contacts[0].email: “ann at home”"),
        (lambda d: d.update(contacts=[{"email": "a@b.org"}]), "contacts[0].name: is missing"),
        (lambda d: d["process"].update(tranches=[50, 40]), "process.tranches: the tranches add up to 90"),
        (lambda d: d["documents"][0].update(url="javascript:alert(1)"), "documents[0].url: must be an address"),
        (
            lambda d: d["stages"][1]["rubric"]["sections"][0].update(max=31),
            "rubric.sections[0].max: the criteria add up to 30",
        ),
        (
            lambda d: d["stages"][1]["rubric"].update({"pass": 101}),
            "rubric.pass: is more than the rubric can give (100)",
        ),
        (lambda d: d["stages"][1]["rubric"].update(justify=[6]), "rubric.justify: 6 is not on the scale"),
        (lambda d: d["stages"][1]["rubric"].update(ties=["A", "Z"]), "rubric.ties: “Z” is no section of the rubric"),
        (lambda d: d["stages"][1]["rubric"].update(ties=["A", "A"]), "rubric.ties: “A” is used twice"),
        (
            lambda d: d["stages"][1]["rubric"]["sections"][0]["criteria"][0].update(sections=["nowhere"]),
            "A1 points to “nowhere”, which is no section of the form",
        ),
    ],
)
def test_flaws_are_worded_with_their_path(change, sentence):
    changed = call_file()
    change(changed)
    assert sentence in flaws_of(changed)


def windowed(**over):
    """The 2020 call with two funding windows and the question that names one."""
    changed = call_file()
    windows = [
        {"code": "lakes", "label": EN, "budget": "2000000.00", "countries": ["RW", "CD"]},
        {"code": "other", "label": EN, "budget": "1800000.00", "themes": [EN]},
    ]
    options = [{"id": window["code"], "label": EN} for window in windows]
    asked = {"id": "window", "kind": "choice", "label": EN, "options": options}
    changed["stages"][0]["form"]["sections"][0]["questions"].append(asked)
    changed["rules"]["answers"]["window"] = "window"
    changed["rules"]["windows"] = windows
    for number, change in over.items():
        windows[int(number[1:])].update(change)
    return changed


def test_windows_are_kept_with_the_rules():
    rules = document.parse(windowed()).rules
    assert [w["code"] for w in rules["windows"]] == ["lakes", "other"]
    assert rules["windows"][0]["countries"] == ["RW", "CD"] and "themes" not in rules["windows"][0]
    assert rules["answers"]["window"] == "window"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"w0": {"budget": "2000000.01"}}, "rules.windows: the windows add up to 3800000.01, more than the budget"),
        ({"w1": {"code": "lakes"}}, "rules.windows: “lakes” is used twice"),
        ({"w0": {"code": "seas"}}, "rules.answers.window: “window” must be a choice of exactly the windows"),
        ({"w0": {"countries": ["XX"]}}, "rules.windows[0].countries[0]: “XX” is not one of"),
        ({"w1": {"minerals": ["diamond"]}}, "rules.windows[1].minerals: outside the scope of the call: diamond"),
        ({"w1": {"label": {"en": "Only one"}}}, "rules.windows[1].label.fr: is missing"),
    ],
)
def test_windows_fit_the_call(over, sentence):
    assert sentence in flaws_of(windowed(**over))


def test_windows_need_the_question_that_names_one():
    changed = windowed()
    del changed["rules"]["answers"]["window"]
    assert "rules.answers.window: is missing" in flaws_of(changed)


def test_what_an_older_file_does_not_say_has_its_default():
    call = parsed()
    assert (call.process["late_minutes"], call.process["practice"]) == (0, True)
    assert (call.quiz, call.contacts, "windows" in call.rules) == ([], [], False)


def test_quiz_and_contacts_are_read():
    changed = call_file()
    changed["quiz"] = [{"id": "here", "text": EN, "right": "no", "why": EN}]
    changed["contacts"] = [{"name": " Ann ", "email": "ann@example.org", "role": EN}, {"name": "Bo", "email": "b@x.nl"}]
    call = document.parse(changed)
    assert call.quiz[0]["right"] == "no" and call.contacts[0]["name"] == "Ann" and "role" not in call.contacts[1]


def test_rubric_sections_need_distinct_codes():
    doubled = {**RUBRIC, "sections": [RUBRIC["sections"][0], RUBRIC["sections"][0]]}
    with pytest.raises(FormError, match="“A1” is used twice"):
        rubric.parse(doubled)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1, 2", "Line 1, column 9"),
        ("a: 1\na: 2", "“a” stands here twice"),
        ("a: &x 1\nb: *x", "anchors and aliases are not allowed"),
        ("- a\n- b", "The file holds no call"),
        ("", "The file holds no call"),
        ("a: !!python/object/apply:os.system ['true']", "Line 1, column 4"),
        ("[" * 3000, "cannot be read"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("x" * 200_001, "larger than 200 kB"),
        ("? [a]\n: 1", "Line 1"),
    ],
)
def test_what_is_no_call_file_gets_a_sentence(text, sentence):
    with pytest.raises(FormError, match=sentence.replace("(", r"\(")):
        read_yaml(text)


def test_yaml_without_surprises():
    read = read_yaml(
        "country: NO\nanswer: yes\nwhen: 2020-09-01\nrate: 1.50\ncount: 3\nflag: true\nnone: null\noctal: 0o17"
    )
    assert read["country"] == "NO" and read["answer"] == "yes"
    assert read["when"] == "2020-09-01" and read["rate"] == "1.50"
    assert read["count"] == 3 and read["flag"] is True and read["none"] is None


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="ab:-[]{}&*!|>?'\"# \n\t0", max_size=40))
def test_reading_refuses_but_never_crashes(text):
    with contextlib.suppress(FormError):
        read_yaml(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(call_file())), JSON)
def test_any_part_may_be_nonsense(name, nonsense):
    changed = {**call_file(), name: nonsense}
    if document.canonical_sha256(changed) == parsed().sha256:
        return
    try:
        document.parse(changed)
    except FormError as error:
        assert all(str(flaw) for flaw in error.flaws)
