"""A proposal on paper: the same sections and words as on the pages, as data for ``templates/pdf/proposal.typ``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext

from app.calls.form_schema import text
from app.calls.present import QuestionView
from app.core import clock
from app.core.types import Actor, Money
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.present.checking import audience_of
from app.proposals.present.sections import FileView, SectionView, sections_view
from app.web.filters import instant, money

Data = dict[str, Any]
NUMBERS = frozenset({"integer", "decimal", "money"})


def version_paper(submission: StageSubmission, sealed: SealedSubmission, actor: Actor, language: str) -> Data:
    """A submitted version for this person's side."""
    shown = sections_view(sealed, language, audience_of(submission, actor))
    received = instant(sealed.submitted_at, submission.proposal.call.zone)
    facts = [
        (gettext("Version"), str(sealed.number)),
        (gettext("Received at"), received),
        (gettext("Submitted by"), sealed.submitted_by_name),
        (gettext("SHA-256 of the sealed version"), sealed.sha256),
    ]
    footer = f"{submission.proposal.reference} · {gettext('Version %(number)s', number=sealed.number)} · {sealed.sha256[:16]}…"
    return _paper(submission, shown, facts, language, footer)


def draft_paper(submission: StageSubmission, language: str) -> Data:
    """What is written now, for the applicant's side only."""
    shown = sections_view(submission, language, "applicant")
    printed = instant(clock.now(), submission.proposal.call.zone)
    banner = gettext("Printed from the working copy: this paper is no proof that anything was submitted.")
    footer = f"{submission.proposal.reference} · {gettext('Working copy')} · {printed}"
    return _paper(submission, shown, [(gettext("Printed at"), printed)], language, footer, banner)


def _paper(
    submission: StageSubmission,
    sections: Iterable[SectionView],
    facts: list[tuple[str, str]],
    language: str,
    footer: str,
    banner: str = "",
) -> Data:
    proposal, shown = submission.proposal, list(sections)
    files = [file for section in shown for question in section.questions for file in question.files]
    return {
        "language": language,
        "title": proposal.title,
        "reference": proposal.reference,
        "organisation": proposal.organisation.name,
        "stage": text(submission.call_stage.title, language),
        "banner": banner,
        "footer": footer,
        "page-word": gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "facts": [
            (gettext("Organisation"), proposal.organisation.name),
            (gettext("Call"), text(proposal.call.title, language)),
            *facts,
        ],
        "sections": [_section(section) for section in shown],
        "files-title": gettext("Attachments"),
        "files": [_file(file) for file in files],
    }


def _section(section: SectionView) -> Data:
    return {"title": section.title, "questions": [_entry(question) for question in section.questions]}


def _entry(question: QuestionView) -> Data:
    if question.rows:
        return {"label": question.label, **_rows(question)}
    if question.files:
        return {"label": question.label, "kind": "files", "files": [_file(file) for file in question.files]}
    words = written(question)
    if not words:
        return {"label": question.label, "kind": "empty", "words": gettext("Not answered")}
    return {"label": question.label, "kind": "words", "words": words}


def _rows(question: QuestionView) -> Data:
    """A table when its cells are short, else each row as a block of its own."""
    if question.kind == "group":
        rows = [[_cell(cell) for cell in row if not cell.hidden] for row in question.rows]
        return {"kind": "group", "rows": rows}
    columns = [str(column) for column in question.columns]
    return {
        "kind": "rows",
        "columns": columns,
        "numbers": [cell.kind in NUMBERS for cell in question.rows[0]],
        "rows": [[written(cell) for cell in row] for row in question.rows],
    }


def _cell(cell: QuestionView) -> Data:
    return {"label": cell.label, "words": written(cell) or "–"}


def _file(file: FileView) -> Data:
    return {"name": file.name, "size": file.size.split(",")[0], "sha256": file.sha256}


def written(question: QuestionView) -> str:
    """One plain answer in words, as the pages write it; empty when there is none."""
    value = question.value
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, Money):
        return money(value)
    if question.kind in {"yes_no", "consent"} and not question.options:
        return gettext("Yes") if str(value).lower() in {"yes", "true"} else gettext("No")
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part)
    labels = dict(question.options)
    chosen = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in chosen)
