"""Plans as staff read them: the list, one with its certificate, two side by side."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.models import Call
from app.calls.present.pages import language_names
from app.proposals.models import Proposal
from app.reviews.models import AssignmentPlan
from app.reviews.present.certificate import fit, nearness_words, shortage_words, total_words
from app.reviews.present.parts import Badge, title_of
from app.web.filters import instant, number, translate
from app.web.pagination import page_number
from workflows.machine import N_

PER_PAGE = 50
FAILURES = {
    "timeout": N_("No plan was found in the time allowed. Ask for less: without fairness, or without a lot."),
    "broken": N_("The plan could not be computed. Tell who runs this server."),
}
BIDS = {"reluctant": N_("would rather not"), "willing": N_("would like to"), "eager": N_("wants to very much")}


@dataclass(frozen=True)
class PlanCard:
    """A plan in the list."""

    title: str
    href: str
    state: Badge
    basis: str
    made: str
    invitations: str
    empty: str
    gap: str


@dataclass(frozen=True)
class PlansView:
    """The plans of a call; ``comparable`` are choices of a select."""

    call_id: str
    call_title: str
    plans: tuple[PlanCard, ...]
    comparable: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlanRow:
    """One proposal of a plan: its reviewers, each with why."""

    reference: str
    title: str
    href: str
    fit: str
    empty: int
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlanView:
    """One plan. ``whole`` is false when proposals of it are closed to the reader: then no sums are told."""

    id: str
    title: str
    call_id: str
    call_title: str
    state: Badge
    waits: bool
    failure: str
    version: int
    may_apply: bool
    whole: bool
    invitations: int
    tiles: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    shortages: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    rows: tuple[PlanRow, ...]
    loads: tuple[tuple[str, ...], ...]
    label: str
    prev_url: str
    next_url: str


def state_of(plan: AssignmentPlan) -> Badge:
    """Where a plan stands, in a word."""
    if plan.applied_at is not None:
        return Badge(gettext("Applied"), "done")
    if plan.failure:
        return Badge(gettext("Not found"), "refused")
    if plan.computed_at is None:
        return Badge(gettext("Being computed"), "waiting")
    return Badge(gettext("Ready"), "open")


def title_of_plan(plan: AssignmentPlan) -> str:
    """Its name, or else what it is and when it was made."""
    kind = gettext("From a table") if plan.basis == "csv" else gettext("Best assignment")
    return plan.title or f"{kind}, {instant(plan.created_at, plan.call.zone)}"


def plans_view(call: Call, plans: Sequence[AssignmentPlan], proposals: Sequence[Proposal] = ()) -> PlansView:
    """The list, the newest first; counted are the proposals that the reader may see."""
    seen = {str(p.id) for p in proposals}
    for plan in plans:
        plan.call = call
    return PlansView(
        call_id=str(call.id),
        call_title=title_of(call.title),
        plans=tuple(_card(plan, seen) for plan in plans),
        comparable=tuple((str(p.id), title_of_plan(p)) for p in plans if p.basis == "optimal" and p.computed_at),
    )


def _card(plan: AssignmentPlan, seen: set[str]) -> PlanCard:
    proof = plan.result.get("certificate")
    empty = sum(row["empty"] for row in proof["served"] if row["key"] in seen) if proof else 0
    return PlanCard(
        title=title_of_plan(plan),
        href=url_for("reviews.plan", plan_id=plan.id),
        state=state_of(plan),
        basis=gettext("Table") if plan.basis == "csv" else gettext("Computed"),
        made=gettext("%(name)s, %(time)s", name=plan.made_by_name, time=instant(plan.created_at, plan.call.zone)),
        invitations=number(_invitations(plan, seen)) if plan.computed_at else "–",
        empty=number(empty) if proof else "–",
        gap=_percent(proof["gap"]) if proof else "–",
    )


def _invitations(plan: AssignmentPlan, seen: set[str]) -> int:
    if plan.basis == "csv":
        lines = (line for line in plan.result.get("lines", ()) if line["proposal"] in seen)
        return sum(line["problem"] in ("", "full") for line in lines)
    return sum(pair["new"] for pair in plan.result.get("pairs", ()) if pair["proposal"] in seen)


def _percent(share: float) -> str:
    return f"{number(round(share * 100, 3))} %"


def plan_view(
    plan: AssignmentPlan, proposals: Sequence[Proposal], names: Mapping[uuid.UUID, str], may_apply: bool
) -> PlanView:
    """One computed plan; ``proposals`` are those that the reader may see."""
    seen = {str(p.id): p for p in proposals}
    proof = plan.result.get("certificate")
    pairs = [pair for pair in plan.result.get("pairs", ()) if pair["proposal"] in seen]
    served = [row for row in proof["served"] if row["key"] in seen] if proof else []
    whole = proof is not None and len(served) == len(proof["served"])
    rows = sorted(served, key=lambda row: (-row["empty"], row["affinity"], seen[row["key"]].reference))
    number_, people = page_number(), _people(pairs, names, plan.result.get("languages", {}))
    return PlanView(
        id=str(plan.id),
        title=title_of_plan(plan),
        call_id=str(plan.call_id),
        call_title=title_of(plan.call.title),
        state=state_of(plan),
        waits=plan.computed_at is None and not plan.failure,
        failure=translate(FAILURES.get(plan.failure, "")),
        version=plan.version,
        may_apply=may_apply and whole and plan.applied_at is None,
        whole=whole,
        invitations=sum(pair["new"] for pair in pairs),
        tiles=_tiles(proof, pairs, served) if proof else (),
        words=(nearness_words(proof), *(total_words(proof) if whole else ())) if proof else (),
        shortages=_shortages(proof, seen, names, whole) if proof else (),
        facts=_facts(plan, proof, whole) if proof else (),
        rows=tuple(_row(seen[row["key"]], row, people) for row in rows[(number_ - 1) * PER_PAGE :][:PER_PAGE]),
        loads=_loads(proof, pairs, names, whole) if proof else (),
        **_paging(plan, number_, len(rows)),
    )


def _paging(plan: AssignmentPlan, page: int, total: int) -> dict[str, str]:
    first = (page - 1) * PER_PAGE
    last = min(first + PER_PAGE, total)
    label = gettext(
        "%(first)s to %(last)s of %(total)s proposals, the worst served first",
        first=min(first + 1, total),
        last=last,
        total=total,
    )
    return {
        "label": label,
        "prev_url": url_for("reviews.plan", plan_id=plan.id, page=page - 1) if first else "",
        "next_url": url_for("reviews.plan", plan_id=plan.id, page=page + 1) if last < total else "",
    }


def _tiles(
    proof: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]], served: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, str], ...]:
    least = min((row["affinity"] for row in served), default=0.0)
    return (
        (gettext("Invitations"), number(sum(pair["new"] for pair in pairs))),
        (gettext("Kept as they are"), number(sum(not pair["new"] for pair in pairs))),
        (gettext("Seats left empty"), number(sum(row["empty"] for row in served))),
        (gettext("Fit of the worst-served proposal"), fit(least)),
        (gettext("At most below the best"), _percent(proof["gap"])),
    )


def _shortages(
    proof: Mapping[str, Any], seen: Mapping[str, Proposal], names: Mapping[uuid.UUID, str], whole: bool
) -> tuple[str, ...]:
    told = [one for one in proof["shortages"] if whole or one["proposals"]]

    def proposal(key: str) -> str:
        return seen[key].reference if key in seen else ""

    def reviewer(key: str) -> str:
        return names.get(uuid.UUID(key), "")

    return tuple(shortage_words(told, proposal, reviewer, lambda code: language_names([code])[0]))


def _facts(plan: AssignmentPlan, proof: Mapping[str, Any], whole: bool) -> tuple[tuple[str, str], ...]:
    settings = plan.settings
    return (
        (
            gettext("Made by"),
            gettext("%(name)s, %(time)s", name=plan.made_by_name, time=instant(plan.created_at, plan.call.zone)),
        ),
        (gettext("Reviewers for each proposal"), number(settings["wanted"])),
        (gettext("Weights: minerals, countries, topics"), "{mineral}, {country}, {topic}".format(**settings)),
        (gettext("Seed"), str(plan.seed)),
        (gettext("Pairs that may be"), number(proof["pairs"]) if whole else "–"),
        (gettext("Fingerprint of the facts"), plan.input_sha256[:16]),
    )


def _people(
    pairs: Sequence[Mapping[str, Any]], names: Mapping[uuid.UUID, str], languages: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda p: (p["new"], -p["score"])):
        name = names.get(uuid.UUID(pair["reviewer"]), "–")
        found[pair["proposal"]].append((name, _reasons(pair, languages.get(pair["proposal"], ""))))
    return found


def _reasons(pair: Mapping[str, Any], language: str) -> str:
    """Why this reviewer, in a line."""
    parts = gettext(
        "fit %(fit)s: minerals %(mineral)s, countries %(country)s, topics %(topic)s",
        fit=fit(pair["score"]),
        mineral=fit(pair["mineral"]),
        country=fit(pair["country"]),
        topic=fit(pair["topic"]),
    )
    found = [] if pair["new"] else [gettext("reviews it already")]
    found.append(parts)
    if language and pair["reads"]:
        found.append(gettext("reads %(language)s", language=language_names([language])[0]))
    if pair["bid"] in BIDS:
        found.append(translate(BIDS[pair["bid"]]))
    if pair["chance"] is not None and pair["chance"] < 1:
        found.append(gettext("chance %(share)s", share=_percent(pair["chance"])))
    return "; ".join(found)


def _row(proposal: Proposal, row: Mapping[str, Any], people: Mapping[str, list[tuple[str, str]]]) -> PlanRow:
    return PlanRow(
        reference=proposal.reference,
        title=proposal.title,
        href=url_for("reviews.of_proposal", proposal_id=proposal.id),
        fit=fit(row["affinity"]),
        empty=row["empty"],
        people=tuple(people.get(row["key"], ())),
    )


def _loads(
    proof: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]], names: Mapping[uuid.UUID, str], whole: bool
) -> tuple[tuple[str, ...], ...]:
    """Reviewers with what the plan gives them; counted from the pairs that the reader sees."""
    loads, new = Counter(p["reviewer"] for p in pairs), Counter(p["reviewer"] for p in pairs if p["new"])
    words = {"over": gettext("more than agreed"), "full": gettext("full"), "short": gettext("below the least agreed")}
    rows = sorted(proof["loads"], key=lambda row: (-loads[row["key"]], names.get(uuid.UUID(row["key"]), "")))
    return tuple(
        (
            names.get(uuid.UUID(row["key"]), "–"),
            number(loads[row["key"]]),
            number(new[row["key"]]),
            number(row["most"]),
            (words.get(row["standing"], "") if whole else "") or "–",
        )
        for row in rows
    )
