"""What the home page is made of, beside what articles are made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from blog.blocks import BodyBlock


class FeatureBlock(blocks.StructBlock):
    """One thing that the service does."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(label=_("Text"), max_length=300)


class FeaturesBlock(blocks.StructBlock):
    """Things that the service does, side by side."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    features = blocks.ListBlock(FeatureBlock(), label=_("Features"), min_num=1, max_num=6)

    class Meta:
        icon = "list-ul"
        label = _("Features")
        template = "home/blocks/features.html"


class HomeBodyBlock(BodyBlock):
    """The body of the home page."""

    features = FeaturesBlock()
