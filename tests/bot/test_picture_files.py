"""A picture somebody sent is drawn anew: small enough, upright, and with nothing besides."""

from __future__ import annotations

import random
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import picture_files
from bot.picture_files import PictureTooBig, UnreadablePicture, redraw
from models.base import Refusal

TURNED, PLACE = 0x0112, 0x8825  # EXIF: how the camera was held, and where it was


def written(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_where_a_picture_was_taken_is_not_in_what_is_sent():
    exif = Image.Exif()
    exif[TURNED] = 6  # held upright
    exif.get_ifd(PLACE)[1] = "N"
    sent = written(Image.new("RGB", (400, 200), "red"), exif=exif, comment=b"secret place")
    assert read(sent).getexif().get_ifd(PLACE)

    for made in redraw(sent):
        shown = read(made)
        assert shown.size == (200, 400)
        assert not shown.getexif()
        assert b"Exif" not in made
        assert b"secret" not in made


def test_however_large_it_was_line_takes_it():
    luck = random.Random(1)
    noise = Image.frombytes("RGB", (2600, 1300), luck.randbytes(2600 * 1300 * 3))

    content, preview = redraw(written(noise, quality=75))

    assert read(content).format == read(preview).format == "JPEG"
    assert (read(content).size, read(preview).size) == ((2048, 1024), (1024, 512))
    assert len(content) <= picture_files.LARGEST
    assert len(preview) <= picture_files.SMALL


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "CMYK"])
def test_every_kind_of_colours_becomes_a_jpeg(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    options = {"transparency": 0} if mode == "P" else {}

    content, _ = redraw(written(Image.new(mode, (40, 40)), kind, **options))

    assert read(content).mode == "RGB"


def test_what_one_could_see_through_is_white():
    content, _ = redraw(written(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG"))

    assert min(read(content).getpixel((4, 4))) > 250


@pytest.mark.parametrize("size", [(8_000, 5_001), (60_000, 60_000)])
def test_a_small_file_that_would_become_huge_is_not_unpacked(size):
    small = written(Image.new("1", (8, 8)), "PNG")
    head = small[:16] + b"".join(side.to_bytes(4) for side in size) + small[24:29]

    with pytest.raises(PictureTooBig):
        redraw(head + zlib.crc32(head[12:]).to_bytes(4) + small[33:])


def test_too_many_bytes_are_not_looked_at():
    with pytest.raises(PictureTooBig):
        redraw(b"\xff\xd8\xff" + bytes(picture_files.LARGEST))


def test_what_is_no_picture_is_refused_whatever_it_calls_itself():
    gif = written(Image.new("RGB", (8, 8)), "GIF")
    cut = written(Image.new("RGB", (800, 800), "red"))[:900]
    for other in (b"", b"a picture", gif, cut, b"%PDF-1.7", b"<svg/>"):
        with pytest.raises(UnreadablePicture):
            redraw(other)


@given(st.sampled_from(sorted(picture_files.MAGIC)), st.binary(max_size=300), st.integers(0, 400))
def test_a_broken_file_is_refused_and_never_more(magic, noise, at):
    whole = written(Image.new("RGB", (20, 20), "red"), picture_files.MAGIC[magic])
    for sent in (magic + noise, whole[: max(at, 8)] + noise + whole[at + len(noise) :]):
        try:
            redraw(sent)
        except Refusal:
            continue
