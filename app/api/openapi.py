"""The description of the interface (OpenAPI 3.1), written by hand; tests hold the answers against it."""

from __future__ import annotations

from typing import Any

VERSION = "1.0.0"
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
INSTANT: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
TEXTS: Schema = {"type": "object", "description": "Texts by language", "additionalProperties": TEXT}
STATES = ["published", "open", "closed", "assessing", "decided", "archived", "cancelled"]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _record(properties: dict[str, Schema], base: dict[str, Schema] | None = None) -> Schema:
    """An object in which every property is always there and nothing else is."""
    fields = {**(base or {}), **properties}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


CALL: dict[str, Schema] = {
    "code": TEXT,
    "url": TEXT,
    "self": TEXT,
    "title": TEXTS,
    "summary": TEXTS,
    "programme": _record({"code": TEXT, "name": TEXT}),
    "state": {"type": "string", "enum": STATES},
    "budget": _ref("Money"),
    "opens_at": INSTANT,
    "closes_at": INSTANT,
    "zone": {"type": "string", "description": "IANA time zone of the call"},
    "languages": _list(TEXT),
    "minerals": _list(TEXT),
}
STAGE: dict[str, Schema] = {
    "key": TEXT,
    "title": TEXTS,
    "opens_at": INSTANT,
    "closes_at": INSTANT,
    "opens_wall": TEXT,
    "closes_wall": TEXT,
    "answer_by": _nullable(INSTANT),
    "gives_advice": {"type": "boolean"},
    "screens_on_receipt": {"type": "boolean"},
    "form": _record({"sha256": SHA256, "sections": _list({"type": "object"})}),
    "checks": _list(_record({"code": TEXT, "label": TEXTS, "help": TEXTS})),
    "rubric": _nullable({"type": "object"}),
}
PROCESS: dict[str, Schema] = {
    "reviews_wanted": {"type": "integer"},
    "review_days": {"type": "integer"},
    "correction_days": {"type": "integer"},
    "sign_off": {"type": "boolean"},
    "discussion": {"type": "boolean"},
    "reserve_list": {"type": "boolean"},
    "blind": {"type": "string", "enum": ["none", "single", "double"]},
    "tranches": _list({"type": "integer"}),
}
DETAIL: dict[str, Schema] = {
    "contact": TEXT,
    "documents": _list(_record({"title": TEXTS, "url": TEXT})),
    "sources": _list(TEXT),
    "rules": {"type": "object"},
    "process": _record(PROCESS),
    "document_sha256": SHA256,
    "stages": _list(_ref("Stage")),
}
PROJECT: dict[str, Schema] = {
    "slug": TEXT,
    "url": TEXT,
    "title": TEXT,
    "area": TEXT,
    "minerals": _list(TEXT),
    "partners": _nullable(TEXT),
    "period": _nullable(TEXT),
    "figures": _nullable(TEXT),
    "source": TEXT,
}
PROBLEM: dict[str, Schema] = {
    "type": TEXT,
    "title": TEXT,
    "detail": TEXT,
    "status": {"type": "integer"},
    "request_id": TEXT,
}


def _page_of(name: str) -> Schema:
    counts = {field: {"type": "integer"} for field in ("total", "page", "per_page")}
    return _record({"items": _list(_ref(name)), **counts, "next": _nullable(TEXT), "previous": _nullable(TEXT)})


SCHEMAS: dict[str, Schema] = {
    "Money": _record({"amount": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}, "currency": TEXT}),
    "Call": _record(CALL),
    "CallDetail": _record(DETAIL, CALL),
    "Stage": _record(STAGE),
    "Project": _record(PROJECT),
    "CallPage": _page_of("Call"),
    "ProjectPage": _page_of("Project"),
    "Problem": _record(PROBLEM),
}


def _get(name: str, schema: str, problem: str, *parameters: Schema) -> Schema:
    """One address that is read: its parameters, the answer, and the problem it may have."""
    good = {"description": "As asked", "content": {"application/json": {"schema": _ref(schema)}}}
    bad = {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    return {"get": {"operationId": name, "parameters": list(parameters), "responses": {"200": good, problem: bad}}}


def _parameter(name: str, where: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": description}


def document(server: str) -> Schema:
    """The whole description, for a server at this address."""
    page = _parameter("page", "query", {"type": "integer", "minimum": 1, "maximum": 10_000}, "Page, from 1")
    size = _parameter("per_page", "query", {"type": "integer", "minimum": 1, "maximum": 100}, "Items on a page")
    code = _parameter("code", "path", TEXT, "Code of the call")
    mineral = _parameter("mineral", "query", TEXT, "Only projects that name this mineral")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Assay: public calls and published history", "version": VERSION},
        "servers": [{"url": server}],
        "paths": {
            "/calls": _get("listCalls", "CallPage", "400", page, size),
            "/calls/{code}": _get("getCall", "CallDetail", "404", code),
            "/history": _get("listHistory", "ProjectPage", "400", page, size, mineral),
        },
        "components": {"schemas": SCHEMAS},
    }
