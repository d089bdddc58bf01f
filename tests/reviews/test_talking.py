"""Talking about a proposal: under which name, when, who sums up, and what is never said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.errors import Invalid, MoveRefused, NotFound
from app.notifications import audience, subjects
from app.reviews import queries, services
from app.reviews.models import DiscussionMessage
from tests.client import soup, text_of
from tests.factories.identity import actor_of
from tests.factories.reviews import (
    make_conflict,
    make_officer,
)
from tests.reviews.conftest import events
from tests.reviews.discussing import others, reviewed
from tests.reviews.test_rounds import put_round

pytestmark = pytest.mark.usefixtures("frozen")


class TestTalking:
    def test_a_message_is_under_the_pseudonym_and_shows_the_day_alone(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        browser = browse(pair[0])
        assert browser.fill(others(pair[0]), others(pair[0]), text="I doubt the budget.").status_code == 303
        page = soup(browse(pair[1]).get(others(pair[1])))
        said = page.find(id="thread").find("article").get_text(" ")
        assert pair[0].pseudonym in said
        assert "I doubt the budget." in said
        assert pair[0].reviewer.name not in page.get_text()
        assert ":" not in said.split("I doubt")[0].replace(pair[0].pseudonym, "")

    def test_the_day_of_a_message_is_the_one_of_the_call(self, session, talked, pair, browse, frozen):
        put_round(talked, "discussing")
        services.say(review=pair[0], text="Late at night.", actor=actor_of(pair[0].reviewer))
        message = session.scalars(select(DiscussionMessage)).one()
        message.created_at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        session.commit()
        said = soup(browse(pair[1]).get(others(pair[1]))).find(id="thread").find("article").get_text(" ")
        assert "24 November 2026" in said

    @pytest.mark.parametrize("phase", ["scoring", "reading", "closed"])
    def test_outside_the_discussion_nothing_can_be_said(self, session, talked, pair, browse, phase):
        put_round(talked, phase)
        assert browse(pair[0]).act(others(pair[0]), text="Hello").status_code == 404
        with pytest.raises((MoveRefused, NotFound)):
            services.say(review=pair[0], text="Hello", actor=actor_of(pair[0].reviewer))
        with pytest.raises(MoveRefused):
            services.say_for_programme(proposal=talked, text="Hello", actor=actor_of(make_officer(talked.call)))

    def test_nothing_typed_is_lost_when_it_is_refused(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        where = "The pit is at 1.234567 S, 28.765432 E."
        answer = browse(pair[0]).fill(others(pair[0]), others(pair[0]), text=where)
        assert answer.status_code == 422
        assert where in text_of(answer)
        assert session.query(DiscussionMessage).count() == 0

    def test_messages_are_told_to_who_takes_part_and_nobody_else(self, session, talked, pair):
        late = reviewed(talked, "Cleo Late", state="draft")
        shut = reviewed(talked, "Dan Shut")
        make_conflict(shut.reviewer, talked)
        put_round(talked, "discussing")
        services.say(review=pair[0], text="Hello", actor=actor_of(pair[0].reviewer))
        event = events(session, "discussion.message_posted")[0]
        session.commit()
        subject = subjects.load(event)
        told = {listener.person_id for listener in audience.reviewers_in_discussion(subject)}
        assert told == {pair[0].reviewer_id, pair[1].reviewer_id}
        assert late.reviewer_id not in told
        assert "Hello" not in str(event.payload)

    def test_nothing_of_it_stands_in_the_history_of_the_proposal(self, session, talked, pair):
        from app.core import audit

        put_round(talked, "discussing")
        before = len(audit.history("proposal", talked.id))
        services.say(review=pair[0], text="Hello", actor=actor_of(pair[0].reviewer))
        services.name_rapporteur(review=pair[0], actor=actor_of(make_officer(talked.call)))
        assert len(audit.history("proposal", talked.id)) == before

    def test_what_somebody_with_a_conflict_said_is_for_the_staff_alone(self, session, talked, pair, client, sign_in):
        put_round(talked, "discussing")
        services.say(review=pair[1], text="A tainted word.", actor=actor_of(pair[1].reviewer))
        services.declare_conflict(review=pair[1], note="My cousin.", actor=actor_of(pair[1].reviewer))
        session.commit()
        assert "A tainted word." not in text_of(sign_in(client, pair[0].reviewer).get(others(pair[0])))
        page = sign_in(client, make_officer(talked.call)).get(f"/reviews/proposals/{talked.id}/discussion")
        assert "A tainted word." in text_of(page)


def test_who_says_who_they_are_is_stopped(session, talked, pair):
    put_round(talked, "discussing")
    for text in ("I, Quellwasser, doubt it.", f"Write to {pair[0].reviewer.email}"):
        with pytest.raises(Invalid, match="who you are"):
            services.say(review=pair[0], text=text, actor=actor_of(pair[0].reviewer))


def test_an_empty_message_is_refused(session, talked, pair):
    put_round(talked, "discussing")
    with pytest.raises(Invalid):
        services.say(review=pair[0], text="  ", actor=actor_of(pair[0].reviewer))
    assert queries.messages_of(talked.id) == []
    assert clock.now()
