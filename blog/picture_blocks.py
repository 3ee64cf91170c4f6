"""Pictures in the body of a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import AbstractImage

from blog import pictures


def newest_picture() -> Any:
    """Return the picture that previews of blocks show."""
    return get_image_model().objects.order_by("-pk").first()


class PictureChooserBlock(ImageChooserBlock):
    """Chooses a picture; takes one that is at hand instead of asking the database."""

    def bulk_to_python(self, values: list[int | None]) -> list[AbstractImage | None]:
        """Return the pictures in the order of their keys."""
        found = pictures.at_hand(values)
        missing = [key for key in values if key not in found]
        asked: list[AbstractImage | None] = super().bulk_to_python(missing) if missing else []
        found |= dict(zip(missing, asked, strict=True))
        return [found[key] for key in values]

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Be the same for migrations."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.images.blocks.ImageChooserBlock", args, kwargs


class PictureBlock(blocks.StructBlock):
    """A picture in the text, told in words for those who do not see it."""

    image = PictureChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for readers who cannot see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "blog/blocks/picture.html"
        description = _("One picture with a caption")

    def get_preview_value(self) -> Any:
        """Show the newest picture there is."""
        return self.normalize({"image": newest_picture(), "alt_text": "", "caption": _("Caption")})


class GalleryBlock(blocks.StructBlock):
    """Pictures side by side."""

    pictures = blocks.ListBlock(PictureBlock(), label=_("Pictures"), min_num=2, max_num=12)

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "blog/blocks/gallery.html"
        description = _("Two to twelve pictures side by side")

    def get_preview_value(self) -> Any:
        """Show the newest picture there is, twice."""
        picture = {"image": newest_picture(), "alt_text": "", "caption": _("Caption")}
        return self.normalize({"pictures": [picture, picture]})
