"""Pictures that people upload, and those of themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from secrets import token_hex
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MAX_BYTES = 2 * 1024 * 1024
#: width × height; enough for a phone's camera, and 100 MB of memory when decoded
MAX_PIXELS = 25_000_000
MAX_SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@contextmanager
def opened(file: IO[bytes], width: int, height: int) -> Iterator[Image.Image]:
    """Give the picture in `file`, turned the right way up; of an animation the first frame.

    What is wanted of it is `width` and `height` in pixels: large JPEG files are decoded smaller,
    though never as small as that. Raises ValidationError for anything but a JPEG, PNG, WebP or
    GIF picture of a bearable size, and for what turns out to be broken while it is made smaller.
    """
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(
                    _("The picture has too many pixels. Choose one up to 5,000 × 5,000."),
                    code="too_many_pixels",
                )
            picture.draft("RGB", (2 * width, 2 * height))  # large JPEG files: decode a smaller one
            upright = ImageOps.exif_transpose(picture)
            yield upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except ValidationError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on a broken file
        raise ValidationError(
            _("This is not a picture that can be read. Choose a JPEG, PNG, WebP or GIF file."),
            code="invalid_image",
        ) from error


def make_avatar(file: IO[bytes]) -> "ContentFile[bytes]":
    """Return the middle of the picture in `file` as a WebP under a random name, without metadata.

    Raises ValidationError.
    """
    buffer = BytesIO()
    with opened(file, MAX_SIDE, MAX_SIDE) as picture:
        side = min(picture.width, picture.height, MAX_SIDE)
        square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        square.save(buffer, "WEBP", quality=85)
    return ContentFile(buffer.getvalue(), name=f"{token_hex(16)}.webp")


class AvatarField(forms.FileField):
    """A file field that takes a picture and gives an avatar made of it."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})

    def to_python(self, data: Any) -> "File[bytes] | None":
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(
                _("The file is %(size)s. Choose a picture of at most %(limit)s."),
                code="too_large",
                params={
                    "size": filesizeformat(upload.size or 0),
                    "limit": filesizeformat(MAX_BYTES),
                },
            )
        return make_avatar(upload)
