"""What programs may read: the same facts as the public pages, field by field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.calls import present as calls_present
from app.calls.models import Call, CallStage
from app.core.types import Money
from app.knowledge.models import PublishedProject
from app.web.security import external_url

PROCESS = (
    "reviews_wanted", "review_days", "correction_days", "sign_off", "discussion", "reserve_list", "blind", "tranches",
)  # fmt: skip


def instant(at: datetime) -> str:
    """An instant in UTC (RFC 3339)."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def money(amount: Money) -> dict[str, str]:
    return {"amount": f"{amount.amount:f}", "currency": amount.currency}


def call_summary(call: Call, now: datetime) -> dict[str, Any]:
    """A call in the list."""
    return {
        "code": call.code,
        "url": external_url("calls.show", code=call.code),
        "self": external_url("api.call", code=call.code),
        "title": call.title,
        "summary": call.summary,
        "programme": {"code": call.programme.code, "name": call.programme.name},
        "state": calls_present.true_state(call, now).value,
        "budget": money(call.budget),
        "opens_at": instant(call.opens_at),
        "closes_at": instant(call.closes_at),
        "zone": call.zone,
        "languages": call.languages,
        "minerals": call.minerals,
    }


def call_detail(call: Call, now: datetime) -> dict[str, Any]:
    """A call with its rules, process, stages, forms, checks and rubrics."""
    return call_summary(call, now) | {
        "contact": call.contact,
        "documents": [{"title": d["title"], "url": d["url"]} for d in call.documents],
        "sources": call.sources,
        "rules": call.rules,
        "process": {name: call.process[name] for name in PROCESS},
        "document_sha256": call.document_sha256,
        "stages": [_stage(stage) for stage in call.stages],
    }


def _stage(stage: CallStage) -> dict[str, Any]:
    return {
        "key": stage.key,
        "title": stage.title,
        "opens_at": instant(stage.opens_at),
        "closes_at": instant(stage.closes_at),
        "opens_wall": stage.opens_wall,
        "closes_wall": stage.closes_wall,
        "answer_by": instant(stage.answer_by) if stage.answer_by else None,
        "gives_advice": stage.gives_advice,
        "screens_on_receipt": stage.screens_on_receipt,
        "form": {"sha256": stage.form_version.sha256, "sections": stage.form_version.document["sections"]},
        "checks": [{name: check[name] for name in ("code", "label", "help")} for check in stage.checks],
        "rubric": stage.rubric or None,
    }


def project(entry: PublishedProject) -> dict[str, Any]:
    """A real project of an earlier call, as its source tells it."""
    return {
        "slug": entry.slug,
        "url": external_url("knowledge.show", slug=entry.slug),
        "title": entry.title,
        "area": entry.area,
        "minerals": entry.minerals,
        "partners": entry.partners or None,
        "period": entry.period or None,
        "figures": entry.figures or None,
        "source": entry.source,
    }
