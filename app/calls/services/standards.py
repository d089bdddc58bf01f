"""The library of standard questions: asked with the same meaning in several calls, so that one report spans them."""

from __future__ import annotations

import uuid
from typing import Any

from app.calls import building, policy, queries
from app.calls.building import Document
from app.calls.form_schema import Question, parse
from app.calls.models import CallStage, FormDraft, StandardQuestion
from app.calls.services.form_drafts import change_form
from app.calls.strict import Flaw, FormError
from app.core import audit, transitions
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.types import Actor
from app.extensions import db
from workflows.machine import N_

# Kinds with one answer that can be counted or added up.
COUNTED = frozenset({
    "short_text", "long_text", "integer", "decimal", "money", "date", "yes_no", "choice", "choices", "country",
    "countries", "mineral", "minerals", "organisation",
})  # fmt: skip
OF_ONE_FORM = frozenset({"id", "show_if", "require_if", "standard"})


def promote_question(*, stage: CallStage, question_id: str, code: str, for_all: bool, actor: Actor) -> StandardQuestion:
    """Put a question of a form into the library, and say in the working copy that it is that one. Raises ``Invalid``.

    ``for_all``: every programme may ask it; that only somebody who manages all of them decides. Otherwise only that of
    the call.
    """
    if for_all and not policy.manages_everything(actor):
        raise Invalid(N_("Only a manager of every programme may offer a question to all of them."), field="for_all")
    made: dict[str, Any] = {}

    def change(document: Document, _taken: frozenset[str]) -> Document:
        question = building.question(document, question_id)
        _check_promotable(question, stage)
        made.update({name: value for name, value in question.items() if name not in OF_ONE_FORM})
        return building.edit_question(document, question_id, {**question, "standard": code})

    if queries.standard_by_code(code) is not None:
        raise Invalid(N_("The library has a question with this code already."), field="code")
    change_form(stage=stage, change=change, actor=actor)
    standard = StandardQuestion(
        code=code,
        programme_id=None if for_all else stage.call.programme_id,
        document=made,
        created_by_name=actor.name[:120],
    )
    db.session.add(standard)
    db.session.flush()
    audit.record(standard, "standard_question.promoted", actor, code=code, call=stage.call.code, question=question_id)
    return standard


def _check_promotable(question: Document, stage: CallStage) -> None:
    if question.get("standard"):
        raise Invalid(N_("This question is in the library already."))
    if question.get("kind") not in COUNTED:
        raise Invalid(
            N_("Only a question with one answer, which can be counted or added up, can be a standard question.")
        )
    alone = {name: value for name, value in question.items() if name not in {"show_if", "require_if"}}
    try:
        parse({"sections": [{"id": "s", "title": {"en": "S"}, "questions": [alone]}]}, stage.call.languages[:1])
    except FormError as error:
        if any(".questions" in flaw.path for flaw in error.flaws):
            raise Invalid(N_("Mend the flaws of this question first.")) from error


def insert_standard(
    *, stage: CallStage, section_id: str, standard: StandardQuestion, actor: Actor, expected_version: int | None = None
) -> tuple[FormDraft, str]:
    """Ask a standard question at the end of a section; returns the working copy and the new question's id."""
    if standard.retired_at is not None:
        raise Invalid(N_("This standard question was retired."))
    if standard.programme_id not in (None, stage.call.programme_id):
        raise Invalid(N_("This standard question belongs to another programme."))
    found: dict[str, str] = {}

    def change(document: Document, taken: frozenset[str]) -> Document:
        if any(q.get("standard") == standard.code for q in building.questions(document)):
            raise Invalid(N_("This form asks that standard question already."))
        question = {**standard.document, "standard": standard.code}
        made, found["id"] = building.add_question(document, section_id, question, taken)
        return made

    draft = change_form(stage=stage, change=change, actor=actor, expected_version=expected_version)
    return draft, found["id"]


def retire_standard(
    *, standard: StandardQuestion, retire: bool, actor: Actor, expected_version: int | None = None
) -> None:
    """Offer it to no new form any more, or again. Forms that ask it go on."""
    transitions.lock(standard, expected_version)
    if (standard.retired_at is not None) is retire:
        raise Conflict()
    standard.retired_at = now() if retire else None
    db.session.flush()
    audit.record(standard, f"standard_question.{'retired' if retire else 'restored'}", actor, code=standard.code)


def standard_flaws(document: Document, programme_id: uuid.UUID) -> list[Flaw]:
    """Where a form calls a question a standard one that is not what the library holds."""
    named = [str(q["standard"]) for q in building.questions(document) if q.get("standard")]
    if not named:
        return []
    known = {standard.code: standard for standard in queries.standards_among(named)}
    found = []
    for question in building.questions(document):
        code = str(question.get("standard") or "")
        message = _flaw(question, known.get(code), named.count(code), programme_id) if code else ""
        if message:
            found.append(Flaw("", message, {"id": question["id"], "code": code}))
    return found


def _flaw(question: Document, standard: StandardQuestion | None, times: int, programme_id: uuid.UUID) -> str:
    if standard is None or standard.programme_id not in (None, programme_id):
        return N_("“%(id)s” is said to be the standard question %(code)s, which the library does not have.")
    if meaning(question) != meaning(standard.document):
        return N_("“%(id)s” has another kind, other answers or another currency than the standard question %(code)s.")
    return N_("“%(id)s”: the standard question %(code)s is asked more than once.") if times > 1 else ""


def meaning(question: Document) -> tuple[Any, ...]:
    """What must be alike for answers to be counted together: kind, codes of the options, currency."""
    options = frozenset(str(option.get("id")) for option in question.get("options") or ())
    return question.get("kind"), options, question.get("currency")


def is_same_question(standard: StandardQuestion, question: Question) -> bool:
    """Whether a question that was answered is this one in meaning."""
    options = frozenset(str(option.get("id")) for option in standard.document.get("options") or ())
    alike = frozenset(option.id for option in question.options) == options
    return question.standard == standard.code and question.kind == standard.document.get("kind") and alike
