"""What a form from a file would be, before it becomes the working copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale, gettext

from app.calls.building import Document, questions
from app.calls.building.drafts import Draft
from app.calls.present.building.fields import sentence
from app.calls.present.fields import country_options, mineral_options
from app.calls.strict import Flaw
from app.calls.xlsform import Labels

MOST = 200


@dataclass(frozen=True)
class ImportPage:
    """What the file holds, what of it has no place, what is still wrong, and what the working copy would lose."""

    sections: int
    questions: int
    notes: tuple[str, ...]
    flaws: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]


def import_page(before: Document, after: Document, draft: Draft, notes: Iterable[Flaw]) -> ImportPage:
    """Compare a form from a file with the one that is there."""
    old, new = ([q["id"] for q in questions(document)] for document in (before, after))
    return ImportPage(
        sections=len(after["sections"]),
        questions=len(new),
        notes=sentences(notes),
        flaws=sentences(flaw for _, flaw in draft.flaws),
        added=tuple(ident for ident in new if ident not in set(old)),
        gone=tuple(ident for ident in old if ident not in set(new)),
    )


def sentences(flaws: Iterable[Flaw]) -> tuple[str, ...]:
    """Flaws as sentences with their places."""
    found = (f"{flaw.path}: {sentence(flaw)}" if flaw.path else sentence(flaw) for flaw in flaws)
    return tuple(dict.fromkeys(found))[:MOST]


def shared_labels(languages: Iterable[str]) -> Labels:
    """The answers that every form shares, by list and code, in each language; in the order of the first."""
    found: dict[str, dict[str, dict[str, str]]] = {"yes_no": {}, "minerals": {}, "countries": {}}
    for language in languages:
        with force_locale(language):
            lists = {
                "yes_no": (("yes", gettext("Yes")), ("no", gettext("No"))),
                "minerals": mineral_options(),
                "countries": country_options(),
            }
        for name, options in lists.items():
            for code, label in options:
                found[name].setdefault(code, {})[language] = label
    return found
