"""The score sheet as a file, and what comes back in it: nothing is taken over unseen, and nothing written here is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from openpyxl import load_workbook

from app.extensions import db
from app.proposals.offline import BLOCK
from app.reviews import queries, services
from app.reviews.offline import MEMORY, Returned, UnreadableSheet, differences, read_returned
from app.reviews.sheet import Changes
from tests.client import soup, text_of
from tests.factories.identity import actor_of
from tests.factories.reviews import make_conflict, make_review, make_reviewer

WORDS = "Écrit au puits, sans réseau : =1+1 « très bon » </script>"


@pytest.fixture
def review(proposal):
    return make_review(proposal, state="draft", scores={"A1": 4, "A2": 3, "B1": 4})


def where(review, more=""):
    return f"/reviews/{review.id}/sheet/offline{more}"


def as_saved(page: str, base: dict, **fields: str) -> bytes:
    """The file as its own script saves it."""
    told = json.loads(BLOCK.search(page).group(1))
    told |= {"base": {k: [v] for k, v in base.items()}, "fields": {k: [v] for k, v in {**base, **fields}.items()}}
    data = json.dumps(told).replace("<", "\\u003c")
    return BLOCK.sub(lambda _: f'<script type="application/json" id="assay-pack">{data}</script>', page).encode()


def filled(content: bytes, **entries: object) -> bytes:
    """The workbook with something written into its last column."""
    book = load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows(min_row=3):
        if row[0].value in entries:
            row[3].value = entries[row[0].value]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(browser, review, content: bytes, name="sheet.html"):
    token = browser.form(where(review), where(review))["values"]
    return browser.post(
        where(review), data={**token, "file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def posted(response) -> dict:
    """What the comparison would send, with what is ticked."""
    form = soup(response).select_one('form[action$="/take"]')
    hidden = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
    return {**hidden, "take": [i["value"] for i in form.select("input[name=take]") if i.has_attr("checked")]}


def texts_of(review):
    db.session.expire_all()
    return services.sheet_of(queries.get_review(review.id))


class TestThePage:
    def test_it_links_to_nothing_and_holds_the_sheet_alone(self, session, review, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html"))
        assert page.headers["Content-Disposition"].startswith("attachment")
        content = page.get_data(as_text=True)
        assert not re.search(r'(src|href)="(?!#)', content)
        assert "default-src 'none'" in content
        assert "Ask for the licence." in content, "their own note to the staff"
        assert "Pits collapse" not in content, "nothing of the proposal"

    def test_it_comes_back_with_a_diff_and_is_taken_over_when_said(self, session, review, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html")).get_data(as_text=True)
        base = {"reason-A1": texts_of(review).texts["A1"], "score-A1": "4", "note_to_staff": "Ask for the licence."}
        answer = bring(browser, review, as_saved(page, base, **{"reason-A1": WORDS, "score-A1": "5"}))
        assert [i["value"] for i in soup(answer).select("input[name=take][checked]")] == ["score-A1", "reason-A1"]
        assert WORDS in text_of(answer)
        assert texts_of(review).scores["A1"] == 4, "nothing is taken over by looking"
        taken = browser.post(where(review, "/take"), data=posted(answer))
        assert taken.status_code == 303
        assert (texts_of(review).scores["A1"], texts_of(review).texts["A1"]) == (5, WORDS)

    def test_what_both_changed_is_not_ticked_and_stays(self, session, review, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html")).get_data(as_text=True)
        base = {"reason-A1": texts_of(review).texts["A1"]}
        mine = Changes({}, {"A1": "Written here meanwhile."})
        services.save_scores(review=queries.get_review(review.id), changes=mine, actor=actor_of(review.reviewer))
        session.commit()
        answer = bring(browser, review, as_saved(page, base, **{"reason-A1": WORDS}))
        assert soup(answer).select("input[name=take][checked]") == []
        assert "changed since the file was made" in text_of(answer)
        browser.post(where(review, "/take"), data=posted(answer))
        assert texts_of(review).texts["A1"] == "Written here meanwhile."

    def test_who_writes_here_while_choosing_is_not_overwritten(self, session, review, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html")).get_data(as_text=True)
        base = {"reason-A1": texts_of(review).texts["A1"]}
        answer = bring(browser, review, as_saved(page, base, **{"reason-A1": WORDS}))
        mine = Changes({}, {"A1": "Written in another tab."})
        services.save_scores(review=queries.get_review(review.id), changes=mine, actor=actor_of(review.reviewer))
        session.commit()
        late = browser.post(where(review, "/take"), data=posted(answer))
        assert late.status_code == 409
        assert WORDS in text_of(late)
        assert texts_of(review).texts["A1"] == "Written in another tab."

    def test_what_cannot_be_kept_is_said_beside_the_entry_and_nothing_is_half_taken(self, session, review, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html")).get_data(as_text=True)
        base = {"recommended": "", "reason-A1": texts_of(review).texts["A1"]}
        answer = bring(browser, review, as_saved(page, base, **{"recommended": "a lot", "reason-A1": WORDS}))
        refused = browser.post(where(review, "/take"), data=posted(answer))
        assert refused.status_code == 422
        assert soup(refused).select_one("#change-recommended .field-error") or "a lot" in text_of(refused)
        assert texts_of(review).texts["A1"] != WORDS


class TestTheWorkbook:
    def test_it_comes_back_with_a_diff(self, session, review, browse):
        browser = browse(review)
        book = browser.get(where(review, "/sheet.xlsx")).get_data()
        back = filled(book, **{"score-A1": 5, "reason-A1": WORDS, "score-A2": "na", "recommended": 1200.5})
        answer = bring(browser, review, back, "sheet.xlsx")
        assert set(posted(answer)["take"]) == {"score-A1", "reason-A1", "score-A2", "recommended"}
        assert browser.post(where(review, "/take"), data=posted(answer)).status_code == 303
        sheet = texts_of(review)
        assert (sheet.scores["A1"], sheet.texts["A1"]) == (5, WORDS)
        assert "A2" in sheet.not_applicable
        assert queries.get_review(review.id).recommended_minor == 120050

    def test_no_text_becomes_a_formula(self, session, review, browse):
        services.save_scores(
            review=review, changes=Changes({}, {"A1": "=cmd|' /C calc'!A0"}), actor=actor_of(review.reviewer)
        )
        book = load_workbook(io.BytesIO(browse(review).get(where(review, "/sheet.xlsx")).get_data()))
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}
        assert book[MEMORY].sheet_state == "veryHidden"

    def test_untouched_it_changes_nothing(self, session, review, browse):
        browser = browse(review)
        answer = bring(browser, review, browser.get(where(review, "/sheet.xlsx")).get_data(), "sheet.xlsx")
        assert "says nothing that is not saved here already" in text_of(answer)


class TestOtherFiles:
    @pytest.mark.parametrize("content", [b"", b"hello", b"<html></html>", b"PK\x03\x04 no archive", b"\xff\xfe"])
    def test_what_is_no_sheet_is_refused_in_words(self, session, review, browse, content):
        answer = bring(browse(review), review, content)
        assert answer.status_code == 422
        assert "not an offline score sheet" in text_of(answer) or "Choose the file" in text_of(answer)

    def test_a_bomb_is_not_unpacked(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
        with pytest.raises(UnreadableSheet):
            read_returned(out.getvalue())

    def test_the_sheet_of_another_review_is_refused(self, session, review, proposal, browse):
        other = make_review(proposal, state="draft")
        page = browse(other).get(where(other, "/sheet.html")).get_data(as_text=True)
        answer = bring(browse(review), review, as_saved(page, {}))
        assert answer.status_code == 422
        assert "sheet of another review" in text_of(answer)


class TestWhoMay:
    @pytest.mark.parametrize("more", ["", "/sheet.html", "/sheet.xlsx"])
    def test_nobody_else(self, session, review, proposal, client, sign_in, officer, more):
        session.commit()
        for person in (make_reviewer(proposal.call), make_review(proposal, state="submitted").reviewer):
            session.commit()
            assert sign_in(client, person).get(where(review, more)).status_code == 404

    def test_not_after_a_conflict_and_not_once_handed_in(self, session, review, proposal, browse):
        browser = browse(review)
        page = browser.get(where(review, "/sheet.html")).get_data(as_text=True)
        answer = bring(browser, review, as_saved(page, {"reason-A1": "x"}, **{"reason-A1": WORDS}))
        services.submit(review=queries.get_review(review.id), actor=actor_of(review.reviewer))
        session.commit()
        assert browser.get(where(review)).status_code == 409
        assert browser.post(where(review, "/take"), data=posted(answer)).status_code == 409
        make_conflict(review.reviewer, proposal)
        session.commit()
        assert browser.get(where(review)).status_code == 404


def test_what_was_not_touched_in_the_file_is_no_difference():
    returned = Returned("r", {"a": "old", "b": "x", "gone": ""}, {"a": "old", "b": "y", "gone": "z"})
    found = differences(returned, {"a": "newer here", "b": "x\r\n"})
    assert [(one.name, one.packed, one.is_newer) for one in found] == [("b", "y", True)]
