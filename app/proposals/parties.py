"""Names and domains of organisations, folded so that different spellings of one meet. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

from babel import Locale

WORD = re.compile(r"[^\W_]+")
LONGEST = 300
LANGUAGES = ("en", "fr", "es", "nl", "de", "pt")
LEGAL_WORDS = """
    ag and asbl association bv ca cic co company coop cooperativa cooperative corp corporation cv d de del des du
    e el en et ev fondation foundation fundacion gmbh inc l la las le les limitada limited llc llp los ltd ltda
    ngo npc nv of ong plc pty sa sarl sas spa sprl srl stichting the und vzw y
"""
OFFICES_WORDS = """
    africa afrique americas asia branch bureau central country east eastern europe field global headquarters hq
    internacional international internationale latin mission national nationale north northern office oficina
    regional representation section south southern west western world
"""
SHARED_WORDS = """
    aol.com bluewin.ch example.com example.net example.org facebook.com free.fr gmail.com gmx.ch gmx.com gmx.de
    gmx.net googlemail.com hotmail.com hotmail.es hotmail.fr icloud.com laposte.net linkedin.com live.com live.fr
    mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.es outlook.fr proton.me protonmail.com qq.com
    rediffmail.com sfr.fr tutanota.com wanadoo.fr web.de wixsite.com wordpress.com yahoo.ca yahoo.co.uk yahoo.com
    yahoo.es yahoo.fr yandex.com yandex.ru ymail.com zoho.com
"""
RESERVED = frozenset({"example", "invalid", "localhost", "test"})  # RFC 6761: nobody's
LEGAL, OFFICES, SHARED = (frozenset(text.split()) for text in (LEGAL_WORDS, OFFICES_WORDS, SHARED_WORDS))


def name_key(name: str) -> str:
    """A name without case, accents, punctuation and legal form; words in their order. Empty for nothing but those."""
    return " ".join(w for w in _words(name) if w not in LEGAL)[:LONGEST]


def base_key(name: str) -> str:
    """The name without countries and words for offices too; empty when hardly anything is left of it."""
    kept = [w for w in _without_countries(name_key(name)).split() if w not in OFFICES]
    key = " ".join(kept)
    return key if len(key) >= 4 else ""


def domain_of(address: str) -> str:
    """The domain of a website or of an e-mail address; empty for none, and for one that strangers share."""
    text = address.strip().lower()
    if "@" in text:
        host = text.rpartition("@")[2]
    else:
        try:
            host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        except ValueError:
            return ""
    host = host.removeprefix("www.").rstrip(".")
    return "" if host in SHARED or "." not in host or host.rpartition(".")[2] in RESERVED else host[:200]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(c for c in folded if not unicodedata.combining(c)).replace("'", " "))


def _without_countries(key: str) -> str:
    text = f" {key} "
    for phrase in _countries():
        if phrase in text:
            text = text.replace(phrase, " ")
    return " ".join(text.split())


@lru_cache(maxsize=1)
def _countries() -> tuple[str, ...]:
    """Names of countries in several languages, and the short names of the two Congos; the longest first."""
    names = {"drc", "rdc", "congo", "uk", "usa"}
    for language in LANGUAGES:
        territories = Locale(language).territories
        names |= {name_key(name) for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    return tuple(f" {name} " for name in sorted(names, key=lambda n: (-len(n), n)) if name)
