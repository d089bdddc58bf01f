"""The published JSON Schema of forms: what the parser takes fits it, and the file in ``docs`` is what the code says."""

from __future__ import annotations

import jsonschema
import pytest

from app.calls.form_schema import KINDS, FormError, parse
from app.calls.form_schema.json_schema import ADDRESS, as_text, form_schema
from tests.architecture.sources import ROOT
from tests.calls.sources import FILES, call_file
from tests.calls.test_expressions import FORM_DOCUMENT
from tests.factories.calls import FULL_PROPOSAL, QUICK_SCAN, question, section

REAL = [stage["form"] for name in FILES for stage in call_file(name)["stages"]]
CHECKER = jsonschema.Draft202012Validator(form_schema())


def one(**more):
    return {"sections": [section("one", question("q", **more))]}


def test_the_schema_itself_is_sound_and_written_down():
    jsonschema.Draft202012Validator.check_schema(form_schema())
    written = (ROOT / "docs/schemas/form.json").read_text()
    assert written == as_text(), "run: flask --app wsgi assay form schema --write docs/schemas/form.json"


def test_it_is_public(client):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200 and answer.json == form_schema()
    assert answer.content_type.startswith("application/schema+json")


@pytest.mark.parametrize("document", [QUICK_SCAN, FULL_PROPOSAL, FORM_DOCUMENT, *REAL])
def test_what_the_parser_takes_fits(document):
    parse(document)
    assert not list(CHECKER.iter_errors(document))


@pytest.mark.parametrize(
    "wrong",
    [
        one(kind="essay"),
        one(kind="date", limit=3),
        one(kind="choice"),
        one(kind="group"),
        one(kind="logframe", columns=[question("c")]),
        one(kind="money", sources=[]),
        one(show_if={"question": "a"}),
        one(show_if=3),
        one(colour="red"),
        one(visible_to=["everybody"]),
        one(max_pages=0),
        one(kind="table", columns=[question("c", "table")]),
        one(kind="table", columns=[question("c", visible_to=["reviewer"])]),
        one(kind="budget", lines=[{"id": "a", "label": {"en": "A"}}], columns=[question("c", "money", show_if="true")]),
        one(kind="table", columns=[question("c", "choices", options=[{"id": "a", "label": {"en": "A"}}])]),
        {"sections": [section("one", question("version"))]},
        {"sections": []},
        {"sections": [section("one", question("q"))], "checks": [{"id": "c"}]},
    ],
)
def test_what_does_not_fit_the_parser_refuses_too(wrong):
    assert list(CHECKER.iter_errors(wrong))
    with pytest.raises(FormError):
        parse(wrong)


def test_every_kind_is_told():
    assert form_schema()["$defs"]["question"]["properties"]["kind"]["enum"] == list(KINDS)
