"""Every page of a proposal answers in every state that leads to it, for each side."""

import pytest

from app.extensions import db
from app.identity.models import Person
from tests.client import soup, text_of
from tests.factories.identity import make_person
from tests.factories.proposals import STATES, make_proposal, officer_of, owner_of


def person_of(actor) -> Person:
    return db.session.get(Person, actor.person_id)


@pytest.mark.parametrize("state", STATES)
def test_the_proposal_page_answers_in_every_state(client, new_client, session, frozen, sign_in, state):
    proposal = make_proposal(state)
    session.commit()
    page = sign_in(client, owner_of(proposal.organisation)).get(f"/proposals/{proposal.id}")
    assert page.status_code == 200
    assert proposal.reference in text_of(page)
    officer = sign_in(new_client(), person_of(officer_of(proposal)))
    session.commit()
    expected = 404 if state in {"draft", "withdrawn"} else 200
    assert officer.get(f"/proposals/{proposal.id}").status_code == expected


def test_the_way_from_the_call_to_the_receipt(client, session, frozen, sign_in):
    from tests.factories.calls import make_call
    from tests.factories.identity import make_organisation

    owner = make_person()
    make_organisation(owner=owner, name="Mapendo")
    call = make_call()
    session.commit()
    sign_in(client, owner)
    begun = client.fill(f"/proposals/start?call={call.code}", title="Washing coltan without mercury")
    assert begun.status_code == 303
    page = client.get(begun.location)
    assert "Washing coltan without mercury" in text_of(page)
    section = soup(page).select_one(".tasks a")["href"]
    saved = client.fill(section, problem="Mercury harms people.", minerals=["tin"], grant="300000", then="continue")
    assert saved.status_code == 303 and saved.location.endswith("/check")
    check = client.get(saved.location)
    assert "Mercury harms people." in text_of(check)
    refused = client.fill(saved.location, action=saved.location.replace("/check", "/submit"))
    assert refused.status_code == 422 and "Tick this box" in text_of(refused)
    sent = client.fill(saved.location, action=saved.location.replace("/check", "/submit"), confirmed="y")
    assert sent.status_code == 303
    receipt = client.get(sent.location)
    assert "Version 1" in text_of(receipt) and "Europe/Amsterdam" in text_of(receipt)


def test_screening_pages(client, session, frozen, sign_in):
    proposal = make_proposal("screening")
    officer = person_of(officer_of(proposal))
    session.commit()
    sign_in(client, officer)
    stage = f"/proposals/{proposal.id}/stages/quick_scan"
    for path in (
        f"/proposals/{proposal.id}", f"/proposals/{proposal.id}/screening", stage + "/screening", stage + "/return",
        stage + "/ineligible", stage + "/advice", stage + "/versions/1", f"/proposals/{proposal.id}/conflicts",
        f"/proposals/calls/{proposal.call.code}",
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
        assert proposal.title in text_of(page), path


def test_lists(client, session, frozen, sign_in):
    proposal = make_proposal("returned")
    session.commit()
    sign_in(client, owner_of(proposal.organisation))
    page = client.get("/proposals/")
    assert "Corrections asked" in text_of(page) and proposal.title in text_of(page)


def test_the_applicant_can_look_with_the_reviewers_eyes(client, session, frozen, sign_in):
    proposal = make_proposal("full_submitted")
    session.commit()
    sign_in(client, owner_of(proposal.organisation))
    page = f"/proposals/{proposal.id}/stages/full_proposal/check"
    whole, theirs = text_of(client.get(page)), text_of(client.get(page + "?as=reviewer"))
    assert "Contact email" in whole and "office@example.org" in whole
    assert "Contact email" not in theirs and "office@example.org" not in theirs
    assert "Problem" in theirs


def test_a_missed_deadline_is_said_plainly(client, session, frozen, sign_in):
    proposal = make_proposal("draft")
    session.commit()
    sign_in(client, owner_of(proposal.organisation))
    frozen(proposal.stages[-1].call_stage.closes_at)
    for page in ("/proposals/", f"/proposals/{proposal.id}"):
        words = text_of(client.get(page))
        assert "The deadline has passed; this was not submitted" in words
        assert "Waiting for" not in words


@pytest.mark.parametrize("audience", ["applicant", "programme", "reviewer"])
def test_every_audience_reads_the_same_answers_that_are_open_to_it(session, frozen, audience):
    from app.proposals import queries
    from app.proposals.present import sections_view

    proposal = make_proposal("full_submitted")
    stage = proposal.stages[-1]
    sealed, working = (
        [(q.name, q.value) for s in sections_view(source, "en", audience) for q in s.questions]
        for source in (queries.latest_sealed(stage.id), stage)
    )
    assert sealed == working
    assert ("contact_email" in dict(sealed)) == (audience != "reviewer")
    assert "mercury_plan" not in dict(sealed)
