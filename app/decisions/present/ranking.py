"""The committee's list in its order, with the funding line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from app.calls.models import Call
from app.calls.rubric import Rubric
from app.core.types import Money
from app.decisions import ranking
from app.decisions.models import Decision
from app.decisions.present.parts import amount_text, outcome_badge, short_tally, state_badge, tally
from app.decisions.queries import COMMITTED
from app.decisions.services import Standing
from app.reviews.present.numbers import adjusted_text, chance_decides, ranks_text, warnings_of
from app.reviews.present.parts import Badge, points, title_of
from app.reviews.services.numbers import CallNumbers
from app.web import filters
from app.web.filters import money
from workflows.funding_decision import DecisionState

WHOLE = Decimal(100)


@dataclass(frozen=True)
class SectionCell:
    """The mean points of one section; ``below`` its minimum."""

    code: str
    points: str
    minimum: int
    below: bool


@dataclass(frozen=True)
class Doubt:
    """How sure the place of a proposal is: its mean adjusted for severity, the expected rank, and where it likely lies."""

    adjusted: str
    rank: str
    likely: str
    near_line: bool


@dataclass(frozen=True)
class RankRow:
    """One proposal of the list."""

    rank: str
    tied: bool
    reference: str
    title: str
    organisation: str
    href: str
    sections: tuple[SectionCell, ...]
    mean: str
    spread: str
    diverges: bool
    passes: bool
    asked: str
    running: str
    beyond: bool
    outcome: Badge | None
    amount: str
    state: Badge | None
    votes: str
    doubt: Doubt | None


@dataclass(frozen=True)
class ChartRow:
    """One bar of the funding line; positions are percentages."""

    label: str
    x: Decimal
    width: Decimal
    tone: str
    value: str
    href: str


@dataclass(frozen=True)
class Chart:
    """The bars and the place of the ceiling."""

    rows: tuple[ChartRow, ...]
    ceiling_x: Decimal | None


@dataclass(frozen=True)
class RankingView:
    """The whole page."""

    id: str
    title: str
    code: str
    budget: str
    committed: str
    left: str
    pass_total: int
    section_codes: tuple[str, ...]
    rows: tuple[RankRow, ...]
    chart: Chart
    ready_to_announce: int
    without_decision: int
    close_refusal: str
    version: int
    warnings: tuple[str, ...]
    has_doubts: bool


def planned_amounts(standings: Sequence[Standing]) -> list[int]:
    """What each line takes from the budget: the decided amount, or what is asked while nothing is decided."""
    return [
        s.result.decision.amount_minor
        if s.result.decision
        else (s.ranked.candidate.requested_minor if s.ranked.passes else 0)
        for s in standings
    ]


def ranking_view(
    call: Call, rubric: Rubric, standings: Sequence[Standing], numbers: CallNumbers | None, close_refusal: str
) -> RankingView:
    """The list with its running sum; all sums, counts and ``numbers`` are of the rows this person may see."""
    amounts = planned_amounts(standings)
    sums = ranking.running_sums(amounts)
    decisions = [s.result.decision for s in standings]
    doubts = _doubts(numbers, sum(0 < total <= call.budget_minor for total in sums))
    committed_minor = sum(d.amount_minor for d in decisions if d and DecisionState(d.state) in COMMITTED)
    return RankingView(
        id=str(call.id),
        title=title_of(call.title),
        code=call.code,
        budget=whole_money(call.budget_minor, call),
        committed=whole_money(committed_minor, call),
        left=whole_money(call.budget_minor - committed_minor, call),
        pass_total=rubric.pass_total,
        section_codes=tuple(section.code for section in rubric.sections),
        rows=tuple(
            _row(s, rubric, call, total, amount, doubts.get(str(s.result.proposal.id)))
            for s, total, amount in zip(standings, sums, amounts, strict=True)
        ),
        chart=_chart(standings, amounts, sums, call),
        ready_to_announce=sum(d is not None and ready(d) for d in decisions),
        without_decision=sum(d is None for d in decisions),
        close_refusal=close_refusal,
        version=call.version,
        warnings=warnings_of(numbers) if numbers else (),
        has_doubts=bool(doubts),
    )


def _doubts(numbers: CallNumbers | None, fundable: int) -> dict[str, Doubt]:
    """Proposal → how sure its place is; ``near_line``: whether chance may decide if the budget reaches it."""
    expected = numbers.numbers.expected if numbers else {}
    ordered = sorted(expected.values(), key=lambda one: one.rank)
    near = set(chance_decides(ordered, fundable))
    return {
        name: Doubt(adjusted_text(name, numbers), f"{one.rank:.1f}", ranks_text(one.low50, one.high50), name in near)
        for name, one in expected.items()
        if numbers
    }


def ready(decision: Decision) -> bool:
    """Whether a decision waits for its announcement."""
    return decision.workflow.row("announce", decision.workflow.state(decision.state)) is not None


def money_of(minor: int, call: Call) -> str:
    return money(Money.from_minor(minor, call.currency))


def whole_money(minor: int, call: Call) -> str:
    """An amount for a tile: without the decimals when they are zero."""
    return filters.whole_money(Money.from_minor(minor, call.currency))


def _row(standing: Standing, rubric: Rubric, call: Call, running: int, amount: int, doubt: Doubt | None) -> RankRow:
    proposal, decision, ranked = standing.result.proposal, standing.result.decision, standing.ranked
    return RankRow(
        rank=str(ranked.rank) if ranked.rank else "–",
        tied=ranked.tied,
        reference=proposal.reference,
        title=proposal.title,
        organisation=proposal.organisation.name,
        href=url_for("decisions.show", proposal_id=proposal.id),
        sections=tuple(
            SectionCell(
                section.code,
                points(ranked.candidate.section_means.get(section.code)) or "–",
                section.minimum,
                section.code in ranked.below,
            )
            for section in rubric.sections
        ),
        mean=points(standing.summary.mean) or "–",
        spread=points(standing.summary.spread),
        diverges=standing.summary.diverges,
        passes=ranked.passes,
        asked=money_of(proposal.requested_minor or 0, call),
        running=money_of(running, call) if amount else "–",
        beyond=bool(amount) and running > call.budget_minor,
        outcome=outcome_badge(decision.outcome) if decision else None,
        amount=amount_text(decision) if decision else "",
        state=state_badge(decision) if decision else None,
        votes=short_tally(tally(standing.result.votes, call.process["quorum"])) if decision else "",
        doubt=doubt,
    )


def _chart(standings: Sequence[Standing], amounts: Sequence[int], sums: Sequence[int], call: Call) -> Chart:
    """Bars end to end in rank order against the ceiling; what takes no money has no bar."""
    widest = max([call.budget_minor, *sums]) or 1
    bars = [
        ChartRow(
            label=f"{s.ranked.rank or '–'} · {s.result.proposal.reference}",
            x=_share(total - amount, widest),
            width=_share(amount, widest),
            tone="copper" if total > call.budget_minor else "accent",
            value=money_of(amount, call),
            href=url_for("decisions.show", proposal_id=s.result.proposal.id),
        )
        for s, amount, total in zip(standings, amounts, sums, strict=True)
        if amount
    ]
    return Chart(tuple(bars), _share(call.budget_minor, widest))


def _share(part: int, whole: int) -> Decimal:
    return round(WHOLE * part / whole, 2)
