"""The sealed proposal as its reviewer reads it: the same rendering as the applicant's check, with neutral file names."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import url_for

from app.calls.form_schema import Form
from app.proposals import queries as proposals_queries
from app.proposals.models import Advice, SealedSubmission
from app.proposals.partners import partner_names
from app.proposals.present import SectionView, annex_names, reviewer_sections
from app.proposals.snapshot import read
from app.reviews import policy
from app.reviews.budget import BudgetLine, lines_of
from app.reviews.models import Review
from app.reviews.present.parts import locale
from app.web.filters import translate
from workflows.machine import N_

ADVICE = {"positive": N_("Positive advice on the quick scan"), "negative": N_("Negative advice on the quick scan")}


@dataclass(frozen=True)
class AdviceView:
    """The advice that was given on the quick scan."""

    title: str
    text: str


def names_of_files(review: Review, sealed: SealedSubmission) -> dict[str, str]:
    """File id → the name under which the reviewer gets it; files of answers that reviewers do not read are left out."""
    return annex_names(review.proposal.reference, sealed, is_blind(review))


def is_blind(review: Review) -> bool:
    """Whether the reviewers of the call must not learn who applies."""
    return policy.applicant_is_hidden(review.proposal)


def form_of(sealed: SealedSubmission) -> Form:
    """The form that a sealed version answers."""
    form = proposals_queries.form_by_hash(read(sealed.snapshot).form_sha256)
    if form is None:
        raise LookupError(f"the form of sealed version {sealed.id} is gone")
    return form


def partners_of(sealed: SealedSubmission | None) -> tuple[str, ...]:
    """The partners named in a sealed version."""
    return partner_names(form_of(sealed), read(sealed.snapshot).answers) if sealed else ()


def budget_of(review: Review, sealed: SealedSubmission | None) -> tuple[BudgetLine, ...]:
    """The lines of the budget that the reviewer may remark on."""
    return lines_of(form_of(sealed), read(sealed.snapshot).answers, is_blind(review)) if sealed else ()


def content_view(review: Review, sealed: SealedSubmission) -> tuple[SectionView, ...]:
    """Every section that reviewers may read; links of files lead through the review."""

    def file_url(file_id: str) -> str:
        return url_for("reviews.file", review_id=review.id, file_id=uuid.UUID(file_id))

    return reviewer_sections(review.proposal.reference, sealed, locale(), file_url, is_blind(review))


def advice_view(advice: Advice | None) -> AdviceView | None:
    """The advice in words."""
    return AdviceView(translate(ADVICE[advice.outcome]), advice.text) if advice else None
