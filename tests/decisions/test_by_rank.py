"""Proposing by rank: the plan, chosen skips, and what refuses it."""

import pytest

from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused
from app.decisions import services
from tests.decisions.conftest import eur
from tests.factories.identity import actor_of
from tests.factories.reviews import (
    make_assessing_call,
    make_conflict,
    make_officer,
    make_tabled_proposal,
    reload,
)

pytestmark = pytest.mark.usefixtures("frozen")

HIGH, MIDDLE, PASSING = ({"A1": n, "A2": n, "B1": n} for n in (5, 4, 3))


class TestByRank:
    @pytest.fixture
    def ranked(self):
        call = make_assessing_call(budget="250000.00")
        spec = ((100_000, HIGH), (200_000, MIDDLE), (120_000, PASSING), (50_000, {"A1": 2, "A2": 2, "B1": 5}))
        proposals = [make_tabled_proposal(call=call, grant=g, scores=(s, s)) for g, s in spec]
        return call, proposals

    def outcomes(self, plan):
        return [(line.outcome, line.amount_minor // 100, line.skipped) for _, line in plan.lines]

    def test_the_plan(self, ranked, session):
        call, proposals = ranked
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [r.proposal.id for r, _ in plan.lines] == [p.id for p in proposals]
        assert self.outcomes(plan) == [
            ("awarded", 100_000, False), ("reserve", 0, False), ("reserve", 0, False), ("declined", 0, False),
        ]  # fmt: skip

    def test_a_skip_is_a_recorded_choice(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        skips = {str(proposals[1].id)}
        plan = services.plan_by_rank(call, officer, skips)
        assert self.outcomes(plan)[1:3] == [("reserve", 0, True), ("awarded", 120_000, False)]
        with pytest.raises(Invalid, match="why"):
            services.propose_by_rank(
                call=call, skips=skips, skip_reason=" ", fingerprint=plan.fingerprint, actor=officer
            )
        made = services.propose_by_rank(
            call=call, skips=skips, skip_reason="Too big.", fingerprint=plan.fingerprint, actor=officer
        )
        assert [d.outcome for d in made] == ["awarded", "reserve", "awarded", "declined"]
        assert "Too big." in made[1].rationale
        entry = audit.history("call", call.id)[-1]
        assert (entry.action, entry.reason) == ("call.proposed_by_rank", "Too big.")
        assert entry.detail["skipped"] == [proposals[1].reference]

    def test_another_ranking_than_previewed_is_refused(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        plan = services.plan_by_rank(call, officer)
        services.propose(proposal=reload(proposals[0]), outcome="declined", actor=officer)
        with pytest.raises(Conflict, match="preview"):
            services.propose_by_rank(call=call, skips=(), skip_reason="", fingerprint=plan.fingerprint, actor=officer)

    def test_what_is_proposed_already_is_left_alone_and_its_money_counted(self, ranked, session):
        call, proposals = ranked
        officer = actor_of(make_officer(call))
        services.propose(proposal=reload(proposals[1]), outcome="awarded", amount=eur(200_000), actor=officer)
        plan = services.plan_by_rank(call, officer)
        assert plan.left_minor == 5_000_000
        assert [o for o, _, _ in self.outcomes(plan)] == ["reserve", "reserve", "declined"]

    def test_without_a_reserve_list_the_rest_is_declined(self, session):
        call = make_assessing_call(budget="100000.00", process={"reserve_list": False})
        for scores in (HIGH, MIDDLE):
            make_tabled_proposal(call=call, scores=(scores, scores))
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [o for o, _, _ in self.outcomes(plan)] == ["awarded", "declined"]

    def test_a_conflict_anywhere_in_the_call_refuses(self, ranked, session):
        call, proposals = ranked
        officer = make_officer(call)
        make_conflict(officer, proposals[3])
        with pytest.raises(MoveRefused, match="conflict"):
            services.plan_by_rank(call, actor_of(officer))

    def test_ties_go_to_the_lower_rate(self, session):
        call = make_assessing_call()
        full = make_tabled_proposal(call=call, grant=100_000, total=100_000)
        shared = make_tabled_proposal(call=call, grant=100_000, total=200_000)
        plan = services.plan_by_rank(call, actor_of(make_officer(call)))
        assert [r.proposal.id for r, _ in plan.lines] == [shared.id, full.id]
        assert [line.ranked.rank for _, line in plan.lines] == [1, 2]
