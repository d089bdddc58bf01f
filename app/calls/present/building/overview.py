"""The builder's pages around the questions: the overview of a working copy, and what a removal would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from app.calls import building
from app.calls.building import Document
from app.calls.building.drafts import Draft
from app.calls.building.posting import shown_condition
from app.calls.form_schema import SAYS_WHO, Flaw, text
from app.calls.models import CallStage, FormDraft
from app.calls.present.building import words
from app.calls.present.building.fields import Flaws, label_of, sentence
from app.calls.present.pages import APPLY, language_names
from app.calls.present.parts import language_of
from app.calls.xlsform import Unsaid, unsaid
from app.web.filters import translate


@dataclass(frozen=True)
class Desk:
    """What every page of the builder shows at its top."""

    code: str
    key: str
    call: str
    stage: str
    has_draft: bool
    version: int
    edited: str
    outdated: bool
    apply_url: str
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionCard:
    """One question in the overview."""

    id: str
    label: str
    kind: str
    badges: tuple[str, ...]
    standard: str
    condition: str
    parts: str
    flaws: tuple[str, ...]
    url: str
    remove_url: str


@dataclass(frozen=True)
class SectionCard:
    """One section in the overview."""

    id: str
    title: str
    intro: str
    flaws: tuple[str, ...]
    questions: tuple[QuestionCard, ...]
    url: str
    add_url: str
    remove_url: str


@dataclass(frozen=True)
class CheckCard:
    """One check across the whole form."""

    id: str
    message: str
    when: str
    flaws: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Overview:
    """The whole form."""

    sections: tuple[SectionCard, ...]
    checks: tuple[CheckCard, ...]
    flaws: tuple[str, ...]
    flaw_count: int
    question_count: int
    unsaid: tuple[str, ...]


@dataclass(frozen=True)
class Removal:
    """What a removal would do."""

    what: str
    label: str
    ident: str
    consequences: tuple[str, ...]


def desk(stage: CallStage, draft: FormDraft | None) -> Desk:
    """The head of the builder's pages."""
    call, language = stage.call, language_of(stage.call)
    known = APPLY in current_app.view_functions
    return Desk(
        code=call.code,
        key=stage.key,
        call=text(call.title, language),
        stage=text(stage.title, language),
        has_draft=draft is not None,
        version=draft.version if draft else 0,
        edited=gettext("Last changed by %(name)s.", name=draft.edited_by_name) if draft else "",
        outdated=bool(draft and draft.based_on_id != stage.form_version_id),
        apply_url=url_for(APPLY, code=call.code, stage=stage.key) if known and draft else "",
        languages=tuple(zip(call.languages, language_names(call.languages), strict=True)),
    )


def overview(stage: CallStage, document: Document, draft: Draft, outside: Iterable[Flaw]) -> Overview:
    """Sections and questions with what is wrong beside them; ``outside``: flaws that only the call around it has."""
    language = language_of(stage.call)
    whole = [flaw for place, flaw in draft.flaws if place.kind == "form"]
    return Overview(
        sections=tuple(_section(stage, section, draft, language) for section in document["sections"]),
        checks=tuple(_check(stage, check, draft, language) for check in document.get("checks") or ()),
        flaws=tuple(dict.fromkeys(sentence(flaw) for flaw in [*whole, *outside])),
        flaw_count=len(draft.flaws) + len(list(outside)),
        question_count=sum(len(section["questions"]) for section in document["sections"]),
        unsaid=tuple(_unsaid(each, language) for each in unsaid(document)),
    )


def _unsaid(lost: Unsaid, language: str) -> str:
    """What the file for survey tools cannot say, and of which questions."""
    named = (" › ".join(_named(each, language) for each in path) for path in lost.about)
    return gettext(lost.message, names=", ".join(named))


def _named(each: Document, language: str) -> str:
    return text(each.get("message"), language) or label_of(each, language)


def address(stage: CallStage, endpoint: str, **values: Any) -> str:
    """The address of one of the builder's pages."""
    return url_for(f"calls.{endpoint}", code=stage.call.code, key=stage.key, **values)


def _section(stage: CallStage, section: Document, draft: Draft, language: str) -> SectionCard:
    ident = section["id"]
    return SectionCard(
        id=ident,
        title=label_of(section, language),
        intro=text(section.get("intro"), language),
        flaws=told(draft.of("section", ident), stage.call.languages),
        questions=tuple(_question(stage, q, draft, language) for q in section["questions"]),
        url=address(stage, "form_section", id=ident),
        add_url=address(stage, "form_add", section=ident),
        remove_url=address(stage, "form_remove", section=ident),
    )


def _question(stage: CallStage, question: Document, draft: Draft, language: str) -> QuestionCard:
    ident = question["id"]
    return QuestionCard(
        id=ident,
        label=label_of(question, language),
        kind=words.kind_label(str(question.get("kind", ""))),
        badges=tuple(badges(question)),
        standard=str(question.get("standard") or ""),
        condition=condition_words(question.get("show_if")),
        parts=parts_words(question),
        flaws=told(draft.of("question", ident), stage.call.languages),
        url=address(stage, "form_question", id=ident),
        remove_url=address(stage, "form_remove", question=ident),
    )


def _check(stage: CallStage, check: Document, draft: Draft, language: str) -> CheckCard:
    ident = str(check.get("id", ""))
    return CheckCard(
        ident,
        text(check.get("message"), language),
        str(check.get("when", "")),
        told(draft.of("check", ident), stage.call.languages),
        address(stage, "form_check", id=ident),
    )


def badges(question: Document) -> Iterable[str]:
    """What is special about a question, in few words."""
    if question.get("require_if"):
        yield gettext("must be answered under a condition")
    elif question.get("required") is False:
        yield gettext("optional")
    readers = question.get("visible_to")
    if readers:
        yield gettext("read by: %(who)s", who=", ".join(words.value_label(str(who)) for who in readers))
    if any(question.get(name) for name in ("hidden_when_blind", "personal")) or str(question.get("kind")) in SAYS_WHO:
        yield gettext("hidden in blind review")
    if question.get("personal"):
        yield gettext("personal data")


def condition_words(condition: object) -> str:
    """When the question is asked, in the words of the fields."""
    shown = shown_condition(condition)
    if shown["how"] == "text":
        return gettext("asked only if %(condition)s", condition=shown["text"])
    if shown["how"] == "none":
        return ""
    way = translate(words.WAYS[shown["way"]])
    return gettext("asked only if %(condition)s", condition=f"{shown['question']} {way} {shown['value']}")


def parts_words(question: Document) -> str:
    """How many options, columns or lines there are."""
    counts = {name: len(question.get(name) or ()) for name in ("options", "columns", "lines")}
    told_of = [
        (
            counts["options"],
            ngettext("%(num)s answer to choose from", "%(num)s answers to choose from", counts["options"]),
        ),
        (counts["columns"], ngettext("%(num)s column", "%(num)s columns", counts["columns"])),
        (counts["lines"], ngettext("%(num)s line", "%(num)s lines", counts["lines"])),
    ]
    return ", ".join(sentence for count, sentence in told_of if count)


def told(flaws: Flaws, languages: Iterable[str]) -> tuple[str, ...]:
    """The flaws of one place, each with the setting it is about."""
    names = dict(zip(languages, language_names(languages), strict=True))
    return tuple(dict.fromkeys(_told(rest, flaw, names) for rest, flaw in flaws))


def _told(rest: str, flaw: Flaw, names: dict[str, str]) -> str:
    steps = rest.replace("[", ".").replace("]", "").split(".")
    where = words.key_label(steps[0]) if steps[0] in words.KEYS else ""
    numbered = next((f" {int(step) + 1}" for step in steps[1:] if step.isdigit()), "")
    language = names.get(steps[-1], "")
    about = ", ".join(part for part in (where + numbered, language) if part)
    return f"{about}: {sentence(flaw)}" if about else sentence(flaw)


def removal(stage: CallStage, document: Document, kind: str, ident: str, outside: Iterable[str]) -> Removal:
    """What would happen if a section or question were removed. Raises ``Gone``."""
    language = language_of(stage.call)
    part = building.section(document, ident) if kind == "section" else building.question(document, ident)
    inside = [q["id"] for q in part["questions"]] if kind == "section" else [ident]
    lines = [gettext("Answers given to it are kept, and their applicants can still read them.")]
    if kind == "section" and inside:
        lines.insert(0, ngettext("%(num)s question goes with it.", "%(num)s questions go with it.", len(inside)))
    for use in building.uses_of(document, inside):
        lines.append(_use_words(document, use, language))
    return Removal(kind, label_of(part, language), ident, (*lines, *outside))


def _use_words(document: Document, use: building.Use, language: str) -> str:
    if use.kind == "check":
        return gettext("The check “%(name)s” looks at it, and must be changed.", name=use.ident)
    label = label_of(building.question(document, use.ident), language)
    return gettext("“%(question)s” depends on it, and must be changed.", question=label)
