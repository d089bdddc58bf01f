"""The date by which an applicant hears: who sees it and when, and that more time moves it along."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.calls import queries as calls
from app.calls import services as calls_services
from app.calls.document import FormError
from app.calls.services import document_of
from app.core import clock
from app.proposals.present.status import status_of
from tests.client import text_of
from tests.factories.calls import call_document, make_call, wall
from tests.factories.identity import actor_of
from tests.factories.proposals import make_proposal, owner_of
from tests.proposals.conftest import loaded
from tests.proposals.deadlines import manager_of

LABEL = "Answer expected by"


def call_that_answers(**days: int):
    """A call whose stages promise an answer so many days after they close."""
    stages = [dict(stage) for stage in call_document()["stages"]]
    for stage in stages:
        if stage["key"] in days:
            closes = datetime.strptime(stage["closes"], "%Y-%m-%d %H:%M")  # noqa: DTZ007
            stage["answer_by"] = f"{closes + timedelta(days=days[stage['key']]):%Y-%m-%d} 17:00"
    return make_call(stages=stages)


def status(proposal):
    return status_of(loaded(proposal).proposal, "en", for_applicant=True)


@pytest.mark.parametrize("state", ["screening", "assessing", "deciding"])
def test_who_waits_for_the_programme_reads_until_when(session, frozen, state):
    proposal = make_proposal(state, call=call_that_answers(quick_scan=50, full_proposal=50))
    shown = status(proposal)
    promised = loaded(proposal).call_stage.answer_by
    assert promised and (shown.next_label, shown.next_date.iso) == (LABEL, promised.isoformat())


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "advised"])
def test_what_the_applicant_may_still_do_comes_first(session, frozen, state):
    shown = status(make_proposal(state, call=call_that_answers(quick_scan=50, full_proposal=50)))
    assert shown.next_date is not None and shown.next_label != LABEL


@pytest.mark.parametrize("state", ["ineligible", "awarded", "declined", "withdrawn"])
def test_what_is_over_promises_nothing(session, frozen, state):
    assert status(make_proposal(state, call=call_that_answers(quick_scan=50, full_proposal=50))).next_date is None


def test_a_call_that_promises_nothing_shows_no_date(session, frozen):
    assert status(make_proposal("screening", call=make_call())).next_date is None


def test_the_proposal_and_the_public_call_show_it(client, new_client, session, frozen, sign_in):
    call = call_that_answers(quick_scan=50)
    proposal = make_proposal("screening", call=call)
    session.commit()
    assert text_of(new_client().get(f"/calls/{call.code}")).count(LABEL) == 1
    page = sign_in(client, owner_of(proposal.organisation)).get(f"/proposals/{proposal.id}")
    assert LABEL in text_of(page)


def test_it_survives_export_and_import(session):
    call = call_that_answers(full_proposal=50)
    told = [stage.get("answer_by") for stage in document_of(call)["stages"]]
    assert told == [None, call.stages[1].answer_by_wall] and told[1].endswith(" 17:00")


def test_a_time_that_the_zone_skips_is_refused(session):
    stages = [dict(stage) for stage in call_document()["stages"]]
    stages[-1]["answer_by"] = "2199-03-31 02:30"
    with pytest.raises(FormError, match=r"stages\[1\].answer_by: .*does not exist"):
        make_call(stages=stages)


def test_more_time_to_write_moves_the_answer_by_as_much(session, frozen):
    call = call_that_answers(full_proposal=50)
    last = call.stages[-1]
    before, zone = last.answer_by, ZoneInfo(call.zone)
    later = last.closes_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=60)
    calls_services.extend(
        call=call, stage=last, wall=later, reasons={"en": "The only road was cut."}, actor=actor_of(manager_of(call))
    )
    after = calls.get_call(call.id, fresh=True).stages[-1]
    assert after.answer_by_wall.endswith(" 17:00"), "the same time of day, though the clocks changed in between"
    assert after.answer_by.astimezone(zone).date() == before.astimezone(zone).date() + timedelta(days=60)
    assert wall(after.answer_by) == after.answer_by_wall and clock.now().tzinfo is UTC
