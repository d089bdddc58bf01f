"""Photos lose what the camera wrote beside the picture, and nothing of the picture."""

import zlib

import pytest

from app.core import images

CANARY = b"CANARY -1.964142 30.061876"
JPEG_HEAD = b"\xff\xd8"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


def exif(turned: int, order: str = "little") -> bytes:
    """An Exif segment as a phone writes it: the way up, and where the photo was taken."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)  # type: ignore[arg-type]

    head = (b"II" if order == "little" else b"MM") + number(42, 2) + number(8, 4)
    model = number(0x0110, 2) + number(2, 2) + number(len(CANARY), 4) + number(38, 4)
    way_up = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(turned, 2) + b"\x00\x00"
    body = b"Exif\x00\x00" + head + number(2, 2) + model + way_up + number(0, 4) + CANARY
    return segment(0xE1, body)


PICTURE = (
    segment(0xDB, b"\x00" + bytes(range(64))),
    segment(0xC2, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00"),
    segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd1\x78",
    segment(0xC4, b"\x00" * 17),
    segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") + b"\x9a\xbc",
    b"\xff\xd9",
)
JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
COLOURS = segment(0xE2, b"ICC_PROFILE\x00\x01\x01 colours")


def photo(turned: int = 1, order: str = "little") -> bytes:
    """A progressive JPEG with everything that can name a place, also after its end."""
    beside = (
        exif(turned, order),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + CANARY),
        segment(0xE2, b"MPF\x00" + CANARY),
        segment(0xED, b"Photoshop 3.0\x00" + CANARY),
        segment(0xFE, CANARY),
    )
    preview = JPEG_HEAD + exif(1) + b"".join(PICTURE)
    return JPEG_HEAD + JFIF + b"".join(beside) + COLOURS + b"\xff" + b"".join(PICTURE) + preview + CANARY


def test_a_photo_keeps_its_picture_and_loses_its_place():
    assert CANARY in photo()
    assert images.without_metadata(photo(), "image/jpeg") == JPEG_HEAD + JFIF + COLOURS + b"".join(PICTURE)


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_photo_keeps_its_way_up(turned, order):
    clean = images.without_metadata(photo(turned, order), "image/jpeg")
    assert CANARY not in clean and clean.endswith(b"".join(PICTURE))
    start = clean.index(b"\xff\xe1")
    assert images.orientation(clean[start : start + 2 + int.from_bytes(clean[start + 2 : start + 4])]) == turned


@pytest.mark.parametrize("turned", [0, 1, 9, 600])
def test_a_way_up_that_says_nothing_is_left_out(turned):
    assert b"Exif" not in images.without_metadata(photo(turned), "image/jpeg")


def test_no_piece_of_a_broken_photo_names_its_place():
    whole = photo(6)
    for length in range(len(whole)):
        assert CANARY not in images.without_metadata(whole[:length], "image/jpeg")
    assert CANARY not in images.without_metadata(JPEG_HEAD + b"\x00\x00" + whole, "image/jpeg")


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def test_a_drawing_keeps_its_picture_and_loses_its_texts():
    head, data, end = chunk(b"IHDR", b"\x00" * 13), chunk(b"IDAT", zlib.compress(b"\x00\x00")), chunk(b"IEND", b"")
    beside = b"".join(chunk(kind, CANARY) for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"xxXx"))
    sent = images.PNG_HEAD + head + beside + data + end + CANARY
    assert images.without_metadata(sent, "image/png") == images.PNG_HEAD + head + data + end


def test_other_files_stay_as_they_are():
    assert images.without_metadata(CANARY, "text/plain") == CANARY
