"""One proposal being played: who acts, what time it is, and the steps put down so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.calls.document import CallDocument, StageDocument
from app.core.types import Actor
from app.developers.worlds.diary import Diary, WorldError
from app.developers.worlds.moments import Calendar, NoMoment
from app.developers.worlds.register import Register
from app.developers.worlds.specifications import ProgrammeSpec, ProposalSpec
from app.proposals.models import Proposal, StageSubmission


@dataclass
class Story:
    """Times go forward: a step without a time of its own comes ``gap`` after the one before, never before ``not_before``."""

    spec: ProposalSpec
    call: CallDocument
    calendar: Calendar
    programme: ProgrammeSpec
    prose: Mapping[str, Any]
    diary: Diary
    register: Register
    not_before: datetime
    cursor: datetime = field(init=False)
    started: bool = False

    def __post_init__(self) -> None:
        self.cursor = self.not_before

    def step(
        self,
        at: Mapping[str, str],
        name: str,
        gap: timedelta,
        words: str,
        action: Callable[[], object],
        latest: datetime | None = None,
    ) -> datetime:
        """Put down a step at its told moment, or at the next fitting one (not after ``latest``); returns the instant."""
        when = max(self.cursor + gap, self.not_before)
        if latest is not None:
            when = min(when, latest)
        if name in at:
            when = self._told(name, at[name])
        self.cursor = max(self.cursor, min(when, self.diary.now))
        self.diary.write(when, f"proposal {self.spec.key}: {words}", action)
        return when

    def _told(self, name: str, text: str) -> datetime:
        try:
            return self.calendar.instant(text)
        except NoMoment as error:
            raise WorldError(f"proposal {self.spec.key}, “{name}”: {error}") from error

    def parsed_stage(self, key: str) -> StageDocument:
        """The stage as the call's document says it."""
        found = next((stage for stage in self.call.stages if stage.key == key), None)
        if found is None:
            known = ", ".join(stage.key for stage in self.call.stages)
            raise WorldError(f"proposal {self.spec.key}: the call has no stage “{key}”; it has {known}.")
        return found

    def proposal(self) -> Proposal:
        return self.register.proposal(self.spec.key)

    def stage(self, key: str) -> StageSubmission:
        return self.register.stage(self.spec.key, key)

    def owner(self) -> Actor:
        """Who submits for the applicant."""
        return self._member("owner")

    def writer(self) -> Actor:
        """Who writes for the applicant: an editor when there is one."""
        return self._member("editor", "owner")

    def _member(self, *roles: str) -> Actor:
        for role in roles:
            found = self.register.member(self.spec.organisation, role)
            if found is not None:
                return found
        raise WorldError(f"organisation {self.spec.organisation}: give it a member who is {roles[-1]}.")

    def officer(self) -> Actor:
        """Who works on it for the programme."""
        return self.holder("officer", "manager")

    def manager(self) -> Actor:
        return self.holder("manager")

    def holder(self, *roles: str) -> Actor:
        """The first person of the world who holds one of these roles in the programme."""
        for role in roles:
            for key in self.programme.roles.get(role, ()):
                return self.register.actor(key)
        raise WorldError(f"programme {self.programme.code}: nobody is {' or '.join(roles)}.")
