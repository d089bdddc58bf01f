"""Returned for correction: sections, a date, the next version and its difference."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid, MoveRefused
from app.proposals import queries, services
from tests.client import text_of
from tests.factories.proposals import make_proposal, officer_of
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.screening import decide


def test_return_names_sections_and_a_date(session, frozen):
    proposal = make_proposal("full_screening")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    when = clock.now() + timedelta(days=5)
    wanted = {"submission": stage, "actor": officer}
    with pytest.raises(MoveRefused, match="Name at least one section"):
        services.return_for_corrections(sections=["nothing"], text="Mend it.", correct_by=when, **wanted)
    session.rollback()
    proposal = make_proposal("full_screening")
    wanted = {"submission": proposal.stages[-1], "actor": officer_of(proposal)}
    with pytest.raises(MoveRefused, match="Give a date in the future"):
        services.return_for_corrections(sections=["plan"], text="Mend it.", correct_by=clock.now(), **wanted)
    session.rollback()
    proposal = make_proposal("full_screening")
    wanted = {"submission": proposal.stages[-1], "actor": officer_of(proposal)}
    with pytest.raises(Invalid, match="Say what has to be corrected"):
        services.return_for_corrections(sections=["plan"], text=" ", correct_by=when, **wanted)


def test_corrections_become_the_next_version_with_a_difference(session, frozen, as_owner, as_officer):
    proposal = make_proposal("full_returned")
    stage = proposal.stages[-1]
    client, officer = as_owner(proposal), as_officer(proposal)
    page = client.get(f"/proposals/{proposal.id}")
    assert "Name the mines." in text_of(page) and "Not returned to you" in text_of(page)
    stage = loaded(proposal)
    frozen(stage.correct_by - timedelta(milliseconds=1))
    client.fill(address(stage) + "/sections/applicant", contact_email="new@example.org")
    sent = client.fill(address(stage) + "/check", address(stage) + "/submit", confirmed="y")
    assert sent.status_code == 303 and sent.location.endswith("/versions/2/receipt")
    found = loaded(proposal)
    assert (found.state, found.sealed_number) == ("screening", 2)
    changes = officer.get(address(stage) + "/versions/2/changes")
    words = text_of(changes)
    assert "Contact email" in words and "office@example.org" in words and "new@example.org" in words
    assert "Problem" not in words


@pytest.mark.parametrize(("offset", "accepted"), [(timedelta(milliseconds=-1), True), (timedelta(0), False)])
def test_corrections_have_their_own_half_open_deadline(session, frozen, offset, accepted):
    proposal = make_proposal("full_returned")
    stage = proposal.stages[-1]
    frozen(stage.correct_by + offset)
    if accepted:
        services.correct(submission=stage, actor=owner(proposal))
        assert stage.state == "screening"
    else:
        with pytest.raises(MoveRefused, match="date for corrections has passed"):
            services.correct(submission=stage, actor=owner(proposal))


def test_failed_checks_open_again_after_corrections(session, frozen):
    proposal = make_proposal("full_screening")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    decide(proposal, "T2", "fail", "One partner.")
    decide(proposal, "T1")
    services.return_for_corrections(
        submission=stage, sections=["applicant"], text="Add one.", correct_by=clock.now() + timedelta(1), actor=officer
    )
    services.correct(submission=stage, actor=owner(proposal))
    assert {c.code: c.outcome for c in queries.checks_of(stage.id)} == {
        "T1": "pass",
        "T2": "open",
        "T7": "open",
        "T13": "open",
    }


def test_without_corrections_the_programme_goes_on_or_gives_another_date(session, frozen, as_owner, as_officer):
    proposal = make_proposal("full_returned")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    mine, theirs = as_owner(proposal), as_officer(proposal)
    with pytest.raises(MoveRefused, match="may still correct"):
        services.resume(submission=stage, actor=officer)
    assert "Go on without corrections" not in text_of(theirs.get(f"/proposals/{proposal.id}"))
    frozen(stage.correct_by)
    words = text_of(mine.get(f"/proposals/{proposal.id}"))
    assert "The date for corrections has passed. Version 1 stands" in words and "Waiting for you" not in words
    again = clock.now() + timedelta(days=3)
    page, wall = address(stage) + "/return", again.strftime("%Y-%m-%dT%H:%M")
    assert theirs.fill(page, sections=["plan"], text="Name the buyer.", correct_by=wall).status_code == 303
    stage = loaded(proposal)
    assert stage.state == "returned" and stage.returned_sections == ["plan"] and stage.correct_by > clock.now()
    frozen(stage.correct_by)
    assert "Go on, or give another date" in text_of(theirs.get("/work"))
    resume = f"{address(stage)}/moves/resume"
    assert theirs.fill(f"/proposals/{proposal.id}", resume).status_code == 303
    stage = loaded(proposal)
    assert (stage.state, stage.sealed_number) == ("screening", 1)


def test_a_correction_that_brings_up_a_question_elsewhere_can_be_sent(session, frozen):
    """The section that it stands in opens as long as it needs an answer; others stay closed."""
    proposal = make_proposal("full_returned")
    stage, actor = proposal.stages[-1], owner(proposal)
    assert services.editable_sections(stage, actor) == frozenset(stage.returned_sections)
    stage.answers = {name: value for name, value in stage.answers.items() if name != "problem"}
    session.flush()
    assert services.editable_sections(stage, actor) == {*stage.returned_sections, "plan"}
    services.save_section(
        submission=stage, section_id="plan", fields={"problem": ["Here."]}, expected_version=None, actor=actor
    )
    assert services.editable_sections(stage, actor) == frozenset(stage.returned_sections)
    services.correct(submission=stage, actor=actor)
