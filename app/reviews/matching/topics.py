"""How near a proposal's text is to a reviewer's texts: BM25-weighted words and word pairs, cosine. No model, any language.

``design/science.md`` A6.2: of several texts of a reviewer the nearest counts most, the others less and less.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from app.reviews.matching.problem import Floats

SATURATION = 1.5
LENGTH = 0.75
FADING = 0.5
WORD = re.compile(r"[a-z0-9]{2,}")
ENGLISH = (
    "a an and are as at be been by can for from has have in into is it its more not of on or our so such than "
    "that the their these they this those through to under was we were which who will with within would you "
    "your "
)
FRENCH = (
    "au aux avec ce ces cette dans de des du elle en est et il ils la le les leur leurs mais ne nous on ou par "
    "pas plus pour qu que qui sa se ses son sont sur un une vous "
)
SPANISH = (
    "al como con del dos el ella ellos es esta este esto estos fue ha han las lo los mas mi muy no nos para "
    "pero por que se sin sobre son su sus una uno y ya "
)
STOP_WORDS = frozenset(word for language in (ENGLISH, FRENCH, SPANISH) for word in language.split())


def words(text: str) -> list[str]:
    """Words in lower case without accents and stop words; English, French and Spanish plurals meet their singular."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return [_stem(word) for word in WORD.findall(plain) if word not in STOP_WORDS]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" and word[-2] != "s" else word


def terms(text: str) -> Counter[str]:
    """How often each word and each pair of neighbours stands in a text."""
    found = words(text)
    return Counter(found) + Counter(f"{a} {b}" for a, b in pairwise(found))


def nearness(proposals: Sequence[str], reviewers: Sequence[Sequence[str]], fading: float = FADING) -> Floats:
    """Proposals × reviewers in [0, 1], 1 for the nearest pair of all. Who has no texts, or no word in common, has 0."""
    texts = [text for own in reviewers for text in own]
    found = np.zeros((len(proposals), len(reviewers)))
    if not texts or not proposals:
        return found
    weighted = _weighted([terms(text) for text in (*proposals, *texts)])
    asked, known = weighted[: len(proposals)], weighted[len(proposals) :]
    cosines = (asked @ known.T).toarray()
    begin = 0
    for column, own in enumerate(reviewers):
        if own:
            near = -np.sort(-cosines[:, begin : begin + len(own)], axis=1)
            weights = fading ** np.arange(len(own))
            found[:, column] = near @ weights / weights.sum()
        begin += len(own)
    top = float(found.max())
    return found / top if top > 0 else found


def _weighted(bags: Sequence[Counter[str]]) -> Any:
    """Texts × terms, BM25-weighted, each row of length 1."""
    from scipy import sparse  # noqa: PLC0415 - slow import

    known: dict[str, int] = {}
    columns = [known.setdefault(term, len(known)) for bag in bags for term in bag]
    rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    counts = np.array([count for bag in bags for count in bag.values()], dtype=np.float64)
    lengths = np.array([sum(bag.values()) for bag in bags], dtype=np.float64)
    place = np.array(columns, dtype=np.int64)
    having = np.bincount(place, minlength=max(len(known), 1))
    rarity = np.log(1 + (len(bags) - having + 0.5) / (having + 0.5))
    norm = SATURATION * (1 - LENGTH + LENGTH * lengths / max(float(lengths.mean()), 1e-9))
    weights = rarity[place] * counts * (SATURATION + 1) / (counts + norm[rows]) if len(place) else counts
    size = np.sqrt(np.bincount(rows, weights=weights**2, minlength=len(bags)))
    return sparse.csr_matrix((weights / size[rows], (rows, place)), shape=(len(bags), max(len(known), 1)))


def language_of(text: str) -> str:
    """The language that a text is most likely written in (en, fr, es), by its small words; nothing when it has too few."""
    found = unicodedata.normalize("NFKD", text.casefold())
    counts = Counter(WORD.findall("".join(c if not unicodedata.combining(c) else "" for c in found)))
    shares = {
        code: sum(counts[word] for word in set(small.split()) if len(word) > 1)
        for code, small in (("en", ENGLISH), ("fr", FRENCH), ("es", SPANISH))
    }
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= 3 else ""
