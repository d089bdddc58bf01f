"""Practice: the real form for everybody, checked like the real one, and nothing of it is kept."""

import re
from dataclasses import replace

from sqlalchemy import func, inspect, select, text

from app.extensions import db
from app.identity.models import AttemptCount
from app.identity.services import attempts
from app.public import practice
from tests.client import soup, text_of
from tests.factories.calls import FULL_PROPOSAL, call_document, make_call, question, section

PAGE = "/calls/{}/practice/{}/{}"


def rows_everywhere():
    """How many rows each table has; but for the counters of tries, which hold nothing but a number."""
    tables = set(inspect(db.engine).get_table_names()) - {AttemptCount.__tablename__}
    return {t: db.session.scalar(select(func.count()).select_from(text(t))) for t in tables}


def path_of(call, section="money", stage="full_proposal"):
    return PAGE.format(call.code, stage, section)


def test_before_it_opens_anybody_may_try_the_form(session, client):
    call = make_call(state="published", stages=later())
    session.commit()
    assert client.get(f"/calls/{call.code}/practice").headers["Location"].endswith("/practice/quick_scan/idea")
    page = client.get(path_of(call))
    assert page.status_code == 200 and page.headers["X-Robots-Tag"] == "noindex"
    assert "This is practice: nothing is kept" in text_of(page)
    assert f"/calls/{call.code}/practice" in client.get(f"/calls/{call.code}").text


def later():
    quick, full = call_document()["stages"]
    return [{**s, "opens": "2099-01-01 12:00", "closes": "2099-03-01 12:00"} for s in (quick, full)]


def test_what_is_typed_is_checked_shown_again_with_totals_and_never_kept(session, client):
    call = make_call()
    session.commit()
    before = rows_everywhere()
    where = path_of(call)
    typed = {"grant": "900000", "budget.staff.amount": "1200000", "budget.travel.amount": "not a number"}
    answer = client.act(where, **typed)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "1,200,000" in shown, "no live total"
    assert "not a number" in answer.text and "900000" in answer.text.replace(",", "")
    assert soup(answer).select(".error, .field-error, [aria-invalid=true]")
    assert rows_everywhere() == before
    good = client.act(where, grant="300000.00", **{"budget.staff.amount": "300000.00"})
    assert good.status_code == 200 and "This page is complete" in text_of(good)
    assert rows_everywhere() == before
    fresh = client.get(where)
    assert "300000" not in fresh.text.replace(",", "")


def test_a_row_more_and_a_row_less(session, client):
    call = make_call()
    session.commit()
    where = path_of(call, "applicant")
    rows = len(soup(client.get(where)).select("[name$='.name']"))
    more = client.act(where, add_row="partners", **{"partners.0.name": "Kahuzi Mine"})
    assert len(soup(more).select("[name$='.name']")) == rows + 1 and "Kahuzi Mine" in more.text
    less = client.act(where, remove_row="partners.0", **{"partners.0.name": "Kahuzi Mine", "partners.1.name": "Buyer"})
    assert "Kahuzi Mine" not in less.text and "Buyer" in less.text


def test_files_are_named_and_never_taken(session, client):
    call = make_call()
    session.commit()
    page = client.get(path_of(call, "annexes"))
    assert "practice takes none" in text_of(page) and 'type="file"' not in page.text
    assert client.act(path_of(call, "annexes"), honest="yes").status_code == 200


def test_too_much_text_is_refused_in_words_and_shown_again(session, client, monkeypatch):
    monkeypatch.setattr(practice, "LARGEST_SECTION", 2_000)
    call = make_call()
    session.commit()
    answer = client.act(path_of(call, "plan"), problem="x" * 2_001, title="A good word.")
    assert answer.status_code == 422 and "Too much text" in text_of(answer)
    assert "x" * 2_001 in answer.text and "A good word." in answer.text


def test_every_stage_can_be_tried(session, client):
    call = make_call()
    session.commit()
    page = soup(client.get(path_of(call, "idea", "quick_scan")))
    assert page.select_one(f"main a[href^='/calls/{call.code}/practice/full_proposal/']") is not None


def test_questions_follow_answers_and_those_that_hang_on_other_pages_are_asked(session, client):
    quick, full = call_document()["stages"]
    form = {
        **FULL_PROPOSAL,
        "sections": [
            *FULL_PROPOSAL["sections"],
            section("one", question("kind", "yes_no"), question("why", show_if={"question": "kind", "is": "yes"})),
            section("two", question("more", show_if={"question": "kind", "is": "yes"}), question("last")),
        ],
    }
    call = make_call(stages=[quick, {**full, "form": form}])
    session.commit()
    first = soup(client.get(path_of(call, "one")))
    assert first.select_one("[data-question=why]").has_attr("hidden") and first.select_one("form[data-logic]")
    assert not soup(client.act(path_of(call, "one"), kind="yes")).select_one("[data-question=why]").has_attr("hidden")
    second = client.get(path_of(call, "two"))
    assert not soup(second).select_one("[data-question=more]").has_attr("hidden")
    assert "only after certain answers on other pages" in text_of(second)


def test_nothing_to_try_without_a_published_call_that_offers_it(session, client, frozen):
    draft, silent, closed = make_call(state="draft"), make_call(), make_call()
    silent.process = {**silent.process, "practice": False}
    session.commit()
    for call in (draft, silent):
        assert client.get(path_of(call)).status_code == 404
        assert client.get(f"/calls/{call.code}/practice").status_code == 404
    assert "practice" not in client.get(f"/calls/{silent.code}").text
    assert client.get(path_of(closed, "no_such")).status_code == 404
    assert client.get(path_of(closed, stage="no_such")).status_code == 404
    frozen(closed.closes_at)
    assert client.get(path_of(closed)).status_code == 404


def test_every_section_of_the_form_can_be_tried(session, client):
    call = make_call()
    session.commit()
    for number, asked in enumerate(FULL_PROPOSAL["sections"], 1):
        page = text_of(client.get(path_of(call, asked["id"])))
        assert re.search(rf"Section {number} of {len(FULL_PROPOSAL['sections'])}", page)


def test_it_cannot_be_used_to_keep_the_server_busy(session, client, monkeypatch):
    """So many pages for one network and no more, right or wrong ones; looking stays free."""
    call = make_call()
    session.commit()
    limit = replace(attempts.PRACTICE_ADDRESS, most=3)
    monkeypatch.setattr(attempts, "PRACTICE_ADDRESS", limit)
    where = path_of(call)
    right = {"grant": "300000.00", "budget.staff.amount": "300000.00"}
    answers = [client.act(where, **typed).status_code for typed in ({"grant": "x"}, {"grant": "y"}, right, right)]
    assert answers == [422, 422, 200, 429]
    assert "300000.00" in client.act(where, **right).text, "what was typed is gone"
    assert client.get(where).status_code == 200
    other = client.post(
        where, data={"csrf_token": client.csrf_token(), "grant": "1"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert other.status_code != 429, "another network is not held up"
