"""The answers for programs are what the description says, and nothing more."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from app.calls import document as documents
from app.calls import services
from app.core.types import SYSTEM_ACTOR
from app.knowledge.services import load_history
from tests.calls.sources import call_file
from tests.factories.calls import make_call, make_draft
from tests.factories.identity import actor_of, make_staff

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def description(client, session):
    return client.get("/api/v1/openapi.json").get_json()


def check(description, path, answer, status=200):
    """Hold an answer against the schema that the description names for it."""
    assert answer.status_code == status
    content = description["paths"][path]["get"]["responses"][str(status)]["content"]
    assert list(content) == [answer.mimetype]
    schema = {**content[answer.mimetype]["schema"], "components": description["components"]}
    Draft202012Validator(schema).validate(answer.get_json())
    return answer.get_json()


@pytest.fixture
def real_call(session, frozen):
    from datetime import date  # noqa: PLC0415 - used here only

    document = documents.move_dates(call_file(), date(2026, 5, 30))
    call = services.import_call(document=document, actor=SYSTEM_ACTOR)
    services.publish(call=call, actor=actor_of(make_staff(call.programme, "manager")))
    session.commit()
    return call


def test_the_list_of_calls(client, description, real_call):
    body = check(description, "/calls", client.get("/api/v1/calls"))
    assert (body["total"], body["next"], body["previous"]) == (1, None, None)
    item = body["items"][0]
    assert item["code"] == "EPRM-2020" and item["budget"] == {"amount": "3800000.00", "currency": "EUR"}
    assert item["state"] == "open", "the clock has opened it although no job has run"
    assert item["title"]["fr"] and item["self"].endswith("/api/v1/calls/EPRM-2020")


def test_one_call_with_everything(client, description, real_call):
    body = check(description, "/calls/{code}", client.get("/api/v1/calls/EPRM-2020"))
    full = body["stages"][1]
    assert sum(len(s["questions"]) for s in full["form"]["sections"]) == 46
    assert [c["code"] for c in full["checks"]][-1] == "T14"
    assert full["rubric"]["pass"] == 60
    assert body["rules"]["grant"]["max"] == "800000.00"
    assert "quorum" not in body["process"]


def test_a_wrong_answer_would_be_noticed(client, description, real_call):
    """Positive control of the check itself."""
    schema = {"$ref": "#/components/schemas/Call", "components": description["components"]}
    item = client.get("/api/v1/calls").get_json()["items"][0]
    Draft202012Validator(schema).validate(item)
    for wrong in ({**item, "secret": 1}, {k: v for k, v in item.items() if k != "zone"}, {**item, "state": "draft"}):
        assert not Draft202012Validator(schema).is_valid(wrong)


def test_drafts_and_unknown_calls_are_the_same_problem(client, description, session):
    draft = make_draft()
    gone = make_draft()
    services.cancel(call=gone, reason="No.", actor=actor_of(make_staff(gone.programme, "manager")))
    session.commit()
    assert client.get("/api/v1/calls").get_json()["total"] == 0
    problems = [
        check(description, "/calls/{code}", client.get(f"/api/v1/calls/{code}"), 404)
        for code in (draft.code, gone.code, "NEVER-1")
    ]
    assert len({(p["title"], p["detail"]) for p in problems}) == 1


def test_published_cancelled_calls_stay_visible(client, description, session):
    call = make_call(state="published")
    services.cancel(call=call, reason="No money.", actor=actor_of(make_staff(call.programme, "manager")))
    session.commit()
    answer = client.get(f"/api/v1/calls/{call.code}")
    body = check(description, "/calls/{code}", answer)
    assert body["state"] == "cancelled" and "No money." not in answer.get_data(as_text=True)


def test_pages(client, description, session):
    first = make_call(code="PAGE-0", reference_prefix="PG0")
    for n in range(1, 5):
        make_call(programme=first.programme, code=f"PAGE-{n}", reference_prefix=f"PG{n}")
    session.commit()
    found, address = [], "/api/v1/calls?per_page=2"
    while address:
        body = check(description, "/calls", client.get(address.removeprefix("http://localhost")))
        found += [item["code"] for item in body["items"]]
        address = body["next"]
    assert sorted(found) == [f"PAGE-{n}" for n in range(5)] and len(found) == 5


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=-1", "page=10001", "per_page=0", "per_page=101", "page=٣", "page="]
)
def test_pages_out_of_bounds_are_problems(client, description, session, query):
    for path in ("/calls", "/history"):
        check(description, path, client.get(f"/api/v1{path}?{query}"), 400)


def test_history_and_its_filter(client, description, session):
    load_history()
    session.commit()
    body = check(description, "/history", client.get("/api/v1/history"))
    assert body["total"] == 10 and all(item["source"] for item in body["items"])
    tin = check(description, "/history", client.get("/api/v1/history?mineral=tin"))
    assert {item["slug"] for item in tin["items"]} == {
        "indonesia-tin-working-group-2",
        "responsible-supply-chains-uganda",
    }
    for nothing in ("%25", "_in", "gold%22%20or", "'"):
        assert client.get(f"/api/v1/history?mineral={nothing}").get_json()["total"] == 0


def test_the_description_is_sound(description):
    assert description["openapi"].startswith("3.1")
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_route_is_described(app, description):
    served = {
        str(rule).removeprefix("/api/v1").replace("<code>", "{code}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert served - {"/openapi.json"} == set(description["paths"])


def test_only_reading(client, session):
    for path in ("/api/v1/calls", "/api/v1/history", "/api/v1/openapi.json"):
        answer = client.post(path)
        assert answer.status_code in {400, 405} and answer.mimetype == "application/problem+json"
