"""The pages of the call editor keep what is typed: rows, saving by themselves, two people on one page."""

from __future__ import annotations

import pytest

from tests.calls.editing import fresh, url
from tests.client import soup, text_of

pytestmark = pytest.mark.usefixtures("session", "frozen")

JSON_OF_AUTOSAVE = {"X-Autosave": "1"}


def test_rows_come_move_and_go_with_what_was_typed(client, draft):
    part = url(draft, "quiz")
    client.fill(part, part, do="add:quiz")
    client.fill(part, part, do="add:quiz", **{"quiz[0].text.en": "First?"})
    client.fill(part, part, do="up:quiz[1]", **{"quiz[1].text.en": "Second?"})
    assert [q["text"]["en"] for q in fresh(draft).document["quiz"]] == ["Second?", "First?"]
    client.fill(part, part, do="remove:quiz[0]")
    assert [q["text"]["en"] for q in fresh(draft).document["quiz"]] == ["First?"]


def test_a_button_that_is_not_on_the_page_does_nothing(client, draft):
    client.fill(url(draft, "quiz"), url(draft, "quiz"), do="remove:stages[0]")
    client.fill(url(draft, "quiz"), url(draft, "quiz"), do="add:rules.windows")
    assert "windows" not in fresh(draft).document["rules"]


def test_the_page_saves_itself_field_by_field(client, draft):
    version = fresh(draft).version
    data = {"csrf_token": client.csrf_token(), "version": version, "title.en": "Typed", "budget": "much"}
    response = client.post(url(draft, "basics"), data=data, headers=JSON_OF_AUTOSAVE)
    told = response.get_json()
    assert response.status_code == 200 and told["version"] > version and set(told["errors"]) == {"budget"}
    kept = fresh(draft).document
    assert kept["title"] == {"en": "Typed"} and kept["languages"] == ["en"], "what was not sent stays"
    again = client.post(url(draft, "basics"), data={**data, "title.en": "Late"}, headers=JSON_OF_AUTOSAVE)
    assert again.status_code == 409 and fresh(draft).document["title"] == {"en": "Typed"}


def test_two_people_see_both_texts_and_the_second_decides(client, draft):
    part = url(draft, "basics")
    form = client.form(part, part)["values"]
    client.act(part, **{**form, "title.en": "Ann's title", "do": "stay"})
    page = client.act(part, **{**form, "title.en": "Bo's title", "summary.en": "Bo's words", "do": "stay"})
    found = soup(page)
    assert page.status_code == 409 and "Somebody else saved this page meanwhile" in text_of(page)
    assert found.find(id="f-title-en")["value"] == "Bo's title" and "Ann's title" in text_of(page)
    assert fresh(draft).document["title"] == {"en": "Ann's title"}, "nothing is overwritten silently"
    shown = {i["name"]: i["value"] for i in found.select("form[data-autosave] input[type=hidden]")}
    client.act(part, **{**form, "version": shown["version"], "title.en": "Both", "do": "stay"})
    assert fresh(draft).document["title"] == {"en": "Both"}


def test_a_text_whose_row_went_away_is_shown_and_not_lost(client, draft):
    part = url(draft, "quiz")
    client.fill(part, part, do="add:quiz")
    form = client.form(part, part)["values"]
    client.fill(part, part, do="remove:quiz[0]")
    page = client.act(part, **{**form, "quiz[0].text.en": "Written meanwhile", "do": "stay"})
    assert page.status_code == 409 and "Written meanwhile" in text_of(page)


def test_a_form_from_a_file_with_flaws_keeps_the_text(client, draft):
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    form = f"{url(draft)}/stages/0/form"
    text = "sections:\n  - id: a\n    title: {en: A}\n    questions: [{id: q, kind: essay, label: {en: Q}}]\n"
    page = client.fill(form, form, source="file", text=text)
    assert page.status_code == 422 and "“essay” is not one of" in text_of(page)
    assert soup(page).find("textarea").get_text().strip() == text.strip()
    assert client.fill(form, form, source="").status_code == 422
    assert client.fill(form, form, source="file", text=text.replace("essay", "yes_no")).status_code == 303
    assert "1 question" in text_of(client.get(form))
