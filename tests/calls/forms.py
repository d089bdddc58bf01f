"""?"""

from __future__ import annotations

from app.calls.form_schema import (
    parse,
)
from tests.factories.calls import FULL_PROPOSAL, section

FULL = parse(FULL_PROPOSAL)


def form_of(*questions):
    return parse({"sections": [section("one", *questions)]})
