"""Questions about a call and its news: who may ask, answer and announce, who reads what, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calls import queries, services
from app.core import audit, clock
from app.core.errors import Invalid, MoveRefused
from app.extensions import db
from app.notifications.dispatch import deliver_due
from app.notifications.models import EmailDelivery
from tests.client import form_values, soup, text_of
from tests.factories.calls import make_call, wall
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.proposals import make_proposal, owner_of


@pytest.fixture
def call(session):
    made = make_call()
    db.session.commit()
    return made


def mailed(event: str) -> set[str]:
    db.session.commit()
    deliver_due(20)
    return set(db.session.scalars(select(EmailDelivery.address).where(EmailDelivery.event_name == event)))


def test_a_private_question_is_read_by_its_asker_and_the_staff_alone(call, new_client, sign_in):
    asker, other, officer = make_person(), make_person(), make_staff(call.programme, "officer")
    db.session.commit()
    mine, theirs, staff = (sign_in(new_client(), person) for person in (asker, other, officer))
    where = f"/calls/{call.code}/questions"
    assert mine.fill(where, where, text="May we include Uganda?").status_code == 303
    assert "May we include Uganda?" in text_of(mine.get(where))
    assert "Uganda" not in text_of(theirs.get(where)) and theirs.get(where + "/all").status_code == 404
    assert "Uganda" in text_of(staff.get(where + "/all"))
    told = mailed("question.asked")
    assert officer.email in told and not told & {asker.email, other.email}
    question = queries.questions_of(call.id)[0]
    page = f"{where}/{question.id}"
    assert mine.get(page).status_code == 404
    assert staff.fill(page, page, answer="Yes, you may.").status_code == 303
    assert "Yes, you may." in text_of(mine.get(where))
    assert "Uganda" not in text_of(new_client().get(f"/calls/{call.code}"))
    assert mailed("question.answered") == {asker.email}


def test_a_published_answer_shows_the_staff_s_words_and_no_name(call, new_client, sign_in):
    asker, officer = make_person(name="Amina Rare-Name"), make_staff(call.programme, "officer")
    question = services.ask_question(call=call, text="I am Amina of Kivu Mines. How?", actor=actor_of(asker))
    db.session.commit()
    staff, page = sign_in(new_client(), officer), f"/calls/{call.code}/questions/{question.id}"
    half = staff.fill(page, page, answer="So.", public_text="How?")
    assert half.status_code == 422 and "So." in text_of(half)
    stale = staff.fill(page, page, answer="So.", version="99")
    assert stale.status_code == 409
    assert (
        staff.fill(page, page, answer="So.", public_text="How is it done?", public_answer="Like this.").status_code
        == 303
    )
    shown, feed = text_of(new_client().get(f"/calls/{call.code}")), new_client().get("/calls/feed.atom").text
    for text in (shown, feed):
        assert "How is it done?" in text and "Like this." in text
        assert "Amina" not in text and "Kivu" not in text and "So." not in text


def test_two_who_answer_one_question_see_each_other_s_words(call, new_client, sign_in):
    anna, ben = (make_staff(call.programme, "officer") for _ in "ab")
    anna.name = "Anna First"
    question = services.ask_question(call=call, text="How?", actor=actor_of(make_person()))
    db.session.commit()
    page = f"/calls/{call.code}/questions/{question.id}"
    first, second = (sign_in(new_client(), person) for person in (anna, ben))
    seen = second.form(page)
    assert first.fill(page, page, answer="Anna's.", public_text="Hers?", public_answer="Yes.").status_code == 303
    words = {"answer": "Ben's.", "public_text": "His?", "public_answer": "No."}
    answer = second.post(seen["action"], data={**seen["values"], **words})
    assert answer.status_code == 409
    theirs = soup(answer).find(id="theirs").get_text(" ", strip=True)
    assert "Anna First" in theirs and "Anna's." in theirs and "Hers?" in theirs
    again = soup(answer).find("form", action=seen["action"])
    values = form_values(again)
    assert values["answer"].strip() == "Ben's."
    assert second.post(seen["action"], data=values).status_code == 303, "a second press goes by what the page shows"
    assert "His?" in text_of(new_client().get(f"/calls/{call.code}"))


def test_a_published_answer_is_taken_off_the_public_page(call, new_client, sign_in):
    asker, officer, auditor = (
        make_person(),
        make_staff(call.programme, "officer"),
        make_staff(call.programme, "auditor"),
    )
    question = services.ask_question(call=call, text="How?", actor=actor_of(asker))
    db.session.commit()
    page = f"/calls/{call.code}/questions/{question.id}"
    staff, mine, strange = (sign_in(new_client(), person) for person in (officer, asker, auditor))
    off = f"{page}/unpublish"
    assert "Take the answer off" not in text_of(staff.get(page)) and staff.act(off).status_code == 409
    staff.fill(page, page, answer="So.", public_text="A public question?", public_answer="Rather public.")
    empty = staff.fill(page, page, public_text="", public_answer="")
    assert empty.status_code == 422 and "take it off the public page first" in text_of(empty)
    assert mine.act(off).status_code == strange.act(off).status_code == 404
    assert staff.fill(page, off).status_code == 303
    for shown in (f"/calls/{call.code}", "/calls/feed.atom"):
        assert "A public question?" not in new_client().get(shown).text
    assert "So." in text_of(mine.get(f"/calls/{call.code}/questions")), "the asker keeps the answer"
    entries = [entry.action for entry in audit.history("call_question", question.id)]
    assert entries[-1] == "call_question.unpublished"
    assert soup(staff.get(page)).find(id="public_answer").get_text(strip=True) == ""
    assert staff.fill(page, page, answer="So then.").status_code == 303


def test_questions_end_with_their_phase(call, frozen, client, sign_in):
    person = make_person()
    frozen(services.questions_until(call))
    browser = sign_in(client, person)
    with pytest.raises(MoveRefused):
        services.ask_question(call=call, text="Too late?", actor=actor_of(person))
    assert "is over" in text_of(browser.get(f"/calls/{call.code}/questions"))


def test_a_call_may_say_until_when_it_takes_questions(session):
    until = wall(clock.now() + timedelta(days=20))
    made = make_call(process={"reviews_wanted": 2, "quorum": 2, "questions_until": until})
    assert wall(services.questions_until(made)) == until and services.questions_until(made).tzinfo is not None
    assert services.document_of(made)["process"]["questions_until"] == until


def test_a_call_kept_with_a_time_that_its_clocks_skip_is_still_read(session, client):
    made = make_call()
    for written, end in (
        ("2027-03-28 02:30", "2027-03-28T01:30:00+00:00"),
        ("2027-10-31 02:30", "2027-10-31T01:30:00+00:00"),
    ):
        made.process = {**made.process, "questions_until": written}
        db.session.commit()
        assert services.questions_until(made).isoformat() == end, "nobody's hour is cut short"
        assert client.get(f"/calls/{made.code}").status_code == 200


def test_an_announcement_reaches_who_applies_and_who_asked(call, new_client, sign_in):
    draft, asker, nobody = make_proposal("draft", call=call), make_person(), make_person()
    services.ask_question(call=call, text="When?", actor=actor_of(asker))
    officer = make_staff(call.programme, "officer")
    db.session.commit()
    browser, where = sign_in(new_client(), officer), f"/notifications/calls/{call.code}/announcements"
    assert "2 people get it by mail" in text_of(browser.get(where))
    assert sign_in(new_client(), nobody).get(where).status_code == 404
    empty = browser.fill(where, where, text_en=" ")
    assert empty.status_code == 422 and "Write the text in this language." in text_of(empty)
    assert browser.fill(where, where, text_en="A meeting on Thursday.").status_code == 303
    assert "A meeting on Thursday." in text_of(new_client().get(f"/calls/{call.code}"))
    assert "A meeting on Thursday." in new_client().get("/calls/feed.atom").text
    assert mailed("call.announced") == {owner_of(draft.organisation).email, asker.email}


def test_an_extension_announces_itself(call, client):
    stage, manager = call.stages[-1], make_staff(call.programme, "manager")
    later = (stage.closes_at + timedelta(days=5)).replace(tzinfo=None, second=0, microsecond=0)
    services.extend(
        call=call, stage=stage, wall=later, reasons={"en": "The network was down."}, actor=actor_of(manager)
    )
    db.session.commit()
    shown = text_of(client.get(f"/calls/{call.code}"))
    assert "More time: “Full proposal” closes" in shown and "The network was down." in shown


def test_nothing_is_announced_before_publication(session):
    draft = make_call(state="draft")
    with pytest.raises(MoveRefused):
        services.announce(call=draft, text={"en": "Soon."}, actor=actor_of(make_staff(draft.programme, "officer")))
    with pytest.raises(Invalid):
        services.announce(call=make_call(), text={}, actor=actor_of(make_staff(draft.programme, "officer")))
