"""People who work on one proposal from outside its organisation: what each may do, and that nobody else may."""

from datetime import timedelta

import pytest

from app.core.errors import Invalid, MoveRefused, NotFound
from app.extensions import db
from app.identity import services as identity
from app.proposals import policy, queries, services
from app.proposals.models import ProposalInvitation
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_person, make_staff
from tests.factories.proposals import fill_in, make_collaborator, make_proposal, owner_of
from tests.identity.mails import events, last_link
from tests.proposals.conftest import address, loaded, owner

MAIL = "collaborator.invited"
IDEA, PLAN = "quick_scan/idea", "full_proposal/plan"


# What each of them gets: the proposal, its team, the check page, the section of the plan, the one of the money.
SEES = {
    "editor": (200, 200, 200, 200, 200),
    "contributor": (200, 200, 200, 200, 404),
    "viewer": (200, 200, 200, 404, 404),
    "signatory": (200, 200, 200, 404, 404),
    "removed": (404,) * 5,
    "outsider": (404,) * 5,
    "staff": (200, 404, 404, 404, 404),
}
WRITES = {"editor": {"plan", "money"}, "contributor": {"plan"}}


def person_as(role, proposal):
    if role == "outsider":
        return make_person()
    if role == "staff":
        return make_staff(proposal.call.programme, "manager", "officer", "auditor", "committee_member", "reviewer")
    sections = [PLAN] if role == "contributor" else []
    person = make_collaborator(proposal, "editor" if role == "removed" else role, *sections)
    if role == "removed":
        row = queries.collaborators_of(proposal.id)[0]
        services.end_part(proposal=proposal, collaborator=row, actor=owner(proposal))
    return person


@pytest.mark.parametrize("role", SEES)
def test_each_role_reaches_its_pages(session, frozen, client, sign_in, role):
    proposal = make_proposal("full_draft")
    person = person_as(role, proposal)
    stage = loaded(proposal)
    sign_in(client, person)
    base, at = f"/proposals/{proposal.id}", address(stage)
    pages = (base, base + "/team", at + "/check", at + "/sections/plan", at + "/sections/money")
    assert tuple(client.get(page).status_code for page in pages) == SEES[role]


@pytest.mark.parametrize("role", SEES)
@pytest.mark.parametrize("where", ["plan", "money"])
def test_each_role_writes_only_its_sections(session, frozen, client, sign_in, role, where):
    proposal = make_proposal("full_draft")
    person = person_as(role, proposal)
    stage = loaded(proposal)
    before = stage.version
    sign_in(client, person)
    answer = client.act(f"{address(stage)}/sections/{where}", problem="Water.", then="stay")
    assert answer.status_code == (303 if where in WRITES.get(role, ()) else 404)
    if where not in WRITES.get(role, ()):
        assert loaded(proposal).version == before
        with pytest.raises(NotFound):
            services.refuse_unless_editable(loaded(proposal), where, actor_of(person))


@pytest.mark.parametrize("role", SEES)
def test_nobody_of_them_manages_the_team_submits_or_withdraws(session, frozen, client, sign_in, role):
    proposal = make_proposal("full_draft")
    person = person_as(role, proposal)
    fill_in(loaded(proposal))
    stage = loaded(proposal)
    sign_in(client, person)
    base = f"/proposals/{proposal.id}"
    assert client.act(base + "/team/invitations", email="x@example.org", role="viewer").status_code == 404
    assert client.act(base + "/moves/withdraw", reason="x").status_code in {404, 409}
    assert client.act(address(stage) + "/submit", confirmed="y").status_code in {404, 409}
    found = loaded(proposal)
    assert (found.state, found.proposal.state) == ("draft", "applying")


def test_a_contributor_s_page_leads_to_the_own_sections_only(session, frozen, client, sign_in):
    proposal = make_proposal("full_draft")
    person = make_collaborator(proposal, "contributor", PLAN)
    at = address(loaded(proposal))
    sign_in(client, person)
    page = soup(client.get(f"/proposals/{proposal.id}"))
    linked = [a["href"] for a in page.select(".tasks a")]
    assert [href for href in linked if not href.endswith("/history")] == [at + "/sections/plan"]
    assert at + "/sections/money/history" in linked
    assert "Others write this section." in page.get_text()


def test_what_is_attached_follows_the_sections_too(session, frozen):
    import io

    from tests.factories.proposals import PDF

    proposal = make_proposal("full_draft")
    form = queries.form_of(loaded(proposal))
    asks = next((s, q) for s in form.sections for q in s.questions if q.kind == "file")
    section, question = asks
    stage = loaded(proposal)
    other = make_collaborator(stage.proposal, "contributor", f"full_proposal/{_not(form, section.id)}")
    helper = make_collaborator(stage.proposal, "contributor", f"full_proposal/{section.id}")

    def attach(person):
        return services.attach_file(
            submission=stage, question_id=question.id, stream=io.BytesIO(PDF), name="a.pdf", actor=actor_of(person)
        )

    with pytest.raises(NotFound):
        attach(other)
    kept = attach(helper)
    with pytest.raises(NotFound):
        services.remove_file(submission=stage, file_id=kept.id, actor=actor_of(other))
    assert queries.file_counts(loaded(proposal).id) == {question.id: 1}


def _not(form, section_id):
    return next(s.id for s in form.sections if s.id != section_id)


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


def test_another_role_counts_at_the_next_request_and_so_does_the_end(session, frozen, as_owner, sign_in, new_client):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal, "viewer")
    row = queries.collaborators_of(proposal.id)[0]
    boss, browser = as_owner(proposal), sign_in(new_client(), helper)
    section = address(loaded(proposal)) + "/sections/idea"
    page = f"/proposals/{proposal.id}/team/{row.id}"
    assert browser.get(section).status_code == 404
    assert boss.fill(page, page, role="editor").status_code == 303
    assert browser.get(section).status_code == 200
    assert boss.fill(page, page, role="contributor").status_code == 422
    assert boss.fill(page, page + "/remove").status_code == 303
    assert browser.get(section).status_code == 404
    assert proposal.reference not in text_of(browser.get("/proposals/"))
    assert boss.act(page + "/remove").status_code == 404


def test_a_collaborator_leaves_and_comes_back_into_the_same_part(session, frozen, sign_in, client):
    proposal = make_proposal("draft")
    helper = make_collaborator(proposal, "editor")
    session.commit()
    sign_in(client, helper)
    page = f"/proposals/{proposal.id}/team"
    assert client.fill(page, page + "/leave").status_code == 303
    assert client.get(page).status_code == 404
    make_collaborator(queries.get_proposal(proposal.id), "viewer", person=session.get(type(helper), helper.id))
    session.commit()
    assert client.get(page).status_code == 200
    (row,) = queries.collaborators_of(proposal.id)
    assert row.role == "viewer"


def test_a_signatory_signs_what_another_asked_for(session, frozen, sign_in, client):
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    signer = make_collaborator(proposal, "signatory")
    fill_in(loaded(proposal))
    services.request_sign_off(submission=loaded(proposal), actor=owner(proposal))
    at = address(loaded(proposal))
    sign_in(client, signer)
    assert client.fill(at + "/check", at + "/submit", confirmed="y").status_code == 303
    found = loaded(proposal)
    assert (found.state, found.submitted_by_id) == ("submitted", signer.id)


def test_what_nobody_is_left_to_sign_becomes_a_draft_again(session, frozen):
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    make_collaborator(proposal, "signatory")
    make_collaborator(proposal, "viewer")
    fill_in(loaded(proposal))
    services.request_sign_off(submission=loaded(proposal), actor=owner(proposal))
    stage = loaded(proposal)
    rows = {c.role: c for c in queries.collaborators_of(proposal.id)}
    services.end_part(proposal=stage.proposal, collaborator=rows["viewer"], actor=owner(proposal))
    assert loaded(proposal).state == "awaiting_sign_off"
    stage = loaded(proposal)
    signer = queries.collaborators_of(proposal.id)[0]
    services.end_part(proposal=stage.proposal, collaborator=signer, actor=owner(proposal))
    assert loaded(proposal).state == "draft"
    with pytest.raises(MoveRefused, match="Nobody else may sign yet"):
        services.request_sign_off(submission=loaded(proposal), actor=owner(proposal))


@pytest.mark.parametrize("now", [True, False], ids=["collaborates", "collaborated"])
def test_who_works_or_worked_on_a_proposal_is_in_conflict_with_it(session, frozen, client, sign_in, now):
    proposal = make_proposal("submitted")
    officer = make_staff(proposal.call.programme, "officer", "manager", "committee_member", "reviewer", "auditor")
    assert policy.relations(actor_of(officer), proposal) >= {"officer", "manager"}
    make_collaborator(proposal, "viewer", person=officer)
    if not now:
        row = queries.collaborators_of(proposal.id)[0]
        services.end_part(proposal=proposal, collaborator=row, actor=actor_of(officer))
    found = loaded(proposal).proposal
    assert queries.has_conflict(officer.id, found)
    assert policy.relations(actor_of(officer), found) == ({"viewer"} if now else frozenset())
    assert queries.proposals_of_call(found.call_id, actor_of(officer)) == []
    sign_in(client, officer)
    at = address(loaded(proposal))
    assert client.get(at + "/screening").status_code == 404
    assert client.get(f"/proposals/{proposal.id}").status_code == (200 if now else 404)
    assert proposal.reference not in text_of(client.get(f"/proposals/calls/{found.call.code}"))


def test_the_programme_is_told_nothing_of_the_team(session, frozen, as_officer):
    proposal = make_proposal("submitted")
    helper = make_collaborator(proposal, "editor")
    officer = as_officer(proposal)
    shown = officer.get(f"/proposals/{proposal.id}")
    assert shown.status_code == 200 and helper.name not in text_of(shown) and "/team" not in shown.text
    assert officer.get(f"/proposals/{proposal.id}/team").status_code == 404


def test_one_s_own_list_is_by_organisation(session, frozen, client, sign_in, count_queries):
    first, second = make_proposal("draft"), make_proposal("draft")
    person = make_collaborator(first, "viewer", person=owner_of(second.organisation))
    session.commit()
    sign_in(client, person)
    page = soup(client.get("/proposals/"))
    assert {h.get_text() for h in page.select("main h2")} == {first.organisation.name, second.organisation.name}
    client.get("/proposals/")
    with count_queries() as few:
        client.get("/proposals/")
    for _ in range(5):
        make_collaborator(make_proposal("draft", call=db.session.merge(first.call)), "viewer", person=person)
    session.commit()
    with count_queries() as many:
        client.get("/proposals/")
    assert len(many) == len(few)
