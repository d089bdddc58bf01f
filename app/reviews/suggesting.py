"""Which conflicts of interest the records suggest between a person and a proposal: names and domains compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Person = TypeVar("Person")


@dataclass(frozen=True)
class Names:
    """Folded names of organisations, and what they are without countries and offices."""

    keys: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What is known of a person: the organisations they work for, and the domain of their address.

    ``worked_with``: proposal → folded name → name, of who stood there beside these organisations.
    """

    works_for: Names
    domain: str = ""
    worked_with: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Party:
    """An organisation of a proposal, as applicant or partner."""

    kind: str
    name: str
    name_key: str
    base_key: str
    domain: str


@dataclass(frozen=True)
class Funder:
    """The funder's own partner organisations."""

    names: Names = Names()
    domains: frozenset[str] = frozenset()

    def has(self, party: Party) -> bool:
        return party.name_key in self.names.keys or bool(party.domain and party.domain in self.domains)


def suggest(person: Known, proposal: str, parties: Iterable[Party], funder: Funder) -> dict[str, str]:
    """Basis → evidence (the organisation, or the domain) of everything that speaks against this person."""
    found: dict[str, str] = {}
    inside = bool(person.works_for.keys & funder.names.keys) or (
        person.domain in funder.domains and bool(person.domain)
    )
    for party in parties:
        for basis, evidence in _against(person, proposal, party):
            found.setdefault(basis, evidence)
        if inside and funder.has(party):
            found.setdefault("funder_partner", party.name)
    return found


def _against(person: Known, proposal: str, party: Party) -> Iterable[tuple[str, str]]:
    if party.name_key in person.works_for.keys:
        yield ("organisation" if party.kind == "applicant" else "partner"), party.name
    elif party.base_key and party.base_key in person.works_for.bases:
        yield "country_office", party.name
    if person.domain and party.domain == person.domain:
        yield "email_domain", party.domain
    elsewhere = {
        key: name for other, names in person.worked_with.items() if other != proposal for key, name in names.items()
    }
    if party.name_key in elsewhere and party.name_key not in person.works_for.keys:
        yield "past_collaboration", party.name
