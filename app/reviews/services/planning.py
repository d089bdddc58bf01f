"""Plans of who reviews what: made, computed in the background or at once, applied once, discarded."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.core import audit, clock, outbox, queue, transitions
from app.core.errors import Conflict, Invalid, MoveRefused
from app.core.types import Actor
from app.extensions import db
from app.identity import queries as identity_queries
from app.proposals import queries as proposals_queries
from app.reviews import policy, queries
from app.reviews.matching.calls import CallFacts, Settings, fingerprint
from app.reviews.models import AssignmentPlan
from app.reviews.services.gathering import gather, open_proposals, with_texts
from app.reviews.services.inviting import invite
from workflows.actors import STAFF
from workflows.machine import N_

log = structlog.get_logger()
AT_ONCE = 5_000
AT_ONCE_SECONDS, SECONDS = 5.0, 60.0
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
JOB_SECONDS = 170


def make_plan(*, call: Call, settings: Settings, title: str, actor: Actor) -> AssignmentPlan:
    """A new plan; a small one is computed at once, a large one by the workers."""
    refuse_strangers(call, actor)
    if settings.mineral + settings.country + settings.topic != 100:
        raise Invalid(N_("The three weights must be 100 together."), field="mineral")
    plan = AssignmentPlan(
        call_id=call.id,
        call=call,
        basis="optimal",
        title=title,
        made_by_id=actor.person_id,
        made_by_name=actor.name,
        seed=settings.seed,
        settings=settings.document(),
    )
    db.session.add(plan)
    db.session.flush()
    audit.record(plan, "assignment_plan.made", actor, settings=settings.document())
    facts = gather(call, open_proposals(call, actor))
    if facts.pairs <= AT_ONCE:
        result = _computed(whole_facts(facts), settings, AT_ONCE_SECONDS)
        if result.get("failure") != "timeout":  # else the workers have more time for it
            _write(plan, facts, result)
    return plan


def refuse_strangers(call: Call, actor: Actor) -> None:
    """Only the programme's staff plan."""
    if not policy.relations(actor, call) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))


def whole_facts(facts: CallFacts) -> CallFacts:
    """The facts with the texts of the sealed versions."""
    from app.reviews.matching.topics import language_of  # noqa: PLC0415 - slow import

    sealed = proposals_queries.latest_sealed_of_proposals([uuid.UUID(p.key) for p in facts.proposals])
    return with_texts(facts, sealed, language_of)


def _computed(facts: CallFacts, settings: Settings, seconds: float) -> dict[str, Any]:
    """The result as it is stored, or why there is none."""
    from app.reviews.matching.posing import problem_of, rules_of  # noqa: PLC0415 - slow import
    from app.reviews.matching.problem import Timeout  # noqa: PLC0415 - slow import
    from app.reviews.matching.solving import solve  # noqa: PLC0415 - slow import

    problem, fit = problem_of(facts, settings)
    try:
        plan = solve(problem, rules_of(settings, seconds))
    except Timeout:
        return {"failure": "timeout"}
    except ArithmeticError as error:
        log.error("plan.broken", error=str(error)[:300])
        return {"failure": "broken"}
    new, languages = set(plan.new), {p.key: p.language for p in facts.proposals}
    reads = {m.facts.key: m.facts.languages for m in facts.members}
    pairs = [
        {
            "proposal": problem.proposals[p],
            "reviewer": problem.reviewers[r],
            "new": (p, r) in new,
            "score": round(float(fit.score[p, r]), 4),
            "mineral": round(float(fit.mineral[p, r]), 4),
            "country": round(float(fit.country[p, r]), 4),
            "topic": round(float(fit.topic[p, r]), 4),
            "reads": bool(languages[problem.proposals[p]])
            and languages[problem.proposals[p]] in reads[problem.reviewers[r]],
            "bid": (facts.bids or {}).get((problem.proposals[p], problem.reviewers[r]), ""),
            "chance": round(plan.chances[p, r], 4) if (p, r) in plan.chances else None,
        }
        for p, r in plan.pairs
    ]
    return {"certificate": plan.certificate.document(), "pairs": pairs, "languages": languages}


def _write(plan: AssignmentPlan, facts: CallFacts, result: dict[str, Any]) -> None:
    plan.failure = result.pop("failure", "")
    if not plan.failure:
        plan.result, plan.computed_at = result, clock.now()
        plan.input_sha256 = fingerprint(facts, Settings.read(plan.settings))
    db.session.flush()


def compute_due_plans() -> int:
    """Have every plan computed that waits for it: by the workers of the queue, or here when there are none."""
    waiting = [plan.id for plan in queries.uncomputed_plans() if _is_free(plan.result)]
    if queue.connection() is None:
        return sum(compute_plan(ident) for ident in waiting[:1])
    handed = 0
    for ident in waiting:
        plan = queries.get_plan(ident)
        if plan is not None and _take(plan):
            handed += queue.enqueue("app.reviews.jobs.compute_plan", str(ident), timeout=JOB_SECONDS)
    return handed


def _is_free(result: Mapping[str, Any]) -> bool:
    """Whether nobody has the plan in hand, or had it for too long."""
    taken = result.get("taken_at")
    return taken is None or datetime.fromisoformat(taken) + LEASE <= outbox.real_now()


def _take(plan: AssignmentPlan) -> bool:
    """Note that somebody computes the plan now; given up after a few attempts."""
    attempts = int(plan.result.get("attempts", 0)) + 1
    if attempts > MOST_ATTEMPTS:
        plan.failure = "broken"
    plan.result = {"taken_at": outbox.real_now().isoformat(), "attempts": attempts}
    db.session.flush()
    return not plan.failure


def compute_plan(plan_id: uuid.UUID) -> bool:
    """Compute one plan; the database is let go meanwhile. False when there was nothing to do."""
    plan = queries.get_plan(plan_id)
    if plan is None or plan.computed_at or plan.discarded_at or plan.failure:
        return False
    call = calls_queries.get_call(plan.call_id)
    maker = Actor(plan.made_by_id, plan.made_by_name)
    facts, settings = _gathered(call, maker), Settings.read(plan.settings)
    whole = whole_facts(facts)
    db.session.rollback()
    began = time.monotonic()
    result = _computed(whole, settings, SECONDS)
    log.info("plan.computed", plan_id=str(plan_id), pairs=facts.pairs, seconds=round(time.monotonic() - began, 2))
    plan = queries.get_plan(plan_id)
    if plan is None or plan.computed_at or plan.discarded_at:
        return False
    _write(plan, facts, result)
    return True


def _gathered(call: Call | None, maker: Actor) -> CallFacts:
    if call is None:
        raise LookupError("the call of a plan is gone")
    return gather(call, open_proposals(call, maker))


def is_current(plan: AssignmentPlan) -> bool:
    """Whether the plan would be computed from the same facts today."""
    call = calls_queries.get_call(plan.call_id)
    facts = _gathered(call, Actor(plan.made_by_id, plan.made_by_name))
    return fingerprint(facts, Settings.read(plan.settings)) == plan.input_sha256


def apply_plan(*, plan: AssignmentPlan, due_at: datetime, actor: Actor, expected_version: int | None = None) -> int:
    """Invite everybody whom the plan adds; nobody is ever taken off. Returns how many were invited.

    Raises ``MoveRefused`` (not ready, applied, discarded, out of date, a proposal closed to this person), ``Invalid``.
    """
    transitions.lock(plan)
    refuse_unless_ready(plan, actor)
    if expected_version is not None and plan.version != expected_version:
        raise Conflict()
    if due_at <= clock.now():
        raise Invalid(N_("Give a date in the future."), field="due_on")
    if not is_current(plan):
        raise MoveRefused(
            N_("Proposals, reviewers, conflicts or reviews changed since this plan was made. Make it again.")
        )
    pairs = [(uuid.UUID(p["proposal"]), uuid.UUID(p["reviewer"])) for p in plan.result["pairs"] if p["new"]]
    _invite_all(plan.call, pairs, due_at, actor)
    close_plan(plan, actor, len(pairs))
    return len(pairs)


def refuse_unless_ready(plan: AssignmentPlan, actor: Actor) -> None:
    """A plan is carried out once, by the staff, and not after it was put away."""
    refuse_strangers(plan.call, actor)
    if plan.applied_at is not None:
        raise MoveRefused(N_("This plan is applied already. Nobody is invited twice."))
    if plan.discarded_at is not None:
        raise MoveRefused(N_("This plan is discarded."))
    if plan.computed_at is None:
        raise MoveRefused(N_("This plan is not computed yet."))


def _invite_all(call: Call, pairs: list[tuple[uuid.UUID, uuid.UUID]], due_at: datetime, actor: Actor) -> None:
    proposals = {p.id: p for p in open_proposals(call, actor)}
    if any(ident not in proposals for ident, _ in pairs):
        raise MoveRefused(N_("This plan holds proposals that are not open to you. A colleague has to apply it."))
    for proposal_id, person_id in pairs:
        person = identity_queries.get_person(person_id)
        if person is None:
            raise Conflict()
        invite(proposal=proposals[proposal_id], reviewer=person, due_at=due_at, actor=actor)


def close_plan(plan: AssignmentPlan, actor: Actor, invited: int) -> None:
    """Note that a plan was carried out, by whom, and how many it asked."""
    plan.applied_at, plan.applied_by_id = clock.now(), actor.person_id
    db.session.flush()
    audit.record(plan, "assignment_plan.applied", actor, invited=invited)


def discard_plan(*, plan: AssignmentPlan, actor: Actor) -> None:
    """Put a plan away; one that was applied stays on record."""
    transitions.lock(plan)
    refuse_strangers(plan.call, actor)
    if plan.applied_at is not None:
        raise MoveRefused(N_("This plan is applied and stays on record."))
    if plan.discarded_at is None:
        plan.discarded_at = clock.now()
        db.session.flush()
        audit.record(plan, "assignment_plan.discarded", actor)
