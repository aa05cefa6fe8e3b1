"""A picture somebody sent, drawn anew: small enough for LINE, and with nothing else in its file.

Where it was taken is gone, too. What it is its first bytes say, never its name; how
large it would become is looked at before it is unpacked.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from models.base import N_, Refusal

if TYPE_CHECKING:
    from PIL import Image

LARGEST = 10 * 1024 * 1024  # bytes, of what LINE shows and of what is taken in
SMALL = 1024 * 1024  # bytes of a preview
MOST_PIXELS = 40_000_000
LONG_SIDE, SHORT_OF_IT = 2048, 1024  # pixels of the longer side, and of a preview's
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
ORIENTATION = 0x0112
QUALITIES = (88, 75, 60, 40)


class PictureTooBig(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_("這張圖片太大了（最多 10 MB、4,000 萬畫素），請縮小或截圖後再傳一次。")
        )


class UnreadablePicture(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("這個檔案不是 JPEG 或 PNG 圖片，或已經損壞，請換一張再傳。"))


class Drawn(NamedTuple):
    """Both as JPEG."""

    content: bytes
    preview: bytes


def redraw(sent: bytes) -> Drawn:
    """The picture and its preview.

    Raises:
        PictureTooBig: there is more of it than LINE takes, or than we unpack.
        UnreadablePicture: it is neither JPEG nor PNG, or broken.
    """
    if len(sent) > LARGEST:
        raise PictureTooBig
    kind = next((kind for magic, kind in MAGIC.items() if sent.startswith(magic)), None)
    if kind is None:
        raise UnreadablePicture
    from PIL import Image  # a tenth of a second that nobody else needs

    try:
        with Image.open(BytesIO(sent), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureTooBig
            # a JPEG is unpacked no larger than it is needed
            opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
            whole = _flat(_upright(opened))
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooBig from error
    except Exception as error:  # what the library says of a broken file is different each time
        raise UnreadablePicture from error
    return Drawn(_written(whole, LONG_SIDE, LARGEST), _written(whole, SHORT_OF_IT, SMALL))


def _upright(picture: Image.Image) -> Image.Image:
    """The same as the camera was held; of all that it noted beside, only this is read."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(picture.getexif().get(ORIENTATION, 1))
    return picture if turn is None else picture.transpose(turn)


def _flat(picture: Image.Image) -> Image.Image:
    """The same in plain colours; what can be seen through is white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        from PIL import Image

        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image, long_side: int, most: int) -> bytes:
    from PIL.Image import Resampling

    smaller = picture.copy()
    smaller.thumbnail((long_side, long_side), Resampling.LANCZOS)
    # a picture that was drawn has none of what came along with the one that was sent
    smaller.info.clear()
    for quality in QUALITIES:
        file = BytesIO()
        smaller.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= most:
            break
    return file.getvalue()
