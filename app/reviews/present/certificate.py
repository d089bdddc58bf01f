"""The certificate of a plan in plain words: how near the best it is, who is short of what, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from app.mines.vocabulary import MINERALS
from app.web.filters import number, translate

Names = Callable[[str], str]
EXACT = 1e-9
MOST_NAMES = 8


def fit(value: float) -> str:
    """An affinity as it is shown."""
    return number(round(value, 2))


def nearness_words(proof: Mapping[str, Any]) -> str:
    """What the gap means."""
    if proof["gap"] <= EXACT:
        return gettext("It is proven that no other plan under the same rules fits better.")
    share = number(round(max(proof["gap"] * 100, 0.001), 3))
    return gettext(
        "It is proven that no other plan under the same rules fits better by more than %(share)s percent.", share=share
    )


def total_words(proof: Mapping[str, Any]) -> list[str]:
    """The sums: only for who may see every proposal of the plan."""
    found = [
        gettext(
            "The fit of all reviewers and proposals is %(fit)s together; the most that is possible is %(most)s.",
            fit=fit(proof["objective"]),
            most=fit(proof["bound"]),
        )
    ]
    if proof["rules"]["cap"] < 1:
        drawn = fit(proof["affinity"])
        found.append(
            gettext("The plan was drawn by lot: these are expectations. The one drawn has %(fit)s.", fit=drawn)
        )
    if proof["rules"]["floor"]:
        found.append(_floor_words(proof))
    return found


def _floor_words(proof: Mapping[str, Any]) -> str:
    values = {"floor": fit(proof["floor"]), "ideal": fit(proof["ideal"])}
    if proof["floor"] >= proof["ideal"] - 1e-6:
        return gettext(
            "Every proposal with open seats that can be filled has at least %(floor)s. "
            "No plan can give the worst-served of them more.",
            **values,
        )
    return gettext(
        "Every proposal with open seats that can be filled has at least %(floor)s. "
        "No plan can give the worst-served of them more than %(ideal)s.",
        **values,
    )


def shortage_words(shortages: list[Mapping[str, Any]], proposal: Names, reviewer: Names, language: Names) -> list[str]:
    """What is missing, one sentence each; nothing of what concerns proposals that this reader may not see."""
    return [text for one in shortages if (text := _shortage(one, proposal, reviewer, language))]


def _shortage(one: Mapping[str, Any], proposal: Names, reviewer: Names, language: Names) -> str:
    keys = [name for key in one["proposals"] if (name := proposal(key))]
    people = [name for key in one["reviewers"] if (name := reviewer(key))]
    count, names, kind = one["missing"], _some(keys), one["kind"]
    if len(keys) < len(one["proposals"]):
        return ""
    if kind == "people":
        return ngettext(
            "%(names)s lacks %(num)s reviewer who may read it.",
            "%(names)s lacks %(num)s reviewers who may read it.",
            count,
            names=names,
        )
    if kind == "organisations":
        return ngettext(
            "%(names)s lacks reviewers from %(num)s more organisation.",
            "%(names)s lacks reviewers from %(num)s more organisations.",
            count,
            names=names,
        )
    if kind == "capacity" and not one["proposals"]:
        return ngettext(
            "All reviewers are full: %(num)s more review has to be taken on.",
            "All reviewers are full: %(num)s more reviews have to be taken on.",
            count,
        )
    if kind == "capacity":
        return ngettext(
            "%(num)s seat of %(names)s stays empty: everybody who may read these is full (%(people)s).",
            "%(num)s seats of %(names)s stay empty: everybody who may read these is full (%(people)s).",
            count,
            names=names,
            people=_some(people),
        )
    if kind == "least":
        return gettext("Below the least that was agreed with them: %(people)s.", people=_some(people))
    return _cover(one, names, language)


def _cover(one: Mapping[str, Any], names: str, language: Names) -> str:
    count = one["missing"]
    if one["cover"] == "mineral":
        known = MINERALS.get(one["subject"])
        mineral = translate(known.label) if known else one["subject"]
        return ngettext(
            "%(num)s more reviewer who knows %(mineral)s is needed: none is free for %(names)s.",
            "%(num)s more reviewers who know %(mineral)s are needed: none is free for %(names)s.",
            count,
            mineral=mineral,
            names=names,
        )
    return ngettext(
        "%(num)s more reviewer who reads %(language)s is needed: none is free for %(names)s.",
        "%(num)s more reviewers who read %(language)s are needed: none is free for %(names)s.",
        count,
        language=language(one["subject"]),
        names=names,
    )


def _some(names: list[str]) -> str:
    """The first names, and how many more."""
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return gettext("%(names)s and %(more)s more", names=shown, more=more) if more > 0 else shown
