"""Small calls for tests, quick to make: two stages, a few questions, open at the clock's time."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.calls import services
from app.calls.models import Call, FormDraft
from app.core import clock
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import db
from app.identity.models import Programme
from tests.factories.identity import actor_of, make_programme, make_staff
from workflows.call_lifecycle import CallState

_number = itertools.count(1)
ZONE = "Europe/Amsterdam"
SCALE = [{"score": n, "label": {"en": f"Step {n}"}} for n in range(1, 6)]


def question(ident: str, kind: str = "short_text", **more: Any) -> dict[str, Any]:
    """One question of a form document; its label is its id."""
    return {"id": ident, "kind": kind, "label": {"en": ident.replace("_", " ").capitalize()}, **more}


def section(ident: str, *questions: dict[str, Any]) -> dict[str, Any]:
    """One section of a form document."""
    return {"id": ident, "title": {"en": ident.capitalize()}, "questions": list(questions)}


PARTNERS = question(
    "partners",
    "partners",
    min_rows=1,
    columns=[
        question("name", "organisation"),
        question(
            "role",
            "choice",
            options=[{"id": "lead", "label": {"en": "Lead"}}, {"id": "partner", "label": {"en": "Partner"}}],
        ),
        question("supply_chain", "yes_no"),
    ],
)
BUDGET = question(
    "budget",
    "budget",
    lines=[{"id": line, "label": {"en": line.capitalize()}} for line in ("staff", "travel", "contingency", "indirect")],
    columns=[question("amount", "money", required=False)],
)
RULES: dict[str, Any] = {
    "answers": {
        "grant": "grant",
        "total": "budget",
        "partners": "partners",
        "role_column": "role",
        "lead": "lead",
        "supply_chain_column": "supply_chain",
        "duration": "duration",
        "minerals": "minerals",
    },
    "grant": {"min": "50000.00", "max": "800000.00"},
    "rates": {"steps": [{"up_to": "340000.00", "percent": 100}, {"percent": 70}]},
    "partners": {"min": 2},
    "supply_chain": {"above": "340000.00"},
    "duration": {"max": 36},
    "caps": [{"line": "indirect", "percent": 7}, {"line": "contingency", "percent": 5}],
    "left_to_screening": ["partners"],
}
QUICK_SCAN = {
    "sections": [
        section(
            "idea",
            question("title"),
            question("problem", "long_text", limit=100, limit_unit="words"),
            question("minerals", "minerals"),
            question("grant", "money"),
        )
    ]
}
FULL_PROPOSAL = {
    "sections": [
        section("applicant", PARTNERS, question("contact_email", "email", visible_to=["programme"])),
        section(
            "plan",
            question("title"),
            question("problem", "long_text", limit=100, limit_unit="words"),
            question("minerals", "minerals"),
            question("duration", "integer", least="1", most="60"),
            question("mercury", "yes_no"),
            question("mercury_plan", "long_text", show_if={"question": "mercury", "is": "yes"}),
        ),
        section("money", question("grant", "money"), BUDGET),
        section("annexes", question("annex", "file", required=False, max_files=2), question("honest", "consent")),
    ]
}
RUBRIC = {
    "scale": SCALE,
    "justify": [1, 2, 5],
    "divergence": 15,
    "pass": 60,
    "sections": [
        {
            "code": "A",
            "label": {"en": "Relevance"},
            "max": 60,
            "minimum": 30,
            "criteria": [
                {"code": "A1", "label": {"en": "Fit"}, "max": 40, "sections": ["plan"]},
                {"code": "A2", "label": {"en": "Need"}, "max": 20},
            ],
        },
        {
            "code": "B",
            "label": {"en": "Quality"},
            "max": 40,
            "minimum": 10,
            "criteria": [{"code": "B1", "label": {"en": "Team"}, "max": 40, "sections": ["applicant"]}],
        },
    ],
}
QUICK_CHECKS = [{"code": "T5", "label": {"en": "Minerals in scope"}, "rules": ["minerals"]}]
CHECKS = [
    {"code": "T1", "label": {"en": "Advice received"}, "facts": ["advice_received"]},
    {"code": "T2", "label": {"en": "At least two partners"}, "rules": ["partners", "lead"]},
    {"code": "T7", "label": {"en": "Grant and rate"}, "rules": ["grant_min", "grant_max", "rate"]},
    {"code": "T13", "label": {"en": "Experience"}, "by_hand": True},
]


def wall(instant: datetime, zone: str = ZONE) -> str:
    """An instant as a call file writes it."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def call_document(**over: Any) -> dict[str, Any]:
    """A minimal two-stage call, open since yesterday; quick scan for 10 more days, full proposal for 30."""
    n, now = next(_number), clock.now()
    opens = wall(now - timedelta(days=1))
    quick = {
        "key": "quick_scan",
        "title": {"en": "Quick scan"},
        "opens": opens,
        "closes": wall(now + timedelta(days=10)),
        "advice": True,
        "screens_on_receipt": True,
        "form": QUICK_SCAN,
        "checks": QUICK_CHECKS,
    }
    full = {
        "key": "full_proposal",
        "title": {"en": "Full proposal"},
        "opens": opens,
        "closes": wall(now + timedelta(days=30)),
        "form": FULL_PROPOSAL,
        "rubric": RUBRIC,
        "checks": CHECKS,
    }
    return {
        "code": f"CALL-{n}",
        "programme": {"code": f"CALLPROG-{n}", "name": f"Programme of call {n}"},
        "reference_prefix": f"REF-{n}",
        "title": {"en": f"Call {n}"},
        "summary": {"en": "Better mines."},
        "currency": "EUR",
        "budget": "1000000.00",
        "timezone": ZONE,
        "languages": ["en"],
        "minerals": ["tin", "gold"],
        "contact": "calls@example.org",
        "rules": RULES,
        "process": {"reviews_wanted": 2, "quorum": 2, "tranches": [30, 30, 30, 10]},
        "stages": [quick, full],
        **over,
    }


def make_draft(*, programme: Programme | None = None, **over: Any) -> Call:
    """A call as it is right after the import."""
    programme = programme or make_programme()
    over.setdefault("programme", {"code": programme.code, "name": programme.name})
    return services.import_call(document=call_document(**over), actor=SYSTEM_ACTOR, programme=programme)


def change_form(call: Call, key: str, document: dict[str, Any], actor: Actor = SYSTEM_ACTOR) -> FormDraft:
    """A working copy of a stage's form that says this."""
    stage = next(one for one in call.stages if one.key == key)
    draft = services.form_draft(stage=stage, actor=actor)
    return services.save_form_draft(draft=draft, document=document, actor=actor, expected_version=draft.version)


def make_call(*, programme: Programme | None = None, state: str = "open", **over: Any) -> Call:
    """A published call; ``state`` is ``draft``, ``published`` (opens later) or ``open``. ``over`` changes the document."""
    call = make_draft(programme=programme, **over)
    if state == CallState.DRAFT.value:
        return call
    manager = make_staff(call.programme, "manager")
    services.publish(call=call, actor=actor_of(manager))
    if state == CallState.OPEN.value:
        services.open_due_calls()
    db.session.flush()
    return call
