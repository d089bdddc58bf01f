"""One standard question across calls: what is counted, for whom, and what few answers do not tell."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls import queries as call_queries
from app.calls.models import StandardQuestion
from app.extensions import db
from app.proposals import services
from app.proposals.tallying import tally
from tests.client import soup, text_of
from tests.factories.calls import QUICK_SCAN, call_document, make_call, question, section
from tests.factories.identity import actor_of, make_programme, make_staff
from tests.factories.proposals import make_proposal

pytestmark = pytest.mark.usefixtures("frozen")


# --- arithmetic


@given(st.lists(st.none() | st.integers(0, 1000)))
def test_numbers_are_added_up_exactly(answers):
    found, given_ = tally("integer", answers), [a for a in answers if a is not None]
    assert (found.asked, found.answered) == (len(answers), len(given_))
    assert found.total == (Decimal(sum(given_)) if given_ else None)
    assert found.least == (min(given_) if given_ else None)


def test_amounts_shares_and_small_numbers():
    money = tally("money", [{"amount": "10.50", "currency": "EUR"}, {"amount": "2.25", "currency": "EUR"}, None])
    assert (money.total, money.mean, money.asked) == (Decimal("12.75"), Decimal("6.38"), 3)
    few = tally("choices", [["a", "b"], ["a"]])
    assert few.counts == {"a": 2, "b": 1} and few.share("a") is None
    many = tally("choice", ["a", "a", "a", "b", "b", ""])
    assert (many.share("a"), many.share("b"), many.share("c")) == (Decimal("60.0"), Decimal("40.0"), Decimal("0.0"))
    assert tally("choice", ["a"] * 4, personal=True).counts is None
    assert tally("short_text", ["a", "b"]).total is None


# --- across calls


def asking(programme, kind="integer", code="MINERS", **over):
    """An open call whose quick scan asks a standard question."""
    document = call_document()
    asked = question("miners", kind, standard=code, required=False, **over)
    form = {"sections": [*QUICK_SCAN["sections"], section("reach", asked)]}
    stages = [{**document["stages"][0], "form": form}, document["stages"][1]]
    return make_call(programme=programme, stages=stages)


@pytest.fixture
def programme(session):
    made = make_programme()
    db.session.add(
        StandardQuestion(
            code="MINERS",
            programme_id=made.id,
            created_by_name="A",
            document={"kind": "integer", "label": {"en": "Miners reached"}},
        )
    )
    db.session.flush()
    return made


def table(client) -> list[list[str]]:
    answer = client.get("/proposals/standards/MINERS/answers.csv")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_submitted_answers_of_several_calls_stand_in_one_report(client, sign_in, programme):
    one, two = asking(programme), asking(programme)
    for call, miners in ((one, 10), (one, 32), (two, 5)):
        make_proposal("submitted", call=call, answers={"miners": miners})
    make_proposal("submitted", call=two, answers={"miners": None})
    make_proposal("draft", call=two, answers={"miners": 1000})
    make_proposal("withdrawn", call=two, answers={"miners": 1000})
    asking(programme, kind="decimal")
    sign_in(client, make_staff(programme, "officer"))
    rows = {row[0]: row[2:5] for row in table(client)[1:]}
    assert rows == {one.code: ["2", "2", "42"], two.code: ["2", "1", "5"]}
    page = client.get("/proposals/standards/MINERS")
    assert "Miners reached" in text_of(page)
    assert [c.get_text(strip=True) for c in soup(page).select("tfoot th, tfoot td")][:4] == [
        "All calls",
        "4",
        "3",
        "47",
    ]


def test_who_may_not_see_a_proposal_does_not_count_it(client, sign_in, programme):
    call = asking(programme)
    make_proposal("submitted", call=call, answers={"miners": 7})
    stranger = make_staff(make_programme(), "manager")
    sign_in(client, stranger)
    assert client.get("/proposals/standards/MINERS").status_code == 404
    assert client.get("/proposals/standards/MINERS/answers.csv").status_code == 404
    standard = call_queries.standard_by_code("MINERS")
    standard.programme_id = None
    db.session.commit()
    assert len(table(client)) == 1, "other programmes' answers stay theirs, also for a question that all ask"
    assert "Nobody has answered it yet" in text_of(client.get("/proposals/standards/MINERS"))


def test_a_question_that_only_has_the_name_is_not_counted(client, sign_in, programme):
    make_proposal("submitted", call=asking(programme, kind="decimal"), answers={"miners": "7.5"})
    sign_in(client, make_staff(programme, "auditor"))
    assert len(table(client)) == 1


def test_conflicts_close_the_figures_too(client, sign_in, programme):
    call = asking(programme)
    proposal = make_proposal("submitted", call=call, answers={"miners": 7})
    make_proposal("submitted", call=call, answers={"miners": 1})
    officer = make_staff(programme, "officer")
    services.record_conflict(
        proposal=proposal, person_id=officer.id, basis="declared", note="My cousin leads it.", actor=actor_of(officer)
    )
    db.session.commit()
    sign_in(client, officer)
    assert table(client)[1][2:5] == ["1", "1", "1"]
