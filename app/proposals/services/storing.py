"""Storing answers: as the form of now takes them, with the version of each field and the record of who changed what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.core import clock
from app.core.errors import Invalid
from app.core.types import Actor
from app.extensions import db
from app.proposals import queries
from app.proposals.carrying import Carried, as_on_page, settle
from app.proposals.models import StageSubmission
from app.proposals.services.changes import record_changes
from workflows.machine import N_

LARGEST_SECTION = 1_000_000


def answers_on_page(submission: StageSubmission, asked: queries.AskedForm) -> Mapping[str, Any]:
    """The stored answers as a page of this form shows them."""
    if asked.sha256 == submission.form_version.sha256:
        return submission.answers
    return as_on_page(asked.form, asked.sha256, submission.answers, submission.kept_answers)


def _settled(submission: StageSubmission, asked: queries.AskedForm, typed: dict[str, Any]) -> Carried:
    """What was typed as the form of now stores it, and what of it is kept for the form that the page showed."""
    if asked.sha256 == submission.form_version.sha256:
        return Carried(typed, {})
    now = queries.form_of(submission)
    return settle(asked.form, asked.sha256, now, typed, submission.answers, submission.kept_answers)


def store_answers(
    submission: StageSubmission,
    section_id: str,
    asked: queries.AskedForm,
    answers: dict[str, Any],
    names: Iterable[str],
    client: str,
    actor: Actor,
) -> None:
    """Store answers to a form that a page showed, in a locked submission: the one place where answers change by writing.

    ``names`` are the fields that ``client``, an open page, changed. Drafts leave no audit entry for every pause in typing;
    sealed versions are the record, and ``record_changes`` tells the applicant's side who changed what.
    """
    typed = _settled(submission, asked, answers)
    if len(json.dumps([typed.answers, typed.kept])) > LARGEST_SECTION:
        raise Invalid(N_("This is too much text for one page. Shorten it, then save again."))
    merged = {**submission.answers, **typed.answers}
    kept = {sha: found for sha, found in {**submission.kept_answers, **typed.kept}.items() if found}
    if (merged, kept) == (submission.answers, submission.kept_answers):
        return
    record_changes(submission=submission, before=submission.answers, after=merged, actor=actor)
    version = submission.version + 1
    submission.answers, submission.kept_answers = merged, kept
    submission.sign_off_asked_by_id = None  # what was asked to be signed is not what is written any more
    submission.answers_saved_at = clock.now()
    submission.answers_saved_by = actor.name
    submission.section_versions = {**submission.section_versions, section_id: version}
    submission.field_versions = {**submission.field_versions, **{name: [version, client] for name in names}}
    db.session.flush()
