"""What the home page is made of, beside what articles are made of."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from blog.blocks import BodyBlock
from blog.models import BlogPage


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
        description = _("One to six things side by side, each with a title and a sentence")
        preview_value = {
            "heading": "What it does for you",
            "features": [
                {"title": "On time", "text": "Once, daily, weekly or monthly."},
                {"title": "Accounted for", "text": "See who got each letter."},
            ],
        }


class LatestArticlesBlock(blocks.StructBlock):
    """The newest articles in the language of the page."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    number = blocks.IntegerBlock(label=_("Number"), min_value=1, max_value=9, default=3)

    class Meta:
        icon = "calendar"
        label = _("Latest articles")
        template = "home/blocks/latest.html"
        description = _("The newest articles of the blog, with their pictures")
        preview_value = {"heading": "Latest articles", "number": 3}

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        articles = BlogPage.objects.published()
        page = context.get("page")
        if page:
            articles = articles.descendant_of(page)
        return {**context, "articles": articles.with_cards()[: value["number"]]}


class HomeBodyBlock(BodyBlock):
    """The body of the home page."""

    features = FeaturesBlock()
    latest = LatestArticlesBlock()
