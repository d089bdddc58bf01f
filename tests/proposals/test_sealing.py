"""Submitting: the deadline to the microsecond, sealing, resubmission, corrections, sign-off."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import audit, clock, files
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.proposals import queries, services
from app.proposals.models import ProposalFile, SealedSubmission
from app.proposals.snapshot import digest, read
from tests.client import text_of
from tests.factories.calls import make_call
from tests.factories.identity import actor_of, make_organisation
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner
from tests.proposals.sealing import ready_draft


def events(name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == name)) or 0


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [
        (timedelta(microseconds=-1), True),
        (timedelta(milliseconds=-1), True),
        (timedelta(0), False),
        (timedelta(seconds=1), False),
    ],
)
def test_the_deadline_is_half_open(session, frozen, offset, accepted):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    frozen(stage.call_stage.closes_at + offset)
    if accepted:
        assert services.submit(submission=stage, actor=owner(proposal)).number == 1
        return
    with pytest.raises(MoveRefused, match="The deadline has passed: this arrived 1 second late"):
        services.submit(submission=stage, actor=owner(proposal))
    assert stage.state == "draft" and stage.sealed_number == 0


def test_a_late_attempt_is_refused_worded_and_kept_in_the_history(session, frozen, as_owner):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    client = as_owner(proposal)
    form = client.form(address(stage) + "/check", address(stage) + "/submit")
    frozen(stage.call_stage.closes_at + timedelta(seconds=1))
    answer = client.post(form["action"], data={**form["values"], "confirmed": "y"})
    assert answer.status_code == 409
    assert "1 second late" in text_of(answer)
    found = loaded(proposal)
    assert found.state == "draft" and found.sealed_number == 0 and found.answers["problem"]
    late = [e for e in audit.history("stage_submission", found.id) if e.action == "stage_submission.late_attempt"]
    assert [e.detail["late_by"] for e in late] == ["1 second"]
    assert audit.verify() == []
    assert "Submission refused: 1 second late" in text_of(client.get(f"/proposals/{proposal.id}"))


def test_an_incomplete_attempt_is_kept_with_what_was_missing_and_nothing_of_what_was_answered(
    session, frozen, as_owner
):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    services.save_section(
        submission=stage,
        section_id=queries.form_of(stage).section_of("problem").id,
        fields={"problem": [""]},
        expected_version=None,
        actor=owner(proposal),
    )
    client = as_owner(proposal)
    answer = client.act(address(stage) + "/submit", confirmed="y")
    assert answer.status_code == 409
    found = loaded(proposal)
    [tried] = [e for e in audit.history("stage_submission", found.id) if e.action.endswith("incomplete_attempt")]
    label = queries.form_of(found).question("problem").label["en"]
    assert label.rstrip(".") in tried.detail["missing"]
    assert found.answers["title"] not in str(tried.detail)
    assert "Not submitted: answers missing" in text_of(client.get(f"/proposals/{proposal.id}"))
    assert audit.verify() == []


def attempts(proposal):
    found = audit.history("stage_submission", loaded(proposal).id)
    return [e.detail for e in found if e.action == "stage_submission.incomplete_attempt"]


def test_every_other_reason_is_kept_too(session, frozen, as_owner):
    proposal = ready_draft()
    client, person = as_owner(proposal), owner_of(proposal.organisation)
    person.email_verified_at = None
    session.commit()
    where = address(proposal.stages[-1])
    assert client.act(where + "/submit", confirmed="y").status_code == 409
    assert [a["why"] for a in attempts(proposal)] == ["Confirm your e-mail address before you submit."]
    assert "Not submitted: Confirm your e-mail address" in text_of(client.get(f"/proposals/{proposal.id}"))


def test_a_version_that_is_old_is_refused_on_the_page_of_the_answers(session, frozen, as_owner):
    proposal = ready_draft()
    client = as_owner(proposal)
    where = address(proposal.stages[-1])
    refused = client.act(where + "/submit", confirmed="y", version="0")
    assert refused.status_code == 409
    assert "Somebody else changed this a moment ago" in text_of(refused) and "Check your answers" in text_of(refused)
    assert loaded(proposal).state == "draft"


def test_a_stage_that_has_not_opened_takes_nothing(session, frozen):
    proposal = ready_draft()
    frozen(proposal.stages[-1].call_stage.opens_at - timedelta(microseconds=1))
    with pytest.raises(MoveRefused, match="has not opened yet"):
        services.submit(submission=proposal.stages[-1], actor=owner(proposal))


def test_the_seal_names_everything_and_matches_its_hash(session, frozen):
    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    fill_in(stage, {"mercury": "no", "mercury_plan": "never asked"})
    sealed = services.submit(submission=stage, actor=owner(proposal))
    assert sealed.sha256 == digest(sealed.snapshot)
    snapshot = read(sealed.snapshot)
    assert snapshot.form_sha256 == stage.call_stage.form_version.sha256
    assert snapshot.document["reference"] == proposal.reference
    assert snapshot.document["submitted_at"] == clock.now().isoformat()
    assert "mercury_plan" not in snapshot.answers, "what is not asked is not submitted"
    kept = queries.files_of(stage.id)
    assert [(f.name, f.sha256) for f in snapshot.files] == [(k.file.original_name, k.file.sha256) for k in kept]
    assert json.dumps(json.loads(sealed.snapshot), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == (
        sealed.snapshot
    )


def test_the_summary_of_the_proposal_comes_from_the_seal(session, frozen):
    proposal = make_proposal("draft")
    fill_in(proposal.stages[-1], {"title": "Clean tin", "minerals": ["gold", "tin"], "grant": "340000.01"})
    assert proposal.requested_minor is None
    services.submit(submission=proposal.stages[-1], actor=owner(proposal))
    assert (proposal.title, proposal.requested_minor, proposal.minerals) == ("Clean tin", 34000001, ["gold", "tin"])


def test_missing_answers_are_named(session, frozen):
    proposal = make_proposal("draft")
    with pytest.raises(MoveRefused, match="3 answers are missing or need mending: Problem, Minerals, Grant"):
        services.submit(submission=proposal.stages[-1], actor=owner(proposal))


def test_a_broken_rule_is_worded(session, frozen):
    proposal = make_proposal("draft")
    fill_in(proposal.stages[-1], {"grant": "800000.01"})
    with pytest.raises(MoveRefused, match="above the most this call gives"):
        services.submit(submission=proposal.stages[-1], actor=owner(proposal))


def test_an_unconfirmed_address_may_write_and_not_submit(session, frozen):
    from app.identity.services import create_person

    writer = create_person(email="new@example.org", name="New", password="long enough words", verified=False)
    organisation = make_organisation(owner=writer)
    proposal = make_proposal("draft", organisation=organisation, owner=writer)
    fill_in(proposal.stages[-1])
    with pytest.raises(MoveRefused, match="Confirm your e-mail address"):
        services.submit(submission=proposal.stages[-1], actor=actor_of(writer))


def test_resubmitting_replaces_only_when_complete(session, frozen):
    proposal = make_proposal("submitted")
    stage = proposal.stages[-1]
    services.save_section(
        submission=stage,
        section_id="idea",
        fields={"problem": [""], "minerals": []},
        expected_version=None,
        actor=owner(proposal),
    )
    with pytest.raises(MoveRefused, match="2 answers are missing or need mending: Problem, Minerals"):
        services.resubmit(submission=stage, actor=owner(proposal))
    assert stage.state == "submitted" and queries.latest_sealed(stage.id).number == 1
    fill_in(stage, {"problem": "A better text."})
    assert services.resubmit(submission=stage, actor=owner(proposal)).number == 2
    assert [read(v.snapshot).answers["problem"] for v in queries.sealed_versions(stage.id)] == [
        "Something about problem",
        "A better text.",
    ]


def test_resubmitting_nothing_new_is_refused(session, frozen):
    proposal = make_proposal("submitted")
    with pytest.raises(MoveRefused, match="Nothing has changed since version 1"):
        services.resubmit(submission=proposal.stages[-1], actor=owner(proposal))


def test_after_the_deadline_the_first_version_stands(session, frozen, as_owner):
    proposal = make_proposal("submitted")
    stage = proposal.stages[-1]
    fill_in(stage, {"problem": "Too late."})
    client = as_owner(proposal)
    assert "Your submitted version 1 stands; you have newer changes" in text_of(client.get(f"/proposals/{proposal.id}"))
    frozen(stage.call_stage.closes_at)
    with pytest.raises(MoveRefused, match="late"):
        services.resubmit(submission=stage, actor=owner(proposal))
    with pytest.raises(MoveRefused, match="the version you submitted stands"):
        services.save_section(
            submission=stage, section_id="idea", fields={"problem": ["x"]}, expected_version=None, actor=owner(proposal)
        )


def test_a_double_click_submits_once(session, frozen, as_owner):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    client = as_owner(proposal)
    form = client.form(address(stage) + "/check", address(stage) + "/submit")
    posted = {**form["values"], "confirmed": "y"}
    first, second = (client.post(form["action"], data=posted) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.scalar(select(func.count(SealedSubmission.id))) == 1
    assert events("proposal.submitted") == 1


def test_submitting_what_somebody_changed_meanwhile_is_a_conflict(session, frozen):
    proposal = ready_draft()
    stage = proposal.stages[-1]
    seen = stage.version
    fill_in(stage, {"problem": "Changed by a colleague."})
    with pytest.raises(Conflict):
        services.submit(submission=stage, actor=owner(proposal), expected_version=seen)


def test_a_lost_file_stops_the_seal(session, frozen):
    proposal = make_proposal("full_draft")
    stage = proposal.stages[-1]
    fill_in(stage)
    attached = db.session.scalar(select(ProposalFile).where(ProposalFile.stage_submission_id == stage.id))
    files.path_of(attached.file).unlink()
    with pytest.raises(Invalid, match="was lost here"):
        services.submit(submission=stage, actor=owner(proposal))
    assert stage.sealed_number == 0 and "was lost here" in attempts(proposal)[0]["why"]


def test_withdraw_and_take_up_again_before_the_deadline(session, frozen):
    proposal = make_proposal("submitted")
    with pytest.raises(Invalid, match="Give a reason"), db.session.begin_nested():
        services.withdraw(proposal=proposal, reason=" ", actor=owner(proposal))
    services.withdraw(proposal=proposal, reason="Our buyer left.", actor=owner(proposal))
    assert (proposal.state, proposal.stages[-1].state) == ("withdrawn", "withdrawn")
    services.revive(proposal=proposal, actor=owner(proposal))
    assert (proposal.state, proposal.stages[-1].state) == ("applying", "draft")
    services.withdraw(proposal=proposal, reason="Again.", actor=owner(proposal))
    frozen(proposal.stages[-1].call_stage.closes_at)
    with pytest.raises(MoveRefused, match="deadline has passed"):
        services.revive(proposal=proposal, actor=owner(proposal))
    assert proposal.state == "withdrawn"


def test_a_proposal_withdrawn_during_assessment_stays_withdrawn(session, frozen):
    proposal = make_proposal("assessing")
    services.withdraw(proposal=proposal, reason="We merged.", actor=owner(proposal))
    assert (proposal.state, proposal.stages[-1].state) == ("withdrawn", "accepted")
    with pytest.raises(MoveRefused, match="cannot be taken up again"):
        services.revive(proposal=proposal, actor=owner(proposal))


def test_references_count_up_and_never_repeat(session, frozen):
    call = make_call()
    references = [make_proposal("draft", call=call).reference for _ in range(3)]
    assert [r.rsplit("-", 1)[1] for r in references] == ["0001", "0002", "0003"]
