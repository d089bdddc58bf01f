"""The working copy of a form: opening, saving, throwing away, and who was first."""

from __future__ import annotations

import pytest

from app.calls import building, queries, services
from app.calls.document import canonical_sha256
from app.calls.models import FormDraft, FormVersion
from app.calls.strict import FormError
from app.core import audit
from app.core.errors import Conflict, Invalid
from app.extensions import db
from tests.factories.calls import make_call, section
from tests.factories.identity import actor_of, make_person, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def opened(call, actor=None):
    stage = queries.stage_by_key(call.code, "full_proposal")
    return services.form_draft(stage=stage, actor=actor or actor_of(make_staff(call.programme, "manager")))


def test_a_working_copy_begins_as_the_form_in_use_and_is_opened_once(session):
    call = make_call()
    anna, ben = (actor_of(make_staff(call.programme, role)) for role in ("manager", "officer"))
    draft = opened(call, anna)
    stage = queries.stage_by_key(call.code, "full_proposal")
    assert draft.document == stage.form_version.document and draft.based_on_id == stage.form_version_id
    assert opened(call, ben).id == draft.id and draft.edited_by_name == anna.name
    assert [e.action for e in audit.history("call", call.id)].count("call.form_opened") == 1


def test_saving_changes_the_copy_and_never_the_form_in_use(session):
    call = make_call()
    draft = opened(call)
    document = {**draft.document, "sections": [*draft.document["sections"], section("more")]}
    officer = actor_of(make_staff(call.programme, "officer"))
    services.save_form_draft(draft=draft, document=document, actor=officer, expected_version=draft.version)
    db.session.expire_all()
    again = queries.form_draft_of(queries.stage_by_key(call.code, "full_proposal"))
    assert again.document == document and again.version == 2 and again.edited_by_name == officer.name
    assert again.based_on.document != document, "an empty section is a flaw that a working copy may hold"


def test_the_second_of_two_is_told_and_overwrites_nothing(session):
    draft = opened(make_call())
    actor = actor_of(make_person())
    seen = draft.version
    first = {**draft.document, "currency": "USD"}
    services.save_form_draft(draft=draft, document=first, actor=actor, expected_version=seen)
    with pytest.raises(Conflict):
        services.save_form_draft(draft=draft, document={**first, "currency": "CHF"}, actor=actor, expected_version=seen)
    assert draft.document["currency"] == "USD"


def test_saving_what_is_there_already_is_no_new_version(session):
    draft = opened(make_call())
    services.save_form_draft(
        draft=draft, document=draft.document, actor=actor_of(make_person()), expected_version=draft.version
    )
    assert draft.version == 1


def deep(levels: int) -> dict:
    return {"in": deep(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "no list of sections"),
        ({"sections": "a"}, "no list of sections"),
        ({"sections": ["a"]}, r"sections\[0\]: expected names"),
        ({"sections": [{"questions": []}]}, r"sections\[0\].id: is missing"),
        ({"sections": [{"id": "a"}]}, r"sections\[0\].questions: expected a list"),
        ({"sections": [{"id": "a", "title": "A", "questions": []}]}, "title: expected texts by language"),
        ({"sections": [{"id": "a", "questions": [{"id": "b", "options": [3]}]}]}, r"options\[0\]: expected names"),
        ({"sections": [section(f"s{n}") for n in range(61)]}, "too many sections"),
        ({"sections": [section("s", *({"id": f"q{n}"} for n in range(1001)))]}, "too many questions"),
        ({"sections": [], "note": "x" * 1_000_001}, "too large"),
        ({"sections": [{**section("a"), "x": deep(500)}]}, "nested too deeply"),
    ],
)
def test_what_could_not_even_be_shown_is_refused_with_a_place(session, document, sentence):
    draft = opened(make_call())
    with pytest.raises(FormError, match=sentence):
        services.save_form_draft(
            draft=draft, document=document, actor=actor_of(make_person()), expected_version=draft.version
        )


def test_throwing_it_away_leaves_the_form_in_use(session):
    call = make_call()
    draft = opened(call)
    services.discard_form_draft(draft=draft, actor=actor_of(make_person()))
    stage = queries.stage_by_key(call.code, "full_proposal")
    assert queries.form_draft_of(stage) is None and db.session.query(FormDraft).count() == 0
    assert audit.history("call", call.id)[-1].action == "call.form_discarded"
    with pytest.raises(Conflict):
        services.save_form_draft(
            draft=draft, document={"sections": []}, actor=actor_of(make_person()), expected_version=1
        )


def test_a_call_that_ended_builds_no_form(session):
    call = make_call()
    manager = actor_of(make_staff(call.programme, "manager"))
    services.cancel(call=call, reason="No money.", actor=manager)
    with pytest.raises(Invalid, match="ended"):
        opened(call, manager)


def test_two_who_change_different_places_both_keep_what_they_did(session):
    call = make_call()
    stage = queries.stage_by_key(call.code, "full_proposal")
    anna, ben = actor_of(make_person()), actor_of(make_person())
    services.change_form(stage=stage, change=lambda d, _: building.remove_question(d, "mercury_plan"), actor=anna)
    draft = services.change_form(stage=stage, change=lambda d, _: building.move_section(d, "money", -1), actor=ben)
    assert [s["id"] for s in draft.document["sections"]] == ["applicant", "money", "plan", "annexes"]
    assert "mercury_plan" not in building.ids_of(draft.document) and draft.edited_by_name == ben.name
    with pytest.raises(Conflict):
        services.change_form(stage=stage, change=lambda d, _: building.remove_question(d, "mercury_plan"), actor=ben)
    with pytest.raises(Conflict):
        services.change_form(stage=stage, change=lambda d, _: d, actor=ben, expected_version=0)


def test_an_id_of_a_form_of_the_past_is_not_given_again(session):
    call = make_call()
    stage = queries.stage_by_key(call.code, "full_proposal")
    newer = building.remove_question(stage.form_version.document, "mercury_plan")
    stage.form_version = FormVersion(sha256=canonical_sha256(newer), document=newer)
    db.session.flush()
    seen = []
    services.change_form(stage=stage, change=lambda d, taken: seen.append(taken) or d, actor=actor_of(make_person()))
    assert "mercury_plan" in seen[0], "the call was published with a form that asked it"
