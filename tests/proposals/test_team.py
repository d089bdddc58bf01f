"""People who work on one proposal from outside its organisation: what each may do, and that nobody else may."""

import pytest

from app.core.errors import MoveRefused, NotFound
from app.extensions import db
from app.proposals import policy, queries, services
from tests.client import soup, text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.proposals import fill_in, make_collaborator, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.team import PLAN

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


def test_the_team_takes_as_many_queries_with_one_as_with_many(session, frozen, sign_in, client, count_queries):
    proposal = make_proposal("draft", call=make_call(process={"sign_off": True}))
    make_collaborator(proposal, "signatory")
    session.commit()
    sign_in(client, owner_of(proposal.organisation))
    path = f"/proposals/{proposal.id}/team"
    assert client.get(path).status_code == 200
    with count_queries() as few:
        client.get(path)
    for _ in range(6):
        make_collaborator(proposal, "signatory")
    session.commit()
    with count_queries() as many:
        assert text_of(client.get(path)).count("@") >= 8
    assert len(few) == len(many) <= 12
