"""The reviewer's pages: what is shown before and after accepting, and what is never shown."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader, PdfWriter

from app.core import clock, copies, files
from app.core.types import SYSTEM_ACTOR
from app.identity import services as identity_services
from app.proposals.models import ProposalFile
from app.proposals.snapshot import SealedFile
from app.reviews import queries, services
from app.reviews.models import Review
from tests.client import soup, text_of
from tests.core.test_stripping import raw
from tests.factories.identity import actor_of, make_person
from tests.factories.proposals import PDF
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)
from tests.reviews.conftest import CANARY

pytestmark = pytest.mark.usefixtures("frozen")

MAKER = "Marguerite of ACME"


def signed_pdf() -> bytes:
    """The plan with its maker's name among its properties."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.add_metadata({"/Author": MAKER})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


SIGNED_PDF = signed_pdf()


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
        assert sorted(h.get_text() for h in waiting.find_all("h2")) == [
            "In accepted",
            "In draft",
            "In reopened",
            "Safer pits at Numbi",
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
