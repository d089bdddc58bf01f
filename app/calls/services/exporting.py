"""A call as the document that would make it, and a new draft made of an earlier call."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from app.calls import document as documents
from app.calls import queries
from app.calls.drafting import paths
from app.calls.models import Call, CallStage
from app.calls.services.importing import import_call
from app.core import audit
from app.core.errors import Invalid
from app.core.types import Actor
from workflows.machine import N_

OF_THE_CALL = frozenset({"currency", "minerals"})  # kept with the rules, told once for the whole call


def document_of(call: Call) -> dict[str, Any]:
    """The document of a call as it is now: importing it again makes the same call. Nothing of what happened in it."""
    programme = {"code": call.programme.code, "name": call.programme.name, "description": call.programme.description}
    return {
        "code": call.code,
        "programme": _told(programme),
        "reference_prefix": call.reference_prefix,
        "title": call.title,
        "summary": call.summary,
        "currency": call.currency,
        "budget": f"{call.budget.amount:.2f}",
        "timezone": call.zone,
        "languages": call.languages,
        "minerals": call.minerals,
        "contact": call.contact,
        "documents": call.documents,
        "sources": call.sources,
        "rules": {"answers": {}, **paths.pruned({n: v for n, v in call.rules.items() if n not in OF_THE_CALL})},
        "process": call.process,
        **_told({"quiz": call.quiz, "contacts": call.contacts}),
        "stages": [_stage(stage, call.currency) for stage in call.stages],
    }


def fingerprint(call: Call) -> str:
    """The SHA-256 of the call as the file that would make it: what publishing keeps."""
    return documents.canonical_sha256(document_of(call))


def _stage(stage: CallStage, currency: str) -> dict[str, Any]:
    flags = {"advice": stage.gives_advice, "screens_on_receipt": stage.screens_on_receipt}
    return {
        "key": stage.key,
        "title": stage.title,
        "opens": stage.opens_wall,
        "closes": stage.closes_wall,
        **_told({"answer_by": stage.answer_by_wall}),
        **{name: True for name, is_set in flags.items() if is_set},
        "form": form_document(stage, currency),
        **_told({"rubric": stage.rubric, "checks": [_told(check) for check in stage.checks]}),
    }


def form_document(stage: CallStage, currency: str) -> dict[str, Any]:
    """The form of a stage as a call's document writes it: without the currency that the call says."""
    stored = copy.deepcopy(stage.form_version.document)
    return {name: value for name, value in stored.items() if (name, value) != ("currency", currency)}


def _told(parts: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {name: value for name, value in parts.items() if value not in (None, "", [], {}, False)}


def copy_call(*, call: Call, code: str, reference_prefix: str, opens_on: date, actor: Actor) -> Call:
    """A new draft like this call: same texts, forms, rules and process, another code, all dates moved by whole days.

    Raises ``Invalid`` or ``FormError``; never replaces a draft that is there.
    """
    if queries.call_by_code(code) is not None:
        raise Invalid(N_("There is a call with this code already."), field="code", code=code)
    if queries.call_by_prefix(reference_prefix) is not None:
        raise Invalid(N_("Another call uses this prefix."), field="reference_prefix")
    document = {**document_of(call), "code": code, "reference_prefix": reference_prefix}
    made = import_call(document=documents.move_dates(document, opens_on), actor=actor, programme=call.programme)
    audit.record(made, "call.copied", actor, copied_from=call.code)
    return made
