"""Check your answers, the receipt, a submitted version, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.calls.form_schema import Form, text
from app.calls.present import QuestionView, problem_text
from app.calls.queries import problems_of
from app.core.types import Actor
from app.proposals import policy, queries, services
from app.proposals.comparison import compare
from app.proposals.models import SealedSubmission, StageSubmission
from app.proposals.present.annexes import reviewer_sections
from app.proposals.present.figures import FigureView, figures_view
from app.proposals.present.offers import CONFIRMED, stage_offers
from app.proposals.present.parts import Deadline, Link, OfferView, deadline_of, received_text
from app.proposals.present.sections import FileView, SectionView, file_view, reading, sections_view
from app.proposals.present.texts import TextView, stage_texts
from app.proposals.snapshot import Snapshot, read, shown_answers
from workflows.proposal_submission import StageFacts


@dataclass(frozen=True)
class Missing:
    """One thing to mend before submitting, with the way to its field."""

    label: str
    text: str
    href: str


@dataclass(frozen=True)
class CheckPage:
    """Everything that will be submitted, as its reader will see it."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    as_reviewer: bool
    other_href: str
    sections: tuple[SectionView, ...]
    missing: tuple[Missing, ...]
    figures: tuple[FigureView, ...]
    offers: tuple[OfferView, ...]
    closes: Deadline
    version: int
    standing: str
    paper_href: str
    texts: tuple[TextView, ...]


@dataclass(frozen=True)
class Receipt:
    """The proof that a version arrived."""

    reference: str
    proposal_title: str
    proposal_href: str
    organisation: str
    call: str
    stage: str
    number: int
    submitted_at: str
    submitted_by: str
    sha256: str
    is_latest: bool
    files: tuple[FileView, ...]
    version_href: str
    sealed_href: str
    signed: str
    signed_href: str
    verify_href: str


@dataclass(frozen=True)
class VersionPage:
    """A submitted version, to be read."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    number: int
    submitted_at: str
    submitted_by: str
    sha256: str
    sections: tuple[SectionView, ...]
    versions: tuple[Link, ...]
    changes_href: str
    paper_href: str


@dataclass(frozen=True)
class Change:
    """One question answered differently in two versions."""

    section: str
    before: QuestionView
    after: QuestionView


@dataclass(frozen=True)
class ChangesPage:
    """What a version changed against the one before."""

    reference: str
    proposal_title: str
    proposal_href: str
    stage: str
    number: int
    before: int
    changes: tuple[Change, ...]
    version_href: str


def place(submission: StageSubmission) -> dict[str, Any]:
    """The part of every address that names a stage."""
    return {"proposal_id": submission.proposal_id, "key": submission.call_stage.key}


def file_links(submission: StageSubmission) -> Callable[[str], str]:
    """Makes links of file ids on the pages of a proposal."""
    return lambda file_id: url_for("proposals.download", **place(submission), file_id=file_id)


def check_page(
    submission: StageSubmission, actor: Actor, language: str, facts: StageFacts, audience: str = "applicant"
) -> CheckPage:
    """What is about to be submitted, what is missing, and the button; ``audience`` shows it with another reader's eyes."""
    form = queries.form_of(submission)
    proposal = submission.proposal
    answers = shown_answers(form, submission.answers)
    offers = stage_offers(submission, actor, language, facts)
    latest = queries.latest_sealed(submission.id)
    as_reviewer = audience == "reviewer"
    blind = proposal.call.process.get("blind") == "double"
    return CheckPage(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        stage=text(submission.call_stage.title, language),
        as_reviewer=as_reviewer,
        other_href=url_for("proposals.check", **(place(submission) | ({} if as_reviewer else {"as": "reviewer"}))),
        sections=reviewer_sections(proposal.reference, submission, language, file_links(submission), blind)
        if as_reviewer
        else sections_view(submission, language, audience, file_links(submission)),
        missing=missing_list(submission, form, language),
        figures=figures_view(proposal.call.rules, form, answers, proposal.currency, language),
        offers=tuple(offer for offer in offers if offer.name in CONFIRMED),
        closes=deadline_of(submission.correct_by or services.due_at(submission), proposal.call.zone),
        version=submission.version,
        standing=gettext("Version %(number)s is submitted and stands.", number=latest.number) if latest else "",
        paper_href=url_for("proposals.draft_pdf", **place(submission)),
        texts=stage_texts(submission, services.editable_sections(submission, actor), language, may_write=False),
    )


def missing_list(submission: StageSubmission, form: Form, language: str) -> tuple[Missing, ...]:
    """Missing and wrong answers, then rules of the call that are broken; each leads to its field."""
    found = []
    for problem in problems_of(form, submission.answers, queries.file_counts(submission.id)):
        found.append(_missing(submission, form, problem.question_id, problem.name, problem_text(problem), language))
    for broken in services.broken_rules(submission):
        words = gettext(broken.message, **broken.params)
        found.append(_missing(submission, form, broken.question_id, broken.question_id, words, language))
    return tuple(found)


def _missing(
    submission: StageSubmission, form: Form, question_id: str, name: str, words: str, language: str
) -> Missing:
    question, section = form.question(question_id), form.section_of(question_id)
    href = ""
    if section is not None:
        anchor = "q-" + (name or question_id).replace(".", "-")
        href = url_for("proposals.section", **place(submission), section_id=section.id, mend="1", _anchor=anchor)
    label = text(question.label, language).rstrip(".") if question else ""
    return Missing(label, words, href)


def receipt_page(submission: StageSubmission, sealed: SealedSubmission, language: str) -> Receipt:
    """The receipt of one version."""
    proposal, numbered = submission.proposal, {**place(submission), "number": sealed.number}
    signed = queries.receipt_of(sealed.id)
    return Receipt(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        organisation=proposal.organisation.name,
        call=text(proposal.call.title, language),
        stage=text(submission.call_stage.title, language),
        number=sealed.number,
        submitted_at=received_text(sealed, proposal.call.zone),
        submitted_by=sealed.submitted_by_name,
        sha256=sealed.sha256,
        is_latest=sealed.number == submission.sealed_number,
        files=tuple(file_view(file, file_links(submission)) for file in read(sealed.snapshot).files),
        version_href=url_for("proposals.version", **numbered),
        sealed_href=url_for("proposals.sealed_json", **numbered),
        signed=signed.armoured if signed else "",
        signed_href=url_for("proposals.receipt_text", **numbered),
        verify_href=url_for("public.verify_receipt"),
    )


def version_page(submission: StageSubmission, sealed: SealedSubmission, actor: Actor, language: str) -> VersionPage:
    """One submitted version for this person's side."""
    proposal = submission.proposal
    versions = tuple(
        Link(
            gettext("Version %(number)s", number=number),
            url_for("proposals.version", **place(submission), number=number),
        )
        for number in range(1, submission.sealed_number + 1)
        if number != sealed.number
    )
    changes = url_for("proposals.changes", **place(submission), number=sealed.number) if sealed.number > 1 else ""
    return VersionPage(
        reference=proposal.reference,
        proposal_title=proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=proposal.id),
        stage=text(submission.call_stage.title, language),
        number=sealed.number,
        submitted_at=received_text(sealed, proposal.call.zone),
        submitted_by=sealed.submitted_by_name,
        sha256=sealed.sha256,
        sections=sections_view(sealed, language, audience_of(submission, actor), file_links(submission)),
        versions=versions,
        changes_href=changes,
        paper_href=url_for("proposals.version_pdf", **place(submission), number=sealed.number),
    )


def audience_of(submission: StageSubmission, actor: Actor) -> str:
    """Whose eyes a person reads with: members of the applicant read everything of their own."""
    held = policy.relations(actor, submission)
    return "applicant" if held & policy.APPLICANT_SIDE else "programme"


def changes_page(
    submission: StageSubmission, old: SealedSubmission, new: SealedSubmission, actor: Actor, language: str
) -> ChangesPage:
    """The questions that two versions answer differently, side by side."""
    before, after = read(old.snapshot), read(new.snapshot)
    form = queries.form_by_hash(after.form_sha256) or queries.form_of(submission)
    audience = audience_of(submission, actor)
    found = compare(form, before.answers, after.answers, _files_by_question(before), _files_by_question(after))
    links = file_links(submission)
    return ChangesPage(
        reference=submission.proposal.reference,
        proposal_title=submission.proposal.title,
        proposal_href=url_for("proposals.show", proposal_id=submission.proposal_id),
        stage=text(submission.call_stage.title, language),
        number=new.number,
        before=old.number,
        changes=tuple(
            Change(
                text(d.section.title, language),
                reading(d.question, before.answers.get(d.question.id), before.files, language, links),
                reading(d.question, after.answers.get(d.question.id), after.files, language, links),
            )
            for d in found
            if d.question.is_visible_to(audience)
        ),
        version_href=url_for("proposals.version", **place(submission), number=new.number),
    )


def _files_by_question(snapshot: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in snapshot.files:
        found.setdefault(file.question, []).append(f"{file.name} {file.sha256}")
    return {question: sorted(names) for question, names in found.items()}
