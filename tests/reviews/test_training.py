"""The training round: staff writes cases, reviewers score them and see the known scores only afterwards."""

import pytest

from app.reviews import services
from app.reviews.models import TrainingAnswer, TrainingCase
from app.reviews.queries import training
from app.reviews.services import Known
from app.reviews.training import within
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")
SCORES = {"score-A1": "3", "score-A2": "4", "score-B1": "1"}


@pytest.fixture
def call(session):
    return make_assessing_call(process={"training": True})


@pytest.fixture
def officer(call):
    return make_officer(call)


@pytest.fixture
def case(call, officer):
    expected = {"A1": Known(4, "Dates are missing."), "A2": Known(4, "Well shown."), "B1": Known(5, "Canary of why.")}
    return services.write_case(
        call=call,
        title="An invented mine",
        text="Ten miners dig.",
        expected=expected,
        tolerance=1,
        actor=actor_of(officer),
    )


def test_near_is_within_the_tolerance():
    assert within({"A": 3, "B": 5}, {"A": 4, "B": 3, "C": 1}, 1) == 1
    assert within({"A": 3, "B": 5}, {"A": 4, "B": 3}, 0) == 0


def test_staff_writes_a_case(session, client, sign_in, call, officer):
    session.commit()
    browser, path = sign_in(client, officer), f"/reviews/calls/{call.id}/training"
    answer = browser.fill(
        path, path, title="An invented mine", text="Ten miners dig.", tolerance="1", **SCORES, **{"why-A1": "So."}
    )
    assert answer.status_code == 303
    row = session.query(TrainingCase).one()
    assert row.expected["A1"] == {"score": 3, "why": {"en": "So."}}
    browser.fill(path, f"/reviews/training/{row.id}/retire")
    assert not training.cases_of(call.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("text", ""), ("tolerance", "9"), *(("score-A1", wrong) for wrong in ("", "6", "0", "x"))],
)
def test_a_wrong_case_is_named_and_nothing_typed_is_lost(session, client, sign_in, call, officer, field, value):
    session.commit()
    browser, path = sign_in(client, officer), f"/reviews/calls/{call.id}/training"
    values = {"title": "T", "text": "Typed words", "tolerance": "1", **SCORES, "why-B1": "Typed why", field: value}
    answer = browser.act(path, **values)
    assert answer.status_code == 422
    assert "Typed why" in text_of(answer)
    assert soup(answer).find("input", {"name": "score-A2", "value": "4"}).has_attr("checked")
    assert not session.query(TrainingCase).count()


def test_known_scores_stand_there_only_after_scoring(session, client, sign_in, call, case):
    ana = make_reviewer(call)
    session.commit()
    browser, path = sign_in(client, ana), f"/reviews/training/{case.id}"
    before = text_of(browser.get(path))
    assert "Ten miners dig." in before
    assert "Canary of why." not in before
    assert browser.fill(path, path, **SCORES).status_code == 303
    after = text_of(browser.get(path))
    assert "Canary of why." in after
    assert "2 of 3 scores are near" in after
    browser.fill(path, path, **{**SCORES, "score-B1": "5"})
    assert [row.within for row in session.query(TrainingAnswer).order_by(TrainingAnswer.id)] == [2, 3], (
        "every try is kept"
    )


@pytest.mark.parametrize("over", [{"score-B1": ""}, {"score-B1": "9"}, {"score-B1": "-1"}, {"score-B1": "one"}])
def test_every_criterion_wants_a_score_of_the_scale(session, client, sign_in, call, case, over):
    ana = make_reviewer(call)
    session.commit()
    answer = sign_in(client, ana).act(f"/reviews/training/{case.id}", **{**SCORES, **over})
    assert answer.status_code == 422
    assert "Canary of why." not in text_of(answer)
    assert not session.query(TrainingAnswer).count()


def test_scoring_begins_after_the_training_where_the_call_wants_it(session, client, sign_in, call, case):
    review = make_review(make_assessed_proposal(call=call), state="accepted")
    session.commit()
    assert services.facts_of(review).training_wanted
    browser = sign_in(client, review.reviewer)
    assert f"/reviews/calls/{call.id}/training" in browser.get(f"/reviews/{review.id}").get_data(as_text=True)
    services.answer_case(
        case=training.get_case(case.id), scores={"A1": 3, "A2": 3, "B1": 3}, actor=actor_of(review.reviewer)
    )
    assert not services.facts_of(review).training_wanted


def test_elsewhere_it_is_free(session):
    call = make_assessing_call()
    known = {code: Known(3) for code in ("A1", "A2", "B1")}
    services.write_case(call=call, title="T", text="T", expected=known, tolerance=1, actor=actor_of(make_officer(call)))
    assert not training.is_wanted(call, make_reviewer(call).id)


def test_who_may_come(session, client, sign_in, call, case, officer):
    people = {role: make_staff(call.programme, role) for role in ("auditor", "reviewer", "committee_member", "finance")}
    stranger = make_reviewer(make_assessing_call())
    session.commit()
    for person in (people["auditor"], people["committee_member"], people["finance"], stranger, officer):
        browser = sign_in(client, person)
        assert browser.get(f"/reviews/training/{case.id}").status_code == 404
        assert browser.act(f"/reviews/training/{case.id}", **SCORES).status_code == 404
    for person in (*people.values(), stranger):
        browser = sign_in(client, person)
        assert (
            browser.act(f"/reviews/calls/{call.id}/training", title="T", text="T", tolerance="1", **SCORES).status_code
            == 404
        )
        assert browser.act(f"/reviews/training/{case.id}/retire").status_code == 404
    listed = {p: sign_in(client, people[p]).get(f"/reviews/calls/{call.id}/training").status_code for p in people}
    assert listed == {"auditor": 200, "reviewer": 200, "committee_member": 404, "finance": 404}
