"""How one question looks to who answers it and to who reads the answer, beside its page in the builder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import force_locale

from app.calls.building.samples import sample_answers
from app.calls.form_schema import Form
from app.calls.present.questions import QuestionView, answer_view, question_view


@dataclass(frozen=True)
class Look:
    """A question in one language: its field, and a made-up answer as a reviewer reads it, if reviewers do.

    ``hides_in_blind``: they do, unless they must not learn who applies.
    """

    language: str
    field: QuestionView
    reading: QuestionView | None
    hides_in_blind: bool


def looks(form: Form, ident: str, languages: Sequence[str]) -> tuple[Look, ...]:
    """The question in each language of the call; nothing while it has no kind."""
    question = form.question(ident)
    if question is None or not question.kind:
        return ()
    answer = sample_answers(form).get(ident)
    read = question.is_visible_to("reviewer", blind=False)
    found = []
    for code in languages:
        own = replace(question, id=f"{code}_{ident}")
        with force_locale(code):
            reading = answer_view(own, answer, language=code) if read else None
            view = question_view(own, None, language=code)
        found.append(Look(code, view, reading, read and not question.is_visible_to("reviewer", blind=True)))
    return tuple(found)
