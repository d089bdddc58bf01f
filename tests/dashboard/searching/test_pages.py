"""The pages of the search: results, files, kept searches, and that nothing hidden shows in any of them."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from app.core import clock
from app.dashboard.models import SavedSearch
from app.dashboard.queries import searching
from app.dashboard.searching import WORDS
from app.identity.models import Membership
from tests.client import soup, text_of
from tests.dashboard.searching.conftest import LOW
from tests.factories.identity import make_person, make_programme, make_staff
from tests.factories.reviews import make_assessed_proposal, make_conflict, make_review, make_reviewer


def references(response):
    table = next((t for t in soup(response).find_all("table") if t.caption.get_text() == "Proposals found"), None)
    return [] if table is None else [row.th.get_text(" ", strip=True).split()[0] for row in table.tbody.find_all("tr")]


class TestPage:
    def test_filters_order_and_pages_are_in_the_address(self, world, browser):
        everything = references(browser.get("/search"))
        assert everything == sorted(p.reference for p in world)
        down = references(browser.get("/search", query_string={"sort": "-amount"}))
        assert down[-1] == world[7].reference, "what has no amount comes last"
        assert down[0] == world[6].reference
        assert references(browser.get("/search", query_string={"q": "title:gold"})) == [world[2].reference]
        for sort in searching.SORTS:
            for order in (sort, f"-{sort}"):
                assert len(references(browser.get("/search", query_string={"sort": order}))) == 8

    def test_a_flaw_is_shown_at_its_place_and_nothing_typed_is_lost(self, world, browser):
        answer = browser.get("/search", query_string={"q": "pits statsu:submitted"})
        assert answer.status_code == 422
        page = soup(answer)
        assert page.find("input", id="q")["value"] == "pits statsu:submitted"
        assert page.find("mark").get_text() == "statsu"
        assert "Did you mean “status”" in text_of(answer)
        mended = page.find("a", string=lambda s: s and "Search instead" in s)["href"]
        assert browser.get(mended).status_code == 200
        assert references(answer) == []

    @pytest.mark.parametrize(
        "typed",
        [
            "\ud800".encode("utf-8", "surrogatepass"), "a" * 3990, "(" * 300, '"' * 99, "'; DROP TABLE proposal; --",
            "%" * 50, "amount>99999999999.99", "-" * 100, "org:" + "\\" * 40, "<script>alert(1)</script>",
            "score<0.01", "reviews>999999999",
        ],
    )  # fmt: skip
    def test_hostile_searches_are_answered(self, world, browser, typed):
        answer = browser.get("/search", query_string={"q": typed, "sort": "'", "page": "-5"})
        assert answer.status_code in (200, 400, 422)
        assert "<script>alert" not in answer.get_data(as_text=True)

    def test_as_many_queries_for_one_as_for_many(self, session, call, browser, count_queries):
        typed = "status:assessing (reviewer:none OR late:yes OR phase:scoring) score:none"
        make_assessed_proposal(call=call)
        session.commit()
        browser.get("/search", query_string={"q": typed})
        with count_queries() as one:
            browser.get("/search", query_string={"q": typed})
        for _ in range(30):
            make_assessed_proposal(call=call)
        session.commit()
        with count_queries() as many:
            answer = browser.get("/search", query_string={"q": typed})
        assert len(references(answer)) == 31
        assert len(many) == len(one) <= 12, "\n".join(many)

    def test_the_help_lists_every_word(self, browser):
        page = text_of(browser.get("/search"))
        assert all(word.example in page for word in WORDS.values())

    def test_files_follow_the_filter_with_typed_cells(self, session, world, browser):
        world[2].title = "=HYPERLINK(1)"
        session.commit()
        query = {"q": "country:BO", "sort": "-amount"}
        csv = browser.get("/search/proposals.csv", query_string=query).get_data().decode("utf-8-sig")
        assert len(csv.strip().splitlines()) == 3
        assert "'=HYPERLINK(1)" in csv
        book = load_workbook(io.BytesIO(browser.get("/search/proposals.xlsx", query_string=query).get_data()))
        rows = list(book.active.iter_rows())
        assert [row[0].value for row in rows[1:]] == [world[6].reference, world[2].reference]
        title, amount = rows[2][1], rows[2][5]
        assert (title.value, title.data_type) == ("=HYPERLINK(1)", "s")
        assert (amount.value, amount.data_type) == (100_000, "n")


class TestWhatIsHidden:
    """A conflict, a review of one's own, another programme: not found, not counted, not sorted by, not in a file."""

    PROBES = (
        "",
        "pits",
        "-pits",
        "score>0",
        "score<100",
        "spread>15",
        "reviewer:ana",
        "review:submitted",
        "late:yes",
        "asked>0",
        "-asked>0",
        "amount>0",
    )

    def probe(self, browser):
        """Everything the search says, with the pages' changing parts taken away."""
        said = []
        for typed in self.PROBES:
            for sort in ("", "score", "-spread"):
                page = browser.get("/search", query_string={"q": typed, "sort": sort})
                table = next((t for t in soup(page).find_all("table") if t.caption.get_text() == "Proposals found"), "")
                line = soup(page).find(class_="result-line")
                said.append(
                    (
                        typed,
                        sort,
                        str(table),
                        line and line.get_text(),
                        browser.get("/search/proposals.csv", query_string={"q": typed}).data,
                    )
                )
        return said

    @pytest.mark.parametrize("reason", ["conflict", "own_review", "member"])
    def test_two_worlds_that_differ_only_in_what_is_hidden_look_the_same(
        self, session, call, manager, browser, reason, frozen
    ):
        shown = make_assessed_proposal(call=call, title="Shown pits")
        make_review(shown, state="submitted")
        hidden = make_assessed_proposal(call=call, title="Hidden pits")
        if reason == "conflict":
            make_conflict(manager, hidden)
        elif reason == "own_review":
            own = make_review(hidden)
            own.reviewer_id = manager.id
        else:
            session.add(Membership(organisation_id=hidden.organisation_id, person_id=manager.id, role="viewer"))
        session.commit()
        before = self.probe(browser)
        assert all(hidden.reference not in str(one) for one in before)
        assert any(shown.reference in str(one) for one in before)
        make_review(hidden, state="submitted", reviewer=make_reviewer(call, name="Ana Secret"))
        make_review(hidden, state="submitted", scores=LOW)
        make_review(hidden, state="draft", due_at=clock.now() + timedelta(minutes=1))
        frozen(clock.now())
        session.commit()
        assert self.probe(browser) == before

    def test_other_programmes_and_drafts_are_not_found(self, session, browser, call):
        other = make_assessed_proposal(title="Elsewhere")
        draft = make_assessed_proposal(call=call, title="Draft")
        draft.stages[0].state, draft.stages[0].sealed_number, draft.stages[0].submitted_at = "draft", 0, None
        session.commit()
        page = browser.get("/search").get_data(as_text=True)
        assert other.reference not in page
        assert draft.reference not in page

    def test_who_may_search(self, session, programme, client, sign_in):
        answers = {}
        for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance"):
            person = make_staff(programme, role)
            session.commit()
            sign_in(client, person)
            answers[role] = [
                client.get(p).status_code for p in ("/search", "/search/proposals.csv", "/search/proposals.xlsx")
            ]
        assert answers == {
            "manager": [200] * 3, "officer": [200] * 3, "auditor": [200] * 3, "reviewer": [404] * 3,
            "committee_member": [404] * 3, "finance": [404] * 3,
        }  # fmt: skip
        stranger = make_person()
        session.commit()
        assert sign_in(client, stranger).get("/search").status_code == 404


class TestKept:
    def keep(self, browser, in_programme, **over):
        fields = {"q": "late:yes", "sort": "-due", "name": "Late ones", "programme": str(in_programme.id), **over}
        return browser.act("/search/kept", **fields)

    def test_kept_changed_and_forgotten(self, session, browser, programme):
        assert self.keep(browser, programme).status_code == 303
        assert self.keep(browser, programme, q="late:no").status_code == 303
        (one,) = session.query(SavedSearch)
        assert (one.words, one.sort, one.shared) == ("late:no", "-due", False)
        page = soup(browser.get("/search"))
        assert page.find("a", string="Late ones")["href"] == "/search?q=late:no&sort=-due"
        assert browser.act(f"/search/kept/{one.id}/forget").status_code == 303
        assert session.query(SavedSearch).count() == 0

    def test_shared_with_the_staff_of_the_programme_and_nobody_else(
        self, session, browser, programme, new_client, sign_in
    ):
        self.keep(browser, programme, shared="y")
        self.keep(browser, programme, name="My own")
        colleague, elsewhere = make_staff(programme, "officer"), make_staff(make_programme(), "officer")
        session.commit()
        theirs = sign_in(new_client(), colleague)
        assert "Late ones" in text_of(theirs.get("/search"))
        assert "My own" not in text_of(theirs.get("/search"))
        one = session.query(SavedSearch).filter_by(name="Late ones").one()
        assert theirs.act(f"/search/kept/{one.id}/forget").status_code == 404
        assert "Late ones" not in text_of(sign_in(new_client(), elsewhere).get("/search"))

    def test_what_is_wrong_is_said_and_kept(self, session, browser, programme):
        for over in (
            {"name": ""},
            {"programme": "nonsense"},
            {"programme": str(make_programme().id)},
            {"q": "statsu:x"},
        ):
            session.commit()
            answer = self.keep(browser, programme, **over)
            assert answer.status_code == 422, over
            assert soup(answer).find("input", id="q")["value"] == over.get("q", "late:yes")
        assert session.query(SavedSearch).count() == 0
