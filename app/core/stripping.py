"""Documents without what programs note about their makers: names, dates, places, machines. Pure, on files.

Also a program of its own (``python stripping.py strip SOURCE TARGET MEDIA_TYPE``, ``text SOURCE "" MEDIA_TYPE``, or
``pages SOURCE``), so that a hostile file is taken apart in a process with little memory and little time. It imports
nothing of ours but ``images`` beside it.
"""

from __future__ import annotations

import html
import importlib.util
import io
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

MEMORY = 1024 * 1024 * 1024
SECONDS = 15
MAX_ENTRIES, MAX_UNPACKED, MAX_DEPTH = 5_000, 200 * 1024 * 1024, 2
EPOCH = (1980, 1, 1, 0, 0, 0)
PDF = "application/pdf"


class NotPossible(Exception):
    """The file holds something that cannot be looked into; no copy may be shown."""


def _neighbour() -> Callable[[bytes, str], bytes]:
    """``without_metadata`` of ``images.py`` beside this file, found by its place: a process of its own knows no package."""
    spec = importlib.util.spec_from_file_location("assay_images", Path(__file__).with_name("images.py"))
    if spec is None or spec.loader is None:
        raise ImportError("images.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[bytes, str], bytes] = module.without_metadata
    return found


clean_picture = _neighbour()

# PDF: what stands beside the pages. Markup annotations name who wrote them in /T; of form fields /T is the field's name.
BESIDE = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/SpiderInfo", "/OpenAction", "/AA", "/Perms", "/DSS")
OF_NAMES = ("/EmbeddedFiles", "/JavaScript")
OF_SIGNATURES = ("/Name", "/ContactInfo", "/Location", "/Reason", "/Contents", "/Cert", "/M", "/Prop_Build")
OF_NOTES = ("/T", "/M", "/CreationDate", "/NM", "/RC")


def strip_pdf(content: bytes) -> bytes:
    """A PDF without document information, XMP, attachments, authors of notes and signers."""
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotPossible("encrypted")
    writer = PdfWriter(clone_from=reader)
    for reference in list(writer._objects):
        _clean_object(reference)
    names = writer._root_object.get("/Names")
    if names is not None:
        for name in OF_NAMES:
            names.get_object().pop(NameObject(name), None)
    # A second cloning takes over only what the pages still lead to: what was cut off above is not written.
    return _file_of(PdfWriter(clone_from=PdfReader(io.BytesIO(_file_of(writer)))))


def _file_of(writer: PdfWriter) -> bytes:
    writer.metadata = None
    writer._ID = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _clean_object(thing: Any) -> None:
    if not isinstance(thing, DictionaryObject):
        return
    for value in thing.values():  # what is written in place, not as an object of its own
        for inner in value if isinstance(value, list) else [value]:
            _clean_object(inner)
    kind, subtype = thing.get("/Type"), thing.get("/Subtype")
    beside = {*BESIDE, *(OF_SIGNATURES if kind == "/Sig" else ())}
    if subtype == "/FileAttachment":
        beside.add("/FS")
    if kind == "/Annot" or ("/Rect" in thing and subtype is not None):
        beside |= set(OF_NOTES) - ({"/T"} if subtype == "/Widget" else set())
    for name in beside:
        thing.pop(NameObject(name), None)
    if (
        isinstance(thing, StreamObject)
        and subtype == "/Image"
        and thing.get("/Filter") in ("/DCTDecode", ["/DCTDecode"])
    ):
        thing._data = clean_picture(thing._data, "image/jpeg")


# Office: parts of the archive that say who, when and with what; the others keep their place and lose names of people.
CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org'
    b'/package/2006/metadata/core-properties"/>'
)
APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/extended-properties"/>'
)
CUSTOM = APP.replace(b"extended-properties", b"custom-properties")
META = (
    b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
    b'office:1.0" office:version="1.3"><office:meta/></office:document-meta>'
)
REPLACED = (
    (re.compile(r"^docProps/core\.xml$"), CORE),
    (re.compile(r"^docProps/app\.xml$"), APP),
    (re.compile(r"^docProps/custom\.xml$"), CUSTOM),
    (re.compile(r"^customXml/item\d+\.xml$"), b"<removed/>"),
    (re.compile(r"(^|/)meta\.xml$"), META),
)
DROPPED = re.compile(r"^(docProps/thumbnail\.|Thumbnails/|.*/printerSettings/|layout-cache$)")
PICTURES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
PACKED = re.compile(r"\.(docx|xlsx|pptx|odt|ods)$", re.I)
MARKUP = re.compile(r"\.(xml|rels|rdf|vml|svg)$", re.I)
PASSED = re.compile(r"(^mimetype|\.(odttf|ttf|otf|gif|emf|wmf|wdp|css))$", re.I)
TAG = re.compile(rb"<[^<>!?/][^<>]*>")
QUOTED = rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
NAMING = re.compile(
    rb"(?<!\w)((?:\w+:)?(?:author|initials|lastModifiedBy|userName|displayName|userId|providerId))" + QUOTED
)
REVISIONS = re.compile(rb"\s(?:\w+:)?rsid\w*" + QUOTED)
PRINTED = re.compile(rb"(<(?:\w+:)?pageSetup\b[^<>]*?)\s\w+:id" + QUOTED)
NAMED = re.compile(rb"(?<!\w)((?:\w+:)?name)" + QUOTED)
PEOPLE_PARTS = re.compile(r"(/commentAuthors|/authors|/people|persons/person|/userNames)\d*\.xml$", re.I)
WRITTEN = re.compile(
    rb"(<(?:\w+:)?(?:author|creator|initial-creator|sender-initials|creator-initials|author-name|author-initials"
    rb"|printed-by)(?:\s[^<>]*)?(?<!/)>)[^<]*",
    re.I,
)
PATHS = re.compile(rb"<(?:\w+:)?absPath\b[^<>]*/>")
PRINTER = re.compile(rb'(config:name="Printer(?:Name|Setup)"[^<>]*>)[^<]*')
RELATIONS = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*(?:thumbnail|printerSettings|attachedTemplate)[^<>]*/>", re.I)
ELSEWHERE = re.compile(rb'(Target\s*=\s*")file:[^"]*')


def strip_office(content: bytes, depth: int = 0) -> bytes:
    """A Word, Excel, PowerPoint or OpenDocument file without properties, authors of comments, thumbnails."""
    if depth > MAX_DEPTH:
        raise NotPossible("documents within documents")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as clean:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
            raise NotPossible("too large")
        for entry in entries:
            if entry.is_dir() or DROPPED.search(entry.filename):
                continue
            kept = zipfile.ZipInfo(entry.filename, EPOCH)
            kept.compress_type = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            clean.writestr(kept, _part(entry.filename, archive.read(entry), depth))
    return out.getvalue()


def _part(name: str, content: bytes, depth: int) -> bytes:
    """One part of the archive; raises ``NotPossible`` for what may hide anything."""
    for pattern, replacement in REPLACED:
        if pattern.search(name):
            return replacement
    if PACKED.search(name):
        return strip_office(content, depth + 1)
    if kind := next((media for ending, media in PICTURES.items() if name.lower().endswith(ending)), ""):
        return clean_picture(content, kind)
    if MARKUP.search(name):
        return _written(name, content)
    if PASSED.search(name):
        return content
    raise NotPossible("a part of another kind")


def _written(name: str, content: bytes) -> bytes:
    """XML without names of people. Regular expressions, not a parser: nothing in it is believed or followed."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:64]:
        raise NotPossible("text in another encoding")
    if name.endswith(".rels"):
        return ELSEWHERE.sub(rb"\1file:///removed", RELATIONS.sub(b"", content))
    people = bool(PEOPLE_PARTS.search(name))
    content = TAG.sub(lambda tag: _unnamed(tag[0], people), PATHS.sub(b"", content))
    return PRINTER.sub(rb"\1", WRITTEN.sub(rb"\1", content))


def _unnamed(tag: bytes, people: bool) -> bytes:
    """A tag whose attributes name nobody; in lists of people that is their name, too."""
    tag = PRINTED.sub(rb"\1", REVISIONS.sub(b"", NAMING.sub(rb'\1=""', tag)))
    return NAMED.sub(rb'\1=""', tag) if people else tag


def strip(content: bytes, media_type: str) -> bytes:
    """The content without metadata, by its kind."""
    if media_type == PDF:
        return strip_pdf(content)
    if media_type.startswith("application/vnd."):
        return strip_office(content)
    return clean_picture(content, media_type)


# What a reader sees of an Office file: its paragraphs, cells and notes; words that are split over tags stay whole.
READ = re.compile(
    r"(^|/)(document|footnotes|endnotes|comments\d*|header\d*|footer\d*|sharedStrings|sheet\d+|slide\d+|notesSlide\d+"
    r"|content|styles)\.xml$"
)
ENDS = re.compile(r"</(?:\w+:)?(?:p|h|si|tab|br)>|<(?:\w+:)?(?:tab|br|cr)\b[^<>]*/>")
ANY_TAG = re.compile(r"<[^<>]*>")
MOST_TEXT = 4_000_000


def text_of(content: bytes, media_type: str) -> str:
    """The words of a document as its reader sees them, in no order to rely on; empty for a scan or a picture."""
    if media_type == PDF:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotPossible("encrypted")
        return "\n".join(page.extract_text() for page in reader.pages)[:MOST_TEXT]
    if not media_type.startswith("application/vnd."):
        return ""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
            raise NotPossible("too large")
        parts = [archive.read(e).decode("utf-8", "replace") for e in entries if READ.search(e.filename)]
    return "\n".join(html.unescape(ANY_TAG.sub("", ENDS.sub("\n", part))) for part in parts)[:MOST_TEXT]


def main(task: str, source: str, target: str = "", media_type: str = "") -> None:
    """Strip one file, count its pages or read its words, within limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = Path(source).read_bytes()
    if task == "pages":
        reader = PdfReader(io.BytesIO(content), strict=False)
        sys.stdout.write(str(len(reader.pages)))
    elif task == "text":
        sys.stdout.buffer.write(text_of(content, media_type).encode("utf-8", "replace"))
    else:
        Path(target).write_bytes(strip(content, media_type))


if __name__ == "__main__":
    main(*sys.argv[1:])
