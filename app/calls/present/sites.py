"""The sites of the registry to choose from: names and regions, for everybody who is signed in; never a position.

A page lists them once. Where there are more than a list can hold, a page that offers it has a search instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale
from flask import g, has_request_context
from flask_babel import get_locale
from flask_login import current_user

from app.calls.form_schema import Question
from app.mines import queries as mines
from app.mines.models import MineSite
from app.mines.queries import SiteWord
from app.web.forms import stripped

Options = tuple[tuple[str, str], ...]
MOST_SITES = 300
MOST_FOUND = 50
MOST_WORDS, LONGEST_WORD = 6, 60


@dataclass(frozen=True)
class SitePick:
    """The sites that a page lists; with ``url`` it also searches: for ``words``, the first ``MOST_FOUND`` that fit.

    ``has_more``: the registry holds more than what is listed.
    """

    options: Options
    words: str = ""
    url: str = ""
    has_more: bool = False


@dataclass(frozen=True)
class _Search:
    words: str
    url: str


def offer_site_search(words: str, url: str) -> None:
    """Let the page that is being made search the registry; ``url`` answers its script with ``found_sites``."""
    g.site_search = _Search(stripped(words)[: MOST_WORDS * LONGEST_WORD], url)


def sites_once(question: Question) -> SitePick | None:
    """The sites to choose from, with the first question of a page that asks for one: its list serves them all."""
    if "site" not in {question.kind, *(column.kind for column in question.columns)} or g.get("sites_listed"):
        return None
    g.sites_listed = True
    return _pick()


def found_sites(words: str) -> Options:
    """Sites that hold every word in name, region, country or reference; nothing without a word."""
    wanted = tuple(SiteWord(word, _countries_called(word)) for word in _words(words))
    if not wanted or _is_stranger():
        return ()
    return tuple((site.reference, _site_words(site)) for site in mines.sites_to_name(MOST_FOUND + 1, wanted))


def _words(words: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in stripped(words).split()[:MOST_WORDS]]


def _pick() -> SitePick | None:
    """Whoever tries a form without an account, or has not confirmed the address of it, types a name."""
    if _is_stranger():
        return None
    first, search = tuple(_first_sites().items()), g.get("site_search")
    if search is None or len(first) <= MOST_SITES:
        return SitePick(first[:MOST_SITES], has_more=len(first) > MOST_SITES)
    found = found_sites(search.words)
    return SitePick(found[:MOST_FOUND], search.words, search.url, has_more=len(found) > MOST_FOUND)


def _first_sites() -> dict[str, str]:
    """As many sites as a list can hold, and one more where there are more; read once for a page, with many answers too."""
    if "first_sites" not in g:
        g.first_sites = {site.reference: _site_words(site) for site in mines.sites_to_name(MOST_SITES + 1)}
    found: dict[str, str] = g.first_sites
    return found


def _is_stranger() -> bool:
    """Who has no account, or has not confirmed its address: anybody can have such a one."""
    return has_request_context() and not (current_user.is_authenticated and not current_user.unconfirmed)


def _country_names() -> dict[str, str]:
    return dict(Locale.parse(str(get_locale() or "en")).territories)


def _countries_called(word: str) -> frozenset[str]:
    return frozenset(code for code, name in _country_names().items() if len(code) == 2 and word.lower() in name.lower())


def _site_words(site: MineSite) -> str:
    names = _country_names()
    return ", ".join(part for part in (site.name, site.admin1, names.get(site.country, site.country)) if part)


def site_name(reference: str) -> str:
    """A site of the registry in words, nothing when it has none of this reference."""
    if _is_stranger():
        return ""
    known = _first_sites()
    if reference not in known:
        site = mines.sites_by_reference([reference]).get(reference)
        return _site_words(site) if site else ""
    return known[reference]
