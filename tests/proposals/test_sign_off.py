"""Sign-off: another owner signs, it can be taken back, and only owners submit."""

import pytest

from app.core.errors import MoveRefused
from app.extensions import db
from app.proposals import services
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member
from tests.factories.proposals import fill_in, make_proposal
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
