"""What a stage of a call that is being written begins with: forms, rubrics, and the question for the funding window."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from app.calls import document as documents
from app.calls import form_schema, queries, standards
from app.calls.building import check_structure
from app.calls.document import Flaw, FormError
from app.calls.drafting.pages.known import rows_of, stages_of
from app.calls.models import CallDraft, CallStage
from app.calls.services.editing import document_of_draft, kept_stages, save_forms, save_part
from app.calls.services.exporting import form_document
from app.core.errors import Invalid
from app.core.types import Actor
from workflows.machine import N_

WINDOW = "window"
LABEL = {
    "en": "Which funding window do you apply to?",
    "fr": "À quel volet de financement postulez-vous ?",
    "es": "¿A qué línea de financiación se presenta?",
}


def begin_with(
    *, source: str, stage: CallStage | None, content: bytes | str, languages: Sequence[str]
) -> dict[str, Any]:
    """The form that was chosen: a standard one, an earlier stage's, or one from a file. Raises ``FormError``, ``Invalid``."""
    if source == "stage":
        if stage is None:
            raise Invalid(N_("Choose a stage."), field="stage")
        return copy.deepcopy(form_document(stage, stage.call.currency))
    if source == "file":
        return _read_form(content)
    if source != "empty" and source not in standards.FORMS:
        raise Invalid(N_("Choose what to begin with."), field="source")
    return standards.form(source)


def _read_form(content: bytes | str) -> dict[str, Any]:
    """A form written as YAML: by itself, under ``form``, or as the first stage of a whole call."""
    if not content.strip():
        raise Invalid(N_("Choose a file, or write its text into the field."), field="text")
    document = documents.read_yaml(content)
    stages = rows_of(document.get("stages"))
    found = stages[0].get("form") if stages else document.get("form", document)
    check_structure(found)
    if not isinstance(found, dict):
        raise FormError([Flaw("", N_("This is no form: it has no list of sections."))])
    form_schema.parse(found, languages=())
    return found


def set_rubric(
    *,
    draft: CallDraft,
    number: int,
    source: str,
    stage: CallStage | None,
    actor: Actor,
    expected_version: int | None,
) -> None:
    """Replace the rubric of a stage by the standard one, an earlier stage's, or none."""
    rubric = standards.rubric() if source == "standard" else copy.deepcopy(stage.rubric) if stage else {}

    def change(document: dict[str, Any]) -> dict[str, Any]:
        changed = copy.deepcopy(document)
        if number < len(stages_of(changed)):
            changed["stages"][number].pop("rubric", None)
            changed["stages"][number] |= {"rubric": rubric} if rubric else {}
        return changed

    save_part(draft=draft, part=f"rubric-{number}", change=change, actor=actor, expected_version=expected_version)


def ask_for_window(*, draft: CallDraft, actor: Actor, expected_version: int | None) -> None:
    """Put the question for the window into the first stage's form, or its present answers up to date in every form."""
    document = document_of_draft(draft)
    forms = _forms_that_ask(document)
    kept = kept_stages(draft)
    for number in forms:
        stage = kept[number]
        if stage is not None and queries.form_draft_of(stage) is not None:
            raise Invalid(N_("The form builder holds a working copy of this form. Apply it or throw it away first."))

    def name_question(changed: dict[str, Any]) -> dict[str, Any]:
        changed["rules"]["answers"]["window"] = WINDOW
        return changed

    save_forms(
        draft=draft,
        part="windows",
        forms=forms,
        change=name_question,
        actor=actor,
        expected_version=expected_version,
    )


def _forms_that_ask(document: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The forms that hold the question, with its present answers; when none does, the first with the question added."""
    windows = rows_of(document, "rules.windows")
    if not windows or any(not window.get("code") for window in windows):
        raise Invalid(N_("Give every window a short name first."))
    forms = dict(enumerate(stage.get("form") for stage in stages_of(document)))
    options = [{"id": window["code"], "label": window.get("label", {})} for window in windows]
    asking = {n: form for n, form in forms.items() if isinstance(form, dict) and _answers(form, options)}
    if asking:
        return asking
    first = forms.get(0)
    sections = rows_of(first, "sections")
    if not isinstance(first, dict) or not sections or not isinstance(sections[0].get("questions"), list):
        raise Invalid(N_("The first stage has no form yet; choose one first."))
    sections[0]["questions"].append({"id": WINDOW, "kind": "choice", "label": dict(LABEL), "options": options})
    return {0: first}


def _answers(form: dict[str, Any], options: list[dict[str, Any]]) -> bool:
    """Give the question its present options, where the form has it."""
    found = [q for s in rows_of(form, "sections") for q in rows_of(s, "questions") if q.get("id") == WINDOW]
    for question in found:
        question.update(kind="choice", options=copy.deepcopy(options))
    return bool(found)
