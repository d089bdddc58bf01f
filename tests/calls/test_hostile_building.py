"""Posts that no page of the form builder makes: a worded refusal or a way back, never a crash, nothing half kept."""

from __future__ import annotations

import copy
import io

import pytest

from tests.calls.building import at, staff, stored
from tests.calls.editing import fresh, url
from tests.calls.test_hostile_files import BOOKS, TEXTS
from tests.client import soup

pytestmark = [
    pytest.mark.usefixtures("frozen"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]  # the test's own browser leaves the file open in which it sends a large upload
WORDED = {400, 404, 409, 413, 422}
STRANGE = {
    "right to left": "\u202etxet\u202c \u05d0\u05d1",
    "control": "a\x00b\x07c\x1b[31m",
    "half a character": "a\udc80",
    "markup": "<script>alert(1)</script>",
    "brackets": "(" * 5_000,
    "broken": "a + * (b",
    "large": "x" * 5_000_000,
}
BARE = (
    "/arrange", "/discard", "/check", "/check/remove", "/remove", "/question", "/section",
    "/insert", "/promote", "/import", "/import/save",
)  # fmt: skip
UNKNOWN = (
    "/question?id=no", "/question?section=no&kind=integer", "/question?section=plan&kind=magic",
    "/question?of=title&kind=integer", "/question?of=sites&id=no", "/question?of=sites&kind=table",
    "/question?of=no&id=no", "/section?id=no", "/check?id=no", "/check/remove?id=no",
    "/remove?question=no", "/remove?section=no", "/remove?section=plan&question=no",
    "/promote?id=no", "/question?id=\x00", "/question?id=" + "a" * 5_000,
)  # fmt: skip
EDITED = ("role", "sites")


def answered(answer) -> None:
    """In words, or with a way back; never with a crash."""
    assert answer.status_code in {*WORDED, 200, 303}, answer.get_data(as_text=True)[-3000:]
    if answer.status_code in WORDED:
        assert soup(answer).select("h1") and "went wrong on our side" not in answer.text


def unharmed(client, call, before, answer) -> None:
    """Refused, the working copy is as it was; taken, it can be shown."""
    answered(answer)
    after = stored(call)
    if answer.status_code != 303:
        assert after == before
    elif after != before:
        for page in ("", "/preview", "/form.yaml"):
            assert client.get(at(call, page)).status_code == 200, page


@pytest.mark.parametrize("path", [*BARE, *UNKNOWN])
def test_a_post_without_its_fields_or_to_nothing_changes_nothing(client, sign_in, call, path):
    staff(client, sign_in, call)
    before = copy.deepcopy(stored(call))
    answer = client.act(at(call, path))
    answered(answer)
    if path != "/discard":
        assert answer.status_code in WORDED and stored(call) == before


@pytest.mark.parametrize(
    "act",
    [
        "",
        "section",
        "question:no:up",
        "question::",
        "section:plan:fly",
        "magic:plan:up",
        "question:title:to",
        ":::",
        "x" * 9_000,
    ],
)
def test_an_order_to_arrange_that_makes_no_sense_is_refused(client, sign_in, call, act):
    staff(client, sign_in, call)
    before = copy.deepcopy(stored(call))
    answer = client.act(at(call, "/arrange"), act=act, version="1")
    answered(answer)
    assert answer.status_code in WORDED and stored(call) == before


@pytest.mark.parametrize("ident", EDITED)
@pytest.mark.parametrize("strange", STRANGE)
def test_strange_texts_in_a_question_are_refused_or_can_be_shown(client, sign_in, call, ident, strange):
    staff(client, sign_in, call)
    path, value = at(call, f"/question?id={ident}"), STRANGE[strange]
    names = [n for n in client.form(path)["values"] if n not in {"csrf_token", "idempotency_key"}]
    for name in names[:12] if len(value) < 10_000 else names[:2]:
        before, form = copy.deepcopy(stored(call)), client.form(path)
        fields = {**form["values"], name: value.encode("utf-8", "surrogatepass")}
        unharmed(client, call, before, client.post(form["action"] or path, data=fields))


def test_ten_thousand_answers_are_refused_or_can_be_shown(client, sign_in, call):
    staff(client, sign_in, call)
    before, form = copy.deepcopy(stored(call)), client.form(at(call, "/question?id=role"))
    more = {f"options.{n}.{part}": f"o{n}" for n in range(10_000) for part in ("id", "label.en")}
    unharmed(client, call, before, client.post(form["action"], data={**form["values"], **more, "act": "keep"}))


@pytest.mark.parametrize("stage", ["x", "\x00", "00000000-0000-0000-0000-000000000000", "9" * 5_000])
@pytest.mark.parametrize("part", ["form", "rubric"])
def test_a_stage_that_is_none_gives_no_form_and_no_rubric(client, started, stage, part):
    answer = client.act(f"{started}/{part}", source="stage", stage=stage)
    answered(answer)
    assert answer.status_code in WORDED


@pytest.mark.parametrize("name", [*TEXTS, *BOOKS])
def test_a_stage_begins_with_no_file_that_cannot_be_read(client, started, name):
    content = TEXTS.get(name) or BOOKS.get(name, b"")
    kind = "form.xlsx" if name in BOOKS else "form.yaml"
    answer = client.act(f"{started}/form", source="file", file=(io.BytesIO(content), kind))
    answered(answer)
    assert answer.status_code in WORDED


@pytest.mark.parametrize("source", ["magic", "", "stage"])
def test_a_source_that_is_none_leaves_the_rubric(client, draft, started, source):
    before = copy.deepcopy(fresh(draft).document)
    assert client.act(f"{started}/rubric", source=source).status_code == 404
    assert fresh(draft).document == before


@pytest.fixture
def started(client, draft):
    """The address of the first stage of a call that is being written."""
    client.fill(url(draft, "stages"), url(draft, "stages"), do="add:stages")
    return f"{url(draft)}/stages/0"


def test_a_column_whose_table_somebody_removed_keeps_what_was_typed(client, sign_in, call):
    staff(client, sign_in, call)
    path = at(call, "/question?of=sites&id=name")
    form = client.form(path)
    assert client.fill(at(call, "/remove?question=sites")).status_code == 303
    answer = client.post(form["action"] or path, data={**form["values"], "label.en": "Typed meanwhile"})
    assert answer.status_code == 409 and "Typed meanwhile" in answer.text
