"""The lists of answers that every form shares: a form names them, and a survey tool must find them on the sheet of choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.calls.vocabulary import COUNTRIES, MINERALS
from app.calls.xlsform.sheets import Cells, column, plain

SHARED = {"yes_no": ("yes", "no"), "minerals": tuple(sorted(MINERALS)), "countries": tuple(sorted(COUNTRIES))}
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]  # list -> code -> language -> text


def shared_list(kind_cell: str) -> str:
    """The shared list that a cell of the column ``type`` names, or nothing."""
    name = kind_cell.partition(" ")[2]
    return name if name in SHARED else ""


def rows_of(name: str, labels: Labels, languages: Iterable[str]) -> list[Cells]:
    """A shared list as rows; an answer without a label is called by its code, which no survey tool refuses."""
    known = labels.get(name, {})
    return [
        {"list_name": name, "name": code}
        | {column("label", one): plain(known.get(code, {}).get(one, "")) or code for one in languages}
        for code in sorted(SHARED[name], key=list(known).index if known else SHARED[name].index)
    ]


def own_name(name: str, taken: Iterable[str]) -> str:
    """The name of a question's own list, kept apart from the shared ones and from those of other questions."""
    while name in SHARED or name in taken:
        name += "_"
    return name


def is_shared(name: str, codes: Iterable[str]) -> bool:
    """Whether a list of this name is the shared one: its sheet does not say so, or names only answers that it has."""
    return set(codes) <= set(SHARED[name])
