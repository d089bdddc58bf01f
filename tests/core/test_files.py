"""Files: judged by content, limited, synced before their row, kept once, named safely."""

import io
import zipfile
from dataclasses import replace

import pytest

from app.core import files
from app.core.errors import Invalid
from app.core.types import Actor, new_id

ACTOR = Actor(new_id(), "Somebody")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("Content_Types", "[Content_Types].xml"), content)
    return out.getvalue()


DOCX = zipped(Content_Types=b"<Types/>", word__document=b"<w/>")
XLSX = zipped(Content_Types=b"<Types/>", xl__workbook=b"<w/>")


@pytest.mark.parametrize(
    ("content", "name", "extension"),
    [
        (PDF, "a.pdf", "pdf"),
        (PDF, "a.exe", "pdf"),
        (PNG, "x", "png"),
        (DOCX, "d.docx", "docx"),
        (XLSX, "d.docx", "xlsx"),
        ("é,ñ\n1,2".encode(), "t.csv", "csv"),
        (b"plain", "t.txt", "txt"),
    ],
)
def test_kind_is_told_by_the_content(app, content, name, extension):
    file = files.store(io.BytesIO(content), name, ACTOR)
    assert file.extension == extension
    assert files.path_of(file).read_bytes() == content
    assert file.sha256 in str(files.path_of(file)) and name not in str(files.path_of(file))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg/>",
        b"\x7fELF\x01\x01",
        b"MZ\x90\x00" + b"\x00" * 80,
        b"PK\x03\x04garbage",
        zipped(a=b"x"),
        zipped(Content_Types=b"", word__document=b"", word__vbaProject=b"").replace(b"vbaProject", b"vbaProject"),
        b"text with \x00 inside",
        b"\xff\xfe\x00\x01",
        b"  <!DOCTYPE html><p>",
    ],
)
def test_other_kinds_are_refused(app, content):
    if b"vbaProject" in content:
        content = zipped(**{"Content_Types": b"", "word__document": b"", "word__vbaProject.bin": b"macro"})
    with pytest.raises(Invalid):
        files.store(io.BytesIO(content), "file.docx", ACTOR)
    assert not [p for p in files.root().rglob("*") if p.is_file()], "nothing half is kept"


def test_bomb_is_refused(app, monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(Invalid, match="unpacks"):
        files.store(io.BytesIO(zipped(Content_Types=b"", word__document=b"0" * 5_000_000)), "b.docx", ACTOR)


def test_size_limit_is_exact(app):
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, upload_limit_bytes=1_048_576)
    try:
        assert files.store(io.BytesIO(b"a" * 1_048_576), "ok.txt", ACTOR).size == 1_048_576
        with pytest.raises(Invalid, match="1 MB"):
            files.store(io.BytesIO(b"a" * 1_048_577), "big.txt", ACTOR)
    finally:
        app.extensions["settings"] = settings


def test_same_content_is_kept_once(app):
    one, two = (files.store(io.BytesIO(PDF), name, ACTOR) for name in ("a.pdf", "b.pdf"))
    assert one.id != two.id and files.path_of(one) == files.path_of(two)


def test_sending_a_file_again_mends_what_was_damaged(app):
    damaged = files.store(io.BytesIO(PDF), "a.pdf", ACTOR)
    files.path_of(damaged).write_bytes(PDF[:10])
    again = files.store(io.BytesIO(PDF), "a.pdf", ACTOR)
    assert files.path_of(damaged).read_bytes() == files.path_of(again).read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("", "file"),
        ("...", "file"),
        ("é" * 300, "é" * 200),
    ],
)
def test_names_are_for_showing_only(name, shown):
    assert files.clean_name(name) == shown
