"""Sign-off: another owner signs, it can be taken back, and only owners submit."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import MoveRefused
from app.extensions import db
from app.identity.models import Person
from app.proposals import services
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member
from tests.factories.proposals import fill_in, make_proposal, officer_of
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.sealing import ready_draft


def test_sign_off_needs_another_owner(session, frozen, as_owner, sign_in, new_client):
    call = make_call(process={"sign_off": True})
    proposal = make_proposal("draft", call=call)
    stage, first = proposal.stages[-1], owner(proposal)
    fill_in(stage)
    with pytest.raises(MoveRefused, match="second person must sign off"):
        services.submit(submission=stage, actor=first)
    with pytest.raises(MoveRefused, match="Nobody else may sign yet"):
        services.request_sign_off(submission=stage, actor=first)
    second = make_member(proposal.organisation, "owner")
    client = as_owner(proposal)
    asked = client.fill(address(stage) + "/check", address(stage) + "/submit", confirmed="y")
    assert asked.status_code == 303
    assert loaded(proposal).state == "awaiting_sign_off"
    assert address(stage) + "/check" in [
        a["href"] for a in soup(client.get(f"/proposals/{proposal.id}")).select("main a")
    ]
    refused = client.get(address(stage) + "/check")
    assert "another person who signs must give it" in text_of(refused)
    with pytest.raises(MoveRefused, match="another person"):
        services.submit(submission=loaded(proposal), actor=first)
    other = sign_in(new_client(), second)
    assert other.fill(address(stage) + "/check", address(stage) + "/submit", confirmed="y").status_code == 303
    found = loaded(proposal)
    assert found.state == "submitted" and found.submitted_by_id == second.id


def test_sign_off_can_be_taken_back(session, frozen):
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    make_member(proposal.organisation, "owner")
    stage = proposal.stages[-1]
    fill_in(stage)
    services.request_sign_off(submission=stage, actor=owner(proposal))
    with pytest.raises(MoveRefused, match="Take it back before you change it"):
        services.refuse_unless_editable(stage, "idea", owner(proposal))
    services.take_back(submission=stage, actor=owner(proposal))
    assert stage.state == "draft"


def test_an_editor_writes_and_an_owner_submits(session, frozen, sign_in, client):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    editor = make_member(proposal.organisation, "editor")
    with pytest.raises(MoveRefused, match="Your role does not allow this step"):
        services.submit(submission=stage, actor=actor_of(editor))
    db.session.commit()
    sign_in(client, editor)
    assert "An owner of your organisation submits it" in text_of(client.get(address(stage) + "/check"))


def signed(second_role="owner"):
    """A submitted first version of a call that wants two signatures, with the two who gave them."""
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    second = actor_of(make_member(proposal.organisation, second_role))
    stage = proposal.stages[-1]
    fill_in(stage)
    services.request_sign_off(submission=stage, actor=owner(proposal))
    services.submit(submission=stage, actor=second)
    return proposal, loaded(proposal), owner(proposal), second


def rewrite(stage, actor, words):
    services.save_section(
        submission=stage, section_id="idea", fields={"problem": [words]}, expected_version=None, actor=actor
    )


def test_a_newer_version_takes_two_people_as_the_first_did(session, frozen):
    proposal, stage, first, second = signed()
    rewrite(stage, first, "Written anew by one.")
    for alone in (services.resubmit, services.sign):
        for who in (first, second):
            with pytest.raises(MoveRefused, match=r"second person must sign|Nobody has asked"):
                alone(submission=stage, actor=who)
    services.request_sign_off(submission=stage, actor=first)
    assert stage.state == "submitted" and stage.sealed_number == 1, "what stands, stands until it is signed"
    with pytest.raises(MoveRefused, match="another person who signs"):
        services.sign(submission=stage, actor=first)
    with pytest.raises(MoveRefused, match="has been asked for"):
        services.request_sign_off(submission=stage, actor=second)
    sealed = services.sign(submission=stage, actor=second)
    assert sealed.number == 2 and "Written anew by one." in sealed.snapshot
    rewrite(stage, second, "And once more.")
    with pytest.raises(MoveRefused, match="Nobody has asked"):
        services.sign(submission=stage, actor=first)


def test_what_changes_after_it_was_asked_for_is_asked_for_anew(session, frozen):
    proposal, stage, first, second = signed()
    rewrite(stage, first, "What both are to sign.")
    services.request_sign_off(submission=stage, actor=first)
    rewrite(stage, second, "What only one has read.")
    with pytest.raises(MoveRefused, match="Nobody has asked"):
        services.sign(submission=stage, actor=second)
    assert stage.sealed_number == 1


def test_the_page_asks_first_and_the_other_person_signs(session, frozen, as_owner, sign_in, new_client):
    proposal, stage, first, second = signed()
    rewrite(stage, first, "Written anew by one.")
    session.commit()
    check, submit = address(stage) + "/check", address(stage) + "/submit"
    mine, theirs = as_owner(proposal), sign_in(new_client(), db.session.get(Person, second.person_id))
    assert "Sign off and submit" not in text_of(theirs.get(check))
    assert mine.fill(check, submit, confirmed="y").status_code == 303
    assert loaded(proposal).sealed_number == 1
    assert "another person who signs must give it" in text_of(mine.get(check))
    assert "Sign off and submit this newer version" in text_of(theirs.get(f"/proposals/{proposal.id}"))
    assert theirs.fill(check, submit, confirmed="y").headers["Location"].endswith("/versions/2/receipt")


def test_corrections_take_two_people_too(session, frozen):
    proposal, stage, first, second = signed()
    frozen(stage.call_stage.closes_at)
    staff = officer_of(proposal)
    services.start_screening(submission=stage, actor=staff)
    services.return_for_corrections(
        submission=stage, sections=["idea"], text="Say who.", correct_by=clock.now() + timedelta(days=5), actor=staff
    )
    rewrite(stage, first, "Corrected by one.")
    with pytest.raises(MoveRefused, match="second person must sign"):
        services.correct(submission=stage, actor=first)
    services.request_sign_off(submission=stage, actor=first)
    assert stage.state == "returned"
    assert services.sign(submission=stage, actor=second).number == 2
    assert stage.state == "screening"
