"""The pool: profiles by reviewers and staff, the page of a programme, the table of a call. Nobody else's is seen or changed."""

import uuid
from datetime import date

import pytest

from app.core.audit import AuditEntry
from app.reviews import queries, services
from app.reviews.models import CallReviewer, ReviewerProfile
from app.reviews.queries import pool
from app.reviews.services import Place, ProfileFacts
from tests.client import soup, text_of
from tests.factories.identity import actor_of, make_member, make_organisation, make_programme, make_staff
from tests.factories.reviews import (
    make_assessed_proposal,
    make_assessing_call,
    make_officer,
    make_review,
    make_reviewer,
)

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def call(session):
    return make_assessing_call()


@pytest.fixture
def ana(call):
    return make_reviewer(call, name="Ana Lima")


def page_of(call, person):
    return f"/reviews/pool/{call.programme_id}/people/{person.id}"


def make_profile(call, person, **over):
    facts = ProfileFacts(**{"languages": ("en", "fr"), "minerals": ("tin",), "countries": ("CD",), **over})
    return services.save_profile(programme=call.programme, person=person, facts=facts, actor=actor_of(person))


class TestProfile:
    def test_a_reviewer_writes_their_own(self, session, client, sign_in, call, ana):
        session.commit()
        browser = sign_in(client, ana)
        assert browser.get("/reviews/profile").location.endswith(page_of(call, ana))
        path = page_of(call, ana)
        answer = browser.fill(
            path, None, languages=["en", "sw"], minerals=["gold"], countries=["TZ", "KE"],
            topics="Mercury-free gold\n\n  Women   in mining ", methods="Audits", about="Twenty years at the lake.",
            employer="Lake Institute", pillar="civil_society", capacity="7", away_from="2026-07-01", away_until="2026-07-14",
        )  # fmt: skip
        assert answer.status_code == 303
        profile = pool.profile_of(call.programme_id, ana.id)
        assert (profile.languages, profile.minerals, profile.countries) == (["en", "sw"], ["gold"], ["TZ", "KE"])
        assert profile.topics == ["Mercury-free gold", "Women in mining"]
        assert (profile.methods, profile.capacity, profile.pillar) == (["Audits"], 7, "civil_society")
        assert (profile.away_from, profile.away_until) == (date(2026, 7, 1), date(2026, 7, 14))
        again = browser.form(path)["values"]
        assert again["topics"].strip() == "Mercury-free gold\nWomen in mining"
        assert again["countries"] == ["KE", "TZ"]
        assert session.query(AuditEntry).filter_by(action="reviewer.profile_saved").count() == 1

    def test_staff_writes_it_for_them(self, session, client, sign_in, call, ana):
        officer = make_officer(call)
        session.commit()
        browser = sign_in(client, officer)
        assert browser.fill(page_of(call, ana), None, employer="Lake Institute").status_code == 303
        assert pool.profile_of(call.programme_id, ana.id).employer == "Lake Institute"

    def test_the_later_of_two_does_not_overwrite_unseen(self, session, client, sign_in, call, ana):
        make_profile(call, ana)
        session.commit()
        browser = sign_in(client, ana)
        values = browser.form(page_of(call, ana))["values"]
        assert browser.fill(page_of(call, ana), None, about="First").status_code == 303
        answer = browser.post(page_of(call, ana), data={**values, "about": "Second"})
        assert answer.status_code == 409
        assert "Second" in text_of(answer)
        session.expire_all()
        assert pool.profile_of(call.programme_id, ana.id).about == "First"

    @pytest.mark.parametrize(
        "over",
        [
            {"languages": ["xx"]}, {"minerals": ["unobtainium"]}, {"countries": ["ZZ"]}, {"capacity": "201"},
            {"capacity": "-1"}, {"capacity": "many"}, {"pillar": "army"}, {"away_from": "2026-07-14", "away_until": "2026-07-01"},
            {"topics": "x" * 201}, {"topics": "\n".join(["a topic"] * 31)}, {"about": "x" * 4001}, {"employer": "x" * 201},
            {"organisation": str(uuid.uuid4())}, {"organisation": "'; DROP TABLE person"},
        ],
    )  # fmt: skip
    def test_bad_input_is_named_and_nothing_is_kept(self, session, client, sign_in, call, ana, over):
        session.commit()
        answer = sign_in(client, ana).fill(page_of(call, ana), None, **{"about": "Typed words", **over})
        assert answer.status_code == 422
        assert soup(answer).select(".field-wrong")
        if "about" not in over:
            assert "Typed words" in text_of(answer)
        assert pool.profile_of(call.programme_id, ana.id) is None

    def test_an_organisation_must_be_ones_own(self, session, client, sign_in, call, ana):
        own, other = make_organisation(), make_organisation()
        make_member(own, person=ana)
        session.commit()
        browser = sign_in(client, ana)
        assert browser.fill(page_of(call, ana), None, organisation=str(other.id)).status_code == 422
        assert browser.fill(page_of(call, ana), None, organisation=str(own.id)).status_code == 303

    def test_whose_it_is_not_gets_nothing(self, session, client, sign_in, call, ana):
        ben, manager = make_reviewer(call, name="Ben"), make_staff(call.programme, "manager")
        stranger, auditor = make_officer(make_assessing_call()), make_staff(call.programme, "auditor")
        finance = make_staff(call.programme, "finance")
        make_profile(call, ana, about="Canary words")
        session.commit()
        seen = {
            p.name: sign_in(client, p).get(page_of(call, ana)).status_code
            for p in (ben, manager, stranger, auditor, finance)
        }
        assert seen == {ben.name: 404, manager.name: 200, stranger.name: 404, auditor.name: 200, finance.name: 404}
        for person in (ben, stranger, auditor, finance):
            assert sign_in(client, person).act(page_of(call, ana), capacity="1", about="x").status_code == 404
        session.expire_all()
        assert pool.profile_of(call.programme_id, ana.id).about == "Canary words"
        assert sign_in(client, manager).get(page_of(call, manager)).status_code == 404, (
            "who does not review has no profile"
        )


class TestPool:
    def test_search_and_filters(self, session, client, sign_in, call, ana):
        ben, _eva = make_reviewer(call, name="Ben Otieno"), make_reviewer(call, name="Eva Silent")
        make_profile(call, ana, employer="Lake Institute", capacity=1)
        make_profile(call, ben, minerals=("gold",), languages=("es",), countries=("PE",), away_from=date(2026, 5, 1))
        make_review(make_assessed_proposal(call=call), reviewer=ana)
        officer = make_officer(call)
        session.commit()
        browser = sign_in(client, officer)

        def found(query):
            return {
                a.get_text()
                for a in soup(browser.get(f"/reviews/pool/{call.programme_id}?{query}")).select("tbody th a")
            }

        assert found("") == {"Ana Lima", "Ben Otieno", "Eva Silent"}
        assert found("q=LAKE") == {"Ana Lima"}
        assert (
            found("mineral=gold") == found("country=PE") == found("language=es") == found("show=away") == {"Ben Otieno"}
        )
        assert found("show=full") == {"Ana Lima"}
        assert found("show=silent") == {"Eva Silent"}
        assert found("q=nobody") == set()
        assert found("show=nonsense&page=9") == {"Ana Lima", "Ben Otieno", "Eva Silent"}
        assert "1 / 1" in text_of(browser.get(f"/reviews/pool/{call.programme_id}"))

    def test_who_may_see_it(self, session, client, sign_in, call):
        path = f"/reviews/pool/{call.programme_id}"
        people = {
            role: make_staff(call.programme, role)
            for role in ("manager", "officer", "auditor", "reviewer", "committee_member", "finance")
        }
        session.commit()
        seen = {role: sign_in(client, person).get(path).status_code for role, person in people.items()}
        assert seen == {
            "manager": 200,
            "officer": 200,
            "auditor": 200,
            "reviewer": 404,
            "committee_member": 404,
            "finance": 404,
        }
        assert sign_in(client, make_staff(make_programme(), "manager")).get(path).status_code == 404

    def test_as_many_queries_for_one_as_for_many(self, session, client, sign_in, call, ana, count_queries):
        make_profile(call, ana)
        officer = make_officer(call)
        session.commit()
        browser, paths = (
            sign_in(client, officer),
            [f"/reviews/pool/{call.programme_id}", f"/reviews/calls/{call.id}/places"],
        )
        for path in paths:
            browser.get(path)
        few = {}
        for path in paths:
            with count_queries() as seen:
                browser.get(path)
            few[path] = len(seen)
        for _ in range(30):
            make_profile(call, make_reviewer(call))
        session.commit()
        for path in paths:
            with count_queries() as seen:
                browser.get(path)
            assert len(seen) == few[path] <= 12


class TestPlaces:
    def test_the_table_is_edited_as_one(self, session, client, sign_in, call, ana):
        ben, officer = make_reviewer(call, name="Ben"), make_officer(call)
        make_profile(call, ana, capacity=4)
        session.commit()
        browser, path = sign_in(client, officer), f"/reviews/calls/{call.id}/places"
        values = browser.form(path)["values"]
        assert values[f"capacity-{ana.id}"] == "4"
        answer = browser.fill(
            path, None, **{f"capacity-{ana.id}": "6", f"minimum-{ana.id}": "2", f"standby-{ben.id}": "on"}
        )
        assert answer.status_code == 303
        rows = pool.places_in_call(call.id)
        assert (rows[ana.id].capacity, rows[ana.id].minimum, rows[ana.id].available) == (6, 2, True)
        assert rows[ben.id].standby
        assert queries.capacities_in_call(call.id, call.programme_id)[ana.id] == 6
        entries = session.query(AuditEntry).filter_by(action="reviewer.place_agreed").count()
        browser.fill(path, None)
        assert session.query(AuditEntry).filter_by(action="reviewer.place_agreed").count() == entries, "nothing changed"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("capacity", "201"), ("capacity", "x"), ("minimum", "9"), ("minimum", "-1"), ("capacity", "٣")],
    )
    def test_a_wrong_number_keeps_all_that_was_typed(self, session, client, sign_in, call, ana, field, value):
        ben, officer = make_reviewer(call, name="Ben"), make_officer(call)
        session.commit()
        path = f"/reviews/calls/{call.id}/places"
        answer = sign_in(client, officer).fill(
            path, None, **{f"capacity-{ana.id}": "5", f"capacity-{ben.id}": "3", f"{field}-{ana.id}": value}
        )
        assert answer.status_code == 422
        page = soup(answer)
        assert page.find("input", {"name": f"{field}-{ana.id}"})["value"] == value
        assert page.find("input", {"name": f"capacity-{ben.id}"})["value"] == "3"
        assert not session.query(CallReviewer).count()

    def test_who_may_change_it(self, session, client, sign_in, call, ana):
        path = f"/reviews/calls/{call.id}/places"
        people = {role: make_staff(call.programme, role) for role in ("auditor", "reviewer", "finance")}
        session.commit()
        for person in (*people.values(), make_officer(make_assessing_call())):
            session.commit()
            assert sign_in(client, person).act(path, **{f"capacity-{ana.id}": "9"}).status_code == 404
        assert sign_in(client, people["auditor"]).get(path).status_code == 200
        assert not session.query(CallReviewer).count()

    def test_somebody_who_does_not_review_is_passed_over(self, session, client, sign_in, call, ana):
        officer, other = make_officer(call), make_reviewer(make_assessing_call())
        session.commit()
        browser = sign_in(client, officer)
        browser.act(
            f"/reviews/calls/{call.id}/places", **{f"capacity-{other.id}": "9", f"capacity-{uuid.uuid4()}": "1"}
        )
        assert not session.query(CallReviewer).count()
        with pytest.raises(Exception, match="Page not found"):
            services.set_places(call=call, places={other.id: Place(3)}, actor=actor_of(officer))


def test_profiles_of_two_programmes_are_apart(session, client, sign_in, call, ana):
    other = make_assessing_call()
    make_staff(other.programme, "reviewer", person=ana)
    make_profile(call, ana, about="For the first")
    session.commit()
    page = sign_in(client, ana).get("/reviews/profile")
    assert {a["href"] for a in soup(page).select("main a")} == {page_of(call, ana), page_of(other, ana)}
    assert "For the first" not in text_of(sign_in(client, ana).get(page_of(other, ana)))
    assert session.query(ReviewerProfile).count() == 1
