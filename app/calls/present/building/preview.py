"""A form as those will meet it who answer it and who read the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale, gettext

from app.calls.building.drafts import Draft
from app.calls.building.samples import sample_answers
from app.calls.form_schema import Form, Question, Section, text
from app.calls.models import CallStage
from app.calls.present.building.overview import address
from app.calls.present.pages import language_names
from app.calls.present.questions import QuestionView, answer_view, question_view
from workflows.machine import N_

WHO = {
    "applicant": N_("As an applicant"),
    "reviewer": N_("As a reviewer"),
    "blind": N_("As a reviewer in blind review"),
}


@dataclass(frozen=True)
class SectionView:
    title: str
    intro: str
    questions: tuple[QuestionView, ...]
    hidden: int


@dataclass(frozen=True)
class Choice:
    """One way to look at the form."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Preview:
    """A form as one reader meets it."""

    who: str
    language: str
    phone: bool
    sections: tuple[SectionView, ...]
    readers: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    widths: tuple[Choice, ...]


def preview(stage: CallStage, draft: Draft, who: str, language: str, phone: bool) -> Preview:
    """The form in one language, with empty fields for an applicant and made-up answers for a reviewer."""
    languages = stage.call.languages
    who = who if who in WHO else "applicant"
    language = language if language in languages else languages[0]
    here = {"as": who, "lang": language, "width": "phone" if phone else "wide"}

    def choice(label: str, **other: str) -> Choice:
        return Choice(label, address(stage, "form_preview", **{**here, **other}), other.items() <= here.items())

    with force_locale(language):
        sections = tuple(_sections(draft.form, who, language))
    return Preview(
        who=who,
        language=language,
        phone=phone,
        sections=sections,
        readers=tuple(choice(gettext(label), **{"as": code}) for code, label in WHO.items()),
        languages=tuple(choice(n, lang=c) for c, n in zip(languages, language_names(languages), strict=True)),
        widths=(choice(gettext("On a phone"), width="phone"), choice(gettext("On a wide screen"), width="wide")),
    )


def _sections(form: Form, who: str, language: str) -> Iterable[SectionView]:
    answers = sample_answers(form)
    for section in form.sections:
        readable = [q for q in section.questions if q.id and q.kind and _reads(q, who)]
        if who == "applicant":
            views = tuple(question_view(q, None, language=language) for q in readable)
        else:
            views = tuple(
                answer_view(q.without_who() if who == "blind" else q, answers.get(q.id), language=language)
                for q in readable
            )
        hidden = len(section.questions) - len(readable)
        yield SectionView(_title(section, language), text(section.intro, language), views, hidden)


def _title(section: Section, language: str) -> str:
    return text(section.title, language) or section.id


def _reads(question: Question, who: str) -> bool:
    if who == "applicant":
        return True
    return question.is_visible_to("reviewer", blind=who == "blind")
