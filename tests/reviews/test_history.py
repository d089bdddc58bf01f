"""What reviewers did before: counted right, closed to who may not know, and on paper without naming a proposal."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.reviews.history import FEWEST_COMPARED, pasts
from tests.client import text_of
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sheet:
    proposal_id: int
    reviewer_id: str
    total_hundredths: int | None = 7000
    delivered: bool = True
    settled: bool = True
    stepped_back: bool = False
    due_at: datetime = NOW
    submitted_at: datetime | None = NOW


def panel(count, own, *others, settled=True):
    return [
        Sheet(n, who, total, settled=settled)
        for n in range(count)
        for who, total in (("me", own), *((f"other{i}", t) for i, t in enumerate(others)))
    ]


def test_distance_is_to_the_mean_of_the_others():
    past = pasts(panel(FEWEST_COMPARED, 8000, 7000, 6000))["me"]
    assert (past.compared, past.distance) == (FEWEST_COMPARED, Decimal(15))


def test_of_few_proposals_no_distance_is_told():
    assert pasts(panel(FEWEST_COMPARED - 1, 8000, 7000))["me"].distance is None


def test_what_is_not_settled_or_has_no_others_is_not_compared():
    assert pasts(panel(9, 8000, 7000, settled=False))["me"].compared == 0
    assert pasts(panel(9, 8000))["me"].compared == 0


def test_lateness_and_stepping_back():
    late = Sheet(1, "me", submitted_at=NOW + timedelta(seconds=1))
    back = Sheet(2, "me", None, delivered=False, stepped_back=True, submitted_at=None)
    past = pasts([late, back, Sheet(3, "me")])["me"]
    assert (past.asked, past.delivered, past.late, past.stepped_back) == (3, 2, 1, 1)


@pytest.mark.usefixtures("frozen")
class TestPages:
    @pytest.fixture
    def call(self, session):
        return make_assessing_call()

    @pytest.fixture
    def ana(self, call):
        return make_reviewer(call, name="Ana Lima")

    def path(self, call, person):
        return f"/reviews/pool/{call.programme_id}/people/{person.id}"

    def test_staff_with_a_conflict_counts_without_that_proposal(self, session, client, sign_in, call, ana):
        seen, closed = make_assessed_proposal(call=call), make_assessed_proposal(call=call)
        for proposal in (seen, closed):
            make_review(proposal, reviewer=ana, state="submitted")
        officer = make_officer(call)
        make_conflict(officer, closed)
        session.commit()
        assert "Handed in 1 " in text_of(sign_in(client, officer).get(self.path(call, ana)))
        assert "Handed in 2 " in text_of(sign_in(client, ana).get(self.path(call, ana)))

    def test_the_certificate_names_no_proposal(self, session, client, sign_in, call, ana):
        proposal = make_assessed_proposal(call=call, title="Canary of Numbi")
        make_review(proposal, reviewer=ana, state="submitted")
        session.commit()
        browser, path = sign_in(client, ana), f"{self.path(call, ana)}/certificate-{clock.now().year}.pdf"
        assert path in browser.get(self.path(call, ana)).get_data(as_text=True)
        answer = browser.get(path)
        assert answer.mimetype == "application/pdf"
        words = words_of(answer.get_data())
        assert "Ana Lima handed in 1 review of a proposal in 2026." in words
        for hidden in ("Canary", proposal.reference, proposal.organisation.name):
            assert hidden not in words
        assert browser.get(path.replace("2026", "2025")).status_code == 404

    def test_only_ones_own(self, session, client, sign_in, call, ana):
        make_review(make_assessed_proposal(call=call), reviewer=ana, state="submitted")
        people = make_officer(call), make_reviewer(call)
        session.commit()
        for person in people:
            assert sign_in(client, person).get(f"{self.path(call, ana)}/certificate-2026.pdf").status_code == 404


def words_of(pdf):
    """The text of a PDF, white space folded."""
    from io import BytesIO  # noqa: PLC0415 - for this helper only

    from pypdf import PdfReader  # noqa: PLC0415 - slow import

    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
