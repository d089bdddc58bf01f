"""A form applied while drafts save themselves and submit, on real PostgreSQL: nothing that was acknowledged is lost."""

from __future__ import annotations

from copy import deepcopy

import pytest

from app.calls import queries as call_queries
from app.core import audit
from app.core.errors import Conflict, MoveRefused
from app.extensions import db
from app.identity import queries as identity_queries
from app.proposals import queries, services
from app.proposals.posted import MOST, Posted
from tests.factories.calls import change_form, make_call
from tests.factories.identity import actor_of, make_organisation, make_person, make_staff
from tests.factories.proposals import fill_in, make_proposal
from tests.proposals.conftest import owner
from tests.proposals.test_form_changes import WITHOUT_PROBLEM
from tests.racing import in_transactions

pytestmark = pytest.mark.postgres
DRAFTS = 8


def test_a_form_is_applied_while_drafts_are_saved_submitted_and_started(postgres_app):
    with postgres_app.app_context():
        call = make_call()
        drafts = [make_proposal("draft", call=call) for _ in range(DRAFTS)]
        for one in drafts[DRAFTS // 2 :]:
            fill_in(one.stages[0])
        found = [(one.stages[0].id, owner(one)) for one in drafts]
        person = make_person()
        ids, writer = (call.id, make_organisation(owner=person).id), actor_of(person)
        manager = actor_of(make_staff(call.programme, "manager"))
        mark = queries.form_mark(drafts[0].stages[0])
        copy = change_form(call_queries.get_call(call.id, fresh=True), "quick_scan", deepcopy(WITHOUT_PROBLEM))
        version, before = copy.version, call.stages[0].form_version.sha256
        db.session.commit()

    def act(index):
        if index == DRAFTS:
            loaded = call_queries.get_call(ids[0])
            stage = loaded.stages[0]
            given = {"reason": "A race.", "actor": manager, "expected_version": version, "base": before}
            return services.apply_form(stage=stage, draft=call_queries.form_draft_of(stage), **given)
        if index > DRAFTS:
            call, organisation = call_queries.get_call(ids[0]), identity_queries.get_organisation(ids[1])
            return services.start_proposal(call=call, organisation=organisation, title="New", actor=writer).id
        ident, actor = found[index]
        submission = queries.get_stage_submission(ident)
        if index >= DRAFTS // 2:
            return services.submit(submission=submission, actor=actor).number
        fields = {"problem": [f"Text {index}"]}
        page = Posted(fields, bases=dict.fromkeys(fields, MOST), section_id="idea", form_mark=mark)
        services.save_page(submission=submission, page=page, actor=actor)
        return index

    results = in_transactions(postgres_app, DRAFTS + 3, act)
    failures = [r for r in results if isinstance(r, Exception)]
    assert all(isinstance(r, Conflict | MoveRefused) for r in failures), failures
    assert not isinstance(results[DRAFTS], Exception), results[DRAFTS]
    with postgres_app.app_context():
        stage = call_queries.get_call(ids[0]).stages[0]
        for index, (ident, _) in enumerate(found):
            submission = queries.get_stage_submission(ident)
            sent = submission.sealed_number > 0
            assert (submission.form_version_id == stage.form_version_id) is not sent
            texts = [submission.answers.get("problem"), *(k.get("problem") for k in submission.kept_answers.values())]
            if index < DRAFTS // 2 and results[index] == index:
                assert f"Text {index}" in texts, (results[index], submission.answers, submission.kept_answers)
            if sent:
                assert submission.answers["problem"] and not submission.kept_answers
        for started in results[DRAFTS + 1 :]:
            assert queries.get_proposal(started).stages[0].form_version_id == stage.form_version_id
        assert audit.verify() == []
