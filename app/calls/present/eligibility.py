"""What helps somebody to decide whether to apply: the quiz, the funding windows, the people to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present.parts import language_of
from app.calls.present.questions import country_options, mineral_names
from app.core.types import Money
from app.web.filters import whole_money


@dataclass(frozen=True)
class QuizQuestion:
    """One question; after answering, whether the answer fits, and what to do if not."""

    name: str
    text: str
    answer: str
    fits: bool
    why: str


@dataclass(frozen=True)
class QuizPage:
    """The eligibility quiz. ``open`` counts what is not answered yet; the outcome stands once there is an answer."""

    code: str
    title: str
    href: str
    questions: tuple[QuizQuestion, ...]
    answered: int
    open: int
    misfits: tuple[QuizQuestion, ...]
    contact: str
    start_url: str


@dataclass(frozen=True)
class WindowView:
    """A part of the budget and what it is for."""

    label: str
    budget: str
    scope: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    name: str
    role: str
    email: str


def quiz_page(call: Call, answers: Mapping[str, str], start_url: str = "") -> QuizPage:
    """The quiz with what was answered; nothing of it is kept anywhere."""
    language = language_of(call)
    found = []
    for asked in call.quiz:
        answer = answers.get(asked["id"], "")
        known = answer if answer in {"yes", "no"} else ""
        fits = known == asked["right"]
        found.append(
            QuizQuestion(asked["id"], text(asked["text"], language), known, fits, text(asked["why"], language))
        )
    answered = sum(bool(question.answer) for question in found)
    return QuizPage(
        code=call.code,
        title=text(call.title, language),
        href=url_for("calls.show", code=call.code),
        questions=tuple(found),
        answered=answered,
        open=len(found) - answered,
        misfits=tuple(question for question in found if question.answer and not question.fits),
        contact=call.contact,
        start_url=start_url,
    )


def window_views(call: Call, language: str) -> tuple[WindowView, ...]:
    """The funding windows with their scope, in words."""
    names = dict(country_options()) if call.rules.get("windows") else {}
    found = []
    for window in call.rules.get("windows", ()):
        scope = [text(theme, language) for theme in window.get("themes", ())]
        if window.get("countries"):
            told = ", ".join(names.get(code, code) for code in window["countries"])
            scope.append(gettext("Countries: %(names)s", names=told))
        if window.get("minerals"):
            scope.append(gettext("Minerals: %(names)s", names=", ".join(mineral_names(window["minerals"]))))
        amount = whole_money(Money(Decimal(window["budget"]), call.currency))
        found.append(WindowView(text(window["label"], language), amount, tuple(scope)))
    return tuple(found)


def window_name(call: Call, code: str, language: str) -> str:
    """A funding window in words; nothing for a call without windows."""
    return dict(window_choices(call, language)).get(code, "")


def window_choices(call: Call, language: str) -> tuple[tuple[str, str], ...]:
    """The funding windows to choose among, by code."""
    return tuple((w["code"], text(w["label"], language)) for w in call.rules.get("windows", ()))


def contact_views(call: Call, language: str) -> tuple[Contact, ...]:
    """The people to ask."""
    return tuple(Contact(c["name"], text(c.get("role"), language), c["email"]) for c in call.contacts)
