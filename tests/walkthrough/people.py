"""The cast: everybody who takes part, with address, password and role."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "Wolframite-42-quietly"
PROGRAMME = "EPRM"


@dataclass(frozen=True)
class Person:
    """Somebody with an account. ``roles`` are those in the programme; ``language`` that of the browser."""

    key: str
    name: str
    email: str
    roles: tuple[str, ...] = ()
    language: str = "en"


def _staff(key: str, name: str, *roles: str) -> Person:
    return Person(key, name, f"{key}@secretariat.example", roles)


STAFF = (
    _staff("maud", "Maud Verhoeven", "manager"),
    _staff("hugo", "Hugo Lindqvist", "manager"),
    _staff("olga", "Olga Petrenko", "officer"),
    _staff("otto", "Otto Brandt", "officer"),
    _staff("rita", "Rita Navarro", "reviewer"),
    _staff("remy", "Rémy Okafor", "reviewer"),
    _staff("rosa", "Rosa Lindgren", "reviewer"),
    _staff("ravi", "Ravi Chandra", "reviewer"),
    _staff("cora", "Cora Jansen", "committee_member"),
    _staff("carl", "Carl Mbeki", "committee_member"),
    _staff("cleo", "Cleo Duarte", "committee_member"),
    _staff("fred", "Fred Nakamura", "finance"),
    _staff("fay", "Fay Osei", "finance"),
    _staff("ada", "Ada Kowalska", "auditor"),
)


def _applicant(key: str, name: str, language: str = "en") -> Person:
    return Person(key, name, f"{key}@applicants.example", (), language)


APPLICANTS = (
    _applicant("amina", "Amina Bahati", "fr"),
    _applicant("jean", "Jean Mugisha"),
    _applicant("peter", "Peter Okello"),
    _applicant("lucia", "Lucía Mosquera", "es"),
    _applicant("issa", "Issa Ouédraogo", "fr"),
    _applicant("nadia", "Nadia Kalombo"),
    _applicant("pedro", "Pedro Quispe", "es"),
    _applicant("elena", "Elena Mamani", "es"),
    _applicant("grace", "Grace Lotsove"),
    _applicant("sarah", "Sarah Tibasima"),
    _applicant("benoit", "Benoît Kambale", "fr"),
)

MANAGERS = ("maud", "hugo")
OFFICERS = ("olga", "otto")
PROGRAMME_STAFF = (*MANAGERS, *OFFICERS)
COMMITTEE = ("cora", "carl", "cleo")
FINANCE = ("fred", "fay")

EVERYBODY = {person.key: person for person in (*STAFF, *APPLICANTS)}
