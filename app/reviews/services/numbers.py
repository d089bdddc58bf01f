"""What the reviews of a call say together, from those alone that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.calls import queries as calls_queries
from app.calls.models import Call
from app.calls.rubric import Rubric
from app.core.errors import NotFound
from app.core.types import Actor
from app.reviews import queries, scoring, sheet
from app.reviews.scoring import Summary
from workflows.reviewer_scoring import ReviewState

if TYPE_CHECKING:
    from app.reviews.numbers.summary import Numbers


@dataclass(frozen=True)
class Judged:
    """One proposal with reviews handed in, as it stands raw."""

    id: str
    reference: str
    title: str
    summary: Summary
    below: tuple[str, ...]


@dataclass(frozen=True)
class CallNumbers:
    """The raw standings and the statistics of a call; ``names`` are the reviewers' by id."""

    rubric: Rubric
    judged: tuple[Judged, ...]
    names: dict[str, str]
    numbers: Numbers


def numbers_of_call(call: Call, actor: Actor) -> CallNumbers:
    """Without the proposals that this person does not oversee: no mean, severity or rank holds anything of them."""
    if actor.person_id is None:
        raise NotFound()
    seen = queries.grid_proposals(call.id, actor.person_id)
    ids = {row.id for row in seen}
    reviews = [
        r for r in queries.grid_reviews(call.id) if r.proposal_id in ids and ReviewState(r.state) in queries.DELIVERED
    ]
    sheets = {key: sheet.read(entries) for key, entries in queries.entries_of([r.id for r in reviews]).items()}
    found = numbers_of_sheets(call, seen, reviews, sheets)
    return replace(found, names={str(r.reviewer_id): r.name for r in reviews})


def numbers_of_sheets(
    call: Call, proposals: Iterable[Any], reviews: Sequence[Any], sheets: Mapping[Any, sheet.Sheet]
) -> CallNumbers:
    """Of these proposals (``id``, ``reference``, ``title``) and their reviews handed in, which the reader may see.

    ``sheets`` by the id of the review. Names nobody.
    """
    from app.reviews.numbers.posterior import Scale  # noqa: PLC0415 - slow import
    from app.reviews.numbers.summary import numbers  # noqa: PLC0415 - slow import
    from app.reviews.numbers.votes import Vote  # noqa: PLC0415 - slow import

    rubric = calls_queries.rubric_of(call.stages[-1])
    if rubric is None:
        raise NotFound()
    totals = tuple(Vote(str(r.proposal_id), str(r.reviewer_id), r.total_hundredths / 100) for r in reviews)
    scored = {r.id: r for r in reviews if r.id in sheets}
    criteria = []
    for criterion in rubric.criteria:
        given = ((r, sheets[key].scores.get(criterion.code)) for key, r in scored.items())
        votes = (Vote(str(r.proposal_id), str(r.reviewer_id), float(s)) for r, s in given if s is not None)
        criteria.append((criterion.code, tuple(sorted(votes))))
    scale = Scale.of(rubric.total * rubric.scale[0].score / rubric.highest, rubric.total)
    found = numbers(tuple(sorted(totals)), tuple(criteria), scale, call.process["reviews_wanted"])
    return CallNumbers(rubric, _judged(rubric, {row.id: row for row in proposals}, reviews, sheets), {}, found)


def _judged(
    rubric: Rubric, seen: dict[Any, Any], reviews: Sequence[Any], sheets: Mapping[Any, sheet.Sheet]
) -> tuple[Judged, ...]:
    own: dict[Any, list[Any]] = defaultdict(list)
    for review in reviews:
        own[review.proposal_id].append(review)
    found = []
    for key in (key for key in seen if key in own):
        summary = scoring.summary([Decimal(r.total_hundredths) / 100 for r in own[key]], rubric.divergence)
        points = [scoring.points_by_section(rubric, sheets[r.id].scores) for r in own[key] if r.id in sheets]
        below = scoring.below_minimums(rubric, scoring.mean_by_section(points))
        found.append(Judged(str(key), seen[key].reference, seen[key].title, summary, below))
    return tuple(sorted(found, key=lambda one: (-(one.summary.mean or 0), one.reference)))
