"""Conflicts of interest that the records suggest: found when anything changes, closing at once, decided by people."""

from __future__ import annotations

import pytest

from app.core.errors import Invalid
from app.proposals import queries as proposals_queries
from app.proposals import services as proposals_services
from app.proposals.models import SuggestedConflict
from app.reviews import services
from app.reviews.models import Review, ReviewerProfile
from tests.factories.identity import actor_of, make_membership, make_organisation, make_person, make_programme
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.reviews.conftest import events


def suggested(person, proposal):
    """Basis → evidence of what is suggested now and not dismissed."""
    rows = proposals_queries.suggestions_between([person.id], [proposal.id])
    return {r.basis: r.evidence for r in rows if r.withdrawn_at is None and r.dismissed_at is None}


def profile(session, person, programme_id, **over):
    row = ReviewerProfile(programme_id=programme_id, person_id=person.id, **over)
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def committed(proposal, session):
    session.commit()
    return proposal


def test_an_employer_among_the_partners_closes_the_proposal(session, committed):
    reviewer = make_reviewer(committed.call)
    profile(session, reviewer, committed.call.programme_id, employer="KAHUZI miners, Ltd.")
    assert suggested(reviewer, committed) == {"partner": "Kahuzi Miners"}
    assert proposals_queries.has_conflict(reviewer.id, committed)


def test_an_employer_that_applies_closes_the_proposal(session):
    applicant = make_organisation(owner=make_person(), name="Coopérative Bisie")
    proposal = make_assessed_proposal(organisation=applicant)
    reviewer = make_reviewer(proposal.call)
    profile(session, reviewer, proposal.call.programme_id, employer="COOPERATIVE BISIE SARL")
    assert suggested(reviewer, proposal) == {"organisation": "Coopérative Bisie"}
    assert proposals_queries.has_conflict(reviewer.id, proposal)


def test_another_country_office_is_only_looked_at(session):
    applicant = make_organisation(owner=make_person(), name="Minerva Uganda")
    proposal = make_assessed_proposal(organisation=applicant)
    reviewer = make_reviewer(proposal.call)
    profile(session, reviewer, proposal.call.programme_id, employer="Minerva Perú")
    assert suggested(reviewer, proposal) == {"country_office": "Minerva Uganda"}
    assert not proposals_queries.has_conflict(reviewer.id, proposal)
    with pytest.raises(Invalid, match="records suggest"):
        services.invite(
            proposal=proposal, reviewer=reviewer, due_at=proposal.created_at.replace(year=2099),
            actor=actor_of(make_officer(proposal.call)),
        )  # fmt: skip


def test_the_domain_of_an_address_is_found_when_either_side_changes(session):
    applicant = make_organisation(owner=make_person(), website="https://www.bisie-coop.cd/fr")
    proposal = make_assessed_proposal(organisation=applicant)
    inside = make_reviewer(proposal.call, email="marie@bisie-coop.cd")
    session.commit()
    assert suggested(inside, proposal) == {"email_domain": "bisie-coop.cd"}
    applicant.website = "https://elsewhere.cd"
    session.commit()
    assert suggested(inside, proposal) == {}
    assert not proposals_queries.has_conflict(inside.id, proposal)
    inside.email = "marie@elsewhere.cd"
    session.commit()
    assert suggested(inside, proposal) == {"email_domain": "elsewhere.cd"}


def test_shared_domains_say_nothing(session):
    applicant = make_organisation(owner=make_person(email="coop@gmail.com"), website="")
    proposal = make_assessed_proposal(organisation=applicant)
    reviewer = make_reviewer(proposal.call, email="somebody@gmail.com")
    session.commit()
    assert suggested(reviewer, proposal) == {}


def test_past_collaboration_is_found_whichever_proposal_comes_first(session):
    programme = make_programme()
    call = make_assessing_call(programme=programme)
    mine = make_organisation(owner=make_person(), name="Pit Watch")
    reviewer = make_reviewer(call)
    profile(session, reviewer, programme.id, employer="Pit Watch")
    later = make_assessed_proposal(
        call=call, organisation=make_organisation(owner=make_person(), name="Lakeside Smelting")
    )
    session.commit()
    assert suggested(reviewer, later) == {}
    make_assessed_proposal(call=call, organisation=mine)  # its partners: Kahuzi Miners, Lakeside Smelting
    session.commit()
    assert suggested(reviewer, later) == {"past_collaboration": "Lakeside Smelting"}


def test_the_funders_own_partners_do_not_judge_each_other_unseen(session, committed):
    programme = committed.call.programme
    reviewer = make_reviewer(committed.call)
    profile(session, reviewer, programme.id, employer="Orelink")
    actor = actor_of(make_officer(committed.call))
    for name in ("Orelink", "Lakeside Smelting"):
        services.add_funder_partner(programme=programme, name=name, website="", actor=actor)
    session.commit()
    assert suggested(reviewer, committed) == {"funder_partner": "Lakeside Smelting"}
    services.remove_funder_partner(
        programme=programme, partner=proposals_queries.funder_partners(programme.id)[0], actor=actor
    )
    session.commit()
    assert suggested(reviewer, committed) == {}


def test_a_conflict_found_while_the_sheet_is_open_closes_it_at_the_next_request(session, client, sign_in, committed):
    review = make_review(committed, state="draft")
    session.commit()
    browser = sign_in(client, review.reviewer)
    assert browser.get(f"/reviews/{review.id}/sheet").status_code == 200
    profile(session, review.reviewer, committed.call.programme_id, employer="Kahuzi Miners")
    assert browser.get(f"/reviews/{review.id}/sheet").status_code == 404
    assert browser.act(f"/reviews/{review.id}/sheet", note_to_staff="late").status_code == 404
    fresh = session.get(Review, review.id)
    assert (fresh.state, fresh.note_to_staff) == ("conflicted", "Ask for the licence.")
    assert len(events(session, "review.conflict_found")) == 1


def test_a_conflict_that_staff_record_ends_the_review_too(session, committed):
    review = make_review(committed, state="submitted")
    proposals_services.record_conflict(
        proposal=committed, person_id=review.reviewer_id, basis="recorded_by_staff", note="Cousin of the director.",
        actor=actor_of(make_officer(committed.call)),
    )  # fmt: skip
    session.commit()
    assert session.get(Review, review.id).state == "conflicted"


def test_who_joins_the_applicant_stops_reviewing(session, committed):
    review = make_review(committed, state="accepted")
    make_membership(committed.organisation, person=review.reviewer)
    session.commit()
    assert session.get(Review, review.id).state == "conflicted"


def test_a_declared_conflict_is_told_once(session, committed):
    review = make_review(committed, state="draft")
    services.declare_conflict(review=review, note="My brother works there.", actor=actor_of(review.reviewer))
    session.commit()
    assert session.get(Review, review.id).state == "conflicted"
    assert (len(events(session, "review.conflicted")), len(events(session, "review.conflict_found"))) == (1, 0)


def test_dismissing_opens_again_until_the_records_say_something_else(session, committed):
    reviewer, officer = make_reviewer(committed.call), actor_of(make_officer(committed.call))
    row = profile(session, reviewer, committed.call.programme_id, employer="Kahuzi Miners")
    suggestion = session.query(SuggestedConflict).filter_by(person_id=reviewer.id).one()
    with pytest.raises(Invalid):
        proposals_services.dismiss_suggestion(proposal=committed, suggestion=suggestion, reason=" ", actor=officer)
    proposals_services.dismiss_suggestion(
        proposal=committed, suggestion=suggestion, reason="Another body of the same name.", actor=officer
    )
    session.commit()
    assert not proposals_queries.has_conflict(reviewer.id, committed)
    row.employer = "Lakeside Smelting"
    session.commit()
    assert suggested(reviewer, committed) == {"partner": "Lakeside Smelting"}
    assert proposals_queries.has_conflict(reviewer.id, committed)


def test_nobody_dismisses_their_own(session, committed):
    person = make_officer(committed.call)
    profile(session, person, committed.call.programme_id, employer="Minerva Perú")
    committed.organisation.name = "Minerva Uganda"
    session.commit()
    suggestion = session.query(SuggestedConflict).filter_by(person_id=person.id).one()
    assert suggestion.basis == "country_office"
    with pytest.raises(Invalid, match="Somebody else"):
        proposals_services.dismiss_suggestion(
            proposal=committed, suggestion=suggestion, reason="It is fine.", actor=actor_of(person)
        )


def test_staff_decide_on_the_page_of_the_proposal(session, client, sign_in, committed):
    reviewer, officer = make_reviewer(committed.call, name="Wanjiru Kamau"), make_officer(committed.call)
    profile(session, reviewer, committed.call.programme_id, employer="Kahuzi Miners")
    browser = sign_in(client, officer)
    page = browser.get(f"/proposals/{committed.id}/conflicts").text
    assert "Wanjiru Kamau" in page and "Works for a partner of the proposal" in page
    listing = browser.get(f"/reviews/calls/{committed.call_id}/conflicts").text
    assert "Wanjiru Kamau" in listing and committed.reference in listing
    ident = session.query(SuggestedConflict.id).scalar()
    path = f"/proposals/{committed.id}/conflicts/suggested/{ident}"
    assert browser.act(path + "/dismiss", reason="").status_code == 422
    assert browser.act(path + "/dismiss", reason="Another body.").status_code == 303
    assert "Another body." in browser.get(f"/proposals/{committed.id}/conflicts").text
    assert committed.reference not in browser.get(f"/reviews/calls/{committed.call_id}/conflicts").text


def test_confirming_records_for_good(session, client, sign_in, committed):
    reviewer, officer = make_reviewer(committed.call), make_officer(committed.call)
    row = profile(session, reviewer, committed.call.programme_id, employer="Kahuzi Miners")
    ident = session.query(SuggestedConflict.id).scalar()
    browser = sign_in(client, officer)
    assert browser.act(f"/proposals/{committed.id}/conflicts/suggested/{ident}/confirm").status_code == 303
    row.employer = ""
    session.commit()
    assert proposals_queries.has_conflict(reviewer.id, committed)


def test_strangers_and_conflicted_staff_see_no_suggestions(session, client, sign_in, committed):
    reviewer, officer = make_reviewer(committed.call), make_officer(committed.call)
    profile(session, reviewer, committed.call.programme_id, employer="Kahuzi Miners")
    profile(session, officer, committed.call.programme_id, employer="Lakeside Smelting")
    ident = session.query(SuggestedConflict.id).filter_by(person_id=reviewer.id).scalar()
    for person, status in ((reviewer, 404), (make_person(), 404)):
        browser = sign_in(client, person)
        assert browser.get(f"/reviews/calls/{committed.call_id}/conflicts").status_code == status
    browser = sign_in(client, officer)
    assert committed.reference not in browser.get(f"/reviews/calls/{committed.call_id}/conflicts").text
    assert browser.act(f"/proposals/{committed.id}/conflicts/suggested/{ident}/dismiss").status_code == 404


def test_the_list_of_partners(session, client, sign_in, committed):
    officer = make_officer(committed.call)
    session.commit()
    browser = sign_in(client, officer)
    path = f"/reviews/programmes/{committed.call.programme_id}/partners"
    assert browser.act(path, name="Orelink", website="https://orelink.org").status_code == 303
    assert browser.act(path, name="orelink Ltd").status_code == 422
    assert browser.act(path, name=" ").status_code == 422
    page = browser.get(path).text
    assert "Orelink" in page and "orelink.org" in page
    ident = proposals_queries.funder_partners(committed.call.programme_id)[0].id
    assert browser.act(f"{path}/{ident}/remove").status_code == 303
    assert "Orelink" not in browser.get(path).text.split("<main", 1)[1].split("<form", 1)[1]
    assert sign_in(client, make_person()).get(path).status_code == 404


def test_the_list_of_suggestions_takes_as_many_queries_for_one_and_many(session, client, sign_in, count_queries):
    call = make_assessing_call()
    officer = make_officer(call)
    session.commit()
    browser = sign_in(client, officer)
    found = []
    for size in (1, 12):
        while session.query(SuggestedConflict).count() < size:
            proposal = make_assessed_proposal(call=call)
            profile(session, make_reviewer(call), call.programme_id, employer=proposal.organisation.name)
        browser.get(f"/reviews/calls/{call.id}/conflicts")
        with count_queries() as counted:
            assert browser.get(f"/reviews/calls/{call.id}/conflicts").status_code == 200
        found.append(len(counted))
    assert found[0] == found[1] <= 12
