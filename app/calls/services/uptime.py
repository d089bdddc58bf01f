"""The service's own health record, and the extension that makes good an outage before a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.calls import outages, queries
from app.calls.models import Call, CallStage, ServiceSpan
from app.calls.outages import LONGEST_SILENCE, Loss, Span
from app.calls.services.lifecycle import extend
from app.core import audit, clock
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from workflows.call_lifecycle import CallState
from workflows.machine import N_, Move

KEPT = timedelta(days=90)
MAY_BE_EXTENDED = frozenset({CallState.PUBLISHED.value, CallState.OPEN.value, CallState.CLOSED.value})


@dataclass(frozen=True)
class OutageOffer:
    """An extension of one stage that an outage suggests; the manager decides."""

    stage: CallStage
    loss: Loss
    wall: datetime


def beat() -> None:
    """Note that the web server answers: the newest span grows, or a new one begins after a silence."""
    now = clock.unshifted()
    newest = queries.newest_span()
    if newest is None or now - newest.last_seen_at > LONGEST_SILENCE:
        db.session.add(ServiceSpan(began_at=now, last_seen_at=now))
        queries.forget_spans(now - KEPT)
    elif now > newest.last_seen_at:
        newest.last_seen_at = now
    db.session.flush()


def outage_offers(call: Call) -> list[OutageOffer]:
    """For each stage, the extension that outages before its closing suggest and that nobody has granted yet."""
    if call.state not in MAY_BE_EXTENDED or not call.stages:
        return []
    found = _outages(min(stage.closes_at for stage in call.stages) - outages.BEFORE_CLOSING)
    offers = (_offer(call, stage, found) for stage in call.stages) if found else ()
    return [offer for offer in offers if offer is not None]


def _outages(since: datetime) -> list[Span]:
    """Silences since an instant. What people did meanwhile shows that they reached the service, so it ends a silence."""
    lived = [Span(span.began_at, span.last_seen_at) for span in queries.spans_since(since)]
    silences = outages.outages(lived)
    acts = [Span(at, at) for one in silences for at in queries.acts_of_people(one.begin, one.end)]
    return outages.outages([*lived, *acts]) if acts else silences


def _offer(call: Call, stage: CallStage, found: list[Span]) -> OutageOffer | None:
    covered = _covered_until(call, stage)
    open_ones = [one for one in found if covered is None or one.end > covered]
    lost = outages.loss(open_ones, stage.closes_at, clock.now(), call.zone)
    return (
        OutageOffer(stage, lost, lost.closes_at.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None)) if lost else None
    )


def _covered_until(call: Call, stage: CallStage) -> datetime | None:
    """Up to which instant outages were made good by an extension of this stage."""
    entries = audit.history(Call.__tablename__, call.id)
    told = [e.detail["covers"] for e in entries if e.detail.get("stage") == stage.key and "covers" in e.detail]
    return max(map(datetime.fromisoformat, told), default=None)


def extend_after_outage(
    *, call: Call, key: str, reasons: Mapping[str, str], actor: Actor, version: int | None = None
) -> Move:
    """Extend a stage for all by what outages took from it, as it was offered."""
    offer = next((o for o in outage_offers(call) if o.stage.key == key), None)
    if offer is None:
        raise Invalid(N_("There is no outage left to make good; somebody may have extended the call meanwhile."))
    return extend(
        call=call,
        stage=offer.stage,
        wall=offer.wall,
        reasons=reasons,
        actor=actor,
        version=version,
        covers=offer.loss.until,
    )
