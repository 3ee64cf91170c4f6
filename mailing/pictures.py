"""Pictures for letters, made anew from what owners upload."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import Image

from accounts.avatars import opened

MAX_BYTES = 8 * 1024 * 1024
#: Pixels; a letter is 600 wide, and dense screens show twice as many.
MAX_WIDTH = 1200
MAX_HEIGHT = 4000
JPEG_QUALITY = 82


@dataclass(frozen=True)
class Encoded:
    """A picture as mail programs show it."""

    content: bytes
    suffix: str
    width: int
    height: int


def make_picture(file: IO[bytes]) -> Encoded:
    """Return the picture in `file` as a JPEG or PNG, which all mail programs know.

    No wider than a letter needs, without metadata. Raises ValidationError.
    """
    with opened(file, MAX_WIDTH, MAX_HEIGHT) as picture:
        picture.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
        return _encoded(picture)


def _encoded(picture: Image.Image) -> Encoded:
    """Return the smaller of both forms; with transparency there is only one."""
    forms = [(_saved(picture, "PNG", optimize=True), "png")]
    if picture.mode == "RGB":
        jpeg = _saved(picture, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        forms.append((jpeg, "jpg"))
    content, suffix = min(forms, key=lambda form: len(form[0]))
    return Encoded(content, suffix, picture.width, picture.height)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
