"""Assignment by a table: every flaw is named on its line, and nothing happens before it is said."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid, MoveRefused
from app.reviews import queries, services
from app.reviews.services.listing import read_table
from tests.client import text_of
from tests.factories.identity import actor_of, make_member, make_staff
from tests.factories.pool import make_profiled
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_officer, make_review, make_reviewer

pytestmark = pytest.mark.usefixtures("frozen")
DUE = date(2026, 7, 1)


@pytest.fixture
def call(proposal):
    return proposal.call


def table(*lines, heading="reference,email,due"):
    return "\r\n".join([heading, *lines]).encode()


def plan_of(call, officer, *lines, **more):
    return services.make_list_plan(call=call, data=table(*lines, **more), title="t.csv", due_on=DUE, actor=officer)


def problems(plan):
    return [line["problem"] for line in plan.result["lines"]]


def test_every_flaw_is_named(session, proposal, call, officer):
    ana, ben, cat = (make_reviewer(call, name=name) for name in ("Ana", "Ben", "Cat"))
    make_conflict(ben, proposal)
    make_review(proposal, reviewer=cat)
    other, elsewhere = make_assessed_proposal(call=call), make_assessed_proposal()
    decided = make_assessed_proposal(call=call, state="deciding")
    stranger = make_reviewer(elsewhere.call)
    both = make_staff(call.programme, "officer", person=make_reviewer(call))
    rows = [
        (proposal.reference.lower(), ana.email.upper(), "", ""),
        (proposal.reference, ana.email, "", "twice"),
        (other.reference, ana.email, "2026-07-09", ""),
        (other.reference, ben.email, "2026-02-30", "due"),
        (other.reference, cat.email, "2020-01-01", "due"),
        (other.reference, cat.email, "9 July", "due"),
        (proposal.reference, ben.email, "", "refused"),
        (proposal.reference, cat.email, "", "asked"),
        (elsewhere.reference, ana.email, "", "reference"),
        (decided.reference, ana.email, "", "reference"),
        ("=1+1", ana.email, "", "reference"),
        (proposal.reference, stranger.email, "", "email"),
        (proposal.reference, both.email, "", "email"),
        (proposal.reference, "", "", "email"),
    ]
    plan = plan_of(call, officer, *(",".join(row[:3]) for row in rows))
    assert problems(plan) == [row[3] for row in rows]
    assert [line["number"] for line in plan.result["lines"]] == list(range(2, 16))
    assert len(queries.reviews_of_proposals([proposal.id])) == 1, "only the one that was there"
    assert services.apply_list(plan=plan, actor=officer) == (2, True)
    assert {r.reviewer_id for r in queries.reviews_of_proposals([proposal.id])} == {cat.id, ana.id}
    (review,) = queries.reviews_of_proposals([other.id])
    assert review.due_at.isoformat() == "2026-07-09T21:59:00+00:00"
    with pytest.raises(MoveRefused, match="applied already"):
        services.apply_list(plan=plan, actor=officer)


def test_more_than_somebody_can_take_on_is_said_and_done(session, proposal, call, officer):
    ana = make_profiled(call, capacity=1)
    other = make_assessed_proposal(call=call)
    plan = plan_of(call, officer, f"{proposal.reference},{ana.email}", f"{other.reference},{ana.email}")
    assert problems(plan) == ["", "full"] and plan.result["lines"][1]["most"] == 1
    assert services.apply_list(plan=plan, actor=officer) == (2, True)


def test_what_changed_since_it_was_looked_at_stops_it(session, proposal, call, officer):
    ana, ben = make_reviewer(call), make_reviewer(call)
    plan = plan_of(call, officer, f"{proposal.reference},{ana.email}", f"{proposal.reference},{ben.email}")
    make_conflict(ana, proposal)
    assert services.apply_list(plan=plan, actor=officer) == (0, False)
    assert queries.reviews_of_proposals([proposal.id]) == [] and plan.applied_at is None
    assert problems(plan) == ["refused", ""]
    assert services.apply_list(plan=plan, actor=officer) == (1, True)


def test_a_table_without_a_good_line_is_refused(session, proposal, call, officer):
    plan = plan_of(call, officer, "nothing,nobody")
    with pytest.raises(MoveRefused, match="No line"):
        services.apply_list(plan=plan, actor=officer)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first line must name"),
        (b"name,address\nA,B", "first line must name"),
        (b"reference,email", "no lines"),
        (b"reference,email\n , \n", "no lines"),
        (b"\xff\xfe\x00", "not a CSV file in UTF-8"),
        (b'reference,email\n"open,a@b.example', "quotation marks"),
        (b"reference,email\n" + b"A,b@c.example\n" * 2001, "more than 2000 lines"),
        (b"x" * 500_001, "larger than 500 kB"),
    ],
)
def test_a_file_that_is_no_table(data, words):
    with pytest.raises(Invalid, match=words) as refused:
        read_table(data)
    assert refused.value.field == "file"


def test_commas_and_semicolons_and_any_order():
    assert read_table("\ufeffE-mail;Proposal\nb@c.example;A-1\n".encode()) == [
        (2, {"email": "b@c.example", "reference": "A-1"})
    ]
    assert read_table(b"Due,Reference,EMAIL,note\n2026-07-01,A-1,b@c.example,x") == [
        (2, {"due": "2026-07-01", "reference": "A-1", "email": "b@c.example"})
    ]


class TestPages:
    @pytest.fixture
    def person(self, call):
        return make_officer(call)

    @pytest.fixture
    def browser(self, session, client, sign_in, person):
        session.commit()
        return sign_in(client, person)

    def upload(self, browser, call, data, **more):
        path = f"/reviews/calls/{call.id}/plans/table"
        return browser.fill(path, path, file=(io.BytesIO(data), "evening.csv"), **more)

    def test_look_then_send(self, session, proposal, call, browser):
        ana = make_reviewer(call, name="Ana Lopez")
        session.commit()
        answer = self.upload(browser, call, table(f"{proposal.reference},{ana.email}", "X,y"), due_on="2026-07-01")
        assert answer.status_code == 303
        page = text_of(browser.get(answer.location))
        assert "evening.csv" in page and "Ana Lopez is invited to review it by 1 July 2026" in page
        assert "No proposal of this call that takes reviews has this reference." in page
        assert queries.reviews_of_proposals([proposal.id]) == []
        assert browser.fill(answer.location, f"{answer.location}/apply").status_code == 303
        assert [r.reviewer_id for r in queries.reviews_of_proposals([proposal.id])] == [ana.id]
        assert browser.act(f"{answer.location}/apply").status_code == 409
        assert len(queries.reviews_of_proposals([proposal.id])) == 1

    def test_flaws_of_the_file_stand_beside_it(self, session, call, browser):
        answer = self.upload(browser, call, b"a,b\n1,2", due_on="2026-07-01")
        assert answer.status_code == 422 and "The first line must name the columns" in text_of(answer)
        answer = self.upload(browser, call, table("A,b"), due_on="2020-07-01")
        assert answer.status_code == 422 and "Give a date in the future." in text_of(answer)
        path = f"/reviews/calls/{call.id}/plans/table"
        assert browser.fill(path, path).status_code == 422

    def test_lines_about_closed_proposals_are_not_shown(self, session, proposal, call, officer, person, browser):
        ana, other = make_reviewer(call, name="Ana Lopez"), make_assessed_proposal(call=call)
        plan = plan_of(call, officer, f"{proposal.reference},{ana.email}", f"{other.reference},{ana.email}")
        make_member(proposal.organisation, "viewer", person)
        session.commit()
        page = text_of(browser.get(f"/reviews/plans/{plan.id}"))
        assert other.reference in page and proposal.reference not in page
        assert "Send" not in page
        answer = browser.act(f"/reviews/plans/{plan.id}/apply")
        assert answer.status_code == 409 and "not open to you" in text_of(answer)
        again = text_of(browser.get(f"/reviews/plans/{plan.id}"))
        assert proposal.reference not in again, "trying it shows nothing more"
        assert queries.reviews_of_proposals([proposal.id, other.id]) == []

    def test_a_closed_proposal_is_as_unknown_as_none(self, session, proposal, call, person):
        make_conflict(person, proposal)
        ana = make_reviewer(call)
        plan = plan_of(call, actor_of(person), f"{proposal.reference},{ana.email}", f"NONE-1,{ana.email}")
        one, none = plan.result["lines"]
        assert {**one, "number": 0, "reference": ""} == {**none, "number": 0, "reference": ""}


def test_a_day_in_the_past_is_no_default(session, proposal, call, officer):
    ana = make_reviewer(call)
    past = clock.now().date() - timedelta(days=1)
    data = table(f"{proposal.reference},{ana.email}")
    plan = services.make_list_plan(call=call, data=data, title="", due_on=past, actor=officer)
    assert problems(plan) == ["due"]
