"""The one way texts are counted, on the server and in the page (``counted`` in assay.js must say the same).

The text is trimmed; a line break is one character; composed and decomposed letters are the same letter (Unicode NFC).
Characters are code points of that text. Words are what stands between blanks.
"""

from __future__ import annotations

import re
import unicodedata

# White space as Python knows it and as JavaScript does: each lacks one that the other has.
BLANK = r"[\s\u0085\ufeff]"
OUTER = re.compile(rf"^{BLANK}+|{BLANK}+$")
WORD = re.compile(r"[^\s\u0085\ufeff]+")


def counted(text: str, unit: str) -> int:
    """How many ``characters`` or ``words`` a text has."""
    if unit == "words":
        return len(WORD.findall(text))
    plain = OUTER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return len(unicodedata.normalize("NFC", plain))


def allowed(limit: int, tolerance: int) -> int:
    """The most that is accepted: the limit and its tolerance in percent, rounded down."""
    return limit * (100 + tolerance) // 100
