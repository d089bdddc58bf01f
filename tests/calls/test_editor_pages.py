"""The pages of the call editor: a whole call without a file, nothing typed lost, and nobody else gets in."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from app.calls import document as documents
from app.calls import drafting, queries, services
from app.calls.drafting import paths, typed
from app.extensions import db
from tests.calls.editing import fresh, url
from tests.client import soup, text_of
from tests.factories.calls import call_document, make_call, make_draft, wall
from tests.factories.identity import actor_of, make_person, make_programme, make_staff

pytestmark = pytest.mark.usefixtures("session", "frozen")


def write(client, draft, part, **values):
    """Fill in a page as a browser would: what it shows, with these values."""
    return client.fill(url(draft, part), url(draft, part), **{"do": "continue", **values})


def test_a_manager_writes_and_publishes_a_call_without_a_file(client, programme, manager):
    """Every step in a browser without JavaScript."""
    begun = client.fill("/calls/new", f"/calls/new/{programme.code}")
    draft = queries.get_draft(uuid.UUID(begun.location.split("/")[3]))
    title = {"title.en": "A new call", "summary.en": "Better mines.", "code": "new-2027", "reference_prefix": "new-27"}
    money = {"currency": "EUR", "budget": "1 000 000", "minerals": ["tin", "gold"], "contact": "calls@example.org"}
    assert write(client, draft, "basics", languages=["en"], **title, **money).location.endswith("/parts/stages")
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    dates = {"stages[0].opens": "2026-07-01T09:00", "stages[0].closes": "2026-09-30T14:00", "timezone": "Europe/Paris"}
    assert write(client, draft, "stages", **{"stages[0].title.en": "Full proposal", **dates}).status_code == 303
    form = f"{url(draft)}/stages/0/form"
    assert client.fill(form, form, source="full_proposal").location == form
    made = queries.call_by_code("NEW-2027")
    assert made is not None and made.state == "draft", "the call exists as soon as nothing compulsory is missing"
    client.fill(url(draft, "rubric-0"), f"{url(draft)}/stages/0/rubric", source="standard")
    assert (
        write(client, draft, "rules", **{"rules.grant.max": "200000", "rules.answers.grant": ["grant"]}).status_code
        == 303
    )
    page = client.get(url(draft) + "/check")
    words = text_of(page)
    made = queries.get_call(made.id, fresh=True)
    for sha256 in (made.stages[0].form_version.sha256, services.fingerprint(made)):
        assert sha256 in words
    assert (
        "Nothing is missing" in words
        and "2026-09-30 12:00 UTC" in words
        and "7 criteria, 100 points, 60 needed" in words
    )
    client.fill(url(draft) + "/check", f"/calls/{made.id}/moves/publish")
    made = queries.get_call(made.id, fresh=True)
    assert made.state == "published" and made.rules["grant"] == {"max": "200000.00"}
    assert client.get(url(draft)).status_code == 404, "what is published is not edited"


def test_the_task_list_says_how_far_each_part_is(client, draft):
    words = text_of(client.get(url(draft)))
    assert "Basics Not started" in words and "Funding windows Optional, empty" in words
    write(client, draft, "basics", **{"title.en": "Half a call"})
    words = text_of(client.get(url(draft)))
    assert "Half a call" in words and "Basics 7 things are missing In progress" in words


@pytest.mark.parametrize("part", ["basics", "stages", "rules", "windows", "process", "documents", "contacts", "quiz"])
def test_every_page_of_an_empty_call_opens_and_saves(client, draft, part):
    assert client.get(url(draft, part)).status_code == 200
    assert client.get(url(draft, part) + "?mend=1").status_code == 200
    assert write(client, draft, part).status_code == 303


def test_every_page_of_a_whole_call_saves_unchanged(client, sign_in, programme, manager):
    call = make_draft(programme=programme)
    draft = services.edit_call(call=call, actor=manager)
    db.session.commit()
    before = services.document_of_draft(draft)
    for page in drafting.pages_of(before):
        if not page.part.startswith("form-"):
            assert write(client, draft, page.part).status_code == 303, page.part
    after, kept = services.document_of_draft(fresh(draft)), documents.parse(before)
    for field in dataclasses.fields(kept):
        if field.name != "sha256":
            assert getattr(documents.parse(after), field.name) == getattr(kept, field.name), field.name
    assert fresh(draft).is_whole and fresh(draft).version > 1


def test_what_is_wrong_stands_beside_its_field_and_is_kept(client, draft):
    page = write(client, draft, "basics", **{"title.en": "Kept title", "budget": "quite a lot", "code": "x"})
    assert page.status_code == 422
    found = soup(page)
    assert found.find(id="f-budget")["value"] == "quite a lot" and found.find(id="f-budget")["aria-invalid"] == "true"
    assert "Expected an amount" in found.find(id="f-budget-error").get_text()
    assert found.select_one(".error-summary a[href='#f-budget']") is not None
    assert found.find(id="f-title-en")["value"] == "Kept title"
    assert fresh(draft).document["budget"] == "quite a lot", "kept although it is wrong"
    assert not found.find(id="f-summary-en-error"), "what is only missing is not called wrong"
    assert soup(client.get(url(draft, "basics") + "?mend=1")).find(id="f-summary-error"), "unless one comes to mend it"


def test_each_line_of_what_is_missing_tells_which_row_it_means(client, sign_in, programme, manager):
    draft = services.edit_call(call=make_draft(programme=programme), actor=manager)
    db.session.commit()
    write(client, draft, "basics", languages=["en", "fr"])
    links = soup(client.get(url(draft) + "/check")).select("main li a[href*='/rubric-']")
    lines = [link.get_text(" ", strip=True) for link in links]
    assert len(lines) > 1 and len(set(lines)) == len(lines), lines
    assert all(" › " in line for line in lines), lines
    every = soup(client.get(url(draft) + "/check")).select("main li a")
    forms = [a.get_text(" ", strip=True) for a in every if "-sections-" in a["href"] and "/rubric-" not in a["href"]]
    assert forms and not [line for line in forms if "sections[" in line or ".label" in line], forms


def test_adding_a_language_lists_the_texts_that_lack_it(client, sign_in, programme, manager):
    draft = services.edit_call(call=make_draft(programme=programme), actor=manager)
    db.session.commit()
    write(client, draft, "basics", languages=["en", "fr"])
    words = text_of(client.get(url(draft) + "/check"))
    assert "Title (French): This is missing" in words or "Title (French): Is missing" in words
    assert "French:" in words and "texts are missing" in words
    links = [a["href"] for a in soup(client.get(url(draft) + "/check")).select("main li a")]
    target = next(link for link in links if link.endswith("#f-title-fr"))
    assert soup(client.get(target)).find(id="f-title-fr") is not None


@pytest.mark.parametrize(
    ("wall", "sentence"),
    [
        (
            "2026-03-29T02:30",
            "does not exist in Europe/Amsterdam: the clocks go from 2026-03-29 02:00 to 2026-03-29 03:00",
        ),
        ("2026-10-25T02:30", "happens twice in Europe/Amsterdam: at 00:30 and at 01:30 (UTC)"),
    ],
)
def test_times_that_are_none_or_two_are_refused_with_both_instants(client, draft, wall, sentence):
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    page = write(client, draft, "stages", **{"timezone": "Europe/Amsterdam", "stages[0].closes": wall})
    assert page.status_code == 422 and sentence in text_of(page)
    assert soup(page).find(id="f-stages-0-closes")["value"] == wall


def test_a_time_is_shown_in_its_zone_and_in_utc(client, draft):
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    write(client, draft, "stages", **{"timezone": "Europe/Amsterdam", "stages[0].opens": "2026-07-01T09:00"})
    assert "1 July 2026, 09:00 Europe/Amsterdam, which is 2026-07-01 07:00 UTC" in text_of(
        client.get(url(draft, "stages"))
    )


def test_the_end_of_questions_is_set_on_the_page_of_the_process(client, sign_in, programme, manager):
    call = make_draft(programme=programme)
    draft = services.edit_call(call=call, actor=manager)
    db.session.commit()
    until = wall(call.closes_at).replace(" ", "T")
    assert write(client, draft, "process", **{"process.questions_until": until}).status_code == 303
    assert queries.get_call(call.id, fresh=True).process["questions_until"] == wall(call.closes_at)
    assert soup(client.get(url(draft, "process"))).find(id="f-process-questions_until")["value"] == until
    for wrong, sentence in (("2027-03-28T02:30", "the clocks go from"), ("2020-01-01T12:00", "later than the first")):
        page = write(client, draft, "process", **{"process.questions_until": wrong})
        assert page.status_code == 422 and sentence in text_of(page)
    assert write(client, draft, "process", **{"process.questions_until": ""}).status_code == 303
    assert "questions_until" not in queries.get_call(call.id, fresh=True).process


def test_a_stage_begins_with_the_form_and_rubric_of_an_earlier_call(client, draft, programme):
    earlier = make_call()
    hidden = make_draft()
    db.session.commit()
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    form = f"{url(draft)}/stages/0/form"
    assert client.fill(form, form, source="stage", stage=str(earlier.stages[1].id)).status_code == 303
    assert [s["id"] for s in fresh(draft).document["stages"][0]["form"]["sections"]] == [
        "applicant",
        "plan",
        "money",
        "annexes",
    ]
    rubric = f"{url(draft)}/stages/0/rubric"
    client.act(rubric, source="stage", stage=str(earlier.stages[1].id))
    assert fresh(draft).document["stages"][0]["rubric"]["pass"] == 60
    assert hidden.code not in text_of(client.get(form)), "a draft of another programme is nobody else's"
    assert client.act(form, source="stage", stage=str(hidden.stages[1].id)).status_code == 422
    assert client.act(rubric, source="stage", stage=str(hidden.stages[1].id)).status_code == 404
    client.act(rubric, source="none")
    assert "rubric" not in fresh(draft).document["stages"][0]


def test_an_officer_edits_but_does_not_publish(client, sign_in, programme):
    call = make_draft(programme=programme)
    db.session.commit()
    sign_in(client, make_staff(programme, "officer"))
    opened = client.fill(f"/calls/{call.code}/manage", f"/calls/{call.code}/edit")
    draft = queries.draft_of(call.id)
    assert opened.location == url(draft)
    assert write(client, draft, "process", **{"process.quorum": "3"}).status_code == 303
    page = client.get(url(draft) + "/check")
    assert "What publishing freezes" in text_of(page) and f"/calls/{call.id}/moves/publish" not in page.get_data(
        as_text=True
    )
    assert client.act(f"/calls/{call.id}/moves/publish").status_code == 409
    assert queries.get_call(call.id, fresh=True).state == "draft"


@pytest.mark.parametrize("role", ["", "auditor", "manager elsewhere"])
def test_to_others_a_call_that_is_being_written_does_not_exist(client, sign_in, programme, role):
    draft = services.start_draft(programme=programme, actor=actor_of(make_staff(programme, "manager")))
    db.session.commit()
    person = make_staff(make_programme(), "manager") if role == "manager elsewhere" else None
    sign_in(client, person or (make_staff(programme, role) if role else make_person()))
    for path in ("", "/check", "/parts/basics", "/stages/0/form"):
        assert client.get(url(draft) + path).status_code == 404, path
    for path in ("/parts/basics", "/stages/0/form", "/stages/0/rubric", "/windows/question", "/discard"):
        assert client.act(url(draft) + path).status_code == 404, path
    assert client.act(f"/calls/new/{programme.code}").status_code == 404


def test_without_signing_in_there_is_nothing(client, programme):
    draft = services.start_draft(programme=programme, actor=actor_of(make_staff(programme, "manager")))
    db.session.commit()
    assert client.get(url(draft)).status_code == 303


def test_parts_and_stages_that_are_not_there_are_no_pages(client, draft):
    for path in ("/parts/rubric-0", "/parts/nonsense", "/parts/form-0", "/stages/0/form", "/stages/99999/form"):
        assert client.get(url(draft) + path).status_code == 404, path


def test_an_unfinished_call_stands_in_the_list_and_is_thrown_away_on_purpose_only(client, draft):
    assert "Being written" in text_of(client.get("/calls/manage"))
    client.act(url(draft) + "/discard")
    assert fresh(draft) is not None
    client.act(url(draft) + "/discard", sure="yes")
    assert "Being written" not in text_of(client.get("/calls/manage"))


def test_a_clone_lands_in_the_editor(client, programme, manager):
    call = make_call(programme=programme)
    db.session.commit()
    made = client.fill(f"/calls/{call.code}/copy", code="NEXT-1", reference_prefix="NEXT-1", opens_on="2027-03-01")
    draft = queries.draft_of(queries.call_by_code("NEXT-1").id)
    assert made.location == url(draft) and "Make a new call like this one" in text_of(client.get(url(draft)))


def test_markup_in_texts_is_only_text(client, draft):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    write(client, draft, "basics", **{"title.en": evil, "code": evil})
    for path in ("", "/check", "/parts/basics"):
        page = client.get(url(draft) + path).get_data(as_text=True)
        assert "<script>alert" not in page and "<img src=x" not in page


def test_the_pages_ask_the_database_no_more_for_many_rows(client, sign_in, programme, manager, count_queries):
    few = services.edit_call(call=make_draft(programme=programme), actor=manager)
    quiz = [{"id": f"q{n}", "text": {"en": "Q?"}, "right": "yes", "why": {"en": "W"}} for n in range(30)]
    many = services.edit_call(call=make_draft(programme=programme, quiz=quiz), actor=manager)
    db.session.commit()
    for path in ("", "/check", "/parts/quiz"):
        with count_queries() as one:
            client.get(url(few) + path)
        with count_queries() as other:
            client.get(url(many) + path)
        assert len(one) == len(other) <= 20, path


def test_posted_values_of_the_whole_real_page_are_those_shown(client, draft):
    """The names in the page are the names that the editor reads."""
    document = call_document()
    page = drafting.page_of(document, "process")
    shown = {n: typed.shown(f, paths.get(document, n)) for f in page.fields() for n in f.names()}
    names = {e["name"] for e in soup(client.get(url(draft, "process"))).select("form[data-autosave] [name]")}
    assert set(shown) <= names
