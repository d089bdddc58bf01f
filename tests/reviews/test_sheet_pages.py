"""The sheet on which a reviewer scores: saving, collisions, submitting, and what is not there."""

import json

import pytest

from app.core import clock
from app.core.types import new_id
from app.proposals.models import Advice, StageSubmission
from app.proposals.snapshot import SealedFile
from app.reviews import queries, services
from tests.client import soup, text_of
from tests.factories.reviews import REASON, make_assessed_proposal, make_conflict, make_review
from tests.reviews.conftest import CANARY

pytestmark = pytest.mark.usefixtures("frozen")


class TestSheet:
    def test_both_sides_with_their_links(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        page = soup(browse(review).get(f"/reviews/{review.id}/sheet"))
        left, right = page.find(id="pane-left"), page.find(id="pane-right")
        assert CANARY in left.get_text()
        jump = right.find(id="criterion-A1").find("a", href="#answers-plan")
        assert jump and left.find(id="answers-plan")
        assert len(right.find_all("input", type="radio")) == 18  # three criteria: five scores, or not applicable
        assert "Nothing scored yet" in right.get_text()

    def test_what_is_for_the_programme_only_is_not_there(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        assert "secret-contact@example.org" not in text_of(browse(review).get(f"/reviews/{review.id}/sheet"))

    def test_the_advice_of_the_quick_scan_is_there(self, session, proposal, browse):
        stage = proposal.stages[-1]
        quick = StageSubmission(
            proposal_id=proposal.id, call_stage_id=proposal.call.stages[0].id,
            form_version_id=proposal.call.stages[0].form_version_id, position=0, state="advised",
            state_changed_at=clock.now(), submitted_at=clock.now(), sealed_number=1,
        )  # fmt: skip
        session.add(quick)
        session.flush()
        session.add(
            Advice(
                stage_submission_id=quick.id, outcome="negative", text="Show the buyer.",
                written_by_id=stage.proposal_id, given_at=clock.now(),
            )
        )  # fmt: skip
        review = make_review(proposal, state="accepted")
        page = text_of(browse(review).get(f"/reviews/{review.id}/sheet"))
        assert "Negative advice on the quick scan" in page
        assert "Show the buyer." in page

    def test_saving_keeps_and_counts(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        answer = browser.fill(path, path, **{"score-A1": "5", "reason-A1": "Strong.", "recommended": "90 000,50"})
        assert answer.status_code == 303
        page = soup(browser.get(path))
        assert "So far: 40 of 40 points scored" in page.get_text()
        assert page.find(id="reason-A1").get_text().strip() == "Strong."
        assert page.find(id="recommended")["value"] == "90000.50"
        assert page.find("input", attrs={"name": "score-A1", "checked": True})["value"] == "5"

    @pytest.mark.parametrize("bad", ["0", "6", "4.5", "x", "٣", "-1", "1e1"])
    def test_a_score_off_the_scale_is_named_and_the_rest_kept(self, session, proposal, browse, bad):
        review = make_review(proposal, state="draft")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        answer = browser.fill(path, path, **{"score-A1": bad, "reason-A2": "Kept anyway"})
        assert answer.status_code == 422
        assert "Choose a score from 1 to 5." in text_of(answer)
        session.expire_all()
        sheet = services.sheet_of(queries.get_review(review.id))
        assert (sheet.scores["A1"], sheet.texts["A2"]) == (4, "Kept anyway")

    def test_an_amount_that_is_none_stays_as_typed(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        answer = browser.fill(path, path, recommended="about 5", **{"reason-A2": "Kept anyway"})
        assert answer.status_code == 422
        assert soup(answer).find(id="recommended")["value"] == "about 5"
        assert "Kept anyway" in soup(answer).find(id="reason-A2").get_text()

    def autosave(self, browser, review, version, **fields):
        data = {"csrf_token": browser.csrf_token(), "version": version, **fields}
        return browser.post(f"/reviews/{review.id}/sheet", data=data, headers={"X-Autosave": "1"})

    def test_autosave_takes_what_changed_and_answers_with_the_total(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        browser = browse(review)
        answer = self.autosave(browser, review, review.version, **{"score-A1": "3", "recommended": "no"})
        found = json.loads(answer.get_data())
        assert answer.status_code == 200
        assert found["version"] > review.version or session.expire_all() is None
        assert found["live"]["total"] == "So far: 24 of 40 points scored"
        assert list(found["errors"]) == ["recommended"]
        assert found["saved_at"]
        again = self.autosave(browser, review, found["version"], **{"reason-A1": "More."})
        assert again.status_code == 200
        sheet = services.sheet_of(queries.get_review(review.id))
        assert (sheet.scores["A1"], sheet.texts["A1"]) == (3, "More.")

    def test_what_is_missing_is_linked_and_what_was_typed_is_kept(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        values = browser.form(path, path)["values"]
        answer = browser.post(f"{path}/submit", data={**values, "score-A1": "2", "comment-A": "Thin."})
        assert answer.status_code == 422
        links = [a["href"] for a in soup(answer).find(class_="error-summary").find_all("a")]
        assert links == ["#criterion-A2", "#criterion-A1", "#section-B"]
        assert "Thin." in soup(browser.get(path)).find(id="comment-A").get_text()

    def test_submitting_closes_the_sheet(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        values = {**browser.form(path, path)["values"], "flat": "meant"}
        answer = browser.post(f"{path}/submit", data=values)
        assert answer.status_code == 303
        again = browser.post(f"{path}/submit", data=values)
        assert (again.status_code, again.location) == (303, answer.location), "a double click is one submission"
        page = soup(browser.get(path))
        assert not page.find(id="pane-right").find_all(["textarea", "input"])
        assert "Total: 80 of 100 points" in page.get_text()
        assert REASON in page.get_text()
        late = browser.act(path, version=review.version, **{"score-A1": "1"})
        assert late.status_code == 409

    def test_without_a_token_nothing_is_written(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        answer = browse(review).post(f"/reviews/{review.id}/sheet", data={"score-A1": "1"})
        assert answer.status_code == 400

    def test_what_is_handed_in_leads_to_the_next_on_the_list(self, session, proposal, browse):
        review = make_review(proposal, state="submitted")
        browser = browse(review)
        lead = soup(browser.get(f"/reviews/{review.id}/sheet")).find("a", href="/reviews/next")
        assert browser.get(lead["href"]).location == "/reviews", "nothing waits"
        later = make_review(make_assessed_proposal(call=proposal.call), reviewer=review.reviewer, state="draft")
        closed = make_review(make_assessed_proposal(call=proposal.call), reviewer=review.reviewer, state="draft")
        make_conflict(review.reviewer, closed.proposal)
        session.commit()
        assert browser.get(lead["href"]).location == f"/reviews/{later.id}/sheet"
        still_open = browser.get(f"/reviews/{later.id}/sheet").get_data(as_text=True)
        assert "/reviews/next" not in still_open and "data-keys" in still_open
        assert "data-keys" not in browser.get(f"/reviews/{review.id}/sheet").get_data(as_text=True), (
            "no scoring by keys"
        )

    @pytest.mark.parametrize("state", ["draft", "submitted"])
    def test_few_queries(self, session, proposal, browse, count_queries, state):
        annex = SealedFile(str(new_id()), "annex", "plan.pdf", "0" * 64, 1, "application/pdf")
        review = make_review(make_assessed_proposal(call=proposal.call, files=(annex,)), state=state)
        browser = browse(review)
        with count_queries() as asked:
            browser.get(f"/reviews/{review.id}/sheet")
        assert len(asked) <= 12
