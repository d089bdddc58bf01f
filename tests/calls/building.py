"""A call whose form is being built in two languages, and its builder."""

from __future__ import annotations

from app.calls import queries
from app.extensions import db
from tests.factories.identity import make_staff


def texts(en: str, fr: str = "") -> dict[str, str]:
    return {"en": en, "fr": fr or f"{en} (fr)"}


def bilingual() -> dict:
    """A short form in two languages."""
    return {
        "sections": [
            {
                "id": "plan",
                "title": texts("Plan"),
                "questions": [
                    {"id": "title", "kind": "short_text", "label": texts("Title")},
                    {"id": "mercury", "kind": "yes_no", "label": texts("Mercury")},
                    {
                        "id": "role",
                        "kind": "choice",
                        "label": texts("Role"),
                        "options": [{"id": "lead", "label": texts("Lead")}, {"id": "other", "label": texts("Other")}],
                    },
                    {
                        "id": "sites",
                        "kind": "table",
                        "label": texts("Sites"),
                        "columns": [{"id": "name", "kind": "short_text", "label": texts("Name")}],
                    },
                ],
            },
            {
                "id": "money",
                "title": texts("Money"),
                "questions": [
                    {
                        "id": "plan_b",
                        "kind": "long_text",
                        "label": texts("Plan B"),
                        "visible_to": ["programme"],
                        "hidden_when_blind": True,
                        "show_if": {"question": "mercury", "is": "yes"},
                    },
                ],
            },
        ]
    }


def at(call, page: str = "") -> str:
    return f"/calls/manage/{call.code}/forms/full_proposal{page}"


def stored(call) -> dict:
    db.session.expire_all()
    return queries.form_draft_of(queries.stage_by_key(call.code, "full_proposal")).document


def staff(client, sign_in, call, role="manager"):
    return sign_in(client, make_staff(call.programme, role))
