"""Filling in whatever form comes: something valid in every field, by its kind, and what only a person would know."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from app.proposals.receipts import Arrival, sign, signing_key
from config import DEVELOPMENT_SECRET, ROOT
from tests.factories.identity import PASSWORD as OF_TESTS
from tests.faults.visitors import Candidate, Filled, shape_of
from tests.walkthrough.forms import Form, words

NEW_PASSWORD = "another-long-pass-phrase-41"  # noqa: S105 - of an invented person
PASSWORD = "responsible-minerals"  # noqa: S105 - of the demo
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WORDS = "What somebody wrote who then clicked twice."
LEFT_ALONE = {"csrf_token", "idempotency_key", "version"}


def ahead(days: int) -> str:
    """A day from now on, as a date field sends it: a fixed one would be past some day."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def call_file() -> bytes:
    """The file of a call that the demo does not have."""
    text = (ROOT / "app" / "developers" / "calls" / "eprm-2023.yaml").read_text()
    text = re.sub(r"(?m)^reference_prefix: .*$", "reference_prefix: TWICE-1", text)
    return re.sub(r"(?m)^code: .*$", "code: TWICE-1", text).encode()


ARRIVAL = Arrival("EPRM-2020", "EPRM-20-0001", "quick_scan", 1, datetime(2020, 9, 1, tzinfo=UTC), "UTC", "00" * 32)
FORM_TEXT = """
sections:
  - id: twice
    title: {en: Twice, fr: Deux fois, es: Dos veces}
    questions:
      - {id: twice, kind: short_text, label: {en: Twice, fr: Deux fois, es: Dos veces}}
"""
RECEIPT = sign(ARRIVAL, signing_key(DEVELOPMENT_SECRET)).armoured


# What no rule by the kind of field can guess, by endpoint (or endpoint and move).
SITE = {"latitude": "-1.9641", "longitude": "30.0619", "name": "Twice Hill"}
SPECIAL: dict[str, dict[str, Any]] = {
    "admin.grant": {"email": "viewer@demo.example"},
    "calls.begin_form": {"source": "empty"},
    "calls.copy_call": {"code": "TWICE-2", "reference_prefix": "TWICE-2", "opens_on": ahead(100)},
    "calls.promote_question": {"code": "TWICE-ASKED"},
    "calls.save_form_check": {"when": "1 > 2"},
    "calls.save_form_question": {"currency": "EUR"},
    "calls.form_import_check": {"text": FORM_TEXT},
    "calls.extend_save": {"day": ahead(370)},
    "developers.move_clock": {"shift": "+60"},
    "identity.change_organisation": {"website": "https://example.org/"},
    "identity.change_password": {"present": PASSWORD},
    "identity.confirm": {"confirm_password": PASSWORD},
    "identity.add_document": {"valid_from": ahead(-300), "valid_until": ahead(40)},
    "identity.add_document_version": {"valid_from": ahead(-300), "valid_until": ahead(40)},
    "identity.new_organisation": {"website": "https://example.org/"},
    "identity.verify": {"account_password": OF_TESTS},
    "identity.sign_in": {"email": "viewer@demo.example", "password": PASSWORD},
    "mines.register": SITE,
    "projects.create": {"starts_on": ahead(40)},
    "projects.record_payee": {"account": "NL91ABNA0417164300"},
    "projects.register_site": SITE,
    "proposals.extend": {"applicant": "Western Hills Development Trust", "day": ahead(370)},
    "public.judge_receipt": {"receipt": RECEIPT},
    "reviews.date_round": {
        "scoring_at": f"{ahead(100)}T12:00",
        "reading_at": "",
        "discussing_at": "",
        "closes_at": f"{ahead(130)}T12:00",
    },
}


AS_SHOWN = {"projects.create"}  # its empty rows are to stay empty
# By endpoint, or by the address that takes just this file.
FILES = {
    "calls.import_check": ("call.yaml", call_file()),
    "calls.form_import_check": ("form.yaml", FORM_TEXT.encode()),
}


def fill(form: Form, candidate: Candidate) -> Filled:
    """What pressing the form's button for this address sends."""
    values = {name: list(shown) for name, shown in form.values().items()}
    empty = set() if candidate.endpoint in AS_SHOWN else form.names - LEFT_ALONE
    for name in sorted(empty):
        fields = [f for f in form.fields if f["name"] == name and f.get("type") != "hidden"]
        if fields and name not in form.files() and not any(v.strip() for v in values.get(name, [])):
            values[name] = _something(fields) or values.get(name, [])
    special = SPECIAL.get(candidate.key, SPECIAL.get(candidate.endpoint, {}))
    values |= {n: v if isinstance(v, list) else [v] for n, v in special.items() if n in form.names}
    url = form.action
    if pressed := _button(form, candidate):
        if pressed.get("name"):
            values[str(pressed["name"])] = [str(pressed.get("value", ""))]
        url = urljoin(url, str(pressed.get("formaction") or "")) if pressed.get("formaction") else url
    pairs = [(name, value) for name, all_values in values.items() for value in all_values]
    sent = FILES.get(candidate.action) or FILES.get(candidate.endpoint, ("seen.pdf", PDF))
    return Filled(url, pairs, [(name, sent) for name in form.files()])


def _button(form: Form, candidate: Candidate) -> Tag | None:
    """The button that leads to the candidate's address, or to one like it: what is new has an id of its own in each world.

    Otherwise the first.
    """
    leading = [
        (urlsplit(urljoin(form.action, str(b["formaction"]))).path, b) for b in form.buttons if b.get("formaction")
    ]
    exact = [button for target, button in leading if target == candidate.action]
    alike = [button for target, button in leading if shape_of(target) == shape_of(candidate.action)]
    if exact or (alike and shape_of(urlsplit(form.action).path) != shape_of(candidate.action)):
        return (exact or alike)[0]
    plain = [b for b in form.buttons if not b.get("formaction")]
    return next(iter(plain), None)


def _something(fields: list[Tag]) -> list[str]:
    """A valid value for an empty field, by its kind."""
    first = fields[0]
    kind = str(first.get("type") or "text")
    if first.name == "select":
        options = [str(o.get("value", words(o))) for o in first.find_all("option")]
        return [o for o in options if o][:1]
    if kind in {"radio", "checkbox"}:
        return [str(first.get("value", "on"))]
    if first.name == "textarea":
        return [WORDS]
    if kind == "number" or first.get("inputmode") in {"numeric", "decimal"}:
        return [str(first.get("min") or "1")]
    by_kind = {
        "date": ahead(8),
        "datetime-local": f"{ahead(100)}T12:00",
        "email": "double.click@demo.example",
        "url": "https://example.org/",
        "tel": "+31 20 123 4567",
        "password": NEW_PASSWORD,
        "time": "12:00",
    }
    return [by_kind.get(kind, "Twice")]
