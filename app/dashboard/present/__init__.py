"""The start page as its template sees it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.dashboard.present import applying, running
from app.dashboard.present.figures import Figures, figures_view
from app.dashboard.present.tasks import Group, Wait, grouped
from app.dashboard.present.turns import sort_out
from app.dashboard.queries import applying as queries
from app.dashboard.queries import desk as desks
from app.dashboard.queries.desk import SEES_FIGURES


@dataclass(frozen=True)
class WorkPage:
    """What waits for the reader, what waits for others, and the figures of the programmes they work for."""

    groups: tuple[Group, ...]
    waits: tuple[Wait, ...]
    figures: Figures | None
    member: bool
    newcomer: bool

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def work_page(person_id: uuid.UUID, now: datetime) -> WorkPage:
    """Everything on the start page of one person."""
    desk = desks.load(person_id)
    seen = desk.programmes(*SEES_FIGURES)
    calls = queries.calls(seen) if seen else ()
    tasks, waits = sort_out(chain(applying.found(desk, calls, now), running.found(desk, now)), now)
    return WorkPage(
        groups=grouped(tasks),
        waits=waits,
        figures=figures_view(desk, seen, calls, now) if seen else None,
        member=bool(desk.memberships),
        newcomer=not desk.memberships and not desk.roles,
    )
