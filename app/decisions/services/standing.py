"""How the proposals of a call stand: ranked by their final reviews, against minimums, ties and the budget."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.calls.rubric import Rubric
from app.core import audit
from app.core.errors import Conflict, Invalid, MoveRefused, NotFound
from app.core.types import Actor, Money
from app.decisions import policy, queries, ranking
from app.decisions.models import Decision
from app.decisions.queries import Result
from app.decisions.services.facts import is_deciding
from app.decisions.services.proposing import propose
from app.proposals.figures import work_out
from app.proposals.snapshot import read
from app.reviews import scoring
from app.reviews.scoring import Summary
from app.reviews.services.numbers import CallNumbers, numbers_of_sheets
from workflows.actors import STAFF
from workflows.machine import N_

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Standing:
    """One proposal in its place, with what put it there."""

    result: Result
    ranked: ranking.Ranked
    summary: Summary


@dataclass(frozen=True)
class Plan:
    """What proposing by rank would do, line by line; ``fingerprint`` says whether it is still the same."""

    lines: tuple[tuple[Result, ranking.Line], ...]
    left_minor: int
    fingerprint: str


def rubric_of(call: Call) -> Rubric:
    """The grid of the stage that is decided on."""
    rubric = calls_queries.rubric_of(call.stages[-1])
    if rubric is None:
        raise NotFound()
    return rubric


def rules_of(rubric: Rubric) -> ranking.Rules:
    """Pass mark, minimums and tie sections of a grid; what they leave tied, the lower grant rate decides."""
    return ranking.Rules(
        pass_total=rubric.pass_total,
        minimums={section.code: section.minimum for section in rubric.sections if section.minimum},
        ties=rubric.ties,
    )


def standings_of(call: Call, actor: Actor) -> list[Standing]:
    """The committee's list in its order, without the proposals this person has a conflict with."""
    rubric = rubric_of(call)
    results = {str(r.proposal.id): r for r in queries.results_of_call(call.id, actor)}
    summaries = {key: _summary(result, rubric) for key, result in results.items()}
    candidates = [_candidate(key, result, summaries[key], rubric, call) for key, result in results.items()]
    return [
        Standing(results[r.candidate.key], r, summaries[r.candidate.key])
        for r in ranking.rank(candidates, rules_of(rubric))
    ]


def numbers_of(call: Call, standings: Sequence[Standing]) -> CallNumbers:
    """What the reviews of these proposals say together: severity and expected ranks beside the raw means."""
    pairs = [pair for standing in standings for pair in standing.result.reviews]
    proposals = [standing.result.proposal for standing in standings]
    reviews = [review for review, _ in pairs if review.total_hundredths is not None]
    return numbers_of_sheets(call, proposals, reviews, {review.id: sheet for review, sheet in pairs})


def _summary(result: Result, rubric: Rubric) -> Summary:
    totals = [scoring.weighted_total(rubric, sheet.scores) for _, sheet in result.reviews]
    return scoring.summary(totals, rubric.divergence)


def _candidate(key: str, result: Result, summary: Summary, rubric: Rubric, call: Call) -> ranking.Candidate:
    sheets = [scoring.points_by_section(rubric, sheet.scores) for _, sheet in result.reviews]
    return ranking.Candidate(
        key=key,
        reference=result.proposal.reference,
        requested_minor=result.proposal.requested_minor or 0,
        mean=summary.mean,
        section_means=scoring.mean_by_section(sheets),
        grant_rate=_grant_rate(result, call),
    )


def _grant_rate(result: Result, call: Call) -> Decimal | None:
    """Grant as a share of the total costs, as the sealed answers tell."""
    if result.sealed is None:
        return None
    figures = {f.code: f.amount for f in work_out(call.rules, read(result.sealed.snapshot).answers)}
    grant, total = figures.get("grant"), figures.get("total")
    return grant / total if grant is not None and total else None


def plan_by_rank(call: Call, actor: Actor, skips: Collection[str] = ()) -> Plan:
    """What proposing by rank would do now for the proposals that have no decision yet."""
    standings = standings_of(call, actor)
    _refuse_partial_view(call, standings, actor)
    open_ones = [s for s in standings if s.result.decision is None and is_deciding(s.result.proposal)]
    left = call.budget_minor - queries.planned_minor(call.id)
    beyond = "reserve" if call.process["reserve_list"] else "declined"
    lines = ranking.fund([s.ranked for s in open_ones], left, frozenset(skips), beyond)
    results = {str(s.result.proposal.id): s.result for s in open_ones}
    pairs = tuple((results[line.ranked.candidate.key], line) for line in lines)
    return Plan(pairs, left, _fingerprint(lines, left))


def _refuse_partial_view(call: Call, standings: Sequence[Standing], actor: Actor) -> None:
    """Ranking shares out one budget: only somebody who may see every proposal can do it."""
    if not policy.relations(actor, call) & STAFF:
        raise MoveRefused(N_("Your role does not allow this step."))
    seen = sum(is_deciding(s.result.proposal) for s in standings)
    if seen != queries.count_tabled(call.id):
        raise MoveRefused(
            N_("You have a conflict of interest with a proposal of this call; somebody without one proposes by rank.")
        )


def _fingerprint(lines: Sequence[ranking.Line], left: int) -> str:
    text = "|".join(f"{x.ranked.candidate.key}:{x.outcome}:{x.amount_minor}:{x.skipped}" for x in lines)
    return hashlib.sha256(f"{left}|{text}".encode()).hexdigest()[:32]


def propose_by_rank(
    *, call: Call, skips: Collection[str], skip_reason: str, fingerprint: str, actor: Actor
) -> list[Decision]:
    """Propose every line of the plan that was previewed, or nothing when it would be another one by now."""
    plan = plan_by_rank(call, actor, skips)
    if plan.fingerprint != fingerprint:
        raise Conflict(N_("The ranking or the budget has changed since the preview. Look at the new preview."))
    if not plan.lines:
        raise Invalid(N_("Every tabled proposal has a proposed decision already."))
    skipped = [result.proposal.reference for result, line in plan.lines if line.skipped]
    if skipped and not skip_reason.strip():
        raise Invalid(N_("Say why a proposal is skipped."), field="skip_reason")
    made = [_propose_line(result, line, skip_reason, actor) for result, line in plan.lines]
    audit.record(call, "call.proposed_by_rank", actor, reason=skip_reason.strip(), count=len(made), skipped=skipped)
    return made


def _propose_line(result: Result, line: ranking.Line, skip_reason: str, actor: Actor) -> Decision:
    proposal = result.proposal
    amount = Money.from_minor(line.amount_minor, proposal.currency) if line.amount_minor else None
    return propose(
        proposal=proposal,
        outcome=line.outcome,
        amount=amount,
        rationale=_rationale(line, skip_reason),
        actor=actor,
    )


def _rationale(line: ranking.Line, skip_reason: str) -> str:
    ranked = line.ranked
    mean = f"{ranked.candidate.mean:.2f}" if ranked.candidate.mean is not None else "–"
    if not ranked.passes:
        below = ", ".join(ranked.below)
        return (
            f"Mean {mean} points; below the minimum in: {below}."
            if below
            else f"Mean {mean} points: below the pass mark."
        )
    place = f"Rank {ranked.rank} with a mean of {mean} points"
    if line.skipped:
        return f"{place}; it does not fit whole into what is left of the budget and was skipped: {skip_reason.strip()}"
    if line.amount_minor:
        return f"{place}; funded in rank order."
    return f"{place}; beyond the funding line."
