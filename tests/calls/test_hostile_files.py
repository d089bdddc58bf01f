"""Files that nobody means well with, at the pages that take them: a worded refusal, never a crash, nothing kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from app.calls.models import Call, CallDraft, CallStage, FormDraft, FormVersion
from app.extensions import db
from tests.calls.building import at, staff, stored
from tests.client import soup
from tests.factories.calls import make_call
from tests.factories.identity import make_staff

pytestmark = [
    pytest.mark.usefixtures("frozen"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]  # the test's own browser leaves the file open in which it sends a large upload
FORM = "sections:\n- id: a\n  title: {en: A}\n  questions:\n  - {id: b, kind: %s, label: {en: B}%s}\n"


def workbook(rows=(), title="survey", **sheets) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, cells in {**({title: rows} if rows else {}), **(sheets or {} if rows else {"empty": ()})}.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


BILLION = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" if n else "l0: &l0 [x, x]" for n in range(9))
TEXTS = {
    "empty": b"",
    "nothing": b"   \n\n",
    "aliases that double": BILLION.encode(),
    "an alias to itself": b"a: &a [*a]",
    "a merge key": b"a: &a {b: c}\nd:\n  <<: *a\n",
    "a tag that runs something": b"sections: !!python/object/apply:os.system ['true']",
    "a tag of ours": b"!call {sections: []}",
    "binary": b"a: !!binary aGVsbG8=",
    "a set": b"sections: !!set {a, b}",
    "five megabytes": b"a: " + b"x" * 5_000_000,
    "latin-1": "title: Généralités".encode("latin-1"),
    "utf-16": "sections: []".encode("utf-16"),
    "zero bytes": b"sections: \x00\x00",
    "control characters": b"sections: \x07[]",
    "deep": b"a: " + b"[" * 9_000,
    "deep maps": b"{a: " * 9_000,
    "many documents": b"--- {a: 1}\n--- {b: 2}\n",
    "a list": b"- 1\n- 2\n",
    "a word": b"sections",
    "a number": b"42",
    "a name twice": b"sections: []\nsections: []\n",
    "a list as a name": b"? [a, b]\n: c\n",
    "a map as a name": b"? {a: b}\n: c\n",
    "sections as a word": b"sections: many",
    "sections as a map": b"sections: {a: b}",
    "sections of numbers": b"sections: [1, 2.5, null, true]",
    "sections of nothing": b"sections: [{}]",
    "questions as a word": b"sections: [{id: a, title: {en: A}, questions: none}]",
    "a question as a list": b"sections: [{id: a, title: {en: A}, questions: [[a]]}]",
    "an id as a list": b"sections: [{id: [a], title: {en: A}, questions: []}]",
    "a pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a number beyond all bounds": b"sections: " + b"9" * 6_000,
}
SHOWN_CLEAN = {"zero bytes", "control characters", "utf-16"}  # as a text, what no page can show is left out of it
BOOKS = {
    "a zip bomb": archive(xl__workbook_xml=b"0" * 40_000_000),
    "not a workbook": archive(a_txt=b"hello"),
    "cut off": workbook([["type", "name", "label"], ["text", "a", "A"]])[:2000],
    "only the mark of a zip": b"PK",
    "no sheet of questions": workbook(),
    "another sheet": workbook([["type"], ["text"]], title="people"),
    "only a head": workbook([["type", "name", "label"]]),
    "only formulas": workbook([["type", "name", "label"], ["=1+1", '=HYPERLINK("https://evil.example")', "=A1"]]),
    "ten thousand rows": workbook([["type", "name", "label"], *([["text", "a", "A"]] * 10_000)]),
    "five megabytes": workbook([["type", "name", "label"], ["text", "a", "A"]]) + b"x" * 5_000_000,
}


def counted() -> list[int]:
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(m))
        for m in (Call, CallDraft, CallStage, FormDraft, FormVersion)
    ]


def refused(answer) -> None:
    assert answer.status_code in {413, 422}, answer.get_data(as_text=True)[-3000:]
    told = soup(answer).select(".error-summary li") or soup(answer).select("h1")
    assert told and all(one.get_text(strip=True) for one in told) and "went wrong on our side" not in answer.text


def as_file(content: bytes) -> dict:
    return {"file": (io.BytesIO(content), "form.xlsx")}


@pytest.mark.parametrize("name", [*TEXTS, *BOOKS])
def test_a_form_file_is_refused_in_words_at_both_steps(client, sign_in, call, name):
    staff(client, sign_in, call)
    before, rows = stored(call), counted()
    content = TEXTS.get(name) or BOOKS.get(name, b"")
    for step in ("/import", "/import/save"):
        refused(client.act(at(call, step), **as_file(content)))
        if name in TEXTS and len(content) < 100_000 and name not in SHOWN_CLEAN:
            refused(client.act(at(call, step), text=content.decode("utf-8", "replace")))
    assert stored(call) == before and counted() == rows


@pytest.mark.parametrize("name", [*TEXTS, "a zip bomb", "only the mark of a zip"])
def test_a_call_file_is_refused_in_words_at_both_steps(client, sign_in, call, name):
    sign_in(client, make_staff(call.programme, "manager"))
    rows, content = counted(), TEXTS.get(name) or BOOKS.get(name, b"")
    path = f"/calls/import/{call.programme.code}"
    for step in ("", "/save"):
        refused(client.act(path + step, **as_file(content)))
    assert counted() == rows


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("[text]", ""),
        ("{a: b}", ""),
        ("elephant", ""),
        ("null", ""),
        ("integer", ", least: [1], most: {a: b}"),
        ("choice", ", options: yes"),
        ("choice", ", options: [{id: {a: b}, label: 3}]"),
        ("choice", ", options: [[[]]]"),
        ("group", ", columns: 7"),
        ("group", ", columns: [{kind: group, columns: [{kind: group}]}]"),
        ("budget", ", lines: {}"),
        ("short_text", ", show_if: [1]"),
        ("short_text", ", show_if: {question: [], is: {}}"),
        ("short_text", ", show_if: '" + "(" * 5_000 + "'"),
        ("short_text", ", limit: 1e400"),
        ("short_text", ", limit: " + "9" * 4_000),
        ("file", ", file_types: {exe: yes}"),
        ("long_text", ", help: [not, texts]"),
    ],
)
def test_wrong_types_inside_a_question_are_named_or_refused_never_a_crash(client, sign_in, call, kind, more):
    staff(client, sign_in, call)
    text = FORM % (kind, more)
    looked = client.act(at(call, "/import"), text=text)
    assert looked.status_code in {200, 422} and "went wrong on our side" not in looked.text
    saved = client.act(at(call, "/import/save"), text=text)
    assert saved.status_code in {303, 422}
    if saved.status_code == 303:  # a working copy may be wrong as long as it says so, and is not used
        for page in ("", "/question?id=b", "/preview", "/form.yaml", "/form.xlsx"):
            assert client.get(at(call, page)).status_code in {200, 303, 404}, page


def test_the_same_call_still_opens_for_applicants(client, sign_in, call, new_client):
    """What is broken in a working copy is nobody's business but the builder's."""
    staff(client, sign_in, call)
    client.act(at(call, "/import/save"), text=FORM % ("elephant", ""))
    assert new_client().get(f"/calls/{call.code}").status_code == 200
    assert make_call().state == "open"
