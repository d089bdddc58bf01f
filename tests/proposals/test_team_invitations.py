"""Invitations to work on a proposal: by post, by the invited person only, and they end."""

from datetime import timedelta

import pytest

from app.core.errors import Invalid
from app.identity import services as identity
from app.proposals import policy, queries, services
from app.proposals.models import ProposalInvitation
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.identity import actor_of, make_member, make_person
from tests.factories.proposals import make_collaborator, make_proposal, owner_of
from tests.identity.mails import events, last_link
from tests.proposals.conftest import owner
from tests.proposals.team import IDEA, PLAN

MAIL = "collaborator.invited"


def test_an_invitation_is_accepted_by_post_by_the_invited_person_only(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    guest, stranger = make_person(email="guest@example.org"), make_person()
    page = f"/proposals/{proposal.id}/team"
    boss = as_owner(proposal)
    sent = boss.fill(page, page + "/invitations", email="GUEST@example.org", role="contributor", sections=[IDEA])
    assert sent.status_code == 303 and "GUEST@example.org" in text_of(boss.get(page))
    link = last_link(MAIL)
    for browser in (new_client(), sign_in(new_client(), guest), sign_in(new_client(), stranger)):
        shown = browser.get(link)
        assert shown.status_code == 200 and shown.headers["Referrer-Policy"] == "no-referrer"
    assert queries.collaborators_of(proposal.id) == [], "looking changes nothing"
    accept = f"/proposals/invitations/{session.query(ProposalInvitation).one().id}/accept"
    assert sign_in(new_client(), stranger).act(accept).status_code == 404
    assert new_client().act(accept).status_code == 303 and queries.collaborators_of(proposal.id) == []
    browser = sign_in(new_client(), guest)
    assert browser.get(f"/proposals/{proposal.id}").status_code == 404
    assert "works on the proposal" not in text_of(browser.get("/proposals/"))
    done = browser.fill(link)
    assert done.status_code == 303 and browser.get(done.location).status_code == 200
    assert browser.act(accept).location == "/proposals/", "once"
    assert browser.get(link).status_code == 410
    assert proposal.reference in text_of(browser.get("/proposals/"))
    assert len(queries.collaborators_of(proposal.id)) == 1


def test_an_address_without_account_is_kept_until_it_registers(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    as_owner(proposal).fill(
        f"/proposals/{proposal.id}/team",
        f"/proposals/{proposal.id}/team/invitations",
        email="new@example.org",
        role="viewer",
    )
    person = make_person(email="New@example.org", verified=False)
    session.commit()
    browser = sign_in(new_client(), person)
    invitation = session.query(ProposalInvitation).one()
    assert browser.act(f"/proposals/invitations/{invitation.id}/accept").status_code == 404, "not confirmed yet"
    person = session.get(type(person), person.id)
    person.email_verified_at = NOON
    session.commit()
    assert "invites you to work on a proposal" in text_of(browser.get("/proposals/"))
    assert browser.fill("/proposals/", f"/proposals/invitations/{invitation.id}/accept").status_code == 303
    assert browser.get(f"/proposals/{proposal.id}").status_code == 200


def test_invitations_end(session, frozen, as_owner):
    proposal = make_proposal("draft")
    guest = make_person()
    page = f"/proposals/{proposal.id}/team"
    boss = as_owner(proposal)

    def invited():
        boss.fill(page, page + "/invitations", email=guest.email, role="viewer")
        return session.query(ProposalInvitation).order_by(ProposalInvitation.id.desc()).first(), last_link(MAIL)

    def refused(invitation, link):
        assert boss.get(link).status_code == 410
        with pytest.raises(identity.DeadLink):
            services.accept_collaboration(
                invitation=queries.get_invitation(invitation.id), person=guest, actor=actor_of(guest)
            )

    first, first_link = invited()
    second, second_link = invited()
    refused(first, first_link)  # replaced
    assert boss.get(second_link).status_code == 200
    assert boss.fill(page, f"{page}/invitations/{second.id}/withdraw").status_code == 303
    refused(second, second_link)
    third, third_link = invited()
    frozen(NOON + timedelta(days=14))
    refused(third, third_link)
    assert len(events(MAIL)) == 3


@pytest.mark.parametrize(
    ("email", "role", "sections", "says"),
    [
        ("nonsense", "viewer", [], "Write an e-mail address"),
        ("a@example.org", "owner", [], "Not a valid choice"),
        ("a@example.org", "contributor", [], "at least one section"),
        ("a@example.org", "contributor", ["quick_scan/nothing"], "valid choice"),
        ("OWNER", "viewer", [], "is an owner of the organisation"),
        ("TEAM", "viewer", [], "works on the proposal already"),
    ],
)
def test_wrong_invitations_are_refused_with_the_reason(session, frozen, as_owner, email, role, sections, says):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal)
    people = {"OWNER": owner_of(proposal.organisation), "TEAM": helper}
    typed = people[email].email if email in people else email
    page = f"/proposals/{proposal.id}/team"
    answer = as_owner(proposal).fill(page, page + "/invitations", email=typed, role=role, sections=sections)
    assert answer.status_code == 422 and says in text_of(answer)
    assert soup(answer).select_one("input[name=email]")["value"] == typed
    assert queries.open_invitations(proposal_id=proposal.id) == []


def test_sections_of_a_finished_stage_are_not_given(session, frozen, as_owner):
    """The quick scan has its advice: nobody can write in it any more."""
    proposal = make_proposal("full_draft")
    page = f"/proposals/{proposal.id}/team"
    offered = {box["value"] for box in soup(as_owner(proposal).get(page)).select("input[name=sections]")}
    assert PLAN in offered and not any(name.startswith("quick_scan/") for name in offered)
    with pytest.raises(Invalid, match="at least one section"):
        services.invite_collaborator(
            proposal=proposal, email="a@example.org", role="contributor", sections=[IDEA], actor=owner(proposal)
        )
    draft = make_proposal("draft")
    assert IDEA in services.parts_to_give(draft)
    assert IDEA in services.parts_to_give(proposal, [IDEA]), "who holds it keeps it"


def test_only_an_owner_lets_somebody_sign(session, frozen):
    editor = make_person()
    proposal = make_proposal("draft")
    make_member(proposal.organisation, "editor", editor)
    proposal.lead_id = editor.id
    session.flush()
    lead = actor_of(editor)
    assert policy.relations(lead, proposal) == {"editor", "lead"}
    services.invite_collaborator(proposal=proposal, email="a@example.org", role="viewer", sections=(), actor=lead)
    with pytest.raises(Invalid, match="Only an owner"):
        services.invite_collaborator(
            proposal=proposal, email="b@example.org", role="signatory", sections=(), actor=lead
        )
