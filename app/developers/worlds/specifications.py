"""What a world file says, once it is read: plain values with keys in place of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Moments = Mapping[str, str]


@dataclass(frozen=True)
class PersonSpec:
    key: str
    name: str
    email: str
    locale: str
    about: str
    confirmed: bool = True


@dataclass(frozen=True)
class DocumentSpec:
    """A document that an organisation keeps; ``since`` and ``until`` are days told from today (``-300d``, ``+20d``)."""

    kind: str
    name: str
    by: str
    since: str
    until: str
    note: str


@dataclass(frozen=True)
class OrganisationSpec:
    key: str
    profile: Mapping[str, str]
    members: Mapping[str, tuple[str, ...]]
    documents: tuple[DocumentSpec, ...] = ()


@dataclass(frozen=True)
class ProgrammeSpec:
    code: str
    name: str
    description: str
    roles: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class CallSpec:
    """``document`` is the call's own document, read from its file (and changed in some names) or made from a few words."""

    document: Mapping[str, Any]
    opens: str
    reaches: str
    manager: str
    without: tuple[str, ...] = ()  # what is not written yet: the call is only being written


@dataclass(frozen=True)
class FindingSpec:
    step: str
    on: str
    source: str
    note: str
    by: str


@dataclass(frozen=True)
class SiteSpec:
    key: str
    facts: Mapping[str, Any]
    position: tuple[str, str]
    by: str
    organisation: str
    history: tuple[FindingSpec, ...]


@dataclass(frozen=True)
class StageSpec:
    """What is told of one stage; what is left out is made up."""

    at: Moments = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    advice: str = "positive"
    advice_text: str = ""
    returned: tuple[str, ...] = ()
    return_text: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    offline: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewSpec:
    by: str
    reaches: str
    scores: Mapping[str, int]
    around: int
    comment: str
    reason: str
    at: Moments


@dataclass(frozen=True)
class DecisionSpec:
    reaches: str
    outcome: str
    amount: str
    rationale: str
    conditions: str
    feedback: str
    votes: Mapping[str, str]
    at: Moments


@dataclass(frozen=True)
class MilestoneSpec:
    title: str
    kind: str
    due: str
    percent: int
    reaches: str
    account: str
    finding: str
    evidence: tuple[str, ...]
    payment: str
    reason: str
    at: Moments


@dataclass(frozen=True)
class ReportSpec:
    kind: str
    reaches: str
    narrative: str
    at: Moments


@dataclass(frozen=True)
class ProjectSpec:
    starts: str
    months: int
    agreement: str
    milestones: tuple[MilestoneSpec, ...]
    sites: tuple[str, ...]
    reports: tuple[ReportSpec, ...]
    at: Moments


@dataclass(frozen=True)
class ConflictSpec:
    person: str
    note: str
    at: str


@dataclass(frozen=True)
class MessageSpec:
    by: str
    text: str
    at: str


@dataclass(frozen=True)
class ProposalSpec:
    """One proposal and how far it comes: ``reaches`` is ``STAGE.STATE`` or a state of the whole proposal."""

    key: str
    call: str
    organisation: str
    title: str
    language: str
    reaches: str
    grant: str
    rate: int
    answers: Mapping[str, Any]
    files: Mapping[str, str]
    stages: Mapping[str, StageSpec]
    reviews: tuple[ReviewSpec, ...]
    decision: DecisionSpec | None
    project: ProjectSpec | None
    conflicts: tuple[ConflictSpec, ...]
    messages: tuple[MessageSpec, ...]


@dataclass(frozen=True)
class World:
    """The whole file."""

    password: str
    prose: Mapping[str, Mapping[str, Any]]
    people: tuple[PersonSpec, ...]
    programmes: tuple[ProgrammeSpec, ...]
    organisations: tuple[OrganisationSpec, ...]
    calls: tuple[CallSpec, ...]
    sites: tuple[SiteSpec, ...]
    proposals: tuple[ProposalSpec, ...]
