"""A proposal with its reviewers' eyes: what they may read, and its files under names that tell nobody who sent them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.calls.present import QuestionView
from app.core.files import ALLOWED
from app.proposals.annexes import neutral_names
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.present.sections import FileUrl, SectionView, content_of, sections_view, written_size

REVIEWER = "reviewer"
EXTENSIONS = {media_type: extension for extension, media_type in ALLOWED.items()}


def annex_names(reference: str, source: SealedSubmission | StageSubmission, blind: bool) -> dict[str, str]:
    """File id → the name under which reviewers get it; files of answers that they do not read are left out."""
    form, _, files = content_of(source)
    shown = {q.id for s in form.sections for q in s.questions if q.is_visible_to(REVIEWER, blind)}
    return neutral_names(reference, [file for file in files if file.question in shown], EXTENSIONS)


def reviewer_sections(
    reference: str, source: SealedSubmission | StageSubmission, lang: str, file_url: FileUrl, blind: bool
) -> tuple[SectionView, ...]:
    """Every section as reviewers read it, the same in the applicant's preview and beside the score sheet."""
    names = {file_url(ident): name for ident, name in annex_names(reference, source, blind).items()}
    return tuple(
        replace(section, questions=tuple(_renamed(question, names) for question in section.questions))
        for section in sections_view(source, lang, REVIEWER, file_url, blind)
    )


def _renamed(question: QuestionView, names: Mapping[str, str]) -> QuestionView:
    """Without the hash: it is that of the file as it came, and reviewers get it without what its program wrote into it."""
    files = tuple(
        replace(file, name=names[file.href], sha256="", size=written_size(file.length)) for file in question.files
    )
    return replace(question, files=files) if files else question
