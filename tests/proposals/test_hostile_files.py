"""Hostile files, sent by the plain form and in pieces: refused in words or kept harmless, and nothing half kept."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest
from sqlalchemy import func, select

from app.core import files, partials
from app.core.files import StoredFile
from app.proposals import queries
from app.proposals.models import ProposalFile, Upload
from tests.client import soup
from tests.core.test_images import photo
from tests.factories.proposals import PDF, make_proposal
from tests.proposals.conftest import address, loaded
from tests.proposals.test_uploads import create, offset_of, tus

SCRIPT = b"<script>alert(1)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
TYPES = b"<Types/>"
TEXT = b"Pits, depths, buyers."


def archive(*entries: tuple[str, bytes], size: int | None = None) -> bytes:
    """A packed archive; ``size`` is what its last entry claims to unpack to."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            packed.writestr(name, content)
        if size is not None:
            packed.infolist()[-1].file_size = size
    return out.getvalue()


DOCX = archive(("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>"))
ODT = archive(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<o/>"))
REFUSED = {
    "nothing": (b"", "plan.pdf"),
    "a page called a text": (PAGE, "plan.txt"),
    "a page called a PDF": (PAGE, "plan.pdf"),
    "a page behind blank lines": (b"\n \t" * 500 + PAGE, "plan.csv"),
    "a page behind a byte order mark": (b"\xef\xbb\xbf" + PAGE, "plan.txt"),
    "a picture with a script": (SVG, "map.svg"),
    "a picture with a script called PNG": (b'<?xml version="1.0"?>' + SVG, "map.png"),
    "a program": (b"MZ\x90\x00" + b"\x00" * 200, "plan.pdf"),
    "an archive of anything": (archive(("run.exe", b"MZ")), "plan.docx"),
    "an archive in which a PDF begins": (archive(("plan.pdf", PDF)), "plan.pdf"),
    "a document with macros": (
        archive(("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>"), ("word/vbaProject.bin", b"1")), "a.docx",
    ),
    "a bomb of Word": (archive(("[Content_Types].xml", TYPES), ("word/document.xml", b"0"), size=2**31), "a.docx"),
    "a bomb of Excel": (archive(("[Content_Types].xml", TYPES), ("xl/sheet.xml", b"0"), size=2**31), "a.xlsx"),
    "a bomb of entries": (archive(*((f"word/{n}", b"") for n in range(5_001))), "a.docx"),
    "an archive whose kind is damaged": (ODT[:40] + b"\xff\xff\xff" + ODT[43:], "a.odt"),
    "an archive cut in the middle": (DOCX[: len(DOCX) // 2], "a.docx"),
    "text with NUL": (b"a\x00b", "a.txt"),
    "text in no encoding": (b"\xc3\x28\xa0\xff" * 9, "a.txt"),
}  # fmt: skip
KEPT = {
    "a PDF that is an archive, too": (PDF + archive(("word/document.xml", b"<w/>")), "plan.pdf", "plan.pdf"),
    "a photo with a page at its end": (photo() + PAGE, "pit.jpg", "pit.jpg"),
    "a photo called a page": (photo() + PAGE, "pit.html", "pit.html.jpg"),
    "a PDF called a program": (PDF, "plan.exe", "plan.exe.pdf"),
    "a text called a program": (b"@echo off\r\ndel *", "run.bat", "run.bat.txt"),
    "a text with tags further down": (TEXT + PAGE, "plan.html", "plan.html.txt"),
    "a name of 5,000 letters": (PDF, "p" * 5_000 + ".pdf", "p" * 196 + ".pdf"),
    "a name that turns its direction": (PDF, "plan\u202efdp.exe", "planfdp.exe.pdf"),
    "a name with NUL and a path": (PDF, "../..\\etc/pla\x00n.pdf", "plan.pdf"),
    "a name that breaks lines": (PDF, "plan\r\nSet-Cookie: a=b.pdf", "planSet-Cookie: a=b.pdf"),
    "a name of combining signs": (
        PDF,
        "Pla\u0301n d\u0027e\u0301te\u0301.pdf",
        "Pla\u0301n d\u0027e\u0301te\u0301.pdf",
    ),
    "a name with quotes": (PDF, "a\"; filename*=UTF-8''b.html;\".pdf", "a\"; filename*=UTF-8''b.html;\".pdf"),
    "no name": (PDF, "...", "file.pdf"),
}


def as_browsers_write(name: str) -> str:
    """A file name in a form as HTML prescribes it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@pytest.fixture
def draft(session, frozen):
    return make_proposal("full_draft")


@pytest.fixture
def base(draft):
    return address(draft.stages[-1])


@pytest.fixture
def writer(draft, as_owner):
    return as_owner(draft)


@pytest.fixture(params=["form", "pieces"])
def send(request, writer, base):
    """``send(content, name)``: the answer's status and its words, by either way."""

    def by_form(content, name):
        answer = writer.fill(
            f"{base}/sections/annexes", annex=(io.BytesIO(content), as_browsers_write(name)), then="stay"
        )
        told = soup(answer).select_one("#q-annex-error") if answer.status_code == 422 else None
        return answer.status_code, told.get_text() if told else ""

    def in_pieces(content, name):
        made = create(writer, base, len(content), name=name)
        if made.status_code != 201:
            return made.status_code, made.json["detail"]
        answer = tus(writer, "PATCH", made.headers["Location"], content, Upload_Offset=0)
        return answer.status_code, answer.json["detail"] if answer.is_json else ""

    return by_form if request.param == "form" else in_pieces


def nothing_is_kept(session) -> None:
    """No row of a file, no upload that still waits, no content and no piece on disk."""
    session.expire_all()
    assert session.scalar(select(func.count(StoredFile.id))) == 0
    assert session.scalar(select(func.count(ProposalFile.id))) == 0
    assert session.scalar(select(func.count(Upload.id)).where(Upload.outcome == "open")) == 0
    assert [p for p in files.root().rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_refused_in_words_and_leaves_nothing(session, send, case):
    status, words = send(*REFUSED[case])
    assert status == 422 and len(words.split()) >= 4, (status, words)
    nothing_is_kept(session)


@pytest.mark.parametrize("case", KEPT)
def test_what_is_taken_is_given_back_as_nothing_that_runs(session, draft, writer, base, send, case):
    content, name, shown = KEPT[case]
    assert send(content, name)[0] in {204, 303}
    (kept,) = queries.files_of(loaded(draft).id)
    assert kept.file.original_name in {shown, as_browsers_write(shown), as_browsers_write(name)}
    assert files.path_of(kept.file).name == kept.file.sha256, "no part of a name reaches the disk"
    with writer.get(f"{base}/files/{kept.id}") as answer:
        assert answer.data == content
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]
    assert headers["Content-Type"].partition(";")[0] == files.ALLOWED[kept.file.extension]
    told = re.fullmatch(
        r"""attachment; filename="([\w.-]+)"; filename\*=UTF-8''([\w.%~-]+)""", headers["Content-Disposition"]
    )
    assert told and all(one.endswith(f".{kept.file.extension}") for one in told.groups())
    assert "Set-Cookie" not in headers


def test_damaged_documents_are_judged_without_a_crash(app, tmp_path):
    dice, path = random.Random(11), tmp_path / "damaged"
    for _ in range(1_500):
        content = bytearray(dice.choice([DOCX, ODT, ODT, PDF, photo()]))
        for _ in range(dice.choice([1, 2, 5])):
            content[dice.randrange(len(content))] = dice.choice([0, 255, dice.randrange(256)])
        path.write_bytes(content[: dice.choice([len(content), dice.randrange(1, len(content))])])
        try:
            assert files.judge(path, "plan.docx")[0] in files.ALLOWED
        except files.Invalid as refused:
            assert str(refused)


def test_a_failing_disk_is_no_fault_of_the_file(app, tmp_path, monkeypatch):
    path = tmp_path / "good"
    path.write_bytes(DOCX)

    def fails(*_args, **_more):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(files.zipfile, "ZipFile", fails)
    with pytest.raises(OSError, match="Input/output"):
        files.judge(path, "plan.docx")


def test_one_byte_too_many_is_refused_at_once_and_none_too_many_is_taken(session, draft, send, monkeypatch):
    monkeypatch.setattr(files, "largest", lambda: 300_000)
    status, words = send(b"a" * 300_001, "big.txt")
    assert status in {413, 422} and "The file is larger than" in words
    nothing_is_kept(session)
    assert send(b"a" * 300_000, "exact.txt")[0] in {204, 303}


BAD_METADATA = ("filename !!!", "filename /w==", "filename =", "filename \xff\xfe", "filename YQ==,filename", "\x01 YQ")


@pytest.mark.parametrize("metadata", ["", ",,,", "filename", " ", *BAD_METADATA, "filename " + "YQ==," * 2_000])
def test_any_metadata_makes_a_place_or_a_refusal(session, writer, base, metadata):
    answer = create(writer, base, 9, Upload_Metadata=metadata)
    assert answer.status_code in {201, 400}
    if answer.status_code == 400:
        assert len(answer.json["detail"].split()) >= 4
        nothing_is_kept(session)


NUMBERS = ("-1", "-0", "+5", "5.0", "1e3", "0x10", " ", "", "٣", "9" * 30, "0" * 5_000, "9" * 8_000, "NaN")


@pytest.mark.parametrize("written", NUMBERS)
def test_lengths_and_offsets_that_are_no_numbers(session, writer, base, written):
    sent = written.encode().decode("latin-1")
    answer = create(writer, base, sent)
    assert answer.status_code == 400 and "whole number" in answer.json["detail"]
    nothing_is_kept(session)
    place = create(writer, base, 9).headers["Location"]
    assert tus(writer, "PATCH", place, b"x", Upload_Offset=sent).status_code == 400
    assert offset_of(writer, place) == 0


def test_pieces_without_bytes_change_nothing(draft, writer, base):
    place = create(writer, base, len(PDF)).headers["Location"]
    for _ in range(3):
        answer = tus(writer, "PATCH", place, b"", Upload_Offset=0)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "0")
    assert tus(writer, "PATCH", place, b"", Upload_Offset=len(PDF)).status_code == 409
    assert tus(writer, "PATCH", place, PDF, Upload_Offset=0).headers["Assay-Upload"] == "attached"
    assert len(queries.files_of(loaded(draft).id)) == 1


@pytest.mark.parametrize("offset", [1, 2**31, 2**53])
def test_a_piece_for_another_place_is_told_where_to_go_on(writer, base, offset):
    place = create(writer, base, 9).headers["Location"]
    answer = tus(writer, "PATCH", place, b"", Upload_Offset=offset)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0")


@pytest.mark.parametrize("kind", ["", "text/html", "multipart/form-data; boundary=x", "application/offset", "\xff"])
def test_a_piece_of_another_content_type_is_not_taken(writer, base, kind):
    place = create(writer, base, 9).headers["Location"]
    assert tus(writer, "PATCH", place, b"123456789", Upload_Offset=0, Content_Type=kind).status_code == 415
    assert offset_of(writer, place) == 0


@pytest.mark.parametrize("length", [len(PDF) - 1, len(PDF) + 1])
def test_a_wrong_declared_length_attaches_nothing(session, draft, writer, base, length):
    """More than was announced is refused; less leaves the upload open, and its end takes the piece away."""
    place = create(writer, base, length).headers["Location"]
    answer = tus(writer, "PATCH", place, PDF, Upload_Offset=0)
    assert answer.status_code == (413 if length < len(PDF) else 204)
    assert queries.files_of(loaded(draft).id) == []
    assert tus(writer, "DELETE", place).status_code == 204
    nothing_is_kept(session)


def test_a_length_that_lies_in_one_request_is_kept_up_to_what_came(writer, base):
    """The header tells of more than the connection brought: what came is kept, the rest is asked for."""
    place = create(writer, base, 100).headers["Location"]
    answer = tus(writer, "PATCH", place, b"12345", Upload_Offset=0, Content_Length=50)
    assert answer.status_code == 204 and offset_of(writer, place) == 5


def test_pieces_of_a_refused_file_are_gone_from_the_disk(session, writer, base):
    place = create(writer, base, len(PAGE)).headers["Location"]
    tus(writer, "PATCH", place, PAGE[:10], Upload_Offset=0)
    assert tus(writer, "PATCH", place, PAGE[10:], Upload_Offset=10).status_code == 422
    assert list(partials.path_of(session.scalar(select(Upload.id))).parent.iterdir()) == []
    assert tus(writer, "HEAD", place).status_code == 410
