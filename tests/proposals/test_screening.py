"""Screening: checks decided by people, return, corrections, ineligibility, advice, and what follows by itself."""

from datetime import timedelta

import pytest

from app.calls.checks import Suggestion
from app.core.errors import Invalid, MoveRefused, NotFound
from app.extensions import db
from app.proposals import queries, services
from app.proposals.snapshot import read
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import fill_in, make_proposal, officer_of
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.screening import decide


def test_screening_waits_for_the_deadline(session, frozen):
    proposal = make_proposal("full_submitted")
    stage = proposal.stages[-1]
    frozen(stage.call_stage.closes_at - timedelta(seconds=1))
    with pytest.raises(MoveRefused, match="Screening starts when the stage has closed"):
        services.start_screening(submission=stage, actor=officer_of(proposal))
    frozen(stage.call_stage.closes_at)
    services.start_screening(submission=stage, actor=officer_of(proposal))
    assert stage.state == "screening"


def test_checks_begin_open_with_what_the_answers_suggest(session, frozen):
    proposal = make_proposal("full_draft")
    fill_in(proposal.stages[-1], {"partners": [{"name": "Only us", "role": "lead", "supply_chain": "no"}]})
    services.submit(submission=proposal.stages[-1], actor=owner(proposal))
    frozen(proposal.stages[-1].call_stage.closes_at)
    services.start_screening(submission=proposal.stages[-1], actor=officer_of(proposal))
    found = {c.code: (c.outcome, c.suggestion) for c in queries.checks_of(proposal.stages[-1].id)}
    assert found == {
        "T1": ("open", "pass"),
        "T2": ("open", "fail"),
        "T7": ("open", "pass"),
        "T13": ("open", "open"),
    }


def test_a_stage_is_accepted_only_when_every_check_is_decided_and_none_failed(session, frozen):
    proposal = make_proposal("full_screening")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    for code in ("T1", "T2", "T7"):
        decide(proposal, code)
    with pytest.raises(MoveRefused, match="Decide every threshold check first; open: T13"):
        services.accept(submission=stage, actor=officer)
    decide(proposal, "T13", "fail", "No record at all.")
    with pytest.raises(MoveRefused, match="Threshold checks failed: T13"):
        services.accept(submission=stage, actor=officer)
    decide(proposal, "T13")
    services.accept(submission=stage, actor=officer)
    assert (stage.state, proposal.state) == ("accepted", "assessing")


def test_a_failure_needs_a_note_and_a_known_check(session, frozen):
    proposal = make_proposal("full_screening")
    with pytest.raises(Invalid, match="Say why check T1 fails"):
        decide(proposal, "T1", "fail", " ")
    with pytest.raises(NotFound):
        decide(proposal, "T99")
    with pytest.raises(NotFound):
        decide(proposal, "T1", "perhaps")


def test_checks_are_saved_together_and_nothing_typed_is_lost(session, frozen, as_officer):
    proposal = make_proposal("full_screening")
    stage = proposal.stages[-1]
    officer = as_officer(proposal)
    page, save = address(stage) + "/screening", address(stage) + "/checks"
    refused = officer.fill(page, save, outcome_T1="pass", outcome_T2="fail", note_T13="Read the annex.")
    assert refused.status_code == 422
    html = soup(refused)
    assert "Say why check T2 fails" in text_of(refused)
    assert html.select_one("input[name=outcome_T1][value=pass]").has_attr("checked")
    assert html.select_one("#note_T13").get_text().strip() == "Read the annex."
    assert {c.outcome for c in queries.checks_of(loaded(proposal).id)} == {"open"}
    from tests.client import form_values

    again = form_values(next(f for f in html.find_all("form") if f.get("action") == save))
    saved = officer.post(save, data={**again, "note_T2": "One partner only."})
    assert saved.status_code == 303
    found = {c.code: (c.outcome, c.note) for c in queries.checks_of(loaded(proposal).id)}
    assert found["T1"] == ("pass", "") and found["T2"] == ("fail", "One partner only.")
    assert found["T13"] == ("open", "Read the annex.")


def test_two_officers_on_one_check(session, frozen, as_officer):
    proposal = make_proposal("full_screening")
    stage = proposal.stages[-1]
    officer = as_officer(proposal)
    page, save = address(stage) + "/screening", address(stage) + "/checks"
    form = officer.form(page, save)
    decide(loaded(proposal).proposal, "T1", "fail", "The other officer's view.")
    db.session.commit()
    clash = officer.post(save, data={**form["values"], "outcome_T1": "pass", "note_T1": "My view."})
    assert clash.status_code == 409
    assert "My view." in clash.get_data(as_text=True)
    assert {c.outcome for c in queries.checks_of(stage.id)} == {"fail", "open"}


def test_ineligible_needs_failed_checks_and_excludes_the_proposal(session, frozen, as_owner):
    proposal = make_proposal("full_screening")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    wanted = {"submission": stage, "reason": "One partner only.", "actor": officer}
    with pytest.raises(Invalid, match="not failed: T2"):
        services.find_ineligible(reason_codes=["T2"], **wanted)
    with pytest.raises(MoveRefused, match="Choose at least one failed threshold check"):
        services.find_ineligible(reason_codes=[], **wanted)
    decide(proposal, "T2", "fail", "One partner.")
    services.find_ineligible(reason_codes=["T2"], **wanted)
    assert (stage.state, proposal.state) == ("ineligible", "declined")
    words = text_of(as_owner(proposal).get(f"/proposals/{proposal.id}"))
    assert "T2: At least two partners" in words and "One partner only." in words


def test_advice_is_written_then_given_and_opens_the_next_stage(session, frozen, as_owner):
    proposal = make_proposal("accepted")
    stage, officer = proposal.stages[-1], officer_of(proposal)
    with pytest.raises(MoveRefused, match="Write the advice before giving it"):
        services.give_advice(submission=stage, actor=officer)
    services.write_advice(submission=stage, outcome="negative", text="Too thin on risks.", actor=officer)
    client = as_owner(proposal)
    hidden = text_of(client.get(f"/proposals/{proposal.id}"))
    assert "Too thin on risks." not in hidden and "Negative" not in hidden
    assert queries.advice_of(proposal) is None
    with pytest.raises(MoveRefused, match="advice on the quick scan has not arrived"):
        services.start_stage(proposal=proposal, key="full_proposal", actor=owner(proposal))
    stage = loaded(proposal)
    services.give_advice(submission=stage, actor=officer)
    db.session.commit()
    shown = client.get(f"/proposals/{proposal.id}")
    assert "Too thin on risks." in text_of(shown) and "The advice is negative. You may go on" in text_of(shown)
    started = client.fill(f"/proposals/{proposal.id}", address(stage).replace("quick_scan", "full_proposal") + "/start")
    assert started.status_code == 303
    db.session.expunge_all()
    found = loaded(queries.get_proposal(proposal.id))
    assert found.call_stage.key == "full_proposal"
    before = read(queries.latest_sealed(stage.id).snapshot).answers
    assert {k: found.answers[k] for k in ("title", "problem", "minerals", "grant")} == dict(before)


def test_given_advice_no_longer_changes(session, frozen):
    proposal = make_proposal("advised")
    with pytest.raises(MoveRefused):
        services.write_advice(
            submission=proposal.stages[-1], outcome="negative", text="No.", actor=officer_of(proposal)
        )


def test_advice_pages(session, frozen, as_officer):
    proposal = make_proposal("accepted")
    stage = proposal.stages[-1]
    officer = as_officer(proposal)
    page = address(stage) + "/advice"
    empty = officer.fill(page)
    assert empty.status_code == 422 and "Choose whether the advice" in text_of(empty)
    kept = officer.fill(page, outcome="positive", text="Good.", then="keep")
    assert kept.status_code == 303 and loaded(proposal).state == "accepted"
    given = officer.fill(page, text="Very good.", then="give")
    assert given.status_code == 303
    found = loaded(proposal)
    assert found.state == "advised" and queries.advice_on(found.id).text == "Very good."


def test_return_and_ineligible_pages(session, frozen, as_officer):
    proposal = make_proposal("full_screening")
    stage = proposal.stages[-1]
    officer = as_officer(proposal)
    page = address(stage) + "/return"
    empty = officer.fill(page)
    assert empty.status_code == 422 and "Name at least one section" in text_of(empty)
    past = officer.fill(page, sections=["plan"], text="Mend it.", correct_by="2020-01-01T10:00")
    assert past.status_code == 422 and "Mend it." in past.get_data(as_text=True)
    done = officer.fill(page, sections=["plan"], text="Mend it.")
    assert done.status_code == 303
    found = loaded(proposal)
    assert (found.state, found.returned_sections) == ("returned", ["plan"])
    other = make_proposal("full_screening")
    decide(other, "T2", "fail", "One.")
    session.commit()
    again = as_officer(other)
    page = address(other.stages[-1]) + "/ineligible"
    assert again.fill(page, reason=" ").status_code == 422
    assert again.fill(page, reason="One partner.").status_code == 303
    assert loaded(other).state == "ineligible"


def test_outcomes_follow_the_decision_only(session, frozen):
    proposal = make_proposal("deciding")
    services.follow_outcome(proposal=proposal, outcome="reserve")
    assert proposal.state == "reserve"
    services.follow_outcome(proposal=proposal, outcome="awarded")
    assert proposal.state == "awarded"
    with pytest.raises(MoveRefused):
        services.follow_outcome(proposal=proposal, outcome="declined")


def test_tabling_waits_for_the_reviews(session, frozen):
    proposal = make_proposal("assessing")
    with pytest.raises(MoveRefused, match="1 of 2 reviews are in"):
        services.table_for_decision(proposal=proposal, actor=officer_of(proposal), reviews_final=1, reviews_wanted=2)


def test_the_thread_reaches_both_sides(session, frozen, as_owner, as_officer):
    proposal = make_proposal("submitted")
    client, officer = as_owner(proposal), as_officer(proposal)
    page = f"/proposals/{proposal.id}"
    assert client.fill(page, page + "/messages", text="When do you answer?").status_code == 303
    assert officer.fill(page, page + "/messages", text="In June.").status_code == 303
    words = text_of(client.get(page))
    assert "When do you answer?" in words and "In June." in words and "the programme ·" in words
    assert client.fill(page, page + "/messages", text="  ").status_code == 422
    draft = make_proposal("draft")
    with pytest.raises(MoveRefused, match="Write to the contact of the call"):
        services.post_message(proposal=draft, text="Hello?", actor=owner(draft))
    with pytest.raises(NotFound):
        services.post_message(proposal=proposal, text="Me too", actor=actor_of(make_person()))


def test_people_exclude_only_what_is_being_assessed(session, frozen):
    applying = make_proposal("submitted")
    with pytest.raises(MoveRefused, match="Find its stage not eligible in screening instead"):
        services.exclude(proposal=applying, reason="No.", actor=officer_of(applying))
    assessed = make_proposal("assessing")
    services.exclude(proposal=assessed, reason="On a sanctions list.", actor=officer_of(assessed))
    assert assessed.state == "declined"


def test_what_the_answers_do_not_tell_is_said_once_and_questions_by_their_labels(
    session, frozen, as_officer, monkeypatch
):
    proposal = make_proposal("full_screening")
    stage = proposal.stages[-1]
    told = services.suggestions(stage)
    told["T1"] = Suggestion("fail", "Not answered: %(questions)s.", {"questions": "annex"}, ("annex",))
    monkeypatch.setattr(services, "suggestions", lambda _stage: told)
    page = soup(as_officer(proposal).get(f"{address(stage)}/screening"))
    by_hand, unanswered = (page.select_one(f"#check-{code}").parent.get_text(" ") for code in ("T13", "T1"))
    assert by_hand.count("Not decided") == 1 and "A person must look at this." in by_hand
    assert "The answers suggest" not in by_hand
    assert "Not answered: “Annex”." in " ".join(unanswered.split())
