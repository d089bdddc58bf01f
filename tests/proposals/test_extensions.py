"""More time for one applicant: who gives it, who is told, and that it is theirs alone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.core import audit
from app.core.errors import Invalid, MoveRefused, NotFound
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity.models import Person
from app.notifications import reminders
from app.proposals import queries, services
from app.proposals.models import ConflictOfInterest, StageExtension
from tests.client import text_of
from tests.factories.calls import call_document, make_call
from tests.factories.identity import actor_of, make_member, make_organisation, make_person
from tests.factories.proposals import fill_in, make_proposal, officer_of, owner_of
from tests.proposals.conftest import loaded, owner
from tests.proposals.deadlines import TICK, filled, manager_of


def wall_of(instant, call):
    return instant.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None)


def extend(proposal, by=timedelta(days=2), *, applicant=None, stage=None, actor=None):
    call = proposal.call
    stage = stage or call.stages[0]
    return services.extend_for_applicant(
        call=call,
        stage=stage,
        applicant=applicant or proposal.reference,
        wall=wall_of(stage.closes_at + by, call),
        reason="The only road was cut.",
        actor=actor or actor_of(manager_of(call)),
    )


def test_more_time_is_for_one_applicant_alone(session, frozen):
    mine = filled()
    other = make_proposal("draft", call=mine.call)
    fill_in(other.stages[-1])
    closes_at = mine.call.stages[0].closes_at
    extend(mine)
    assert services.due_at(loaded(mine)) == closes_at + timedelta(days=2)
    assert services.due_at(loaded(other)) == closes_at
    frozen(closes_at)
    with pytest.raises(MoveRefused, match="this arrived 1 second late"):
        services.submit(submission=loaded(other), actor=owner(other))
    frozen(closes_at + timedelta(days=2) - TICK)
    sealed = services.submit(submission=loaded(mine), actor=owner(mine))
    assert sealed.late_seconds == 0
    frozen(closes_at + timedelta(days=2))
    stage = loaded(mine)
    assert services.open_sections(stage) == frozenset()


def test_the_longest_time_counts_whoever_gave_it(session, frozen):
    proposal = filled()
    stage = proposal.call.stages[0]
    granted = extend(proposal)
    stage.closes_at = granted.closes_at + timedelta(days=1)
    assert services.due_at(loaded(proposal)) == granted.closes_at + timedelta(days=1)
    assert services.extension_of(loaded(proposal)) is None


def test_more_time_for_an_organisation_holds_for_what_it_begins(session, frozen):
    call = make_call()
    person = make_person()
    organisation = make_organisation(owner=person, name="Koperativ Étoile")
    stage = call.stages[0]
    frozen(stage.closes_at + timedelta(hours=1))
    with pytest.raises(MoveRefused, match="This call has closed"):
        services.start_proposal(call=call, organisation=organisation, title="Shaft", actor=actor_of(person))
    services.extend_for_applicant(
        call=call,
        stage=stage,
        applicant="Koperativ Étoile",
        wall=wall_of(stage.closes_at + timedelta(days=3), call),
        reason="Asked by letter.",
        actor=actor_of(manager_of(call)),
    )
    proposal = services.start_proposal(call=call, organisation=organisation, title="Shaft", actor=actor_of(person))
    assert services.due_at(proposal.stages[0]) == stage.closes_at + timedelta(days=3)
    with pytest.raises(MoveRefused, match="This call has closed"):
        services.refuse_unless_open(call, stage, {make_organisation().id})


def test_more_time_for_a_stage_not_begun_yet(session, frozen):
    proposal = make_proposal("advised")
    stage = proposal.call.stages[1]
    extend(proposal, stage=stage)
    frozen(stage.closes_at + timedelta(hours=1))
    before = loaded(proposal)
    assert services.due_at(before) == before.call_stage.closes_at, "the time of one stage moved that of another"
    begun = services.start_stage(proposal=loaded(proposal).proposal, key=stage.key, actor=owner(proposal))
    assert services.due_at(begun) == stage.closes_at + timedelta(days=2)


def test_screening_waits_for_the_applicants_own_time(session, frozen):
    call = make_call(
        stages=[{**call_document()["stages"][0], "screens_on_receipt": False}, call_document()["stages"][1]]
    )
    proposal = make_proposal("draft", call=call)
    fill_in(proposal.stages[-1])
    closes_at = call.stages[0].closes_at
    extend(proposal)
    frozen(closes_at - timedelta(hours=1))
    services.submit(submission=loaded(proposal), actor=owner(proposal))
    frozen(closes_at + timedelta(hours=1))
    with pytest.raises(MoveRefused, match="Screening starts when the stage has closed"):
        services.start_screening(submission=loaded(proposal), actor=officer_of(proposal))
    frozen(closes_at + timedelta(days=2))
    services.start_screening(submission=loaded(proposal), actor=officer_of(proposal))


@pytest.mark.parametrize("by", [timedelta(0), timedelta(minutes=-1)])
def test_only_later_times_are_given(session, frozen, by):
    with pytest.raises(Invalid, match="later than theirs is now"):
        extend(filled(), by)


def test_a_second_extension_must_be_later_than_the_first(session, frozen):
    proposal = filled()
    extend(proposal)
    with pytest.raises(Invalid, match="later than theirs is now"):
        extend(loaded(proposal).proposal, timedelta(days=1))


def test_only_managers_without_a_part_in_it_give_time(session, frozen):
    proposal = filled()
    manager = manager_of(proposal.call)
    for stranger in (officer_of(proposal), owner(proposal), actor_of(make_person())):
        with pytest.raises(NotFound):
            extend(proposal, actor=stranger)
    db.session.add(
        ConflictOfInterest(person_id=manager.id, proposal_id=proposal.id, basis="declared", recorded_by_id=manager.id)
    )
    db.session.flush()
    queries.forget_conflicts()
    with pytest.raises(Invalid, match="no proposal in this call"):
        extend(proposal, actor=actor_of(manager))
    member = manager_of(proposal.call)
    make_member(proposal.organisation, "viewer", member)
    for named in (proposal.reference, proposal.organisation.name):
        with pytest.raises(Invalid, match="no proposal in this call"):
            extend(proposal, applicant=named, actor=actor_of(member))


def test_a_proposal_of_another_call_and_one_past_applying_are_refused(session, frozen):
    mine, elsewhere = filled(), filled()
    with pytest.raises(Invalid, match="no proposal in this call"):
        extend(mine, applicant=elsewhere.reference)
    for state, word in (("screening", "being checked"), ("advised", "being checked"), ("ineligible", "has left")):
        with pytest.raises(Invalid, match=word):
            extend(make_proposal(state))


def test_the_applicant_is_told_by_mail_page_and_history_and_nobody_else(session, frozen, as_owner, new_client, sign_in):
    from app.notifications import dispatch
    from app.notifications.models import EmailDelivery

    mine = filled()
    other = make_proposal("draft", call=mine.call)
    giver = extend(mine).granted_by_name
    ids = [mine.id, other.id]
    address_of_owner = owner_of(mine.organisation).email
    ident = db.session.scalar(select(OutboxEvent.id).where(OutboxEvent.name == "extension.granted"))
    db.session.commit()
    dispatch.expand(ident)
    mails = list(db.session.scalars(select(EmailDelivery).where(EmailDelivery.event_id == ident)))
    assert [m.address for m in mails] == [address_of_owner]
    assert mails[0].params["reason"] == "The only road was cut."
    mine, other = (queries.get_proposal(ident) for ident in ids)
    page = text_of(as_owner(mine).get(f"/proposals/{mine.id}"))
    assert page.count("The only road was cut.") == 2 and "More time given:" in page
    assert giver not in page
    theirs = sign_in(new_client(), owner_of(other.organisation))
    assert "road was cut" not in text_of(theirs.get(f"/proposals/{other.id}"))
    public = text_of(new_client().get(f"/calls/{mine.call.code}"))
    assert "road was cut" not in public
    assert audit.verify() == []


def test_the_reminder_before_closing_knows_the_applicants_own_time(session, frozen):
    proposal = filled()
    closes_at = proposal.call.stages[0].closes_at
    extend(proposal, timedelta(days=10))
    frozen(closes_at - timedelta(days=2))
    assert reminders.remind_of_closing() == 0
    frozen(closes_at + timedelta(days=8))
    assert reminders.remind_of_closing() == 1


def test_the_page_keeps_what_was_typed_and_shows_what_was_given(session, frozen, new_client, sign_in):
    proposal = filled()
    manager = manager_of(proposal.call)
    session.commit()
    client = sign_in(new_client(), manager)
    where = f"/proposals/calls/{proposal.call.code}/extensions"
    stage = proposal.call.stages[0]
    day = (stage.closes_at + timedelta(days=2)).date().isoformat()
    typed = {"applicant": "REF-NONE", "stage": stage.key, "day": day, "wall": "14:00", "reason": "The bridge fell."}
    refused = client.act(where, **typed)
    assert refused.status_code == 422 and "The bridge fell." in refused.text and "REF-NONE" in refused.text
    assert client.act(where, **{**typed, "applicant": proposal.reference.lower()}).status_code == 303
    shown = text_of(client.get(where))
    assert proposal.reference in shown and "The bridge fell." in shown
    officer = sign_in(new_client(), db.session.get(Person, officer_of(proposal).person_id))
    assert officer.get(where).status_code == 404


def test_a_conflict_hides_what_was_given(session, frozen, new_client, sign_in):
    proposal = filled()
    extend(proposal)
    manager = manager_of(proposal.call)
    db.session.add(
        ConflictOfInterest(person_id=manager.id, proposal_id=proposal.id, basis="declared", recorded_by_id=manager.id)
    )
    session.commit()
    client = sign_in(new_client(), manager)
    assert proposal.reference not in text_of(client.get(f"/proposals/calls/{proposal.call.code}/extensions"))


def test_extensions_are_rows_that_are_only_added(session, frozen):
    proposal = filled()
    extend(proposal)
    extend(loaded(proposal).proposal, timedelta(days=4))
    assert len(list(db.session.scalars(select(StageExtension)))) == 2
