"""The overview of a call's reviews: figures, filters, forecast, by proposal and by reviewer."""

from datetime import timedelta

import pytest

from app.core import clock
from app.reviews.models import CallReviewer, ReviewNudge
from tests.client import soup, text_of
from tests.factories.identity import make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_conflict,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")
LOW = {"A1": 3, "A2": 3, "B1": 3}


@pytest.fixture
def call(session):
    return make_assessing_call()


@pytest.fixture
def staff(call):
    return make_officer(call)


@pytest.fixture
def browser(session, client, sign_in, staff):
    session.commit()
    return sign_in(client, staff)


def references(response):
    rows = soup(response).find("table").tbody.find_all("tr")
    return [row.th.a.get_text() for row in rows]


@pytest.fixture
def three(session, call, frozen):
    """A late one, one with two reviews far apart, one without reviewers; the clock stands after the late one's date."""
    late, apart, bare = (make_assessed_proposal(call=call, title=f"Pit {n}") for n in ("one", "two", "three"))
    make_review(
        late, state="draft", due_at=clock.now() + timedelta(days=1), reviewer=make_reviewer(call, name="Ana Ruiz")
    )
    make_review(apart, state="submitted")
    make_review(apart, state="submitted", scores=LOW)
    session.commit()
    frozen(clock.now() + timedelta(days=2))
    return late, apart, bare


class TestByProposal:
    def test_groups_of_proposals(self, three, browser, call):
        late, apart, bare = (p.reference for p in three)
        path = f"/reviews/calls/{call.id}"
        assert references(browser.get(path)) == sorted([late, apart, bare])
        found = {
            show: references(browser.get(path, query_string={"show": show})) for show in ("late", "diverging", "few")
        }
        assert found == {"late": [late], "diverging": [apart], "few": sorted([late, bare])}
        assert references(browser.get(path, query_string={"show": "waiting"})) == [late]
        assert "No proposal fits" in text_of(browser.get(path, query_string={"show": "unanswered"}))
        assert references(browser.get(path, query_string={"show": "complete"})) == [apart]

    def test_words_find_reference_title_and_reviewer(self, three, browser, call):
        late, apart, _ = (p.reference for p in three)
        path = f"/reviews/calls/{call.id}"
        for words, expected in (("ana ru", late), ("pit two", apart), (apart.lower(), apart)):
            assert references(browser.get(path, query_string={"q": words})) == [expected]
        assert (
            browser.get(path, query_string={"q": "%_'\"", "show": "nonsense", "sort": "x", "page": "9" * 9}).status_code
            == 200
        )

    def test_orders(self, three, browser, call):
        late, apart, bare = (p.reference for p in three)
        path = f"/reviews/calls/{call.id}"
        assert references(browser.get(path, query_string={"sort": "late"}))[0] == late
        assert references(browser.get(path, query_string={"sort": "mean"}))[0] == apart
        assert references(browser.get(path, query_string={"sort": "in"}))[-1] == apart

    def test_a_list_instead_of_a_matrix_and_by_itself_with_many_reviewers(self, session, three, browser, call):
        path = f"/reviews/calls/{call.id}"

        def heads(**query):
            return [
                th.get_text(strip=True)
                for th in soup(browser.get(path, query_string=query)).find("table").thead.find_all("th")
            ]

        assert "Ana Ruiz" in heads()
        assert heads(view="list")[-1] == "Reviewers"
        for _ in range(12):
            make_review(three[2])
        session.commit()
        assert heads()[-1] == "Reviewers"
        assert "Ana Ruiz" in text_of(browser.get(path))

    def test_forecast_and_fairness_say_what_they_rest_on(self, session, three, browser, call):
        person = make_reviewer(call)
        session.add(CallReviewer(call_id=call.id, person_id=person.id, capacity=4))
        session.commit()
        page = text_of(browser.get(f"/reviews/calls/{call.id}"))
        assert "1 review is open; it is due on 2 June 2026" in page
        assert "Too few sheets came in the last 14 days" in page
        assert "2 proposals still lack reviewers" in page
        assert "With more than they said:" in page

    def test_pages_of_fifty(self, session, call, browser):
        for _ in range(52):
            make_assessed_proposal(call=call)
        session.commit()
        path = f"/reviews/calls/{call.id}"
        first = browser.get(path)
        assert len(references(first)) == 50
        assert len(references(browser.get(soup(first).find("a", rel="next")["href"]))) == 2

    def test_nothing_of_a_conflict_counts(self, session, three, browser, call, staff):
        make_conflict(staff, three[0])
        session.commit()
        page = browser.get(f"/reviews/calls/{call.id}")
        tiles = {
            t.find(class_="tile-label").get_text(): t.find(class_="tile-value").get_text()
            for t in soup(page).find_all(class_="tile")
        }
        assert tiles == {"Reviews in": "2 / 2", "Overdue": "0", "Not answered": "0", "Diverging": "1", "Proposals": "2"}
        assert "Ana Ruiz" not in text_of(page)
        assert "No review is open" in text_of(page)
        assert "Ana Ruiz" not in text_of(browser.get(f"/reviews/calls/{call.id}/reviewers"))

    def test_nor_of_what_the_reader_reviews(self, session, three, browser, call, staff):
        own = make_review(three[1])
        own.reviewer_id = staff.id
        session.commit()
        assert three[1].reference not in text_of(browser.get(f"/reviews/calls/{call.id}"))


class TestByReviewer:
    def test_each_with_what_is_theirs(self, session, three, browser, call, staff):
        busy = make_reviewer(call, name="Ben Busy")
        make_review(three[1], reviewer=busy)
        make_review(three[2], reviewer=busy)
        session.add(CallReviewer(call_id=call.id, person_id=busy.id, capacity=1))
        session.add(ReviewNudge(call_id=call.id, person_id=busy.id, sent_by_id=staff.id))
        session.commit()
        path = f"/reviews/calls/{call.id}/reviewers"
        row = next(r for r in soup(browser.get(path)).find("table").tbody.find_all("tr") if "Ben Busy" in r.get_text())
        cells = [td.get_text(" ", strip=True) for td in row.find_all("td")]
        assert cells[:5] == ["0 / 2", "2", "0", "2", "1"]
        assert cells[5] == "200 % Too much"
        assert cells[6].startswith("3 June 2026")
        assert references(browser.get(path, query_string={"show": "late"})) == ["Ana Ruiz"]
        assert references(browser.get(path, query_string={"show": "over"})) == ["Ben Busy"]
        assert references(browser.get(path, query_string={"sort": "open"}))[0] == "Ben Busy"
        assert "No reviewer fits" in text_of(browser.get(path, query_string={"q": "nobody"}))

    def test_as_many_queries_for_one_as_for_many(self, session, call, browser, count_queries):
        paths = [f"/reviews/calls/{call.id}/reviewers", f"/reviews/calls/{call.id}"]
        make_review(make_assessed_proposal(call=call))
        session.commit()
        counts = []
        for path in paths:
            browser.get(path)
            with count_queries() as one:
                browser.get(path)
            counts.append(len(one))
        for _ in range(30):
            make_review(make_assessed_proposal(call=call))
        session.commit()
        for path, before in zip(paths, counts, strict=True):
            with count_queries() as many:
                browser.get(path)
            assert len(many) == before <= 12, "\n".join(many)

    def test_who_may_see_it(self, session, call, client, sign_in):
        path = f"/reviews/calls/{call.id}/reviewers"
        answers = {}
        for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance"):
            person = make_staff(call.programme, role)
            session.commit()
            answers[role] = sign_in(client, person).get(path).status_code
        assert answers == {
            "manager": 200, "officer": 200, "auditor": 200, "reviewer": 404, "committee_member": 404, "finance": 404,
        }  # fmt: skip
