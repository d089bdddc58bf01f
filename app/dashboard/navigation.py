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

    A page belongs to the entry that names it, else to the first one that covers its whole package.

    ``by_call`` pages belong to one call: the entry leads to the reader's present call, and is absent without one.
    """

    label: str
    endpoint: str
    readers: frozenset[str]
    covers: tuple[str, ...] = ()
    by_call: str = ""

    def nearness(self, endpoint: str) -> int:
        """How closely a page belongs to this entry: 2 by its name, 1 with its package, 0 not at all."""
        if endpoint == self.endpoint or endpoint in self.covers:
            return 2
        return int(any(known.endswith(".") and endpoint.startswith(known) for known in self.covers))


def _entry(label: str, endpoint: str, readers: Iterable[str], covers: Iterable[str] = (), by_call: str = "") -> Entry:
    return Entry(label, endpoint, frozenset(readers), tuple(covers), by_call)


# Pages of a call that live in the packages above it.
READING_A_CALL = ("calls.", "public.practice_start", "public.practice", "public.practise", "public.funded_projects")
RUNNING_A_CALL = (
    *READING_A_CALL,
    "notifications.announcements",
    "notifications.announce",
    "proposals.extensions",
    "proposals.extend",
    "proposals.form_changes",
    "proposals.apply_form",
    "proposals.radar",
    "proposals.remind_drafts",
    "proposals.standard_report",
)
SCREENING = (
    "proposals.screening",
    "proposals.decide_checks",
    "proposals.return_form",
    "proposals.return_stage",
    "proposals.ineligible_form",
    "proposals.find_ineligible",
    "proposals.advice_form",
    "proposals.write_advice",
    "proposals.conflicts",
    "proposals.record_conflict",
    "proposals.",
)
SITES = (
    "mines.",
    "projects.site",
    "projects.assess_form",
    "projects.assess",
    "projects.site_form",
    "projects.update_site",
    "projects.site_position",
)
PAYMENTS = (
    "projects.payment",
    "projects.move_payment",
    "projects.confirm_payment",
    "projects.confirm_payee_form",
    "projects.confirm_payee",
)
REVIEWING = ("reviews.show", "reviews.sheet", "reviews.save", "reviews.submit", "reviews.")
OVERSEEING = ("reviews.of_proposal", "reviews.oversee", "notifications.nudge_form", "notifications.nudge", "reviews.")
ORGANISATION = (
    "identity.organisation",
    "identity.new_organisation",
    "identity.change_organisation",
    "identity.member",
    "identity.invite",
    "identity.documents",
    "identity.document",
    "identity.add_document",
    "identity.add_document_version",
)

ENTRIES: tuple[Entry, ...] = (
    _entry(N_("My work"), "dashboard.work", {SIGNED_IN}),
    _entry(
        N_("Search"),
        "dashboard.search",
        OVERSEERS,
        ("dashboard.act", "dashboard.keep_search", "dashboard.export_csv", "dashboard.export_xlsx"),
    ),
    _entry(N_("Calls"), "calls.manage_list", OVERSEERS, RUNNING_A_CALL),
    _entry(N_("Calls"), "calls.index", {VISITOR, MEMBER, NEWCOMER}, READING_A_CALL),
    _entry(N_("My proposals"), "proposals.index", {MEMBER, COLLABORATOR}, ("proposals.",)),
    _entry(N_("Screening"), "proposals.of_call", OVERSEERS, SCREENING, "code"),
    _entry(
        N_("Reviews"),
        "reviews.of_call",
        OVERSEERS,
        OVERSEEING,
        "call_id",
    ),
    _entry(N_("My reviews"), "reviews.inbox", {REVIEWER}, REVIEWING),
    _entry(N_("Decisions"), "decisions.of_call", OVERSEERS | {COMMITTEE_MEMBER}, ("decisions.",), "call_id"),
    _entry(N_("Projects"), "projects.index", OVERSEERS | {MEMBER, FINANCE}, ("projects.",)),
    _entry(N_("Payments"), "projects.payments", OVERSEERS | {FINANCE}, PAYMENTS),
    _entry(N_("Mine sites"), "mines.sites", OVERSEERS | {COMMITTEE_MEMBER}, SITES),
    _entry(N_("Organisation"), "identity.organisations", {MEMBER, NEWCOMER}, ORGANISATION),
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


def here(shown: Iterable[Entry], endpoint: str) -> Entry | None:
    """The one entry that a page belongs to, of those that are shown."""
    nearest = max(shown, key=lambda entry: entry.nearness(endpoint), default=None)
    return nearest if nearest and nearest.nearness(endpoint) else None
