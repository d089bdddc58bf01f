"""A call as a file again, and as the beginning of the next one."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls import document as documents
from app.calls import queries, services
from app.calls.document import CallDocument
from app.core import audit, clock
from app.core.errors import Invalid
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.architecture.sources import ROOT
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, make_draft, wall
from tests.factories.identity import actor_of, make_person, make_staff

REAL = sorted((ROOT / "app/developers/calls").glob("*.yaml"))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
TREES = st.recursive(
    TEXTS | st.integers() | st.booleans(),
    lambda t: st.lists(t, max_size=4) | st.dictionaries(TEXTS, t, max_size=4),
    max_leaves=20,
)


def same(one: CallDocument, other: CallDocument) -> None:
    """Two documents that make the same call, in whatever order and words they were written."""
    for field in fields(CallDocument):
        if field.name != "sha256":
            assert getattr(one, field.name) == getattr(other, field.name), field.name


@given(st.dictionaries(TEXTS, TREES, max_size=5))
def test_what_is_written_is_read_again(document):
    assert documents.read_yaml(documents.write_yaml(document)) == document


def test_parts_that_stand_twice_are_written_twice():
    part = {"en": "Yes"}
    text = documents.write_yaml({"a": part, "b": part})
    assert "&" not in text and documents.read_yaml(text) == {"a": part, "b": part}


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_a_real_call_survives_the_way_out_and_in(session, path):
    original = documents.read_yaml(path.read_bytes())
    call = services.import_call(document=original, actor=SYSTEM_ACTOR)
    text = documents.write_yaml(services.document_of(call))
    assert len(text.encode()) < documents.MAX_BYTES
    same(documents.parse(documents.read_yaml(text)), documents.parse(original))


def test_quiz_contacts_and_windows_survive_the_way_out_and_in(session):
    words = {"en": "Words"}
    original = call_document(
        quiz=[{"id": "here", "text": words, "right": "no", "why": words}],
        contacts=[{"name": "Ann", "email": "ann@example.org", "role": words}],
    )
    original["process"] = {**original["process"], "late_minutes": 15, "practice": False}
    call = services.import_call(document=original, actor=SYSTEM_ACTOR)
    assert (call.process["late_minutes"], call.process["practice"], call.quiz[0]["id"]) == (15, False, "here")
    same(documents.parse(services.document_of(call)), documents.parse(original))


def test_what_a_call_does_not_say_survives_the_way_out_and_in(session):
    original = call_document(contacts=[{"name": "Bo", "email": "bo@example.org"}])
    original["rules"] = {**original["rules"], "own_contribution": {"in_kind": True}}
    call = services.import_call(document=original, actor=SYSTEM_ACTOR)
    same(documents.parse(services.document_of(call)), documents.parse(original))


def test_a_copy_is_a_draft_with_other_dates_and_nothing_else(session, frozen):
    call = make_call()
    made = services.copy_call(
        call=call, code="NEXT-2027", reference_prefix="NEXT-27", opens_on=date(2027, 3, 1), actor=SYSTEM_ACTOR
    )
    assert (made.state, made.code, made.last_reference) == ("draft", "NEXT-2027", 0)
    assert made.stages[0].opens_wall.startswith("2027-03-01 ")
    assert [s.form_version_id for s in made.stages] == [s.form_version_id for s in call.stages]
    before, after = (documents.parse(services.document_of(one)) for one in (call, made))
    spans = [[(s.closes - s.opens).days for s in one.stages] for one in (before, after)]
    assert spans[0] == spans[1]
    alike = {"code": "", "reference_prefix": "", "stages": ()}
    same(replace(before, **alike), replace(after, **alike))
    assert "call.copied" in [entry.action for entry in audit.history("call", made.id)]


def test_a_copy_is_refused_where_the_end_of_questions_falls_into_a_change_of_clocks(session, frozen):
    call = make_call(process={"questions_until": f"{wall(clock.now() + timedelta(days=9))[:10]} 02:30"})
    opens, until = call.opens_at.date(), date.fromisoformat(call.process["questions_until"][:10])
    for sunday, fits in ((date(2027, 3, 28), False), (date(2027, 4, 4), True)):
        made = {"code": "NEXT-2027", "reference_prefix": "NEXT-27", "opens_on": opens + (sunday - until)}
        with nullcontext() if fits else pytest.raises(documents.FormError, match=r"process.questions_until: .*exist"):
            copied = services.copy_call(call=call, **made, actor=SYSTEM_ACTOR)
    assert copied.process["questions_until"] == "2027-04-04 02:30"


def test_a_copy_never_replaces_a_draft(session, frozen):
    call, draft = make_call(), make_draft()
    title = dict(draft.title)
    for code, prefix in ((draft.code, "FREE-1"), ("FREE-1", draft.reference_prefix)):
        with pytest.raises(Invalid):
            services.copy_call(
                call=call, code=code, reference_prefix=prefix, opens_on=date(2027, 3, 1), actor=SYSTEM_ACTOR
            )
    assert queries.call_by_code("FREE-1") is None and queries.call_by_code(draft.code).title == title


@pytest.fixture
def call(session, frozen):
    made = make_call()
    db.session.commit()
    return made


@pytest.fixture
def manager(call, client, sign_in):
    person = make_staff(call.programme, "manager")
    db.session.commit()
    return sign_in(client, person)


def test_a_manager_makes_the_next_call_in_the_browser(call, manager):
    page = manager.get(f"/calls/{call.code}/manage")
    assert soup(page).select_one(f"a[href='/calls/{call.code}/copy']")
    done = manager.act(f"/calls/{call.code}/copy", code="next-2027", reference_prefix="next-27", opens_on="2027-03-01")
    draft = queries.draft_of(queries.call_by_code("NEXT-2027").id)
    assert (done.status_code, done.headers["Location"]) == (303, f"/calls/drafts/{draft.id}")
    assert queries.call_by_code("NEXT-2027").programme_id == call.programme_id


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": ""}, "Give the new call a code."),
        ({"code": "a b"}, "capital letters, digits and hyphens"),
        ({"code": "X" * 60}, "capital letters, digits and hyphens"),
        ({"opens_on": "soon"}, "Not a valid date value"),
        ({"reference_prefix": "-"}, "capital letters, digits and hyphens"),
    ],
)
def test_bad_input_is_worded_and_what_was_typed_stays(call, manager, fields, words):
    given_ = {"code": "NEXT-2027", "reference_prefix": "NEXT-27", "opens_on": "2027-03-01", **fields}
    page = manager.act(f"/calls/{call.code}/copy", **given_)
    assert page.status_code == 422
    assert words in text_of(page)
    (name, value), *_ = fields.items()
    assert soup(page).select_one(f"[name={name}]").get("value", "") == value.upper() or name == "opens_on"
    assert queries.call_by_code("NEXT-2027") is None


def test_a_taken_code_is_said_beside_its_field(call, manager):
    page = manager.act(f"/calls/{call.code}/copy", code=call.code, reference_prefix="NEXT-27", opens_on="2027-03-01")
    assert page.status_code == 422
    assert "There is a call with this code already" in text_of(page)


def test_a_day_on_which_a_closing_time_does_not_exist_is_refused_in_words(session, frozen, client, sign_in):
    call = make_call()
    first = call.stages[0]
    first.opens_wall = "2026-01-05 02:30"
    person = make_staff(call.programme, "manager")
    db.session.commit()
    manager = sign_in(client, person)
    page = manager.act(f"/calls/{call.code}/copy", code="NEXT-2027", reference_prefix="NEXT-27", opens_on="2027-03-28")
    assert page.status_code == 422
    assert "does not exist in Europe/Amsterdam" in text_of(page)


def test_the_file_is_for_the_programmes_staff(call, manager, new_client, sign_in):
    kept = manager.get(f"/calls/{call.code}/file.yaml")
    assert kept.status_code == 200 and "attachment" in kept.headers["Content-Disposition"]
    same(documents.parse(documents.read_yaml(kept.get_data())), documents.parse(services.document_of(call)))
    stranger = make_person()
    db.session.commit()
    other = sign_in(new_client(), stranger)
    assert [other.get(f"/calls/{call.code}/{end}").status_code for end in ("file.yaml", "copy")] == [404, 404]


def test_an_officer_keeps_the_file_and_makes_no_call(call, client, sign_in):
    person = make_staff(call.programme, "officer")
    db.session.commit()
    officer = sign_in(client, person)
    assert officer.get(f"/calls/{call.code}/file.yaml").status_code == 200
    assert officer.get(f"/calls/{call.code}/copy").status_code == 404
    assert not soup(officer.get(f"/calls/{call.code}/manage")).select(f"a[href='/calls/{call.code}/copy']")


def test_a_draft_is_changed_as_text(session, frozen, client, sign_in):
    draft, foreign = make_draft(), make_draft()
    person = make_staff(draft.programme, "manager")
    db.session.commit()
    manager = sign_in(client, person)
    link = soup(manager.get(f"/calls/{draft.code}/manage")).select_one("a[href*='edit=']")["href"]
    text = soup(manager.get(link)).select_one("textarea").text.lstrip("\n")
    assert documents.read_yaml(text)["code"] == draft.code
    changed = text.replace("Better mines.", "Better mines, safer miners.")
    done = manager.act(f"/calls/import/{draft.programme.code}/save", page=link, text=changed)
    assert done.status_code in {303, 404}
    where = f"/calls/import/{draft.programme.code}?edit={foreign.code}"
    assert not soup(manager.get(where)).select_one("textarea").text.strip()


def test_the_command_line_prints_the_file(call, app):
    db.session.expunge_all()
    runner = app.test_cli_runner()
    printed = runner.invoke(args=["assay", "call", "export", call.code])
    assert printed.exit_code == 0
    same(documents.parse(documents.read_yaml(printed.output)), documents.parse(services.document_of(call)))
    assert runner.invoke(args=["assay", "call", "export", "NO-SUCH"]).exit_code == 1


def test_actor_of_the_copy_is_who_pressed_the_button(call):
    person = make_staff(call.programme, "manager")
    made = services.copy_call(
        call=call, code="NEXT-2027", reference_prefix="NEXT-27", opens_on=date(2027, 3, 1), actor=actor_of(person)
    )
    assert {entry.actor_name for entry in audit.history("call", made.id)} == {person.name}
