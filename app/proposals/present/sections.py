"""The answers of a stage as everybody reads them: the applicant checking, the programme screening, the reviewer scoring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.calls.form_schema import Form, Known, Question, shown_questions, text
from app.calls.present import QuestionView, answer_view
from app.proposals import queries
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.present.file_notes import scan_notes
from app.proposals.present.former import Former, former_of
from app.proposals.services import sealed_file
from app.proposals.snapshot import SealedFile, read

FileUrl = Callable[[str], str]
REVIEWER = "reviewer"
NO_NOTES: Mapping[str, str] = {}


@dataclass(frozen=True)
class FileView:
    """A file as it is listed; ``length`` in bytes, ``size`` in words."""

    name: str
    size: str
    href: str
    sha256: str
    remove_url: str = ""
    note: str = ""
    length: int = 0


@dataclass(frozen=True)
class SectionView:
    """A section with its questions; ``href`` leads to where it is written."""

    id: str
    title: str
    intro: str
    questions: tuple[QuestionView, ...]
    href: str = ""


def sections_view(
    source: SealedSubmission | StageSubmission,
    lang: str,
    audience: str,
    file_url: FileUrl = lambda _file_id: "",
    blind: bool = False,
) -> tuple[SectionView, ...]:
    """All sections read only, for ``applicant``, ``programme`` or ``reviewer``; ``file_url`` makes links of file ids.

    ``blind``: the reviewers of the call must not learn who applies.
    """
    form, answers, files = content_of(source)
    former = former_of(source) if isinstance(source, StageSubmission) else Former({})
    hides = blind and audience == REVIEWER
    notes, known = scan_notes(files, audience), Known(form, answers)
    return tuple(
        SectionView(
            section.id,
            text(section.title, lang),
            text(section.intro, lang),
            tuple(
                reading(asked.without_who() if hides else asked, answer, files, lang, file_url, notes, known)
                for question in shown_questions(form, section, answers)
                if question.is_visible_to(audience, blind)
                for answer in [known.asked(question)]
                for asked in [former.question(question, answer, lang)]
            ),
        )
        for section in form.sections
    )


def content_of(
    source: SealedSubmission | StageSubmission,
) -> tuple[Form, Mapping[str, Any], tuple[SealedFile, ...]]:
    """Form, answers and files of a sealed version, or of the working copy of a stage."""
    if isinstance(source, SealedSubmission):
        sealed = read(source.snapshot)
        form = queries.form_by_hash(sealed.form_sha256)
        if form is None:
            raise LookupError(f"the form {sealed.form_sha256} of sealed version {source.id} is gone")
        return form, sealed.answers, sealed.files
    files = tuple(sealed_file(one) for one in queries.files_of(source.id))
    return queries.form_of(source), source.answers, files


def reading(
    question: Question,
    answer: Any,
    files: Iterable[SealedFile],
    lang: str,
    file_url: FileUrl,
    notes: Mapping[str, str] = NO_NOTES,
    known: Known | None = None,
) -> QuestionView:
    """One question with its answer and files, read only; ``notes``: what is said beside a file, by its id."""
    own = [file_view(file, file_url, note=notes.get(file.id, "")) for file in files if file.question == question.id]
    return answer_view(question, answer, language=lang, files=own, known=known)


def file_view(file: SealedFile, file_url: FileUrl, remove_url: str = "", note: str = "") -> FileView:
    """One file with its size in words and the beginning of its hash."""
    size = gettext("%(size)s, SHA-256 %(hash)s…", size=written_size(file.size), hash=file.sha256[:12])
    return FileView(file.name, size, file_url(file.id), file.sha256, remove_url, note, file.size)


def written_size(size: int) -> str:
    """A number of bytes in words."""
    if size < 1024:
        return gettext("%(count)s bytes", count=size)
    if size < 1024 * 1024:
        return gettext("%(count)s KB", count=-(-size // 1024))
    return gettext("%(count)s MB", count=f"{size / 1048576:.1f}")
