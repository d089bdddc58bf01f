"""The form of a stage begins with a file of a form or of a whole call."""

from __future__ import annotations

import pytest

from app.calls import document as documents
from app.calls import services
from app.core.errors import Invalid
from tests.factories.calls import FULL_PROPOSAL, call_document

pytestmark = pytest.mark.usefixtures("session", "frozen")


def test_a_form_may_begin_with_a_file_of_a_form_or_of_a_whole_call():
    whole = documents.write_yaml(call_document())
    assert services.begin_with(source="file", stage=None, content=whole, languages=[])["sections"][0]["id"] == "idea"
    alone = documents.write_yaml(FULL_PROPOSAL)
    assert services.begin_with(source="file", stage=None, content=alone, languages=[]) == FULL_PROPOSAL


@pytest.mark.parametrize(
    ("source", "content", "sentence"),
    [
        ("file", "", "Choose a file"),
        ("file", "a: [", "Line 1"),
        ("file", "title: Nothing", "no list of sections"),
        ("file", "sections: [{id: A B, title: {en: x}, questions: []}]", "sections[0]"),
        ("stage", "", "Choose a stage"),
        ("nowhere", "", "Choose what to begin with"),
    ],
)
def test_what_is_no_form_gets_a_sentence(source, content, sentence):
    with pytest.raises((Invalid, documents.FormError)) as caught:
        services.begin_with(source=source, stage=None, content=content, languages=[])
    assert sentence in str(caught.value)
