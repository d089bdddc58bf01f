"""Standard questions: into the library, into other forms, with a meaning that stays."""

from __future__ import annotations

import pytest

from app.calls import building, queries, services
from app.core import audit
from app.core.errors import Conflict, Invalid
from app.core.types import SYSTEM_ACTOR
from app.extensions import db
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import make_person, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def full(call):
    return queries.stage_by_key(call.code, "full_proposal")


def promoted(call, question="duration", code="MONTHS", for_all=False):
    return services.promote_question(
        stage=full(call), question_id=question, code=code, for_all=for_all, actor=SYSTEM_ACTOR
    )


def draft_of(call) -> dict:
    return queries.form_draft_of(full(call)).document


def test_a_promoted_question_is_in_the_library_and_named_in_the_working_copy(session):
    call = make_call()
    standard = promoted(call)
    assert standard.document == {"kind": "integer", "label": {"en": "Duration"}, "least": "1", "most": "60"}
    assert building.question(draft_of(call), "duration")["standard"] == "MONTHS"
    assert audit.history("standard_question", standard.id)[0].detail["call"] == call.code
    assert services.context_flaws(full(call), draft_of(call)) == []
    with pytest.raises(Invalid, match="with this code already"):
        promoted(call, "mercury")
    with pytest.raises(Invalid, match="in the library already"):
        promoted(call, code="MONTHS-2")
    with pytest.raises(Invalid, match="can be counted"):
        promoted(call, "budget", "BUDGET")


def test_a_question_with_flaws_stays_out(session):
    call = make_call()
    services.change_form(
        stage=full(call),
        change=lambda d, _: building.edit_question(d, "title", {"kind": "short_text", "label": {}, "limit": "many"}),
        actor=SYSTEM_ACTOR,
    )
    with pytest.raises(Invalid, match="Mend the flaws"):
        promoted(call, "title", "TITLE")


def test_it_is_asked_in_another_call_of_the_programme_once(session):
    call = make_call()
    other = make_call(programme=call.programme)
    standard = promoted(call, "mercury", "MERCURY")
    _, ident = services.insert_standard(stage=full(other), section_id="money", standard=standard, actor=SYSTEM_ACTOR)
    assert ident == "mercury_2", "mercury is taken by the form's own"
    assert building.question(draft_of(other), ident)["standard"] == "MERCURY"
    with pytest.raises(Invalid, match="already"):
        services.insert_standard(stage=full(other), section_id="money", standard=standard, actor=SYSTEM_ACTOR)


def test_another_programme_asks_only_what_is_for_all(session):
    own, common = promoted(make_call()), promoted(make_call(), "mercury", "MERCURY", for_all=True)
    stranger = make_call()
    services.insert_standard(stage=full(stranger), section_id="money", standard=common, actor=SYSTEM_ACTOR)
    with pytest.raises(Invalid, match="another programme"):
        services.insert_standard(stage=full(stranger), section_id="money", standard=own, actor=SYSTEM_ACTOR)
    assert [s.code for s in queries.standards_for([stranger.programme_id])] == ["MERCURY"]


def test_a_retired_one_is_offered_no_more_and_may_come_back(session):
    call = make_call()
    standard = promoted(call)
    services.retire_standard(standard=standard, retire=True, actor=SYSTEM_ACTOR)
    assert queries.standards_for([call.programme_id], retired=False) == []
    with pytest.raises(Invalid, match="retired"):
        services.insert_standard(
            stage=full(make_call(programme=call.programme)), section_id="money", standard=standard, actor=SYSTEM_ACTOR
        )
    with pytest.raises(Conflict):
        services.retire_standard(standard=standard, retire=True, actor=SYSTEM_ACTOR)
    services.retire_standard(standard=standard, retire=False, actor=SYSTEM_ACTOR)
    assert standard.retired_at is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "decimal"}, "has another kind"),
        ({"standard": "NOBODY"}, "the library does not have"),
        ({"currency": "USD"}, "another currency"),
    ],
)
def test_what_is_no_longer_that_question_is_named(session, change, words):
    call = make_call()
    promoted(call)
    document = draft_of(call)
    changed = building.edit_question(document, "duration", {**building.question(document, "duration"), **change})
    assert [words in str(flaw) for flaw in services.context_flaws(full(call), changed)] == [True]


# --- pages


@pytest.fixture
def call(session):
    made = make_call()
    promoted(made, "mercury", "MERCURY")
    session.commit()
    return made


def at(call, page=""):
    return f"/calls/manage/{call.code}/forms/full_proposal{page}"


def test_the_kind_and_the_answers_of_a_standard_question_are_locked(client, sign_in, call):
    sign_in(client, make_staff(call.programme, "manager"))
    page = client.get(at(call, "/question?id=mercury"))
    assert "This is the standard question MERCURY" in text_of(page) and soup(page).find(id="f-kind") is None
    assert client.fill(at(call, "/question?id=mercury"), kind="long_text", **{"label.en": "Hg?"}).status_code == 303
    db.session.expire_all()
    kept = building.question(draft_of(call), "mercury")
    assert (kept["kind"], kept["label"], kept["standard"]) == ("yes_no", {"en": "Hg?"}, "MERCURY")


def test_promoting_and_asking_on_the_pages(client, sign_in, call):
    sign_in(client, make_staff(call.programme, "officer"))
    answer = client.fill(at(call, "/promote?id=duration"), code="mercury")
    assert answer.status_code == 422 and "with this code already" in text_of(answer)
    answer = client.fill(at(call, "/promote?id=duration"), code="months")
    assert answer.status_code == 303 and answer.location.endswith("/calls/manage/standards/MONTHS")
    other = make_call(programme=call.programme)
    db.session.commit()
    add = at(other, "/add?section=money")
    assert "Duration" in text_of(client.get(add))
    assert client.fill(add, standard="MONTHS").status_code == 303
    db.session.expire_all()
    assert building.question(draft_of(other), "duration_2")["standard"] == "MONTHS"
    assert "Duration" not in text_of(client.get(add)), "offered once"
    assert client.act(at(other, "/insert"), standard="NOBODY", section="money").status_code == 404


def test_the_library_tells_which_calls_ask_a_question(client, sign_in, call):
    manager = make_staff(call.programme, "manager")
    sign_in(client, manager)
    assert "MERCURY" in text_of(client.get("/calls/manage/standards"))
    assert "No form in use asks it yet." in text_of(client.get("/calls/manage/standards/MERCURY"))
    assert client.fill("/calls/manage/standards/MERCURY").status_code == 303
    assert "Retired on" in text_of(client.get("/calls/manage/standards/MERCURY"))


def test_the_library_of_a_programme_is_its_own(client, sign_in, call):
    sign_in(client, make_staff(make_call().programme, "manager"))
    assert "MERCURY" not in text_of(client.get("/calls/manage/standards"))
    assert client.get("/calls/manage/standards/MERCURY").status_code == 404
    assert client.act("/calls/manage/standards/MERCURY/retire").status_code == 404
    assert client.get(at(call, "/promote?id=title")).status_code == 404
    sign_in(client, make_staff(call.programme, "auditor"))
    assert client.get("/calls/manage/standards/MERCURY").status_code == 200
    assert client.act("/calls/manage/standards/MERCURY/retire").status_code == 404
    sign_in(client, make_person())
    assert client.get("/calls/manage/standards").status_code == 404


def test_only_who_manages_every_programme_offers_a_question_to_all(client, sign_in, call):
    manager = make_staff(call.programme, "manager")
    sign_in(client, manager)
    assert soup(client.get(at(call, "/promote?id=duration"))).find(id="for_all"), "there is but one programme"
    other = make_call().programme
    db.session.commit()
    page = client.get(at(call, "/promote?id=duration"))
    assert soup(page).find(id="for_all") is None and "Only a manager of every programme" in text_of(page)
    forged = client.act(at(call, "/promote?id=duration"), code="MONTHS", for_all="y")
    assert forged.status_code == 422 and "Only a manager of every programme" in text_of(forged)
    assert queries.standard_by_code("MONTHS") is None
    sign_in(client, make_staff(call.programme, "officer"))
    assert client.act(at(call, "/promote?id=duration"), code="MONTHS", for_all="y").status_code == 422
    make_staff(other, "manager", person=manager)
    db.session.commit()
    sign_in(client, manager)
    assert client.fill(at(call, "/promote?id=duration"), code="months", for_all="y").status_code == 303
    assert queries.standard_by_code("MONTHS").programme_id is None


def test_what_all_may_ask_is_retired_only_by_who_manages_all(client, sign_in, call):
    other = make_call().programme
    promoted(call, "duration", "MONTHS", for_all=True)
    db.session.commit()
    retire = "/calls/manage/standards/MONTHS/retire"
    manager = make_staff(call.programme, "manager")
    sign_in(client, manager)
    assert client.get("/calls/manage/standards/MONTHS").status_code == 200
    assert client.act(retire).status_code == 404
    make_staff(other, "manager", person=manager)
    db.session.commit()
    sign_in(client, manager)
    assert client.fill("/calls/manage/standards/MONTHS").status_code == 303
