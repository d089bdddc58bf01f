"""Small real files made in code: a PDF with lines of text, a PNG with bands of colour, plain text. Pure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

BANDS = ((11, 83, 81), (173, 107, 58), (233, 226, 213))


def make_file(name: str, lines: Sequence[str]) -> bytes:
    """The content of a file with this name; its ending says which kind."""
    if name.endswith(".pdf"):
        return pdf(lines)
    if name.endswith(".png"):
        return png(160, 96)
    return ("\n".join(lines) + "\n").encode()


def pdf(lines: Sequence[str]) -> bytes:
    """A valid PDF of one A4 page with the lines in Helvetica."""
    shown = b"\n".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
    stream = b"BT /F1 12 Tf 16 TL 60 780 Td\n" + shown + b"\nET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _escaped(line: str) -> bytes:
    """Text of a PDF string in the encoding of the font; what the font lacks becomes a question mark."""
    plain = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return plain.encode("cp1252", "replace")


def png(width: int, height: int) -> bytes:
    """A valid PNG of three bands."""
    rows = b"".join(b"\x00" + bytes(BANDS[y * len(BANDS) // height]) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
