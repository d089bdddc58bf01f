"""A whole call document made from a few words, for worlds that need a call and not its questions. Pure."""

from __future__ import annotations

from typing import Any

from app.calls.strict import Node

DAYS_OPEN = 30
SCALE = ("very poor", "poor", "adequate", "good", "very good")


def small_call(node: Node) -> dict[str, Any]:
    """One stage, one rubric, two threshold checks; opens on a day that ``move_dates`` moves."""
    parts = node.mapping(("code", "programme", "title"), ("budget", "quorum", "reviews_wanted", "sign_off"))
    code, programme, title = (parts[name].text() for name in ("code", "programme", "title"))
    return {
        "code": code,
        "programme": {"code": programme, "name": programme, "description": f"The programme {programme}."},
        "reference_prefix": code,
        "title": {"en": title},
        "summary": {"en": f"{title}. A call made for trials."},
        "currency": "EUR",
        "budget": parts["budget"].amount() or "1000000.00",
        "timezone": "Europe/Amsterdam",
        "languages": ["en"],
        "minerals": ["tin", "tantalum", "tungsten", "gold"],
        "contact": "calls@example.org",
        "rules": {"answers": {"grant": "grant", "minerals": "minerals"}, "grant": {"max": "800000.00"}},
        "process": {
            "reviews_wanted": parts["reviews_wanted"].integer(2, 1, 9),
            "quorum": parts["quorum"].integer(2, 1, 15),
            "sign_off": parts["sign_off"].flag(False),
        },
        "stages": [_stage()],
    }


def _stage() -> dict[str, Any]:
    return {
        "key": "application",
        "title": {"en": "Application"},
        "opens": "2026-01-01 09:00",
        "closes": f"2026-01-{1 + DAYS_OPEN} 14:00",
        "checks": [
            {"code": "T1", "label": {"en": "Minerals in scope"}, "rules": ["minerals"]},
            {"code": "T2", "label": {"en": "Received in time"}, "facts": ["received_in_time"]},
        ],
        "form": {"sections": [_plan(), _money()]},
        "rubric": _rubric(),
    }


def _question(ident: str, kind: str, label: str, **more: Any) -> dict[str, Any]:
    return {"id": ident, "kind": kind, "label": {"en": label}, **more}


def _plan() -> dict[str, Any]:
    return {
        "id": "plan",
        "title": {"en": "Plan"},
        "questions": [
            _question("title", "short_text", "Title", limit=140),
            _question("countries", "countries", "Countries"),
            _question("minerals", "minerals", "Minerals"),
            _question("plan", "long_text", "What will you do?", limit=500, limit_unit="words"),
        ],
    }


def _money() -> dict[str, Any]:
    return {
        "id": "money",
        "title": {"en": "Money"},
        "questions": [
            _question("grant", "money", "Grant you ask for"),
            _question("annex", "file", "Budget", required=False, file_types=["pdf"]),
        ],
    }


def _rubric() -> dict[str, Any]:
    return {
        "scale": [{"score": n, "label": {"en": word}} for n, word in enumerate(SCALE, 1)],
        "justify": [1, 2, 5],
        "divergence": 15,
        "pass": 60,
        "sections": [
            {
                "code": "A",
                "label": {"en": "Quality"},
                "max": 100,
                "minimum": 50,
                "criteria": [
                    {"code": "A1", "label": {"en": "Relevance"}, "max": 50, "sections": ["plan"]},
                    {"code": "A2", "label": {"en": "Feasibility"}, "max": 50, "sections": ["plan", "money"]},
                ],
            }
        ],
    }
