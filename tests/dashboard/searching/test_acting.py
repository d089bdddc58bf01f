"""One act on many proposals: shown before, done row by row, refusals said, hidden ones untouched, twice is once."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.outbox import OutboxEvent
from app.proposals.models import Proposal, ProposalMessage
from app.reviews.models import Review, ReviewNudge
from tests.client import soup, text_of
from tests.factories.identity import make_staff
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_review, make_reviewer


def events(session, name):
    return session.query(OutboxEvent).filter_by(name=name).count()


@pytest.fixture
def pair(session, call, frozen):
    """Two proposals: one with an open review by Ana and one handed in by Ben, one without any review."""
    busy, bare = make_assessed_proposal(call=call, title="Busy"), make_assessed_proposal(call=call, title="Bare")
    make_review(busy, reviewer=make_reviewer(call, name="Ana Ruiz"), state="draft")
    make_review(busy, reviewer=make_reviewer(call, name="Ben Lo"), state="submitted")
    session.commit()
    return busy, bare


def act(browser, act, proposals, **over):
    return browser.act("/search/act", act=act, proposal=[str(p.id) for p in proposals], q="", **over)


def lines(answer):
    rows = soup(answer).find("table").tbody.find_all("tr")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in rows]


def test_a_due_date_is_shown_first_and_set_then(session, pair, browser):
    day = (clock.now() + timedelta(days=40)).date()
    shown = act(browser, "due", pair, due_on=day.isoformat())
    busy, bare = pair
    assert shown.status_code == 200
    assert "Nothing has happened yet" in text_of(shown)
    by_title = {line[0].split()[-1]: line[1:] for line in lines(shown)}
    assert by_title["Busy"][0].startswith("The review of Ana Ruiz is due on")
    assert by_title["Bare"] == ["–", "No review of this proposal is open."]
    assert events(session, "review.due_changed") == 0
    done = act(browser, "due", pair, due_on=day.isoformat(), then="do")
    assert "1 is done" in text_of(done)
    assert "1 was refused" in text_of(done)
    session.expire_all()
    ana = session.query(Review).filter_by(state="draft").one()
    assert ana.due_at.date() == day
    act(browser, "due", pair, due_on=day.isoformat(), then="do")
    assert events(session, "review.due_changed") == 1, "the same date again tells nobody"


def test_reviewers_are_asked_once(session, pair, browser):
    shown = lines(act(browser, "nudge", pair))
    assert any("Ana Ruiz gets a mail" in line[1] for line in shown)
    assert not any("Ben Lo" in line[1] for line in shown)
    for _ in range(2):
        act(browser, "nudge", pair, then="do")
    assert session.query(ReviewNudge).count() == 1
    assert any("24 hours" in line[2] for line in lines(act(browser, "nudge", pair)))


def test_messages_reach_each_thread(session, pair, browser):
    assert act(browser, "message", pair, text="").status_code == 422
    shown = act(browser, "message", pair, text="We are late, sorry.")
    assert "We are late, sorry." in text_of(shown)
    assert session.query(ProposalMessage).count() == 0
    act(browser, "message", pair, text="We are late, sorry.", then="do")
    assert sorted(m.proposal_id for m in session.query(ProposalMessage)) == sorted(p.id for p in pair)


def test_one_refusal_leaves_the_other_rows(session, call, pair, browser):
    ready = make_assessed_proposal(call=call, title="Ready")
    for _ in range(call.process["reviews_wanted"]):
        make_review(ready, state="submitted")
    session.commit()
    shown = {line[0].split()[-1]: line[1:] for line in lines(act(browser, "table", [*pair, ready]))}
    assert shown["Ready"][1] == "–"
    assert "reviews are in" in shown["Busy"][1]
    done = {line[0].split()[-1]: line[1:] for line in lines(act(browser, "table", [*pair, ready], then="do"))}
    assert done == shown, "what was shown is what happened"
    session.expire_all()
    states = {p.title: p.state for p in session.query(Proposal)}
    assert states == {"Busy": "assessing", "Bare": "assessing", "Ready": "deciding"}


def test_hidden_and_foreign_proposals_are_left_out(session, manager, pair, browser):
    elsewhere = make_assessed_proposal(title="Elsewhere")
    make_conflict(manager, pair[0])
    session.commit()
    day = (clock.now() + timedelta(days=40)).date().isoformat()
    for name, more in (("message", {"text": "Hello"}), ("due", {"due_on": day}), ("nudge", {}), ("table", {})):
        for then in ({}, {"then": "do"}):
            page = text_of(act(browser, name, [*pair, elsewhere], **more, **then))
            assert pair[0].reference not in page
            assert elsewhere.reference not in page
    assert {m.proposal_id for m in session.query(ProposalMessage)} == {pair[1].id}
    assert events(session, "review.due_changed") == events(session, "review.nudged") == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": ""}, "Choose what to do"),
        ({"act": "delete"}, "Not a valid choice"),
        ({"act": "due"}, "Give a date in the future"),
        ({"act": "due", "due_on": "2020-01-01"}, "Give a date in the future"),
        ({"act": "due", "due_on": "soon"}, "Not a valid date"),
        ({"act": "table", "proposal": "nonsense"}, "Tick at least one proposal"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(session, pair, browser, fields, said):
    answer = browser.act("/search/act", **{"proposal": str(pair[0].id), "q": "busy", "text": "Kept words", **fields})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Kept words" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["auditor", "reviewer", "committee_member", "finance"])
def test_others_cannot_act(session, pair, programme, client, sign_in, role):
    person = make_staff(programme, role)
    session.commit()
    sign_in(client, person)
    assert act(client, "message", pair, text="Hello", then="do").status_code == 404
    assert session.query(ProposalMessage).count() == 0
    if role == "auditor":
        assert "With the proposals ticked" not in text_of(client.get("/search"))
