"""The form builder in the browser: everything without a script, nothing typed lost, nobody else's business."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from app.calls import building, queries
from app.extensions import db
from tests.calls.building import at, staff, stored
from tests.client import form_values, soup, text_of
from tests.factories.calls import make_call, question, section
from tests.factories.identity import make_person, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


def test_the_overview_shows_every_question_with_its_flaws_and_the_calls_needs(client, sign_in, call):
    staff(client, sign_in, call)
    page = text_of(client.get(at(call)))
    for words in (
        "Plan B",
        "read by: Staff of the programme",
        "hidden in blind review",
        "asked only if mercury is yes",
        "2 answers to choose from",
        "The rules of the call look at the question “partners”.",
        "The criterion B1 of the rubric points to the section “applicant”.",
        "Throw the working copy away",
        "Use this form",
        "What a survey tool would not learn from it",
        "It does not say who may read the answer: Plan B",
    ):
        assert words in page, words


def test_a_question_is_added_in_each_language_and_gets_an_id(client, sign_in, call):
    staff(client, sign_in, call)
    kinds = client.get(at(call, "/add?section=money"))
    links = [a["href"] for a in soup(kinds).select(".kinds a")]
    assert len(links) >= 20 and "A count: miners, sites, months." in text_of(kinds)
    page = next(link for link in links if "kind=integer" in link)
    answer = client.fill(page, **{"label.en": "Miners reached", "label.fr": "Mineurs", "least": "1", "required": "yes"})
    assert answer.status_code == 303 and "miners_reached" in answer.location
    assert building.question(stored(call), "miners_reached") == {
        "id": "miners_reached",
        "kind": "integer",
        "label": {"en": "Miners reached", "fr": "Mineurs"},
        "least": "1",
    }


def test_a_flaw_keeps_everything_typed_and_may_be_kept_all_the_same(client, sign_in, call):
    staff(client, sign_in, call)
    page, before = at(call, "/question?id=plan_b"), stored(call)
    typed = {"label.en": "Plan “B”", "label.fr": "", "limit": "many", "help.en": "Two\nlines", "help.fr": ""}
    answer = client.fill(page, **typed)
    shown = soup(answer)
    assert answer.status_code == 422 and stored(call) == before
    assert shown.find(id="f-label-en")["value"] == "Plan “B”"
    assert shown.find(id="f-limit")["value"] == "many"
    assert shown.find(id="f-help-en").string.strip() == "Two\nlines"
    assert "Longest answer: Expected a whole number" in text_of(answer)
    assert "Question, French: Is missing." in text_of(answer)
    assert shown.select_one(".error-summary a[href='#f-limit']") and shown.find(id="f-limit-error")
    assert client.fill(page, act="keep", **typed).status_code == 303
    kept = building.question(stored(call), "plan_b")
    assert kept["limit"] == "many" and kept["label"] == {"en": "Plan “B”"}
    assert "Longest answer: Expected a whole number" in text_of(client.get(at(call)))


def test_looking_saves_nothing_and_shows_it_in_each_language(client, sign_in, call):
    staff(client, sign_in, call)
    before = stored(call)
    answer = client.fill(at(call, "/question?id=title"), act="look", **{"label.en": "Name", "label.fr": "Nom"})
    assert answer.status_code == 200 and stored(call) == before
    preview = soup(answer).find(id="preview")
    assert [label.get_text(strip=True) for label in preview.find_all("label")] == ["Name", "Nom"]
    assert [(dl["lang"], dl.dt.get_text(strip=True)) for dl in preview.find_all("dl")] == [
        ("en", "Name"),
        ("fr", "Nom"),
    ]
    assert "Lorem ipsum" in preview.dl.dd.get_text()


@pytest.mark.parametrize(
    ("more", "told", "readings"),
    [
        ({}, "", 2),
        ({"visible_to": "staff"}, "Reviewers do not see this answer.", 0),
        ({"hidden_when_blind": "true"}, "Hidden from reviewers where they must not learn who applies.", 2),
    ],
)
def test_looking_tells_what_reviewers_read_of_it(client, sign_in, call, more, told, readings):
    staff(client, sign_in, call)
    preview = soup(client.fill(at(call, "/question?id=title"), act="look", **more)).find(id="preview")
    assert len(preview.find_all("dl")) == readings
    assert " ".join(note.get_text(strip=True) for note in preview.select("p.note")) == told


def test_two_managers_on_one_question_lose_no_word(client, sign_in, call):
    staff(client, sign_in, call)
    first, second = (client.form(at(call, "/question?id=title")) for _ in range(2))
    assert client.post(first["action"], data={**first["values"], "label.en": "Theirs"}).status_code == 303
    answer = client.post(second["action"], data={**second["values"], "label.en": "Mine"})
    assert answer.status_code == 409 and "Somebody else changed this meanwhile" in text_of(answer)
    assert soup(answer).find(id="f-label-en")["value"] == "Mine" and "en: Theirs" in text_of(answer)
    again = soup(answer).find("form", attrs={"data-live-preview": True})
    values = {**form_values(again)}
    assert client.post(again["action"], data=values).status_code == 303
    assert building.question(stored(call), "title")["label"]["en"] == "Mine"


def test_two_managers_on_two_questions_do_not_disturb_each_other(client, sign_in, call):
    staff(client, sign_in, call)
    one, two = (client.form(at(call, f"/question?id={ident}")) for ident in ("title", "mercury"))
    for form, words in ((one, "One"), (two, "Two")):
        assert client.post(form["action"], data={**form["values"], "label.en": words}).status_code == 303
    assert [building.question(stored(call), i)["label"]["en"] for i in ("title", "mercury")] == ["One", "Two"]


def test_a_question_that_somebody_removed_keeps_what_was_typed(client, sign_in, call):
    staff(client, sign_in, call)
    form = client.form(at(call, "/question?id=title"))
    client.fill(at(call, "/remove?question=title"))
    answer = client.post(form["action"], data={**form["values"], "label.en": "A long text of mine"})
    assert answer.status_code == 409 and "no longer in the working copy" in text_of(answer)
    assert soup(answer).find(id="f-label-en")["value"] == "A long text of mine"


def test_the_preview_is_the_applicants_and_the_reviewers_own_page(client, sign_in, call):
    staff(client, sign_in, call)
    page = client.get(at(call, "/preview?as=applicant&lang=fr"))
    assert "Plan B (fr)" in text_of(page) and soup(page).select(".preview textarea") and "Oui" in text_of(page)
    reviewer = client.get(at(call, "/preview?as=reviewer&lang=en"))
    assert "Plan B" not in text_of(reviewer) and "1 question is hidden" in text_of(reviewer)
    assert "Lorem ipsum" in text_of(reviewer) and not soup(reviewer).select(".preview textarea")
    assert client.get(at(call, "/preview?as=blind&lang=xx&width=wide")).status_code == 200


def test_without_a_working_copy_the_form_in_use_is_shown_and_the_first_change_begins_one(client, sign_in, session):
    call = make_call()
    session.commit()
    staff(client, sign_in, call, "officer")
    assert "This is the form in use." in text_of(client.get(at(call)))
    assert client.fill(at(call, "/question?id=duration"), most="48").status_code == 303
    draft = queries.form_draft_of(queries.stage_by_key(call.code, "full_proposal"))
    assert building.question(draft.document, "duration")["most"] == "48"
    assert building.question(draft.based_on.document, "duration")["most"] == "60"
    assert client.fill(at(call), at(call, "/discard")).status_code == 303
    assert queries.form_draft_of(queries.stage_by_key(call.code, "full_proposal")) is None


PAGES = (
    "",
    "/add?section=plan",
    "/question?id=title",
    "/section?id=plan",
    "/check",
    "/remove?question=title",
    "/preview",
)


def test_only_those_who_run_the_call_may_build(client, sign_in, call):
    for person in (make_staff(call.programme, "auditor"), make_staff(make_call().programme, "manager"), make_person()):
        db.session.commit()
        sign_in(client, person)
        assert {client.get(at(call, page)).status_code for page in PAGES} == {404}
        posts = (
            "/arrange",
            "/discard",
            "/question?id=title",
            "/section?id=plan",
            "/check",
            "/remove",
            "/check/remove?id=a",
        )
        assert {client.act(at(call, page)).status_code for page in posts} == {404}


def test_what_is_not_there_is_no_page(client, sign_in, call):
    staff(client, sign_in, call)
    missing = ("/question?id=no", "/question", "/question?section=plan&kind=magic", "/section?id=no", "/remove",
               "/check?id=no", "/remove?question=no", "/add?section=no", "/question?of=title&id=x")  # fmt: skip
    assert {page: client.get(at(call, page)).status_code for page in missing} == dict.fromkeys(missing, 404)
    assert client.get(f"/calls/manage/{call.code}/forms/nothing").status_code == 404


def test_a_form_of_many_questions_takes_no_more_queries(client, sign_in, call, count_queries):
    staff(client, sign_in, call)
    with count_queries() as few:
        client.get(at(call))
    stage = queries.stage_by_key(call.code, "full_proposal")
    draft = queries.form_draft_of(stage)
    many = [section(f"s{n}", *(question(f"q{n}_{m}") for m in range(20))) for n in range(10)]
    draft.document = {"sections": many}
    db.session.commit()
    with count_queries() as much:
        client.get(at(call))
    assert len(much) == len(few) <= 20


def test_a_form_goes_out_and_comes_in_as_yaml_and_as_excel(client, sign_in, call):
    staff(client, sign_in, call)
    before = stored(call)
    for name in ("form.yaml", "form.xlsx"):
        content = client.get(at(call, f"/{name}")).get_data()
        client.fill(at(call), at(call, "/arrange"), act="section:money:up")
        checked = client.act(at(call, "/import"), file=(io.BytesIO(content), name), version="1")
        assert checked.status_code == 200 and "Make it the working copy" in text_of(checked), text_of(checked)[:300]
        form = next(f for f in soup(checked).find_all("form") if f["action"].endswith("/import/save"))
        values = form_values(form)
        assert client.post(form["action"], data=values).status_code == 303
        assert stored(call) == before, name
        assert client.post(form["action"], data={**values, "idempotency_key": "x"}).status_code == 409


def test_what_a_file_cannot_bring_is_said_before_anything_is_kept(client, sign_in, call):
    staff(client, sign_in, call)
    before = stored(call)
    book = Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["text", "name", "Name"], ["calculate", "sum"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    page = client.act(at(call, "/import"), file=(io.BytesIO(out.getvalue()), "survey.xlsx"))
    words = text_of(page)
    assert page.status_code == 200 and "survey!A3: A question of type “calculate” has no place here" in words
    assert "label.fr: Is missing." in words and "title, mercury, role, sites, plan_b" in words
    for content in (b"PK\x03\x04 broken", b"sections: 3", b"a: [", b"\xff\xfe"):
        refused = client.act(at(call, "/import"), file=(io.BytesIO(content), "form.xlsx"))
        assert refused.status_code == 422 and soup(refused).select(".error-summary li")
    assert client.act(at(call, "/import/save"), text="sections: [3]").status_code == 422
    assert stored(call) == before
