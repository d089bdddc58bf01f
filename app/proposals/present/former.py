"""What earlier forms of a stage offered, so that an answer chosen then still reads as it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext

from app.calls.form_schema import Form, Question, Section, text
from app.proposals import queries
from app.proposals.carrying import with_former_options
from app.proposals.models import StageSubmission


@dataclass(frozen=True)
class Former:
    """The earlier forms of a stage, to show what they offered."""

    forms: Mapping[str, Form]

    def question(self, question: Question, answer: object, language: str) -> Question:
        """A question that still offers what was chosen when an earlier form offered it."""
        before = [found for form in reversed(list(self.forms.values())) if (found := form.question(question.id))]
        return (
            with_former_options(question, before, answer, lambda label: _told(label, language)) if before else question
        )

    def section(self, section: Section, answers: Mapping[str, object], language: str) -> Section:
        """A section whose questions still offer what was chosen before."""
        if not self.forms:
            return section
        asked = (self.question(question, answers.get(question.id), language) for question in section.questions)
        return replace(section, questions=tuple(asked))


def _told(label: Mapping[str, str], language: str) -> dict[str, str]:
    words = gettext("%(answer)s (no longer offered)", answer=text(label, language))
    return dict.fromkeys((language, *label), words)


def former_of(submission: StageSubmission) -> Former:
    """What earlier forms of a stage asked; for most stages nothing, and then without a query."""
    return Former(queries.earlier_forms(submission) if submission.earlier_forms else {})
