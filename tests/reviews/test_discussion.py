"""Reading the others' sheets: who sees what of them, as a reviewer, as staff and on the committee."""

from __future__ import annotations

import pytest

from app.core.errors import MoveRefused
from app.reviews import services
from app.reviews.models import Review
from app.reviews.sheet import Changes
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    reload,
)
from tests.reviews.discussing import NOTE, others, reviewed
from tests.reviews.test_rounds import put_round

pytestmark = pytest.mark.usefixtures("frozen")


class TestReading:
    @pytest.mark.parametrize("phase", ["recruiting", "scoring"])
    def test_before_reading_there_is_no_such_page(self, session, talked, pair, browse, phase):
        put_round(talked, phase)
        browser = browse(pair[0])
        assert browser.get(others(pair[0])).status_code == 404
        assert "others" not in browser.get(f"/reviews/{pair[0].id}").get_data(as_text=True)

    def test_without_a_round_there_is_no_such_page(self, session, talked, pair, browse):
        assert browse(pair[0]).get(others(pair[0])).status_code == 404

    @pytest.mark.parametrize("phase", ["reading", "discussing", "closed"])
    def test_the_other_sheet_under_its_pseudonym_without_the_note(self, session, talked, pair, browse, phase):
        put_round(talked, phase)
        page = browse(pair[0]).get(others(pair[0])).get_data(as_text=True)
        assert pair[1].pseudonym in page
        assert "Ben" in page  # the comment
        assert "Steinbruch" not in page
        assert NOTE not in page
        assert str(pair[1].id) not in page
        assert str(pair[1].reviewer_id) not in page

    def test_who_has_not_handed_in_sees_nothing_of_the_others(self, session, talked, pair, browse):
        late = reviewed(talked, "Cleo Late", state="draft")
        put_round(talked, "reading")
        browser = browse(late)
        assert browser.get(others(late)).status_code == 404
        for path in ("/reviews", f"/reviews/{late.id}", f"/reviews/{late.id}/sheet"):
            page = browser.get(path).get_data(as_text=True)
            assert not [r.pseudonym for r in pair if r.pseudonym in page]
            assert "others" not in page

    def test_a_draft_of_another_is_nobodys(self, session, talked, pair, browse):
        late = reviewed(talked, "Cleo Late", state="draft")
        put_round(talked, "reading")
        assert late.pseudonym not in browse(pair[0]).get(others(pair[0])).get_data(as_text=True)

    def test_an_open_call_names_the_reviewers_to_each_other(self, session, browse):
        proposal = make_assessed_proposal(call=make_assessing_call(process={"blind": "none", "discussion": True}))
        mine, other = reviewed(proposal, "Ada Quellwasser"), reviewed(proposal, "Ben Steinbruch")
        put_round(proposal, "reading")
        page = text_of(browse(mine).get(others(mine)))
        assert other.reviewer.name in page

    def test_the_reviewer_of_another_proposal_and_the_staff_use_other_ways(
        self, session, talked, pair, client, sign_in
    ):
        stranger = make_review(make_assessed_proposal(call=talked.call), state="submitted")
        put_round(talked, "reading")
        session.commit()
        assert sign_in(client, stranger.reviewer).get(others(pair[0])).status_code == 404
        assert sign_in(client, make_officer(talked.call)).get(others(pair[0])).status_code == 404

    def test_a_conflict_closes_it_at_the_next_request(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        browser = browse(pair[0])
        assert browser.get(others(pair[0])).status_code == 200
        make_conflict(pair[0].reviewer, talked)
        session.commit()
        assert browser.get(others(pair[0])).status_code == 404
        assert browser.act(others(pair[0]), text="Still here").status_code == 404

    def test_revising_is_offered_beside_the_sheet_and_nothing_counts_down(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        page = soup(browse(pair[0]).get(f"/reviews/{pair[0].id}"))
        revise = page.find("button", string="Revise my scores")
        assert revise.find_parent("section", class_="moves") is None, "it is not for who cannot review"
        assert not page.select("[data-countdown]"), "the sheet is handed in"

    def test_what_is_being_revised_is_read_as_it_was_handed_in(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        writer = actor_of(pair[1].reviewer)
        services.revise(review=pair[1], actor=writer)
        services.save_scores(
            review=pair[1], changes=Changes(scores={"A1": 1}, texts={"A1": "Half a thought"}), actor=writer
        )
        page = text_of(browse(pair[0]).get(others(pair[0])))
        assert "Half a thought" not in page

    def test_first_and_revised_scores_stand_beside_each_other(self, session, talked, pair, browse):
        put_round(talked, "discussing")
        writer = actor_of(pair[1].reviewer)
        services.revise(review=pair[1], actor=writer)
        services.save_scores(review=pair[1], changes=Changes(scores={"A1": 3}), actor=writer)
        services.submit(review=pair[1], actor=writer)
        page = soup(browse(pair[0]).get(others(pair[0])))
        block = next(d for d in page.find_all("details") if pair[1].pseudonym in d.summary.get_text())
        assert "first" in block.summary.get_text()
        row = block.find("table").find("tbody").find("tr")
        assert [cell.get_text(strip=True) for cell in row.find_all("td")] == ["4", "3"]

    def test_as_many_queries_for_two_as_for_many(self, session, talked, pair, browse, count_queries):
        put_round(talked, "discussing")
        services.say(review=pair[1], text="One.", actor=actor_of(pair[1].reviewer))
        browser = browse(pair[0])
        browser.get(others(pair[0]))
        with count_queries() as few:
            browser.get(others(pair[0]))
        for n in range(5):
            more = reviewed(talked, f"Reviewer {n}")
            services.say(review=more, text="More.", actor=actor_of(more.reviewer))
        session.commit()
        with count_queries() as many:
            browser.get(others(pair[0]))
        assert len(many) == len(few) <= 12


def test_the_staff_reads_a_sheet_being_revised_as_it_was_handed_in(session, talked, pair, client, sign_in):
    put_round(talked, "discussing")
    writer = actor_of(pair[1].reviewer)
    services.revise(review=pair[1], actor=writer)
    half = Changes(scores={"A1": 1}, texts={"A1": "Half a thought"}, note_to_staff="Half a note")
    services.save_scores(review=pair[1], changes=half, actor=writer)
    session.commit()
    page = text_of(sign_in(client, make_officer(talked.call)).get(f"/reviews/{pair[1].id}/oversight"))
    assert "Half a" not in page
    assert NOTE in page


class TestStaff:
    def path(self, proposal):
        return f"/reviews/proposals/{proposal.id}/discussion"

    def test_staff_speaks_and_sees_names(self, session, talked, pair, client, sign_in):
        put_round(talked, "discussing")
        session.commit()
        browser = sign_in(client, make_officer(talked.call))
        assert browser.fill(self.path(talked), self.path(talked), text="Please compare B1.").status_code == 303
        page = text_of(browser.get(self.path(talked)))
        assert "Please compare B1." in page
        assert pair[0].reviewer.name in page
        assert NOTE not in page

    @pytest.mark.parametrize("role", ["committee_member", "finance", "reviewer"])
    def test_others_have_no_such_page(self, session, talked, pair, client, sign_in, role):
        put_round(talked, "discussing")
        session.commit()
        assert sign_in(client, make_staff(talked.call.programme, role)).get(self.path(talked)).status_code == 404

    def test_an_auditor_reads_and_does_not_speak(self, session, talked, pair, client, sign_in):
        put_round(talked, "discussing")
        session.commit()
        browser = sign_in(client, make_staff(talked.call.programme, "auditor"))
        assert browser.get(self.path(talked)).status_code == 200
        assert browser.act(self.path(talked), text="Hm").status_code == 404
        assert browser.act(f"/reviews/{pair[0].id}/rapporteur").status_code == 404

    def test_one_rapporteur_at_a_time_sums_up_for_the_committee(self, session, talked, pair, client, sign_in):
        put_round(talked, "discussing")
        officer = make_officer(talked.call)
        session.commit()
        browser = sign_in(client, officer)
        for review in pair:
            assert browser.act(f"/reviews/{review.id}/rapporteur").status_code == 303
        marked = dict(session.query(Review.id, Review.rapporteur).filter_by(proposal_id=talked.id).all())
        assert marked == {pair[0].id: False, pair[1].id: True}
        with pytest.raises(MoveRefused, match="rapporteur"):
            services.say(review=pair[0], text="Sum", actor=actor_of(pair[0].reviewer), summary=True)
        me = sign_in(client, pair[1].reviewer)
        answer = me.fill(others(pair[1]), others(pair[1]), text="All agree on a smaller budget.", then="sum_up")
        assert answer.status_code == 303
        services.table(proposal=reload(talked), actor=actor_of(officer))
        session.commit()
        page = text_of(
            sign_in(client, make_staff(talked.call.programme, "committee_member")).get(
                f"/decisions/proposals/{talked.id}"
            )
        )
        assert "All agree on a smaller budget." in page
        assert pair[1].reviewer.name not in page

    def test_who_has_not_handed_in_is_no_rapporteur(self, session, talked):
        review = reviewed(talked, "Cleo Late", state="draft")
        with pytest.raises(MoveRefused):
            services.name_rapporteur(review=review, actor=actor_of(make_officer(talked.call)))


def test_the_committee_reads_names_in_an_open_call_only(session, client, sign_in):
    for blind, shown in (("none", True), ("single", False), ("double", False)):
        proposal = make_assessed_proposal(call=make_assessing_call(process={"blind": blind}))
        names = [reviewed(proposal, f"{name} {blind}").reviewer.name for name in ("Ada", "Ben")]
        services.table(proposal=proposal, actor=actor_of(make_officer(proposal.call)))
        session.commit()
        member = make_staff(proposal.call.programme, "committee_member")
        page = text_of(sign_in(client, member).get(f"/decisions/proposals/{proposal.id}"))
        assert all((name in page) is shown for name in names)
        assert NOTE not in page
