"""What pages show of a mine site: coarse data only; the exact position never passes through here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale
from flask import url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from app.mines import vocabulary
from app.mines.models import MineSite
from app.mines.queries import SiteFilter
from app.web.filters import day, translate
from app.web.pagination import Page

NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
NOT_APPLICABLE = _l("Not applicable: the country is not a member of the ICGLR")
NOT_KNOWN = _l("Not known")


@dataclass(frozen=True)
class Badge:
    """A word with a shape and a tone."""

    label: str
    category: str


@dataclass(frozen=True)
class Rung:
    """One step of the ladder as the ladder macro wants it."""

    code: str
    label: str
    reached: bool
    current: bool
    when: str


@dataclass(frozen=True)
class SiteView:
    """A site as everybody who is signed in may see it."""

    reference: str
    name: str
    href: str
    country: str
    admin1: str
    minerals: str
    cell: str
    activity: str
    icglr: Badge | None
    icglr_note: str
    workers: int | None
    step: str
    step_label: str
    last_assessed: str


@dataclass(frozen=True)
class PageLine:
    """Where one is in a long list."""

    total: int
    label: str
    prev_url: str
    next_url: str


@dataclass(frozen=True)
class FiltersView:
    """The choices of the filter bar, and what is chosen."""

    countries: tuple[tuple[str, str], ...]
    minerals: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    chosen: SiteFilter
    reset_url: str


def country_name(code: str) -> str:
    """The name of a country in the reader's language."""
    locale = Locale.parse(str(get_locale() or "en"))
    return str(locale.territories.get(code) or code)


def country_choices() -> list[tuple[str, str]]:
    """All countries by name in the reader's language."""
    names = Locale.parse(str(get_locale() or "en")).territories
    codes = (str(c) for c in names if len(str(c)) == 2 and str(c).isalpha() and c not in NOT_COUNTRIES)
    return sorted(((code, str(names[code])) for code in codes), key=lambda pair: pair[1])


def mineral_name(code: str) -> str:
    """A mineral with its ore: ``Tin (cassiterite)``."""
    mineral = vocabulary.MINERALS[code]
    return f"{translate(mineral.label)} ({translate(mineral.ore)})" if mineral.ore else translate(mineral.label)


def step_label(code: str) -> str:
    return translate(vocabulary.STEPS[code])


def icglr_badge(status: int | None) -> Badge | None:
    """Code and word of an ICGLR status; its shape comes from the category."""
    if status is None:
        return None
    found = vocabulary.ICGLR[status]
    words = f"{found.code} {translate(found.word)}: {translate(found.meaning)}"
    return Badge(words, found.category.value)


def cell_text(lat10: int, lon10: int) -> str:
    """The bounds of a cell: ``1.9–2.0° S, 30.0–30.1° E, within a 0.1° cell (about 11 km)``."""
    return gettext(
        "%(lat)s, %(lon)s: somewhere within this 0.1° cell, about 11 km wide",
        lat=_band(lat10, "N", "S"),
        lon=_band(lon10, "E", "W"),
    )


def _band(tenths: int, positive: str, negative: str) -> str:
    low, high, letter = (tenths, tenths + 1, positive) if tenths >= 0 else (-tenths - 1, -tenths, negative)
    return f"{low / 10:.1f}–{high / 10:.1f}° {letter}"


def site_view(site: MineSite, last_assessed: Mapping[uuid.UUID, date]) -> SiteView:
    """Everything but the exact position."""
    applies = site.country in vocabulary.ICGLR_MEMBERS
    return SiteView(
        reference=site.reference,
        name=site.name,
        href=url_for("projects.site", site_id=site.id),
        country=country_name(site.country),
        admin1=site.admin1,
        minerals=", ".join(mineral_name(code) for code in site.minerals),
        cell=cell_text(site.cell_lat10, site.cell_lon10),
        activity=translate(vocabulary.ACTIVITIES[site.activity]),
        icglr=icglr_badge(site.icglr_status),
        icglr_note=str(NOT_KNOWN if applies else NOT_APPLICABLE),
        workers=site.workers,
        step=site.maturity_step,
        step_label=step_label(site.maturity_step),
        last_assessed=day(last_assessed.get(site.id)),
    )


def ladder(current: str, reached_on: Mapping[str, date]) -> tuple[Rung, ...]:
    """The eight rungs; ``reached_on`` tells when each was last found."""
    top = vocabulary.step_number(current)
    return tuple(
        Rung(
            code, translate(label), number <= top, code == current, day(reached_on.get(code) if number <= top else None)
        )
        for number, (code, label) in enumerate(vocabulary.STEPS.items())
    )


def filters_view(wanted: SiteFilter, countries: list[str]) -> FiltersView:
    """The filter bar of the list."""
    return FiltersView(
        countries=tuple(sorted(((c, country_name(c)) for c in countries), key=lambda pair: pair[1])),
        minerals=tuple((code, mineral_name(code)) for code in vocabulary.MINERALS),
        steps=tuple((code, f"{code} {translate(label)}") for code, label in vocabulary.STEPS.items()),
        chosen=wanted,
        reset_url=url_for("mines.sites") if wanted != SiteFilter() else "",
    )


def page_view(page: Page) -> PageLine:
    """The line under a list: which page of how many."""
    label = gettext("Page %(number)s of %(pages)s", number=page.number, pages=page.pages) if page.pages > 1 else ""
    return PageLine(page.total, label, page.prev_url, page.next_url)
