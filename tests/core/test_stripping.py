"""What reviewers get tells nobody who made it: canaries in every place where programs write names, and none in the copy."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
import typst
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from app.core import copies, files, stripping
from app.core.types import Actor, new_id
from tests.core.test_images import CANARY as PLACE
from tests.core.test_images import photo

ACTOR = Actor(new_id(), "Somebody")
CANARY = "Marguerite-Canary"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf() -> bytes:
    """A PDF with a canary wherever one can stand, a photo of a place, an attachment, a signature."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": CANARY, "/Title": f"Plan by {CANARY}", "/Producer": CANARY})
    writer.add_attachment("notes.txt", CANARY.encode())
    writer.add_annotation(0, Text(rect=(10, 10, 50, 50), text="Check this", title_bar=CANARY))
    xmp = StreamObject()
    xmp._data = f"<x:xmpmeta><dc:creator>{CANARY}</dc:creator></x:xmpmeta>".encode()
    xmp[NameObject("/Type")] = NameObject("/Metadata")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    picture = StreamObject()
    picture._data = photo()
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/Filter": "/DCTDecode"}
    picture.update({NameObject(k): NameObject(v) for k, v in names.items()})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(picture)})}
    )
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/App"): TextStringObject(CANARY)})
    signature = DictionaryObject(
        {NameObject("/Type"): NameObject("/Sig"), NameObject("/Name"): TextStringObject(CANARY)}
    )
    writer._root_object[NameObject("/Signed")] = writer._add_object(signature)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def raw(content: bytes) -> bytes:
    """Everything a PDF holds, unpacked."""
    reader = PdfReader(io.BytesIO(content))
    parts = [content]
    for number in reader.xref.get(0, {}):
        thing = reader.get_object(number)
        parts.append(repr(thing).encode())
        if isinstance(thing, StreamObject):
            parts.append(thing._data if thing.get("/Filter") != "/FlateDecode" else thing.get_data())
    return b"".join(parts)


def archive(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [content, packed.comment]
        for entry in packed.infolist():
            inner = packed.read(entry)
            parts += [entry.filename.encode(), entry.extra, unpacked(inner) if inner[:2] == b"PK" else inner]
    return b"".join(parts)


DOCX = {
    "[Content_Types].xml": "<Types/>",
    "docProps/core.xml": f"<cp:coreProperties><dc:creator>{CANARY}</dc:creator></cp:coreProperties>",
    "docProps/app.xml": f"<Properties><Company>{CANARY}</Company></Properties>",
    "docProps/custom.xml": f"<Properties>{CANARY}</Properties>",
    "docProps/thumbnail.jpeg": CANARY,
    "_rels/.rels": '<Relationships><Relationship Id="a" Type="x/thumbnail" Target="docProps/thumbnail.jpeg"/></Relationships>',
    "word/document.xml": (
        f'<w:p w:rsidR="00AA"><w:ins w:author="{CANARY}" w:initials=\'{CANARY}\'>'
        '<w:t>Kept: author="the words"</w:t></w:ins></w:p>'
    ),
    "word/comments.xml": f'<w:comment w:author="{CANARY}" w:initials="MC"><w:t>Keep me</w:t></w:comment>',
    "word/people.xml": f'<w:person w:author="{CANARY}"><w:info w:providerId="AD" w:userId="{CANARY}"/></w:person>',
    "word/_rels/settings.xml.rels": f'<Relationship Id="r1" Type="x/attachedTemplate" Target="file:///C:/{CANARY}/t.dotm"/>',
    "word/media/image1.jpg": photo(),
    "customXml/item1.xml": f"<who>{CANARY}</who>",
}
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "meta.xml": f"<office:meta><dc:creator>{CANARY}</dc:creator></office:meta>",
    "settings.xml": f'<config:config-item config:name="PrinterName" config:type="string">{CANARY}</config:config-item>',
    "content.xml": (
        f"<office:annotation><dc:creator>{CANARY}</dc:creator><text:p>Keep me</text:p></office:annotation>"
        f'<text:initial-creator>{CANARY}</text:initial-creator><dc:creator/>Kept: author="the words"'
    ),
    "Thumbnails/thumbnail.png": CANARY,
}


def test_a_pdf_keeps_its_pages_and_names_nobody():
    assert CANARY.encode() in raw(pdf()) and PLACE in raw(pdf())
    clean = stripping.strip(pdf(), stripping.PDF)
    assert CANARY.encode() not in raw(clean) and PLACE not in raw(clean)
    reader = PdfReader(io.BytesIO(clean))
    assert len(reader.pages) == 1 and not reader.attachments
    (note,) = reader.pages[0]["/Annots"]
    assert note.get_object()["/Contents"] == "Check this", "what was said stays, without who said it"


@pytest.mark.parametrize("parts", [DOCX, ODT], ids=["docx", "odt"])
def test_an_office_file_keeps_its_words_and_names_nobody(parts):
    content = archive(**parts)
    assert CANARY.encode() in unpacked(content)
    clean = stripping.strip(content, WORD)
    found = unpacked(clean)
    assert CANARY.encode() not in found and PLACE not in found
    assert b'Kept: author="the words"' in found and b"Keep me" in found


def test_a_workbook_opens_as_before_and_names_nobody():
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = CANARY
    book.active["A1"] = "Kept"
    book.active["A1"].comment = Comment("Keep me", CANARY)
    out = io.BytesIO()
    book.save(out)
    clean = stripping.strip_office(out.getvalue())
    assert CANARY.encode() in unpacked(out.getvalue()) and CANARY.encode() not in unpacked(clean)
    cell = load_workbook(io.BytesIO(clean)).active["A1"]
    assert (cell.value, cell.comment.text) == ("Kept", "Keep me")


def test_a_document_within_a_document_is_cleaned_too():
    outer = archive(**{**DOCX, "word/embeddings/sheet.xlsx": archive(**DOCX)})
    assert CANARY.encode() not in unpacked(stripping.strip_office(outer))


@pytest.mark.parametrize(
    "parts",
    [
        {**DOCX, "word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"},
        {**DOCX, "ppt/media/film.mp4": b"...."},
        {**DOCX, "word/comments.xml": "<w:comment/>".encode("utf-16")},
    ],
)
def test_what_cannot_be_looked_into_is_refused(parts):
    with pytest.raises(stripping.NotPossible):
        stripping.strip_office(archive(**parts))


def stored(content: bytes, name: str) -> files.StoredFile:
    return files.store(io.BytesIO(content), name, ACTOR)


def test_the_copy_is_made_once_by_a_process_of_its_own_and_the_original_stays(app, monkeypatch):
    file = stored(pdf(), "plan.pdf")
    copy = copies.blind_copy(file)
    assert CANARY.encode() not in raw(copy.read_bytes())
    assert hashlib.sha256(files.path_of(file).read_bytes()).hexdigest() == file.sha256, (
        "the original is as it was sealed"
    )
    monkeypatch.setattr(copies, "_make", None)
    assert copies.blind_copy(file) == copy, "made once"


def test_text_has_nothing_to_lose(app):
    file = stored(b"plain", "a.txt")
    assert copies.blind_copy(file) == files.path_of(file)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n" + b"\x00" * 200,
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 99999999>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        b"%PDF-1.7\n1 0 obj" + b"[" * 50_000 + b"]" * 50_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
)
def test_a_hostile_file_gives_no_copy_and_never_the_original(app, content):
    with pytest.raises(copies.NotBlind):
        copies.blind_copy(stored(content, "a.pdf"))
    assert not [p for p in (files.root() / "blind").rglob("*") if p.is_file()]


def test_one_that_takes_too_long_is_given_up(app, monkeypatch):
    monkeypatch.setattr(copies, "SECONDS", 0.01)
    with pytest.raises(copies.NotBlind):
        copies.blind_copy(stored(pdf(), "a.pdf"))


def written(text: str) -> bytes:
    """A PDF with a line of text."""
    return bytes(typst.compile(text.encode()))


SPLIT = "<w:p><w:r><w:t>Quell</w:t></w:r><w:r><w:t>wasser</w:t></w:r></w:p><w:p><w:t>R&amp;D<w:br/>next</w:t></w:p>"


def test_words_of_a_pdf_and_of_an_office_file_are_read():
    assert "Quellwasser digs" in stripping.text_of(written("Quellwasser digs"), stripping.PDF)
    words = stripping.text_of(archive(**{"word/document.xml": SPLIT, "word/footnotes.xml": "<w:p>below</w:p>"}), WORD)
    assert words.split() == ["Quellwasser", "R&D", "next", "below"]
    assert stripping.text_of(photo(), "image/jpeg") == "" == stripping.text_of(pdf(), stripping.PDF)


def kept(content: bytes, name: str) -> files.StoredFile:
    return files.store(io.BytesIO(content), name, ACTOR)


def test_words_are_those_of_the_blind_copy_and_read_once(session, monkeypatch):
    odt = kept(
        archive(**{**ODT, "content.xml": f"<x><dc:creator>{CANARY}</dc:creator><text:p>Words</text:p></x>"}), "a.odt"
    )
    assert copies.words_of(odt) == "Words"
    monkeypatch.setattr(copies, "PROGRAM", copies.PROGRAM.with_name("gone.py"))
    assert copies.words_of(odt) == "Words"


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", photo()], ids=["broken", "picture"])
def test_what_cannot_be_read_has_no_words(session, content):
    assert copies.words_of(kept(content, "a.pdf" if content[:1] == b"%" else "a.jpg")) is None


def test_reading_ends_and_is_not_tried_again(session, monkeypatch):
    file = kept(written("Words"), "a.pdf")
    copies.blind_copy(file)
    monkeypatch.setattr(copies, "SECONDS", 0.001)
    assert copies.words_of(file) is None
    monkeypatch.undo()
    assert copies.words_of(file) is None
