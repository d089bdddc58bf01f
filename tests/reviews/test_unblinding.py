"""Showing a hidden name takes two people and a reason, counts for one proposal, and can be taken back."""

from __future__ import annotations

import pytest

from app.core import audit
from app.core.errors import Invalid, MoveRefused, NotFound
from app.reviews import queries, services
from app.reviews.models import Unblinding
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.notifications import deliver, mails
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_review,
    make_reviewer,
)
from tests.reviews.test_rounds import put_round

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def case(session):
    """Two sheets of one proposal in reading, and an officer and a manager: (mine, other, officer, manager)."""
    proposal = make_assessed_proposal(call=make_assessing_call(process={"blind": "double"}))
    mine, other = (
        make_review(proposal, reviewer=make_reviewer(proposal.call, name=name), state="submitted")
        for name in ("Ada Quellwasser", "Ben Steinbruch")
    )
    put_round(proposal, "reading")
    officer, manager = (make_staff(proposal.call.programme, role) for role in ("officer", "manager"))
    return mine, other, officer, manager


def ask(review, person, whom=None):
    return services.ask_unblinding(
        proposal=review.proposal, review=whom, reason="A complaint names this review.", actor=actor_of(person)
    )


def shown(browse, mine):
    return text_of(browse(mine).get(f"/reviews/{mine.id}/others"))


def test_two_people_show_one_reviewer_and_the_others_stay_hidden(session, case, browse):
    mine, other, officer, manager = case
    third = make_review(mine.proposal, reviewer=make_reviewer(mine.proposal.call, name="Cleo Third"), state="submitted")
    asked = ask(mine, officer, other)
    assert other.reviewer.name not in shown(browse, mine)
    services.move_unblinding(asked=asked, name="grant", reason="", actor=actor_of(manager))
    page = shown(browse, mine)
    assert other.reviewer.name in page
    assert third.reviewer.name not in page
    services.move_unblinding(asked=asked, name="take_back", reason="It is settled.", actor=actor_of(officer))
    assert other.reviewer.name not in shown(browse, mine)
    actions = [entry.action for entry in audit.history("unblinding", asked.id)]
    assert actions == ["unblinding.requested", "unblinding.grant", "unblinding.take_back"]


def test_it_waits_on_the_work_list_of_another_manager(session, case, client, new_client, sign_in):
    mine, other, officer, manager = case
    second = make_staff(mine.proposal.call.programme, "manager")
    ask(mine, manager, other)
    session.commit()
    wanted = "Grant or refuse the unblinding"
    page = sign_in(client, second).get("/work")
    link = next(a for a in soup(page).select(".items a") if a.get_text(strip=True) == wanted)
    assert client.get(link["href"]).status_code == 200
    for who in (manager, officer, mine.reviewer):
        assert wanted not in text_of(sign_in(new_client(), who).get("/work")), who.name


def test_a_conflict_takes_it_off_the_list(session, case, client, sign_in):
    mine, other, officer, manager = case
    ask(mine, officer, other)
    make_conflict(manager, mine.proposal)
    session.commit()
    assert "unblinding" not in text_of(sign_in(client, manager).get("/work")).lower()


def test_who_asked_does_not_decide(session, case):
    mine, other, _, manager = case
    asked = ask(mine, manager, other)
    with pytest.raises(MoveRefused, match="Somebody else"):
        services.move_unblinding(asked=asked, name="grant", reason="", actor=actor_of(manager))
    assert asked.state == "requested"


def test_an_officer_does_not_grant(session, case):
    mine, other, officer, _ = case
    asked = ask(mine, officer, other)
    with pytest.raises(MoveRefused):
        services.move_unblinding(
            asked=asked, name="grant", reason="", actor=actor_of(make_staff(mine.proposal.call.programme, "officer"))
        )


def test_the_applicant_is_shown_to_the_reviewers_of_that_proposal_alone(session, case, browse):
    mine, _, officer, manager = case
    elsewhere = make_review(make_assessed_proposal(call=mine.proposal.call), reviewer=mine.reviewer)
    asked = ask(mine, officer)
    services.move_unblinding(asked=asked, name="grant", reason="", actor=actor_of(manager))
    browser = browse(mine)
    assert mine.proposal.organisation.name in text_of(browser.get(f"/reviews/{mine.id}"))
    assert elsewhere.proposal.organisation.name not in text_of(browser.get(f"/reviews/{elsewhere.id}"))


def test_a_reason_is_needed_and_one_request_is_enough(session, case):
    mine, other, officer, _ = case
    with pytest.raises(Invalid, match="reason"):
        services.ask_unblinding(proposal=mine.proposal, review=other, reason="  ", actor=actor_of(officer))
    ask(mine, officer, other)
    with pytest.raises(Invalid, match="already"):
        ask(mine, officer, other)


def test_nothing_is_hidden_in_an_open_call(session):
    proposal = make_assessed_proposal(call=make_assessing_call(process={"blind": "none"}))
    review = make_review(proposal, state="submitted")
    with pytest.raises(Invalid, match="not hidden"):
        ask(review, make_staff(proposal.call.programme, "officer"), review)


def test_who_has_a_conflict_neither_asks_nor_decides(session, case):
    mine, other, officer, manager = case
    asked = ask(mine, officer, other)
    make_conflict(manager, mine.proposal)
    with pytest.raises((MoveRefused, NotFound)):
        services.move_unblinding(asked=asked, name="grant", reason="", actor=actor_of(manager))
    make_conflict(officer, mine.proposal)
    with pytest.raises(NotFound):
        ask(mine, officer)


def test_by_the_pages(session, case, client, sign_in):
    mine, other, officer, manager = case
    session.commit()
    path = f"/reviews/proposals/{mine.proposal_id}/unblinding"
    browser = sign_in(client, officer)
    assert browser.fill(path, path, subject=str(other.id), reason="").status_code == 422
    assert browser.fill(path, path, subject=str(other.id), reason="A complaint.").status_code == 303
    page = browser.get(path)
    assert other.pseudonym in text_of(page)
    assert other.reviewer.name not in text_of(page)
    decider = sign_in(client, manager)
    assert "A complaint." in text_of(decider.get(path))
    for role in ("reviewer", "committee_member", "finance"):
        assert sign_in(client, make_staff(mine.proposal.call.programme, role)).get(path).status_code == 404


def test_the_second_person_is_told_and_the_mail_names_nobody(session, case):
    mine, other, officer, manager = case
    outside = make_staff(mine.proposal.call.programme, "manager")
    make_conflict(outside, mine.proposal)
    asked, name = ask(mine, officer, other), other.reviewer.name
    session.commit()
    deliver()
    subject = f"Two people have to decide: a name of {mine.proposal.reference}"
    assert [m["Subject"] for m in mails(manager.email)].count(subject) == 1
    assert subject not in [m["Subject"] for m in mails(officer.email)]
    assert subject not in [m["Subject"] for m in mails(outside.email)]
    ident = asked.id
    session.expunge_all()
    found = queries.get_unblinding(ident)
    services.move_unblinding(asked=found, name="grant", reason="", actor=actor_of(manager))
    session.commit()
    deliver()
    told = [m for m in mails(officer.email) if m["Subject"].startswith("A name is shown")]
    assert len(told) == 1
    assert name not in told[0].as_string()


def test_the_whole_way_over_the_pages(session, case, client, sign_in):
    mine, other, officer, manager = case
    session.commit()
    page, name = f"/reviews/proposals/{mine.proposal_id}/unblinding", other.reviewer.name
    reviewer, others = mine.reviewer, f"/reviews/{mine.id}/others"
    browser = sign_in(client, officer)
    form = browser.form(page, page)["values"]
    asked = browser.post(page, data={**form, "subject": str(other.id), "reason": "A complaint names this review."})
    assert asked.status_code == 303, text_of(asked)
    found = session.query(Unblinding).one()
    move = f"/reviews/unblindings/{found.id}/moves"
    assert sign_in(client, officer).act(f"{move}/grant").status_code in {404, 409}, "who asked does not decide"
    assert sign_in(client, manager).act(f"{move}/grant").status_code == 303
    session.expire_all()
    assert session.query(Unblinding).one().state == "granted"
    assert name in text_of(sign_in(client, reviewer).get(others))
    assert sign_in(client, officer).act(f"{move}/take_back", reason="It is settled.").status_code == 303
    assert name not in text_of(sign_in(client, reviewer).get(others))
