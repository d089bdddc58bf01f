"""The catalogues of French and Spanish: nearly whole, compiled, and with the same placeholders as the English."""

import io
import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT

LANGUAGES = ("fr", "es")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": None, "ngettext": (1, 2)}
METHODS = [
    ("app/**.py", "python"),
    ("workflows/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]


def catalogue(language):
    return read_po(
        io.BytesIO((ROOT / "app/translations" / language / "LC_MESSAGES/messages.po").read_bytes()), locale=language
    )


def forms(value):
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language):
    wrong = [
        message.id
        for message in catalogue(language)
        if message.id and any(forms(message.string))
        for form in forms(message.string)
        if set(PLACEHOLDER.findall(form)) - {p for f in forms(message.id) for p in PLACEHOLDER.findall(f)}
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_current(language):
    out = io.BytesIO()
    write_mo(out, catalogue(language))
    assert out.getvalue() == (ROOT / "app/translations" / language / "LC_MESSAGES/messages.mo").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_text_is_translated(language):
    """New texts show in English until somebody translates them; more than one in twenty would be a mixed page."""
    done = {forms(m.id)[0] for m in catalogue(language) if m.id and all(forms(m.string))}
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS, directory_filter=lambda d: ".venv" not in str(d))
    texts = {forms(message)[0] for _file, _line, message, _comments, _context in found}
    assert len(texts) > 1500
    assert len(texts - done) <= len(texts) * 0.05, sorted(texts - done)[:40]
