"""Who sees what: everybody else meets the same 404, conflicts of interest close every way, drafts stay with the applicant."""

import pytest

from app.extensions import db
from app.proposals import policy, queries, services
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_member, make_person, make_programme, make_staff
from tests.factories.proposals import make_proposal, officer_of, owner_of
from tests.proposals.conftest import address, loaded

NOWHERE = "/proposals/00000000-0000-7000-8000-000000000000"


def pages(proposal) -> list[str]:
    stage = proposal.stages[-1]
    base, of_stage = f"/proposals/{proposal.id}", address(stage)
    return [base, of_stage + "/versions/1", of_stage + "/screening", of_stage + "/check", of_stage + "/sections/idea",
            of_stage + "/versions/1/receipt", base + "/conflicts", of_stage + "/return", of_stage + "/advice"]  # fmt: skip


APPLICANT = {0, 1, 3, 4, 5}
VIEWER = {0, 1, 3, 5}
STAFF = {0, 1, 2, 6, 7, 8}
AUDITOR = {0, 1, 2}
COMMITTEE = {0, 1}
ROLES = {
    "owner": APPLICANT,
    "editor": APPLICANT,
    "viewer": VIEWER,
    "officer": STAFF,
    "manager": STAFF,
    "auditor": AUDITOR,
    "committee_member": COMMITTEE,
    "reviewer": set(),
    "finance": set(),
    "officer elsewhere": set(),
    "member elsewhere": set(),
    "nobody": set(),
}


def person_in(role, proposal):
    if role in {"editor", "viewer"}:
        return make_member(proposal.organisation, role)
    if role == "owner":
        return owner_of(proposal.organisation)
    if role == "officer elsewhere":
        return make_staff(make_programme(), "officer", "manager", "auditor")
    if role == "member elsewhere":
        return owner_of(make_proposal("submitted").organisation)
    if role == "nobody":
        return make_person()
    return make_staff(proposal.call.programme, role)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reads_its_pages_and_nothing_else_exists(session, frozen, client, sign_in, role):
    proposal = make_proposal("submitted", call=make_call())
    person = person_in(role, proposal)
    session.commit()
    sign_in(client, person)
    unknown = client.get(NOWHERE)
    for index, page in enumerate(pages(proposal)):
        answer = client.get(page)
        assert answer.status_code == (200 if index in ROLES[role] else 404), page
        if answer.status_code == 404:
            assert text_of(answer).replace(_id(answer), "") == text_of(unknown).replace(_id(unknown), "")


def _id(answer) -> str:
    return answer.headers["X-Request-Id"]


def test_without_signing_in_one_is_asked_to(session, frozen, client):
    proposal = make_proposal("submitted")
    session.commit()
    for page in (*pages(proposal), "/proposals/", f"/proposals/calls/{proposal.call.code}"):
        answer = client.get(page)
        assert answer.status_code == 303 and "sign-in" in answer.location or "next=" in answer.location


@pytest.mark.parametrize("role", ["officer", "manager", "auditor", "committee_member"])
def test_the_programme_never_sees_a_draft(session, frozen, client, sign_in, role):
    proposal = make_proposal("draft")
    person = make_staff(proposal.call.programme, role)
    session.commit()
    sign_in(client, person)
    for page in pages(proposal):
        assert client.get(page).status_code == 404
    assert queries.proposals_of_call(proposal.call_id, actor_of(person)) == []


def test_the_programme_reads_the_submitted_version_and_not_what_is_written_since(session, frozen, as_officer):
    proposal = make_proposal("submitted")
    stage = proposal.stages[-1]
    services.save_section(
        submission=stage,
        section_id="idea",
        fields={"problem": ["A secret new text."]},
        expected_version=None,
        actor=actor_of(owner_of(proposal.organisation)),
    )
    officer = as_officer(proposal)
    for page in (f"/proposals/{proposal.id}", address(stage) + "/screening", address(stage) + "/versions/1"):
        assert "A secret new text." not in officer.get(page).get_data(as_text=True)
    full = make_proposal("full_draft", call=proposal.call)
    session.commit()
    shown = officer.get(f"/proposals/{full.id}")
    assert shown.status_code == 200 and "Corrections" not in text_of(shown)
    assert officer.get(f"/proposals/{full.id}/stages/full_proposal/screening").status_code == 404


@pytest.mark.parametrize("role", ["officer", "committee_member", "auditor", "manager"])
def test_a_conflict_closes_every_way(session, frozen, client, sign_in, role):
    proposal = make_proposal("submitted")
    person = make_staff(proposal.call.programme, role)
    session.commit()
    sign_in(client, person)
    assert client.get(f"/proposals/{proposal.id}").status_code == 200
    services.record_conflict(
        proposal=proposal, person_id=person.id, basis="declared", note="My sister runs it.", actor=actor_of(person)
    )
    session.commit()
    for page in pages(proposal):
        assert client.get(page).status_code == 404
    assert queries.proposals_of_call(proposal.call_id, actor_of(person)) == []
    assert proposal.id in queries.conflicted_proposal_ids(person.id)


def test_staff_who_are_members_of_the_applicant_keep_only_that_side(session, frozen, client, sign_in):
    proposal = make_proposal("submitted")
    person = make_staff(proposal.call.programme, "officer", "committee_member")
    make_member(proposal.organisation, "viewer", person)
    session.commit()
    assert policy.relations(actor_of(person), proposal) == {"viewer"}
    sign_in(client, person)
    assert client.get(address(proposal.stages[-1]) + "/screening").status_code == 404
    assert client.get(f"/proposals/{proposal.id}").status_code == 200
    assert proposal.reference not in text_of(client.get(f"/proposals/calls/{proposal.call.code}"))


def test_declaring_one_s_own_conflict(session, frozen, as_officer):
    proposal = make_proposal("submitted")
    officer = as_officer(proposal)
    page = f"/proposals/{proposal.id}"
    done = officer.fill(page, page + "/conflicts/mine", **{"declare-note": "A cousin works there."})
    assert done.status_code == 303
    assert officer.get(page).status_code == 404
    found = queries.conflicts_of(proposal.id)
    assert [(c.basis, c.note) for c in found] == [("declared", "A cousin works there.")]


def test_an_officer_records_somebody_else_s_conflict(session, frozen, as_officer):
    proposal = make_proposal("submitted")
    member = make_staff(proposal.call.programme, "committee_member")
    officer = as_officer(proposal)
    page = f"/proposals/{proposal.id}/conflicts"
    assert officer.fill(page).status_code == 422
    done = officer.fill(page, person=str(member.id), note="Former employer.")
    assert done.status_code == 303
    assert member.name in text_of(officer.get(page))
    assert queries.has_conflict(member.id, proposal)
    services.record_conflict(
        proposal=proposal, person_id=member.id, basis="declared", note="again", actor=actor_of(member)
    )
    assert len(queries.conflicts_of(proposal.id)) == 1


@pytest.mark.parametrize("role", ["viewer", "auditor", "committee_member", "reviewer", "finance", "nobody"])
@pytest.mark.parametrize("what", ["moves/withdraw", "stages/quick_scan/moves/screen", "messages", "stages/quick_scan/checks",
                                  "stages/quick_scan/submit", "stages/quick_scan/sections/idea", "conflicts"])  # fmt: skip
def test_nothing_is_changed_by_those_who_may_not(session, frozen, client, sign_in, role, what):
    proposal = make_proposal("submitted")
    person = person_in(role, proposal)
    session.commit()
    before = loaded(proposal).version
    sign_in(client, person)
    answer = client.act(f"/proposals/{proposal.id}/{what}", text="x", reason="x", confirmed="y", problem="x")
    viewer_may_press = role == "viewer" and what in {"moves/withdraw", "stages/quick_scan/moves/screen",
                                                     "stages/quick_scan/submit"}  # fmt: skip
    assert answer.status_code == (409 if viewer_may_press else 404)
    assert loaded(proposal).version == before


def test_roles_do_not_cross_over(session, frozen):
    proposal = make_proposal("submitted")
    officer, owner = officer_of(proposal), actor_of(owner_of(proposal.organisation))
    stage = proposal.stages[-1]
    assert policy.relations(owner, stage) == {"owner", "signatory"}
    assert policy.relations(officer, stage) == {"officer"}
    assert policy.relations(officer, object()) == frozenset()
    assert policy.relations(actor_of(db.session.get(type(owner_of(proposal.organisation)), owner.person_id)), None) == (
        frozenset()
    )


def test_the_applicant_does_not_learn_names_or_inner_steps(session, frozen, as_owner):
    proposal = make_proposal("accepted")
    officer = officer_of(proposal)
    services.write_advice(submission=proposal.stages[-1], outcome="negative", text="Hm.", actor=officer)
    member = make_staff(proposal.call.programme, "committee_member")
    services.record_conflict(proposal=proposal, person_id=member.id, basis="recorded_by_staff", note="", actor=officer)
    words = text_of(as_owner(proposal).get(f"/proposals/{proposal.id}"))
    assert officer.name not in words
    assert "Conflict of interest recorded" not in words and "Advice written" not in words and "T5" not in words
