"""Plans from the records of a call: what they follow from, who sees them, and that applying only ever adds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import Conflict, Invalid, MoveRefused
from app.extensions import db
from app.reviews import queries, services
from app.reviews.matching.calls import Settings
from app.reviews.models import AssignmentPlan, ReviewBid
from app.reviews.services import planning
from app.reviews.services.gathering import gather, open_proposals
from tests.factories.identity import actor_of, make_member, make_organisation, make_staff
from tests.factories.pool import make_profiled
from tests.factories.reviews import (
    make_assessed_proposal,
    make_conflict,
    make_review,
)
from tests.reviews.plans import apply, pairs, plan_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def call(proposal):
    return proposal.call


class TestComputing:
    def test_the_best_fit_is_found_and_nobody_is_invited(self, session, proposal, call, officer):
        good, fair = make_profiled(call), make_profiled(call, countries=[])
        make_profiled(call, minerals=["gold"], countries=[])
        plan = plan_of(call, officer)
        assert pairs(plan) == {(str(proposal.id), str(p.id)) for p in (good, fair)}
        assert plan.result["certificate"]["gap"] <= 1e-9 and plan.seed == 7
        assert queries.reviews_of_proposals([proposal.id]) == []

    def test_what_closes_a_pair(self, session, proposal, call, officer):
        member, declared, refused, busy, away = (make_profiled(call, name=f"No {n}") for n in range(5))
        make_member(proposal.organisation, "viewer", member)
        make_conflict(declared, proposal)
        session.add(ReviewBid(proposal_id=proposal.id, person_id=refused.id, value="no"))
        profiles = queries.profiles_of_programme(call.programme_id)
        profiles[busy.id].capacity = 0
        profiles[away.id].away_until = (clock.now() + timedelta(days=900)).date()
        left = make_profiled(call)
        services.decline(review=make_review(proposal, reviewer=left), reason="No time.", actor=actor_of(left))
        able = make_profiled(call, minerals=[], countries=[])
        session.flush()
        plan = plan_of(call, officer)
        assert pairs(plan) == {(str(proposal.id), str(able.id))}
        (short,) = plan.result["certificate"]["shortages"]
        assert (short["kind"], short["missing"]) == ("people", 1)

    def test_reserves_and_staff_get_nothing(self, session, proposal, call, officer):
        make_profiled(call, standby=True)
        both = make_profiled(call)
        make_staff(call.programme, "officer", person=both)
        assert pairs(plan_of(call, officer)) == set()

    def test_reviews_that_are_asked_stay_and_count(self, session, proposal, call, officer):
        asked = make_review(proposal, state="accepted").reviewer
        ana = make_profiled(call)
        make_profiled(call, minerals=["gold"])
        plan = plan_of(call, officer)
        assert pairs(plan) == {(str(proposal.id), str(asked.id)), (str(proposal.id), str(ana.id))}
        assert [p["reviewer"] for p in plan.result["pairs"] if p["new"]] == [str(ana.id)]

    def test_colleagues_do_not_review_the_same_proposal(self, session, proposal, call, officer):
        house = make_organisation(name="Lakeside Institute")
        make_profiled(call, organisation_id=house.id)
        make_profiled(call, organisation_id=house.id)
        plan = plan_of(call, officer)
        assert len(pairs(plan)) == 1
        assert plan.result["certificate"]["shortages"][0]["kind"] == "organisations"

    def test_a_proposal_in_french_gets_a_reader(self, session, call, officer):
        text = "Les mineurs de la coopérative travaillent dans les puits et les femmes vendent le minerai sur la place."
        french = make_assessed_proposal(call=call, answers={"problem": text})
        for n in range(2):
            make_profiled(call, name=f"English {n}")
        reader = make_profiled(call, name="Fatou", minerals=[], countries=[], languages=["fr"])
        plan = plan_of(call, officer, Settings(wanted=2, language="one", pillars="", seed=1))
        assert plan.result["languages"][str(french.id)] == "fr"
        assert (str(french.id), str(reader.id)) in pairs(plan)
        plan = plan_of(call, officer, Settings(wanted=2, language="all", pillars="", seed=1))
        assert {r for p, r in pairs(plan) if p == str(french.id)} == {str(reader.id)}

    def test_bids_move_the_choice(self, session, proposal, call, officer):
        plain, eager = make_profiled(call, topics=[]), make_profiled(call, countries=[], topics=[])
        session.add(ReviewBid(proposal_id=proposal.id, person_id=eager.id, value="eager"))
        plan = plan_of(call, officer, Settings(wanted=1, language="", pillars=""))
        assert pairs(plan) == {(str(proposal.id), str(eager.id))} and plain

    def test_the_same_facts_and_seed_give_the_same_plan(self, session, call, officer):
        for n in range(4):
            make_profiled(call, name=f"R{n}")
            make_assessed_proposal(call=call)
        one, two = plan_of(call, officer), plan_of(call, officer)
        assert one.result == two.result and one.input_sha256 == two.input_sha256

    def test_weights_are_a_hundred_together(self, session, call, officer):
        with pytest.raises(Invalid) as refused:
            plan_of(call, officer, Settings(mineral=60))
        assert refused.value.field == "mineral"


class TestLater:
    def test_a_large_plan_waits_for_the_workers(self, session, monkeypatch, proposal, call, officer):
        make_profiled(call)
        monkeypatch.setattr(planning, "AT_ONCE", 0)
        plan = plan_of(call, officer)
        session.commit()
        assert plan.computed_at is None
        with pytest.raises(MoveRefused, match="not computed"):
            apply(plan, officer)
        assert services.compute_due_plans() == 1
        session.commit()
        plan = queries.get_plan(plan.id)
        assert len(plan.result["pairs"]) == 1 and plan.computed_at
        assert services.compute_due_plans() == 0

    def test_without_a_plan_in_time_it_says_so(self, session, monkeypatch, proposal, call, officer):
        make_profiled(call)
        monkeypatch.setattr(planning, "AT_ONCE_SECONDS", 0)
        monkeypatch.setattr(planning, "SECONDS", 0)
        plan = plan_of(call, officer)
        session.commit()
        assert (plan.computed_at, plan.failure) == (None, ""), "the workers have more time for it"
        assert services.compute_due_plans() == 1
        session.commit()
        assert queries.get_plan(plan.id).failure == "timeout" and services.compute_due_plans() == 0

    def test_the_workers_are_handed_each_plan_once(self, session, monkeypatch, proposal, call, officer):
        make_profiled(call)
        monkeypatch.setattr(planning, "AT_ONCE", 0)
        plan = plan_of(call, officer)
        session.commit()
        handed = []
        monkeypatch.setattr(planning.queue, "connection", lambda: object())
        monkeypatch.setattr(planning.queue, "enqueue", lambda path, *args, **more: handed.append((path, args)) or True)
        assert services.compute_due_plans() == 1 and services.compute_due_plans() == 0
        assert handed == [("app.reviews.jobs.compute_plan", (str(plan.id),))]


class TestApplying:
    def test_everybody_new_is_invited_once(self, session, proposal, call, officer):
        asked = make_review(proposal).reviewer
        ana = make_profiled(call)
        plan = plan_of(call, officer)
        assert apply(plan, officer) == 1
        assert {r.reviewer_id for r in queries.reviews_of_proposals([proposal.id])} == {asked.id, ana.id}
        with pytest.raises(MoveRefused, match="applied already"):
            apply(plan, officer)

    @pytest.mark.parametrize("change", ["conflict", "bid", "review", "reviewer", "proposal", "profile"])
    def test_a_plan_out_of_date_is_refused(self, session, proposal, call, officer, change):
        ana = make_profiled(call)
        plan = plan_of(call, officer)
        if change == "conflict":
            make_conflict(ana, proposal)
        elif change == "bid":
            session.add(ReviewBid(proposal_id=proposal.id, person_id=ana.id, value="willing"))
        elif change == "review":
            make_review(proposal)
        elif change == "reviewer":
            make_profiled(call)
        elif change == "proposal":
            make_assessed_proposal(call=call)
        else:
            queries.profiles_of_programme(call.programme_id)[ana.id].minerals = ["gold"]
        session.flush()
        before = len(queries.reviews_of_proposals([proposal.id]))
        with pytest.raises(MoveRefused, match="Make it again"):
            apply(plan, officer)
        assert len(queries.reviews_of_proposals([proposal.id])) == before and plan.applied_at is None

    def test_the_date_is_to_come(self, session, proposal, call, officer):
        make_profiled(call)
        plan = plan_of(call, officer)
        with pytest.raises(Invalid):
            services.apply_plan(plan=plan, due_at=clock.now(), actor=officer)
        with pytest.raises(Conflict):
            services.apply_plan(
                plan=plan, due_at=clock.now() + timedelta(days=1), actor=officer, expected_version=plan.version - 1
            )

    def test_a_discarded_plan_is_not_applied(self, session, proposal, call, officer):
        make_profiled(call)
        plan = plan_of(call, officer)
        services.discard_plan(plan=plan, actor=officer)
        with pytest.raises(MoveRefused):
            apply(plan, officer)

    def test_only_staff_plan(self, session, proposal, call):
        auditor = actor_of(make_staff(call.programme, "auditor"))
        with pytest.raises(MoveRefused):
            plan_of(call, auditor)


def test_outsiders_who_are_asked_hold_a_seat(session, proposal, officer):
    call = proposal.call
    facts = gather(call, open_proposals(call, officer))
    assert facts.waiting == {} and db.session.query(AssignmentPlan).count() == 0
