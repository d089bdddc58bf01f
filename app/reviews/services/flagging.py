"""Looking through what the reviewers of a proposal will read for the names of who applies."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from app.calls.form_schema import Question, text
from app.core import copies
from app.identity import queries as identity_queries
from app.proposals import queries as proposals_queries
from app.proposals.models import Proposal, SealedSubmission
from app.proposals.parties import domain_of
from app.proposals.partners import partner_names
from app.proposals.snapshot import read
from app.reviews import flagging, queries
from app.reviews.flagging import Flag

REVIEWER, FILE = "reviewer", "file"


def names_in(proposal: Proposal, language: str) -> tuple[tuple[Flag, ...], tuple[str, ...]]:
    """Places in the title, in answers and in files that name the applicant's side, and names of files without words."""
    stage = queries.final_stage(proposal)
    sealed = proposals_queries.sealed_version(stage.id, stage.sealed_number)
    if sealed is None:
        return (), ()
    content = read(sealed.snapshot)
    form = proposals_queries.form_by_hash(content.form_sha256)
    shown = [q for s in form.sections for q in s.questions if q.is_visible_to(REVIEWER, True)] if form else []
    annexes = [file for file in content.files if file.question in {q.id for q in shown}]
    words = [(file.name, _words(stage.id, file.id)) for file in annexes]
    texts = [("", proposal.title), *_texts(shown, sealed, language), *((name, said) for name, said in words if said)]
    partners = partner_names(form, content.answers) if form else ()
    return flagging.flags(texts, _clues(proposal, partners)), tuple(name for name, said in words if not said)


def _words(stage_submission_id: uuid.UUID, file_id: str) -> str | None:
    found = proposals_queries.get_file(stage_submission_id, uuid.UUID(file_id))
    return copies.words_of(found.file) if found else None


def _texts(shown: list[Question], sealed: SealedSubmission, language: str) -> Iterator[tuple[str, str]]:
    answers = read(sealed.snapshot).answers
    for question in shown:
        if question.kind != FILE:
            yield (
                text(question.label, language),
                "\n".join(flagging.strings(_readable(question, answers.get(question.id)))),
            )


def _readable(question: Question, answer: Any) -> Any:
    """The answer without the columns that reviewers do not read."""
    if not question.columns or not isinstance(answer, list):
        return answer
    read = {column.id for column in question.without_who().columns}
    return [{name: cell for name, cell in row.items() if name in read} for row in answer if isinstance(row, Mapping)]


def _clues(proposal: Proposal, partners: tuple[str, ...]) -> tuple[flagging.Clue, ...]:
    """Organisation, partners, its people and who works on the proposal, with their addresses and own domains."""
    people = [m.person for m in identity_queries.members_of(proposal.organisation_id)]
    people += [c.person for c in proposals_queries.collaborators_of(proposal.id)]
    mails = [person.email for person in people]
    domains = [domain for mail in mails if (domain := domain_of(mail))]
    return flagging.clues(
        (proposal.organisation.name, *partners), [person.name for person in people], (*mails, *domains)
    )
