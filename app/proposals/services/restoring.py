"""Putting back what an answer said before: one more save, so that what it says now is not lost either."""

from __future__ import annotations

from app.calls import queries as call_queries
from app.core import transitions
from app.core.errors import Invalid, NotFound
from app.core.types import Actor
from app.proposals import queries
from app.proposals.carrying import fit_answer
from app.proposals.edits import whole_questions
from app.proposals.models import AnswerChange, StageSubmission
from app.proposals.services.drafting import refuse_unless_editable
from app.proposals.services.facts import refuse_strangers
from app.proposals.services.storing import store_answers
from workflows.machine import N_


def restore_answer(*, submission: StageSubmission, change: AnswerChange, actor: Actor) -> None:
    """Let an answer say again what it said before a change."""
    refuse_strangers(actor, submission, "proposal.edit")
    transitions.lock(submission)
    form = queries.form_of(submission)
    section, asked = form.section_of(change.question_id), form.question(change.question_id)
    if change.stage_submission_id != submission.id or section is None or asked is None:
        raise NotFound()
    refuse_unless_editable(submission, section.id, actor)
    answer = change.before
    if change.form_sha256 != submission.form_version.sha256:
        old = call_queries.form_by_hash(change.form_sha256)
        was = old.question(change.question_id) if old else None
        fit = fit_answer(was, asked, change.before) if was else None
        if fit is None or not fit.is_whole:
            raise Invalid(N_("The question was changed since. Copy what you need of the earlier text instead."))
        answer = fit.answer
    put = {asked.id: answer}
    names = {name for answers in (submission.answers, put) for name in whole_questions(answers, put, {})}
    store_answers(submission, section.id, queries.form_of_page(submission, ""), put, sorted(names), "", actor)
