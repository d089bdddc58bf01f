"""Handing over the lead, moving a draft to another organisation, reminding those who may sign."""

from datetime import timedelta

import pytest

from app.core.errors import Conflict, Invalid, MoveRefused, NotFound
from app.identity.queries import get_organisation, get_person
from app.proposals import policy, queries, services
from tests.client import text_of
from tests.conftest import NOON
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_organisation, make_person, make_staff
from tests.factories.proposals import fill_in, make_collaborator, make_proposal, owner_of
from tests.identity.mails import events
from tests.proposals.conftest import address, loaded, owner


def test_the_lead_passes_when_the_one_who_is_asked_accepts(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    editor = make_member(proposal.organisation, "editor")
    boss, other = as_owner(proposal), sign_in(new_client(), editor)
    page = f"/proposals/{proposal.id}/team"
    assert other.act(page + "/invitations", email="a@example.org", role="viewer").status_code == 404
    assert boss.fill(page, page + "/lead", **{"lead-person": str(editor.id)}).status_code == 303
    transfer = queries.open_transfer(proposal.id)
    assert loaded(proposal).proposal.lead_id == owner(proposal).person_id, "nothing changes before"
    assert boss.act(f"/proposals/lead/{transfer.id}/accept").status_code == 404
    assert other.fill(page, f"/proposals/lead/{transfer.id}/accept").status_code == 303
    assert loaded(proposal).proposal.lead_id == editor.id
    assert other.act(f"/proposals/lead/{transfer.id}/accept").status_code == 409
    assert "leads this proposal" in text_of(boss.get(page))
    assert other.act(page + "/invitations", email="a@example.org", role="viewer").status_code == 303
    assert f"{editor.name} leads the proposal" in text_of(boss.get(f"/proposals/{proposal.id}"))


@pytest.mark.parametrize("who", ["asked", "asker"])
def test_the_question_is_declined_or_taken_back(session, frozen, as_owner, sign_in, new_client, who):
    proposal = make_proposal("draft")
    editor, viewer = make_member(proposal.organisation, "editor"), make_member(proposal.organisation, "viewer")
    services.offer_lead(proposal=proposal, person=editor, actor=owner(proposal))
    boss, other = as_owner(proposal), sign_in(new_client(), editor)
    transfer = queries.open_transfer(proposal.id)
    assert sign_in(new_client(), viewer).act(f"/proposals/lead/{transfer.id}/refuse").status_code == 404
    browser = other if who == "asked" else boss
    page = f"/proposals/{proposal.id}/team"
    assert browser.fill(page, f"/proposals/lead/{transfer.id}/refuse").status_code == 303
    assert other.act(f"/proposals/lead/{transfer.id}/accept").status_code == 409
    assert loaded(proposal).proposal.lead_id == owner(proposal).person_id


def test_only_members_who_write_can_lead_also_at_the_moment_they_accept(session, frozen):
    proposal = make_proposal("draft")
    viewer, outsider = make_member(proposal.organisation, "viewer"), make_collaborator(proposal, "editor")
    for person in (viewer, outsider):
        with pytest.raises(Invalid, match="owner or an editor"):
            services.offer_lead(proposal=proposal, person=person, actor=owner(proposal))
    editor = make_member(proposal.organisation, "editor")
    transfer = services.offer_lead(proposal=proposal, person=editor, actor=owner(proposal))
    from app.identity import services as identity
    from app.identity.queries import get_membership, members_of

    row = next(m for m in members_of(proposal.organisation_id) if m.person_id == editor.id)
    identity.remove_member(membership=get_membership(row.id), actor=owner(proposal))
    with pytest.raises(NotFound):
        services.accept_lead(transfer=transfer, actor=actor_of(editor))


def test_a_second_question_takes_the_first_back(session, frozen):
    proposal = make_proposal("draft")
    first, second = make_member(proposal.organisation, "editor"), make_member(proposal.organisation, "editor")
    old = services.offer_lead(proposal=proposal, person=first, actor=owner(proposal))
    services.offer_lead(proposal=proposal, person=second, actor=owner(proposal))
    with pytest.raises(Conflict):
        services.accept_lead(transfer=old, actor=actor_of(first))
    assert queries.open_transfer(proposal.id).to_person_id == second.id


def test_a_draft_moves_to_another_organisation_of_the_owner(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    boss, colleague = owner_of(proposal.organisation), make_member(proposal.organisation, "editor")
    there = make_organisation(owner=boss)
    newcomer = make_member(there, "editor")
    browser, old, new = as_owner(proposal), sign_in(new_client(), colleague), sign_in(new_client(), newcomer)
    page = f"/proposals/{proposal.id}"
    assert (old.get(page).status_code, new.get(page).status_code) == (200, 404)
    moved = browser.fill(page + "/team", page + "/team/organisation", **{"move-organisation": str(there.id)})
    assert moved.status_code == 303
    assert (old.get(page).status_code, new.get(page).status_code) == (404, 200)
    found = loaded(proposal).proposal
    assert found.organisation_id == there.id
    officer = make_staff(found.call.programme, "officer", person=get_person(colleague.id))
    assert queries.has_conflict(officer.id, found), "who read the draft does not judge it"
    assert not queries.has_conflict(make_person().id, found)


@pytest.mark.parametrize("state", ["submitted", "full_draft", "withdrawn"])
def test_what_was_submitted_or_withdrawn_stays(session, frozen, state):
    proposal = make_proposal(state)
    there = make_organisation(owner=owner_of(proposal.organisation))
    with pytest.raises(MoveRefused):
        services.move_to_organisation(
            proposal=loaded(proposal).proposal, organisation=get_organisation(there.id), actor=owner(proposal)
        )


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_who_owns_both_moves_it(session, frozen, client, sign_in, role):
    proposal = make_proposal("draft")
    boss = owner_of(proposal.organisation)
    there = make_organisation()
    make_member(there, role, boss)
    other = make_member(proposal.organisation, role)
    owned = make_organisation(owner=other)
    with pytest.raises(NotFound):
        services.move_to_organisation(proposal=proposal, organisation=there, actor=owner(proposal))
    session.commit()
    sign_in(client, other)
    answer = client.act(f"/proposals/{proposal.id}/team/organisation", **{"move-organisation": str(owned.id)})
    assert answer.status_code == 404


def test_the_lead_follows_a_draft_only_into_an_organisation_of_theirs(session, frozen):
    proposal = make_proposal("draft")
    boss = owner_of(proposal.organisation)
    lead = make_member(proposal.organisation, "editor")
    proposal.lead_id = lead.id
    services.move_to_organisation(proposal=proposal, organisation=make_organisation(owner=boss), actor=actor_of(boss))
    assert proposal.lead_id == boss.id
    assert policy.relations(actor_of(lead), proposal) == frozenset()


def test_those_who_may_sign_are_shown_and_reminded_once_a_day(session, frozen, as_owner):
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    signer = make_collaborator(proposal, "signatory")
    page = f"/proposals/{proposal.id}/team"
    browser = as_owner(proposal)
    assert signer.name in text_of(browser.get(page)) and "Remind" not in text_of(browser.get(page))
    at = address(loaded(proposal))
    assert browser.act(at + "/remind-signers").status_code == 409
    fill_in(loaded(proposal))
    services.request_sign_off(submission=loaded(proposal), actor=owner(proposal))
    session.commit()
    assert browser.fill(page, at + "/remind-signers").status_code == 303
    assert browser.act(at + "/remind-signers").status_code == 409
    frozen(NOON + timedelta(days=1))
    assert browser.act(at + "/remind-signers").status_code == 303
    assert len(events("proposal.sign_off_reminder")) == 2


def test_what_waits_for_a_signature_is_brought_to_mind_before_it_closes(session, frozen):
    from app.notifications import reminders

    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    make_collaborator(proposal, "signatory")
    fill_in(loaded(proposal))
    services.request_sign_off(submission=loaded(proposal), actor=owner(proposal))
    closes = services.due_at(loaded(proposal))
    session.commit()
    assert reminders.remind_of_sign_off() == 0
    frozen(closes - timedelta(days=2))
    assert (reminders.remind_of_sign_off(), reminders.remind_of_sign_off()) == (1, 0)
    frozen(closes - timedelta(hours=20))
    assert reminders.remind_of_sign_off() == 1
