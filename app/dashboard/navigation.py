"""The main navigation: which entries a reader gets by what they are, and which pages belong to an entry. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workflows.actors import AUDITOR, COMMITTEE_MEMBER, FINANCE, MANAGER, OFFICER, REVIEWER
from workflows.machine import N_

VISITOR, SIGNED_IN, NEWCOMER, MEMBER = "visitor", "signed_in", "newcomer", "member"
COLLABORATOR = "collaborator"  # works on a proposal of an organisation that is not theirs
STAFF = frozenset({OFFICER, MANAGER})
OVERSEERS = STAFF | {AUDITOR}


@dataclass(frozen=True)
class Entry:
    """One entry: shown to whoever is one of ``readers``; ``covers`` are the endpoints (or whole packages) below it.

    ``by_call`` pages belong to one call: the entry leads to the reader's present call, and is absent without one.
    """

    label: str
    endpoint: str
    readers: frozenset[str]
    covers: tuple[str, ...] = ()
    by_call: str = ""

    def is_here(self, endpoint: str) -> bool:
        """Whether a page belongs to this entry."""
        return endpoint == self.endpoint or any(
            endpoint == known or (known.endswith(".") and endpoint.startswith(known)) for known in self.covers
        )


def _entry(label: str, endpoint: str, readers: Iterable[str], covers: Iterable[str] = (), by_call: str = "") -> Entry:
    return Entry(label, endpoint, frozenset(readers), tuple(covers), by_call)


APPLYING = (
    "proposals.show",
    "proposals.section",
    "proposals.check",
    "proposals.receipt",
    "proposals.start",
    "proposals.changes",
    "proposals.version",
    "proposals.team",
    "proposals.collaborator",
)
SCREENING = ("proposals.screening", "proposals.return_form", "proposals.ineligible_form", "proposals.advice_form")
SITES = ("mines.", "projects.site", "projects.assess_form", "projects.site_form")
PAYMENTS = ("projects.payments", "projects.payment", "projects.confirm_payee_form")
RUNNING = (
    "projects.show",
    "projects.milestones",
    "projects.milestone",
    "projects.report",
    "projects.awarded",
    "projects.prepare",
)

ENTRIES: tuple[Entry, ...] = (
    _entry(N_("My work"), "dashboard.work", {SIGNED_IN}),
    _entry(N_("Calls"), "calls.manage_list", OVERSEERS, ("calls.",)),
    _entry(N_("Calls"), "calls.index", {VISITOR, MEMBER, NEWCOMER}, ("calls.show",)),
    _entry(N_("My proposals"), "proposals.index", {MEMBER, COLLABORATOR}, APPLYING),
    _entry(N_("Screening"), "proposals.of_call", OVERSEERS, SCREENING, "code"),
    _entry(N_("Reviews"), "reviews.of_call", OVERSEERS, ("reviews.of_proposal", "reviews.oversee"), "call_id"),
    _entry(N_("My reviews"), "reviews.inbox", {REVIEWER}, ("reviews.show", "reviews.sheet")),
    _entry(N_("Decisions"), "decisions.of_call", OVERSEERS | {COMMITTEE_MEMBER}, ("decisions.",), "call_id"),
    _entry(N_("Projects"), "projects.index", OVERSEERS | {MEMBER, FINANCE}, RUNNING),
    _entry(N_("Payments"), "projects.payments", OVERSEERS | {FINANCE}, PAYMENTS),
    _entry(N_("Mine sites"), "mines.sites", OVERSEERS | {COMMITTEE_MEMBER}, SITES),
    _entry(N_("Organisation"), "identity.organisations", {MEMBER, NEWCOMER}, ("identity.organisation",)),
    _entry(
        N_("People"), "admin.people", {MANAGER}, ("admin.person", "admin.programmes", "admin.roles", "admin.revoke")
    ),
    _entry(N_("Audit"), "admin.audit_trail", {AUDITOR}, ("admin.check_trail",)),
    _entry(N_("Past projects"), "knowledge.index", {VISITOR}, ("knowledge.",)),
    _entry(N_("About"), "public.about", {VISITOR}),
    _entry(N_("Sign in"), "identity.sign_in", {VISITOR}),
)


def entries(
    *, signed_in: bool, member: bool, roles: frozenset[str], has_call: bool, collaborator: bool = False
) -> Iterator[Entry]:
    """The entries of a reader, in their fixed order."""
    readers = set(roles) | {SIGNED_IN if signed_in else VISITOR}
    if signed_in and (member or not roles):
        readers.add(MEMBER if member else NEWCOMER)
    if collaborator:
        readers.add(COLLABORATOR)
    shown: set[str] = set()
    for entry in ENTRIES:
        if entry.readers & readers and (has_call or not entry.by_call) and entry.label not in shown:
            shown.add(entry.label)
            yield entry
