"""Making and applying a plan of who reviews what, for its tests."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.reviews import services
from app.reviews.matching.calls import Settings

PLAIN = Settings(wanted=2, language="", pillars="", seed=7)


def plan_of(call, officer, settings=PLAIN, title=""):
    return services.make_plan(call=call, settings=settings, title=title, actor=officer)


def pairs(plan):
    return {(p["proposal"], p["reviewer"]) for p in plan.result["pairs"]}


def apply(plan, actor):
    return services.apply_plan(plan=plan, due_at=clock.now() + timedelta(days=14), actor=actor)
