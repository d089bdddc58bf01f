"""Photos without what cameras write beside the picture: where it was taken, when, by which device. Pure, on bytes.

A phone notes its exact position in every photo. What is not known to be needed for drawing the picture is left out, and a
file that cannot be read to its end is cut there: nothing unread is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

SCAN_ENDS = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
START_OF_SCAN, END_OF_IMAGE, EXIF = 0xDA, 0xD9, 0xE1
JFIF, ICC, ADOBE = 0xE0, 0xE2, 0xEE
SOFTWARE = range(0xE0, 0xF0)  # segments of applications, of which few matter for drawing
COMMENTS = range(0xF0, 0xFF)
ORIENTATION = b"\x01\x12"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
DRAWN = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs sPLT acTL fcTL fdAT".split())


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The picture alone; files of other kinds as they are."""
    clean = CLEANERS.get(media_type)
    return clean(content) if clean else content


def _jpeg(content: bytes) -> bytes:
    """Keep what decoders need, and which way up the picture is; what follows its end (previews, videos) goes too."""
    kept = [content[:2]]
    for marker, part in _parts(content):
        if marker == EXIF and (turned := orientation(part)) > 1:
            kept.append(_exif_with(turned))
        elif _is_drawn(marker, part):
            kept.append(part)
    return b"".join(kept)


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of every part after the first two bytes, up to the end of the image; scans with their data."""
    at = 2
    while at + 2 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == END_OF_IMAGE:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        if marker == START_OF_SCAN:
            found = SCAN_ENDS.search(content, end)
            end = found.start() if found else len(content)
        yield marker, content[at:end]
        at = end


def _is_drawn(marker: int, part: bytes) -> bool:
    if marker == ICC:
        return part[4:].startswith(b"ICC_PROFILE\x00")
    return marker in {JFIF, ADOBE} or (marker not in SOFTWARE and marker not in COMMENTS)


def orientation(part: bytes) -> int:
    """Which way up the picture is (1 to 8), from its Exif segment; 1 when it does not say."""
    tiff = part[10:] if part[4:10] == b"Exif\x00\x00" else b""
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * min(number(first, 2), 200), 12):
        if number(entry, 2) == int.from_bytes(ORIENTATION):
            found = number(entry + 8, 2)
            return found if 1 <= found <= 8 else 1
    return 1


def _exif_with(turned: int) -> bytes:
    """An Exif segment that says nothing but which way up the picture is."""
    entry = ORIENTATION + b"\x00\x03\x00\x00\x00\x01" + bytes([0, turned, 0, 0])
    body = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    return bytes([0xFF, EXIF]) + (len(body) + 2).to_bytes(2) + body


def _png(content: bytes) -> bytes:
    """Keep the chunks that are drawn; texts, Exif, times and what follows the end go."""
    kept, at, kind = [PNG_HEAD], len(PNG_HEAD), b""
    while at + 12 <= len(content) and kind != b"IEND":
        kind, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if kind in DRAWN:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


CLEANERS: dict[str, Callable[[bytes], bytes]] = {"image/jpeg": _jpeg, "image/png": _png}
