"""The field's words: maturity steps, minerals, ICGLR status, activity, sources. Sources: domain facts §2.3, §9.1, 9.4, 9.5."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.machine import N_, Category


@dataclass(frozen=True)
class Mineral:
    """A mineral, and the ore in which artisanal miners dig it."""

    label: str
    ore: str
    symbol: str


@dataclass(frozen=True)
class Status:
    """An ICGLR certification status; ``category`` gives its shape, so that colour is never alone."""

    code: int
    word: str
    meaning: str
    category: Category


STEPS: dict[str, str] = {
    "M0": N_("Identified"),
    "M1": N_("Baseline assessed"),
    "M2": N_("Management system in place"),
    "M3": N_("Legitimate or on a formalisation path"),
    "M4": N_("Stop-now Annex II risks credibly excluded"),
    "M5": N_("Remaining Annex II risks managed"),
    "M6": N_("Wider risks under improvement"),
    "M7": N_("Selling to a formal, OECD-aligned buyer"),
}

MINERALS: dict[str, Mineral] = {
    "tin": Mineral(N_("Tin"), N_("cassiterite"), "Sn"),
    "tantalum": Mineral(N_("Tantalum"), N_("coltan"), "Ta"),
    "tungsten": Mineral(N_("Tungsten"), N_("wolframite"), "W"),
    "gold": Mineral(N_("Gold"), "", "Au"),
    "cobalt": Mineral(N_("Cobalt"), N_("heterogenite"), "Co"),
    "copper": Mineral(N_("Copper"), "", "Cu"),
    "nickel": Mineral(N_("Nickel"), "", "Ni"),
    "lithium": Mineral(N_("Lithium"), N_("spodumene"), "Li"),
    "natural_graphite": Mineral(N_("Natural graphite"), "", "C"),
    "diamond": Mineral(N_("Diamond"), "", ""),
    "gemstones": Mineral(N_("Gemstones"), "", ""),
    "other": Mineral(N_("Other mineral"), "", ""),
}

ICGLR: dict[int, Status] = {
    0: Status(0, N_("Blue"), N_("not inspected yet, or inspection expired"), Category.WAITING),
    1: Status(1, N_("Green"), N_("certified"), Category.DONE),
    2: Status(2, N_("Yellow"), N_("flagged"), Category.DECISION),
    3: Status(3, N_("Red"), N_("not certified"), Category.REFUSED),
}
ICGLR_MEMBERS = frozenset({"AO", "BI", "CD", "CF", "CG", "KE", "RW", "SS", "SD", "TZ", "UG", "ZM"})

ACTIVITIES: dict[str, str] = {
    "active": N_("Active"),
    "non_active": N_("Not active"),
    "abandoned": N_("Abandoned"),
}

SELF_REPORTED = "self_reported"
SOURCES: dict[str, str] = {
    SELF_REPORTED: N_("Reported by the grantee or the mine itself"),
    "partner_visit": N_("Visit by a partner"),
    "programme_visit": N_("Visit by the programme"),
    "government_inspection": N_("Government inspection"),
    "third_party_audit": N_("Third-party audit"),
    "remote": N_("Checked from a distance"),
}


def step_number(code: str) -> int:
    """The rung of a step, from 0."""
    return list(STEPS).index(code)


def sources_open_to(is_staff: bool) -> tuple[str, ...]:
    """Who may claim which source: only the programme says that somebody else verified."""
    return tuple(SOURCES) if is_staff else (SELF_REPORTED,)
