"""The reviewer's pages: what is shown before and after accepting, saving, submitting, and what is never shown."""

import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader, PdfWriter

from app.core import clock, copies, files
from app.core.types import SYSTEM_ACTOR
from app.identity import services as identity_services
from app.proposals.models import Advice, ProposalFile, StageSubmission
from app.proposals.snapshot import SealedFile
from app.reviews import queries, services
from app.reviews.models import Review
from tests.client import soup, text_of
from tests.core.test_stripping import raw
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import PDF
from tests.factories.reviews import (
    REASON,
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")
CANARY = "Pits collapse in the rain."
MAKER = "Marguerite of ACME"


def signed_pdf() -> bytes:
    """The plan with its maker's name among its properties."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.add_metadata({"/Author": MAKER})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


SIGNED_PDF = signed_pdf()


@pytest.fixture
def proposal(session):
    return make_assessed_proposal(title="Safer pits at Numbi")


@pytest.fixture
def browse(client, sign_in, session):
    """``browse(review)``: the reviewer's browser."""

    def start(review):
        session.commit()
        return sign_in(client, review.reviewer)

    return start


def paths(review, session):
    sheet = f"/reviews/{review.id}/sheet"
    return [f"/reviews/{review.id}", sheet]


class TestInbox:
    def test_only_what_can_be_acted_on_waits(self, session, proposal, browse):
        review = make_review(proposal, due_at=clock.now() + timedelta(days=3))
        me = review.reviewer
        call = proposal.call
        for state in ("accepted", "draft", "reopened", "submitted", "final"):
            make_review(make_assessed_proposal(call=call, title=f"In {state}"), reviewer=me, state=state)
        tabled = make_assessed_proposal(call=call, title="No longer assessed")
        make_review(tabled, reviewer=me, state="draft")
        tabled.state = "deciding"
        page = soup(browse(review).get("/reviews"))
        waiting, done = page.find_all("ul", class_="items")
        assert [h.get_text() for h in waiting.find_all("h2")] == [
            "Safer pits at Numbi",
            "In accepted",
            "In draft",
            "In reopened",
        ]
        assert {h.get_text() for h in done.find_all("h3")} == {"In submitted", "In final", "No longer assessed"}
        assert "in 3 days" in waiting.get_text()

    def test_after_a_conflict_only_the_reference_is_left(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        make_conflict(review.reviewer, proposal)
        page = browse(review).get("/reviews")
        assert proposal.reference in text_of(page)
        assert proposal.title not in text_of(page)
        assert str(review.id) not in page.get_data(as_text=True)

    def test_somebody_without_reviews_is_told_so(self, session, client, sign_in):
        person = make_person()
        assert "Nothing waits for you" in text_of(sign_in(client, person).get("/reviews"))

    def test_as_many_queries_for_one_as_for_many(self, session, proposal, browse, count_queries):
        review = make_review(proposal)
        browser = browse(review)
        with count_queries() as one:
            browser.get("/reviews")
        for _ in range(7):
            make_review(make_assessed_proposal(call=proposal.call), reviewer=review.reviewer)
        session.commit()
        with count_queries() as many:
            browser.get("/reviews")
        assert len(many) == len(one) <= 12


class TestInvitation:
    def test_who_applies_is_seen_before_what_is_written(self, session, proposal, browse):
        review = make_review(proposal)
        page = text_of(browse(review).get(f"/reviews/{review.id}"))
        for shown in (proposal.title, proposal.organisation.name, "Lakeside Smelting", "Kahuzi Miners", "Call"):
            assert shown in page
        assert CANARY not in page

    def test_a_double_blind_call_names_nobody(self, session, browse):
        call = make_assessing_call(process={"blind": "double"})
        proposal = make_assessed_proposal(call=call)
        review = make_review(proposal)
        page = text_of(browse(review).get(f"/reviews/{review.id}"))
        assert proposal.organisation.name not in page
        assert "Kahuzi Miners" not in page

    def test_the_content_does_not_exist_before_accepting(self, session, proposal, browse):
        review = make_review(proposal)
        browser = browse(review)
        assert browser.get(f"/reviews/{review.id}/sheet").status_code == 404
        assert browser.act(f"/reviews/{review.id}/sheet", version=review.version).status_code == 404

    def test_accepting_without_the_tick_is_refused(self, session, proposal, browse):
        review = make_review(proposal)
        browser = browse(review)
        answer = browser.fill(f"/reviews/{review.id}", f"/reviews/{review.id}/accept")
        assert answer.status_code == 422
        assert "Tick this to accept" in text_of(answer)
        assert session.get(Review, review.id).state == "invited"

    def test_accepting_opens_the_sheet(self, session, proposal, browse):
        review = make_review(proposal)
        browser = browse(review)
        answer = browser.fill(f"/reviews/{review.id}", f"/reviews/{review.id}/accept", no_conflict="y")
        assert answer.status_code == 303
        assert CANARY in text_of(browser.get(answer.location))

    def test_a_double_click_accepts_once(self, session, proposal, browse):
        review = make_review(proposal)
        browser = browse(review)
        form = browser.form(f"/reviews/{review.id}", f"/reviews/{review.id}/accept")
        data = {**form["values"], "no_conflict": "y"}
        first, second = (browser.post(form["action"], data=data) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 303)
        assert first.location == second.location

    def test_declining(self, session, proposal, browse):
        review = make_review(proposal)
        browser = browse(review)
        answer = browser.fill(f"/reviews/{review.id}", f"/reviews/{review.id}/moves/decline", reason="No time.")
        assert (answer.status_code, answer.location) == (303, "/reviews")
        session.expire_all()
        assert session.get(Review, review.id).state == "declined"

    @pytest.mark.parametrize("move", ["reopen", "finalise", "accept", "submit", "start", "nonsense"])
    def test_other_moves_are_not_a_reviewers(self, session, proposal, browse, move):
        review = make_review(proposal)
        answer = browse(review).act(f"/reviews/{review.id}/moves/{move}", version=review.version, reason="x")
        assert answer.status_code in {404, 409}

    def test_it_is_nobody_elses(self, session, proposal, client, sign_in):
        review = make_review(proposal, state="draft")
        others = [make_reviewer(proposal.call), make_officer(proposal.call), make_person()]
        others.append(make_review(proposal, state="draft").reviewer)
        session.commit()
        for person in others:
            browser = sign_in(client, person)
            for path in (f"/reviews/{review.id}", f"/reviews/{review.id}/sheet"):
                assert browser.get(path).status_code == 404, (person.name, path)
            assert browser.act(f"/reviews/{review.id}/sheet", version=1).status_code == 404
            assert browser.act(f"/reviews/{review.id}/accept", no_conflict="y").status_code == 404


class TestConflict:
    def test_the_very_next_request_is_refused(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser = browse(review)
        assert browser.get(f"/reviews/{review.id}/sheet").status_code == 200
        path = f"/reviews/{review.id}/moves/declare_conflict"
        answer = browser.fill(f"/reviews/{review.id}", path, reason="My cousin.")
        assert (answer.status_code, answer.location) == (303, "/reviews")
        for gone in (f"/reviews/{review.id}", f"/reviews/{review.id}/sheet"):
            assert browser.get(gone).status_code == 404
        saved = browser.post(
            f"/reviews/{review.id}/sheet",
            data={"csrf_token": browser.csrf_token(), "version": review.version, "score-A1": "1"},
            headers={"X-Autosave": "1"},
        )
        assert saved.status_code == 404
        assert services.sheet_of(queries.get_review(review.id)).scores["A1"] == 4, "the draft is sealed as it was"

    def test_a_conflict_recorded_by_staff_closes_it_too(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser = browse(review)
        make_conflict(review.reviewer, proposal)
        session.commit()
        assert browser.get(f"/reviews/{review.id}/sheet").status_code == 404

    def test_losing_the_role_closes_it(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser = browse(review)
        identity_services.revoke_role(
            programme=proposal.call.programme, person=review.reviewer, role="reviewer", actor=SYSTEM_ACTOR
        )
        session.commit()
        assert browser.get(f"/reviews/{review.id}/sheet").status_code == 404


class TestSheet:
    def test_both_sides_with_their_links(self, session, proposal, browse):
        review = make_review(proposal, state="accepted")
        page = soup(browse(review).get(f"/reviews/{review.id}/sheet"))
        left, right = page.find(id="pane-left"), page.find(id="pane-right")
        assert CANARY in left.get_text()
        jump = right.find(id="criterion-A1").find("a", href="#answers-plan")
        assert jump and left.find(id="answers-plan")
        assert len(right.find_all("input", type="radio")) == 15
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
        assert found["live"] == {"total": "So far: 24 of 40 points scored"}
        assert list(found["errors"]) == ["recommended"]
        assert found["saved_at"]
        again = self.autosave(browser, review, found["version"], **{"reason-A1": "More."})
        assert again.status_code == 200
        sheet = services.sheet_of(queries.get_review(review.id))
        assert (sheet.scores["A1"], sheet.texts["A1"]) == (3, "More.")

    @pytest.mark.parametrize("version", ["1", "", "x"])
    def test_autosave_of_a_stale_page_is_refused(self, session, proposal, browse, version):
        review = make_review(proposal, state="draft")
        answer = self.autosave(browse(review), review, version, **{"score-A1": "3"})
        assert answer.status_code == 409
        assert answer.mimetype == "application/problem+json"
        assert services.sheet_of(queries.get_review(review.id)).scores["A1"] == 4

    def test_a_collision_shows_both_texts_and_then_keeps_the_typed(self, session, proposal, browse):
        review = make_review(proposal, state="draft")
        browser, path = browse(review), f"/reviews/{review.id}/sheet"
        old = browser.form(path, path)["values"]
        browser.fill(path, path, **{"reason-A1": "Written on the phone."})
        answer = browser.post(path, data={**old, "reason-A1": "Written on the desk."})
        assert answer.status_code == 409
        page = soup(answer)
        assert "Written on the desk." in page.find(id="reason-A1").get_text()
        assert "Written on the phone." in page.find("blockquote").get_text()
        values = {f["name"]: f.get("value", "") for f in page.find(id="pane-right").find_all("input", type="hidden")}
        again = browser.post(path, data={**old, **values, "reason-A1": "Both."})
        assert again.status_code == 303
        session.expire_all()
        assert services.sheet_of(queries.get_review(review.id)).texts["A1"] == "Both."

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
        values = browser.form(path, path)["values"]
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

    def test_few_queries(self, session, proposal, browse, count_queries):
        review = make_review(proposal, state="draft")
        browser = browse(review)
        with count_queries() as asked:
            browser.get(f"/reviews/{review.id}/sheet")
        assert len(asked) <= 12


class TestFiles:
    @pytest.fixture
    def annexed(self, session, app):
        stored = files.store(io.BytesIO(SIGNED_PDF), "ACME secret strategy.pdf", SYSTEM_ACTOR)
        call = make_assessing_call()
        proposal = make_assessed_proposal(call=call)
        attached = ProposalFile(stage_submission_id=proposal.stages[-1].id, question_id="annex", file_id=stored.id)
        other = ProposalFile(stage_submission_id=proposal.stages[-1].id, question_id="annex", file_id=stored.id)
        session.add_all([attached, other])
        session.flush()
        sealed = SealedFile(
            str(attached.id), "annex", stored.original_name, stored.sha256, stored.size, stored.media_type
        )
        proposal = make_assessed_proposal(call=call, files=(sealed,))
        attached.stage_submission_id = other.stage_submission_id = proposal.stages[-1].id
        session.flush()
        return proposal, attached, other

    def test_a_file_comes_under_a_neutral_name(self, session, annexed, browse):
        proposal, attached, _ = annexed
        review = make_review(proposal, state="accepted")
        browser = browse(review)
        page = soup(browser.get(f"/reviews/{review.id}/sheet"))
        link = page.find("a", href=f"/reviews/{review.id}/files/{attached.id}")
        assert link.get_text() == f"{proposal.reference}-annex-1.pdf"
        assert "ACME" not in page.get_text()
        answer = browser.get(link["href"])
        given = answer.get_data()
        assert PdfReader(io.BytesIO(given)).pages[0].extract_text().strip() == "A plan of the shafts"
        assert MAKER.encode() in raw(SIGNED_PDF) and MAKER.encode() not in raw(given)
        answer.close()
        assert f'filename="{proposal.reference}-annex-1.pdf"' in answer.headers["Content-Disposition"]
        assert "ACME" not in str(answer.headers)

    def test_what_cannot_be_shown_blind_is_not_shown_at_all(self, session, annexed, browse, monkeypatch):
        proposal, attached, _ = annexed
        review = make_review(proposal, state="accepted")
        monkeypatch.setattr(copies, "SECONDS", 0.001)
        answer = browse(review).get(f"/reviews/{review.id}/files/{attached.id}")
        assert answer.status_code == 409 and "not shown to reviewers" in text_of(answer)
        assert MAKER not in answer.text

    @pytest.mark.parametrize("state", ["invited", "declined", "conflicted"])
    def test_only_while_the_review_is_open(self, session, annexed, browse, state):
        proposal, attached, _ = annexed
        review = make_review(proposal)
        me = actor_of(review.reviewer)
        if state == "declined":
            services.decline(review=review, reason="No.", actor=me)
        if state == "conflicted":
            services.declare_conflict(review=review, note="Yes.", actor=me)
        assert browse(review).get(f"/reviews/{review.id}/files/{attached.id}").status_code == 404

    def test_only_files_of_the_version_under_review(self, session, annexed, browse):
        proposal, _, other = annexed
        review = make_review(proposal, state="accepted")
        assert browse(review).get(f"/reviews/{review.id}/files/{other.id}").status_code == 404
