"""Applying a changed form: who may, what moves and what stays, what pages show, and who is told."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calls import queries as call_queries
from app.calls import services as calls
from app.calls.document import FormError
from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.outbox import OutboxEvent
from app.extensions import db
from app.identity import services as identity
from app.notifications.dispatch import deliver_due
from app.notifications.models import EmailDelivery
from app.proposals import queries, services
from tests.client import soup, text_of
from tests.factories.calls import QUICK_SCAN, change_form, make_call, question, section
from tests.factories.identity import actor_of, make_person, make_staff
from tests.factories.proposals import fill_in, make_proposal, owner_of
from tests.proposals.conftest import address, loaded, owner

TITLE, MINERALS, GRANT = question("title"), question("minerals", "minerals"), question("grant", "money")
WITHOUT_PROBLEM = {"sections": [section("idea", TITLE, MINERALS, GRANT, question("gender", "yes_no"))]}


def newer(call, document=WITHOUT_PROBLEM):
    """The call again, with a working copy of its quick scan that says this."""
    found = call_queries.get_call(call.id, fresh=True)
    return found.stages[0], change_form(found, "quick_scan", deepcopy(document))


def apply(call, document=WITHOUT_PROBLEM, **over):
    stage, draft = newer(call, document)
    given = {"stage": stage, "draft": draft, "reason": "A question was missing.", "expected_version": draft.version}
    manager = actor_of(make_staff(call.programme, "manager"))
    return services.apply_form(**{**given, "actor": manager, "base": stage.form_version.sha256, **over})


def written(proposal, **answers):
    stage = proposal.stages[0]
    fields = {name: [value] for name, value in answers.items()}
    services.save_section(
        submission=stage, section_id="idea", fields=fields, expected_version=None, actor=owner(proposal)
    )
    return stage


def test_drafts_move_with_every_answer_and_the_submitted_stay(session):
    call = make_call()
    draft, sent = make_proposal("draft", call=call), make_proposal("submitted", call=call)
    written(draft, problem="Shafts cave in.", grant="60000")
    before = sent.stages[0].form_version_id, dict(sent.stages[0].answers)
    done = apply(call)
    assert (done.moved, done.stayed) == (1, 1)
    moved = loaded(draft)
    assert moved.answers["grant"] == {"amount": "60000.00", "currency": "EUR"} and "problem" not in moved.answers
    assert list(moved.kept_answers.values()) == [{"problem": "Shafts cave in."}]
    assert queries.form_of(moved).question("gender") is not None
    stayed = loaded(sent)
    assert (stayed.form_version_id, stayed.answers) == before and not stayed.kept_answers
    assert [e.action for e in audit.history("stage_submission", moved.id)][-1] == "stage_submission.form_changed"
    entry = audit.history("call", call.id)[-1]
    assert (entry.action, entry.reason, entry.detail["moved"]) == ("call.form_changed", "A question was missing.", 1)
    assert audit.verify() == []


def test_the_writers_are_told_what_changed_in_their_language(session):
    call = make_call()
    draft, sent = make_proposal("draft", call=call), make_proposal("submitted", call=call)
    person = owner_of(draft.organisation)
    apply(call)
    db.session.commit()
    deliver_due(20)
    told = db.session.scalars(select(EmailDelivery).where(EmailDelivery.event_name == "call.form_changed")).all()
    assert [mail.address for mail in told] == [person.email]
    assert "Problem: No longer asked." in told[0].params["form_changes"]
    assert "Gender: New question" in told[0].params["form_changes"]
    assert owner_of(sent.organisation).email not in {mail.address for mail in told}


def test_what_a_page_of_the_earlier_form_sends_is_kept(session, as_owner):
    call = make_call()
    draft = make_proposal("draft", call=call)
    browser = as_owner(draft)
    page = address(draft.stages[0]) + "/sections/idea"
    form = browser.form(page, page)
    autosave = f"{page}?form_mark={form['values']['form_mark']}"
    apply(call)
    db.session.commit()
    answer = browser.act(autosave, version=form["values"]["version"], problem="Typed on the old page.")
    assert answer.status_code == 303
    submission = loaded(draft)
    assert [kept["problem"] for kept in submission.kept_answers.values()] == ["Typed on the old page."]
    for where in (page, f"/proposals/{draft.id}"):
        shown = text_of(browser.get(where))
        assert "Typed on the old page." in shown and "Is no longer asked." in shown


def test_a_section_that_went_away_can_still_be_sent_and_leads_to_what_is_kept(session, as_owner):
    call = make_call()
    draft = make_proposal("draft", call=call)
    browser, page = as_owner(draft), address(draft.stages[0]) + "/sections/idea"
    form = browser.form(page, page)
    other = {"sections": [section("summary", TITLE, MINERALS, GRANT)]}
    apply(call, other)
    db.session.commit()
    answer = browser.post(page, data={**form["values"], "problem": "Too deep.", "title": "New title", "then": "stay"})
    assert answer.status_code == 303
    submission = loaded(draft)
    assert submission.answers["title"] == "New title"
    assert browser.get(page).location.endswith(f"/proposals/{draft.id}#kept-quick_scan")
    assert "Too deep." in text_of(browser.get(f"/proposals/{draft.id}"))
    assert browser.get(page.replace("idea", "nowhere")).status_code == 404


def test_an_answer_that_comes_back_is_an_answer_again(session):
    call = make_call()
    draft = make_proposal("draft", call=call)
    written(draft, problem="Shafts cave in.")
    apply(call)
    db.session.commit()
    apply(call, QUICK_SCAN)
    again = loaded(draft)
    assert again.answers["problem"] == "Shafts cave in." and not again.kept_answers


def test_what_was_withdrawn_comes_back_with_the_form_of_now(session):
    call = make_call()
    draft = make_proposal("draft", call=call)
    written(draft, problem="Shafts cave in.")
    services.withdraw(proposal=draft, reason="Our partner left.", actor=owner(draft))
    apply(call)
    assert not loaded(draft).kept_answers
    proposal = queries.get_proposal(draft.id)
    services.revive(proposal=proposal, actor=owner(proposal))
    revived = loaded(draft)
    assert queries.form_of(revived).question("gender") and list(revived.kept_answers.values())


def test_what_waits_for_a_signature_keeps_its_form_until_it_is_taken_back(session):
    call = make_call(process={"reviews_wanted": 2, "quorum": 2, "sign_off": True})
    draft = make_proposal("draft", call=call)
    identity.add_member(organisation=draft.organisation, person=make_person(), role="owner", actor=owner(draft))
    fill_in(draft.stages[0])
    services.request_sign_off(submission=draft.stages[0], actor=owner(draft))
    apply(call)
    waiting = loaded(draft)
    assert queries.form_of(waiting).question("problem")
    services.take_back(submission=waiting, actor=owner(waiting.proposal))
    assert queries.form_of(loaded(draft)).question("gender")


def test_it_needs_a_reason_the_seen_copy_and_the_seen_form(session):
    call = make_call()
    with pytest.raises(Invalid):
        apply(call, reason=" ")
    with pytest.raises(Conflict):
        apply(call, expected_version=99)
    with pytest.raises(Conflict):
        apply(call, base="0" * 64)
    with pytest.raises(Invalid):
        apply(call, QUICK_SCAN)


def test_the_form_of_a_later_stage_changes_after_an_earlier_one_closed(session, frozen):
    call = make_call()
    quick, full = call_queries.get_call(call.id, fresh=True).stages
    frozen(quick.closes_at)
    asked = deepcopy(full.form_version.document)
    asked["sections"][1]["questions"].append(question("gender", "yes_no"))
    draft = change_form(full.call, full.key, asked)
    services.apply_form(
        stage=full, draft=draft, reason="It was missing.", actor=owner(make_proposal("draft", call=call)),
        expected_version=draft.version, base=full.form_version.sha256,
    )  # fmt: skip
    assert call_queries.form_of(call_queries.get_call(call.id, fresh=True).stages[1]).question("gender")


def test_what_was_wrong_with_a_published_call_before_stops_no_change_of_its_form(session):
    call = make_call()
    call.process = {**call.process, "questions_until": "2020-01-01 12:00"}
    db.session.flush()
    broken = deepcopy(WITHOUT_PROBLEM)
    broken["sections"][0]["questions"][0]["kind"] = "riddle"
    with pytest.raises(FormError, match="riddle") as caught:
        apply(call, broken)
    assert not [flaw for flaw in caught.value.flaws if "questions_until" in flaw.path]
    stage = call_queries.get_call(call.id, fresh=True).stages[0]
    draft = call_queries.form_draft_of(stage)
    calls.save_form_draft(
        draft=draft,
        document=deepcopy(WITHOUT_PROBLEM),
        actor=actor_of(make_staff(call.programme, "manager")),
        expected_version=draft.version,
    )
    assert apply(call).stayed == 0


@pytest.mark.parametrize("more_time", [False, True])
def test_no_form_changes_once_its_stage_has_closed(session, frozen, more_time):
    """More time for one applicant alone changes nothing of it."""
    call = make_call()
    stage, draft = newer(call)
    if more_time:
        later = (stage.closes_at + timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0)
        services.extend_for_applicant(
            call=stage.call,
            stage=stage,
            applicant=make_proposal("draft", call=call).reference,
            wall=later,
            reason="The only road was cut.",
            actor=actor_of(make_staff(call.programme, "manager")),
        )
    frozen(stage.closes_at)
    with pytest.raises(MoveRefused, match="This stage has closed"):
        services.apply_form(
            stage=stage, draft=draft, reason="Late.", actor=owner(make_proposal("draft", call=call)),
            expected_version=draft.version, base=stage.form_version.sha256,
        )  # fmt: skip


def test_a_draft_call_just_gets_the_form(session):
    call = make_call(state="draft")
    apply(call, reason="")
    found = call_queries.get_call(call.id, fresh=True)
    assert call_queries.form_of(found.stages[0]).question("gender")
    assert call_queries.form_draft_of(found.stages[0]) is None
    assert not db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "call.form_changed")).all()


@pytest.fixture
def pages(session, new_client, sign_in):
    call = make_call()
    draft, _ = make_proposal("draft", call=call), make_proposal("submitted", call=call)
    written(draft, problem="Shafts cave in.")
    newer(call)
    db.session.commit()
    manager, officer = make_staff(call.programme, "manager"), make_staff(call.programme, "officer")
    browsers = [sign_in(new_client(), person) for person in (manager, officer, owner_of(draft.organisation))]
    return f"/proposals/calls/{call.code}/forms/quick_scan/changes", *browsers


def test_the_page_tells_whom_it_touches_and_nothing_of_what_they_wrote(pages):
    where, manager, officer, applicant = pages
    shown = text_of(manager.get(where))
    assert "1 draft moves to the new form" in shown and "1 submitted proposal stays" in shown
    assert "1 draft has an answer here" in shown and "Shafts cave in." not in shown
    assert "A manager of the programme applies it." in text_of(officer.get(where))
    assert applicant.get(where).status_code == 404 and officer.act(where).status_code == 404
    assert manager.get(where.replace("quick_scan", "nowhere")).status_code == 404


def test_applying_in_the_browser(pages):
    where, manager, *_ = pages
    empty = manager.fill(where, where)
    assert empty.status_code == 422 and "Give a reason" in text_of(empty)
    stale = manager.fill(where, where, reason="Asked too little.", version="77")
    assert stale.status_code == 409 and "Nothing was applied" in text_of(stale)
    done = manager.fill(where, where, reason="Asked too little.")
    assert done.status_code == 303
    shown = text_of(manager.get(where))
    assert "1 draft moved to it with every answer" in shown and "Nothing waits to be applied" in shown


def test_mistakes_of_the_working_copy_are_named_with_their_place(session, client, sign_in):
    call = make_call()
    broken = deepcopy(WITHOUT_PROBLEM)
    broken["sections"][0]["questions"][3]["show_if"] = {"question": "nowhere", "is": "yes"}
    newer(call, broken)
    db.session.commit()
    browser = sign_in(client, make_staff(call.programme, "manager"))
    shown = text_of(browser.get(f"/proposals/calls/{call.code}/forms/quick_scan/changes"))
    assert "sections[0].questions[3].show_if: names “nowhere”" in shown and "Apply to the call" not in shown


def test_what_the_library_does_not_hold_is_told_before_and_refused(session, client, sign_in):
    call = make_call()
    odd = deepcopy(WITHOUT_PROBLEM)
    odd["sections"][0]["questions"][3]["standard"] = "NOBODYS"
    stage, draft = newer(call, odd)
    with pytest.raises(FormError, match="which the library does not have"):
        apply(call, odd)
    db.session.commit()
    browser = sign_in(client, make_staff(call.programme, "manager"))
    where = f"/proposals/calls/{call.code}/forms/quick_scan/changes"
    shown = text_of(browser.get(where))
    assert (
        "the standard question NOBODYS, which the library does not have" in shown and "Apply to the call" not in shown
    )
    forged = browser.act(where, reason="All the same.", version=draft.version, base=stage.form_version.sha256)
    assert forged.status_code == 422


def test_the_builder_the_call_and_the_changes_lead_to_each_other(pages):
    where, manager, *_ = pages
    code = where.split("/")[3]
    builder = f"/calls/manage/{code}/forms/quick_scan"
    assert soup(manager.get(where)).select_one(f"main a[href='{builder}']")
    assert soup(manager.get(builder)).select_one(f"a[href='{where}']")
    assert soup(manager.get(f"/calls/{code}/manage")).select_one(f"a[href='{where}']")
