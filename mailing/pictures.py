"""Pictures for letters, made anew from what owners upload."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from accounts.avatars import FORMATS, MAX_PIXELS

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

    Turned the right way up, no wider than a letter needs, without metadata; of an animation the
    first frame. Raises ValidationError for anything but a JPEG, PNG, WebP or GIF picture of a
    bearable size.
    """
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(
                    _("The picture has too many pixels. Choose one up to 5,000 × 5,000."),
                    code="too_many_pixels",
                )
            return _encoded(_fitted(picture))
    except ValidationError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on a broken file
        raise ValidationError(
            _("This is not a picture that can be read. Choose a JPEG, PNG, WebP or GIF file."),
            code="invalid_image",
        ) from error


def _fitted(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (2 * MAX_WIDTH, 2 * MAX_HEIGHT))  # large JPEG files: decode a smaller one
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    return upright


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
