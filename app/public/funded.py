"""The funded projects of a call, as far as their proposals answered questions whose answers are for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.calls.form_schema import text
from app.calls.models import Call
from app.calls.present import QuestionView, answer_view, language_of
from app.projects import queries as projects
from app.projects.models import Project
from app.proposals import queries as proposals
from app.proposals.models import SealedSubmission
from app.proposals.present.sections import content_of


@dataclass(frozen=True)
class FundedView:
    """One project: its reference and the answers that its call made public."""

    reference: str
    answers: tuple[QuestionView, ...]


@dataclass(frozen=True)
class FundedPage:
    """All of them."""

    call: str
    call_href: str
    projects: tuple[FundedView, ...]


def funded_page(call: Call) -> FundedPage:
    """Projects under agreement or completed, with the newest version of the last stage that their proposal submitted."""
    language, found = language_of(call), projects.funded_by_call(call.id)
    sealed = proposals.latest_sealed_of_proposals([project.proposal_id for project in found])
    views = (_project(project, sealed.get(project.proposal_id), language) for project in found)
    return FundedPage(
        call=text(call.title, language),
        call_href=url_for("calls.show", code=call.code),
        projects=tuple(view for view in views if view.answers),
    )


def _project(project: Project, sealed: SealedSubmission | None, language: str) -> FundedView:
    return FundedView(project.reference, _answers(sealed, language) if sealed else ())


def _answers(sealed: SealedSubmission, language: str) -> tuple[QuestionView, ...]:
    form, answers, _files = content_of(sealed)
    asked = (question.for_public() for section in form.sections for question in section.questions)
    return tuple(answer_view(q, answers[q.id], language=language) for q in asked if q is not None and q.id in answers)
