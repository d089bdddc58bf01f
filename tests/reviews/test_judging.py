"""What a sheet says besides scores: not applicable, anchors, remarks on the budget, flat sheets, time, drawn order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.calls import rubric as rubrics
from app.calls.strict import FormError
from app.extensions import db
from app.reviews import queries, scoring, services
from app.reviews.present.inbox import drawn_place
from app.reviews.sheet import Changes
from tests.client import soup, text_of
from tests.conftest import NOON
from tests.factories.calls import RUBRIC
from tests.factories.identity import actor_of
from tests.factories.reviews import (
    REASON,
    full_sheet,
    make_assessed_proposal,
    make_officer,
    make_review,
    make_reviewer,
    reload,
)

pytestmark = pytest.mark.usefixtures("frozen")


def fresh(review):
    db.session.expire_all()
    return queries.get_review(review.id)


def test_not_applicable_is_neither_zero_nor_missing(session, proposal):
    review = make_review(proposal, state="draft")
    changes = Changes(
        {"A1": 4, "A2": None, "B1": 4},
        dict.fromkeys(("A", "B", "A2"), REASON),
        not_applicable=frozenset({"A2"}),
    )
    services.save_scores(review=review, changes=changes, actor=actor_of(review.reviewer))
    assert services.submit_refusals(fresh(review), actor_of(review.reviewer)) == ()
    services.submit(review=fresh(review), actor=actor_of(review.reviewer))
    rubric = services.rubric_of(proposal)
    assert Decimal(fresh(review).total_hundredths) / 100 == rubric.total * Decimal(4) / 5


def test_not_applicable_needs_its_reason(session, proposal):
    review = make_review(proposal, state="draft")
    changes = Changes(
        {"A1": 4, "A2": None, "B1": 4},
        {"A": REASON, "B": REASON, "A2": ""},
        not_applicable=frozenset({"A2"}),
    )
    services.save_scores(review=review, changes=changes, actor=actor_of(review.reviewer))
    refusals = services.submit_refusals(fresh(review), actor_of(review.reviewer))
    assert ["A2" in str(refusal) for refusal in refusals] == [True]


def test_a_score_takes_the_place_of_not_applicable(session, proposal, browse):
    review = make_review(proposal, state="accepted")
    browser, path = browse(review), f"/reviews/{review.id}/sheet"
    browser.fill(path, path, **{"score-A1": "na", "reason-A1": "No mercury is used."})
    page = soup(browser.get(path))
    assert page.find("input", attrs={"name": "score-A1", "checked": True})["value"] == "na"
    browser.fill(path, path, **{"score-A1": "3"})
    assert services.sheet_of(fresh(review)).scores["A1"] == 3
    assert services.sheet_of(fresh(review)).not_applicable == frozenset()


def test_a_section_with_a_minimum_is_not_waved_through():
    """Section B has a minimum of 10 points; without any score nobody could tell whether it is reached."""
    rubric = rubrics.parse(RUBRIC)
    assert scoring.unscored(rubric, {"A1": 4, "A2": 4, "B1": None}, {"B1"}) == ("B1",)
    assert scoring.unscored(rubric, {"A1": 4, "A2": None, "B1": 4}, {"A2"}) == ()


def test_the_sheet_says_which_reason_is_missing_and_takes_it_back_when_it_is_there(session, proposal, browse):
    review = make_review(proposal, state="accepted")
    browser, path = browse(review), f"/reviews/{review.id}/sheet"

    def told(**fields):
        data = {"csrf_token": browser.csrf_token(), "version": 99, **fields}
        return browser.post(path, data=data, headers={"X-Autosave": "1"}).json["live"]

    assert told(**{"score-A1": "5"})["needs-A1"] == "A reason is needed."
    assert told(**{"score-A2": "4"})["needs-A2"] == ""
    page = soup(browser.get(path))
    assert page.select_one('[data-live="needs-A1"]').get_text() == "A reason is needed."
    assert told(**{"reason-A1": "The mines are named."})["needs-A1"] == ""


def test_a_sheet_on_which_nothing_applies_judges_nothing():
    rubric = rubrics.parse(RUBRIC)
    codes = tuple(c.code for c in rubric.criteria)
    assert scoring.unscored(rubric, dict.fromkeys(codes), codes) == codes


def test_anchors_stand_beside_the_scale(session, browse):
    document = {**RUBRIC, "sections": [dict(s) for s in RUBRIC["sections"]]}
    first = dict(document["sections"][0]["criteria"][0], anchors=[{"score": 1, "text": {"en": "Nobody is named."}}])
    document["sections"][0] = {
        **document["sections"][0],
        "criteria": [first, *document["sections"][0]["criteria"][1:]],
    }
    assert rubrics.parse(document).criteria[0].anchors == {1: {"en": "Nobody is named."}}
    first["anchors"] = [{"score": 9, "text": {"en": "Off the scale."}}]
    with pytest.raises(FormError, match="not on the scale"):
        rubrics.parse(document)


def test_remarks_on_the_budget_are_kept_for_the_staff(session, proposal, browse, new_client, sign_in):
    officer, review = make_officer(proposal.call), make_review(proposal, state="accepted")
    browser, path = browse(review), f"/reviews/{review.id}/sheet"
    page = soup(browser.get(path))
    assert page.find(id="remark-budget-staff")
    browser.fill(path, path, **{"remark-budget-staff": "Two drivers are too many."})
    assert fresh(review).budget_remarks == {"budget-staff": "Two drivers are too many."}
    services.save_scores(review=fresh(review), changes=full_sheet(), actor=actor_of(review.reviewer))
    services.submit(review=fresh(review), actor=actor_of(review.reviewer))
    session.commit()
    seen = text_of(sign_in(new_client(), officer).get(f"/reviews/{review.id}/oversight"))
    assert "Two drivers are too many." in seen


def hand_in(browser, path, **more):
    values = browser.form(path, path)["values"]
    return browser.post(path + "/submit", data={**values, **more})


def test_a_flat_sheet_is_asked_about_once(session, proposal, browse):
    review = make_review(proposal, state="draft", scores={"A1": 4, "A2": 4, "B1": 4})
    browser, path = browse(review), f"/reviews/{review.id}/sheet"
    answer = hand_in(browser, path)
    assert answer.status_code == 422 and "Every criterion got the same score" in text_of(answer)
    assert fresh(review).state == "draft"
    button = soup(answer).find("button", attrs={"name": "flat"})
    assert hand_in(browser, path, **{button["name"]: button["value"]}).status_code == 303
    assert fresh(review).state == "submitted"


def test_scores_that_differ_are_not_asked_about(session, proposal, browse):
    review = make_review(proposal, state="draft", scores={"A1": 4, "A2": 3, "B1": 4})
    assert hand_in(browse(review), f"/reviews/{review.id}/sheet").status_code == 303


def test_time_is_estimated_from_save_to_save_without_the_breaks(session, proposal, frozen):
    review = make_review(proposal, state="accepted")
    for minutes in (0, 10, 20, 320):
        frozen(NOON + timedelta(minutes=minutes))
        services.save_scores(review=fresh(review), changes=full_sheet(), actor=actor_of(review.reviewer))
    assert fresh(review).seconds_spent == 30 + 600 + 600 + 30


def test_the_list_comes_in_an_order_of_its_own(session, client, sign_in, proposal):
    reviewer = make_reviewer(proposal.call)
    reviews = [make_review(proposal, reviewer=reviewer)]
    reviews += [make_review(make_assessed_proposal(call=proposal.call), reviewer=reviewer) for _ in range(7)]
    session.commit()
    page = soup(sign_in(client, reviewer).get("/reviews"))
    shown = [item.get_text(" ", strip=True) for item in page.select("ul.items li")]
    wanted = [reload(r.proposal).reference for r in sorted(reviews, key=lambda r: drawn_place(r.id))]
    assert [next(ref for ref in wanted if ref in text) for text in shown] == wanted
    assert wanted != sorted(wanted)
