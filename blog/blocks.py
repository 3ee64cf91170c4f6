"""What the body of a page is made of."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from blog.link_blocks import CallToActionBlock, LinkCardBlock
from blog.page_links import SiteTextBlock
from blog.picture_blocks import GalleryBlock, PictureBlock
from blog.subscription_block import SubscriptionBlock
from blog.table_block import TableBlock

#: What rich text may hold. No embeds: a page asks no other host for anything.
RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr", "code"]


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label=_("Quote"))
    source = blocks.CharBlock(
        label=_("Source"), max_length=150, required=False, help_text=_("Who said or wrote it.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blog/blocks/quote.html"
        description = _("Words of somebody else, set apart")
        preview_value = {
            "text": "The best list is the one you could read aloud to everybody on it.",
            "source": "An editor",
        }


class CodeBlock(blocks.StructBlock):
    """Something to type or to read letter by letter."""

    code = blocks.TextBlock(label=_("Code"))
    caption = blocks.CharBlock(
        label=_("Caption"), max_length=150, required=False, help_text=_("What it is, in words.")
    )

    class Meta:
        icon = "code"
        label = _("Code")
        template = "blog/blocks/code.html"
        description = _("A DNS record, a header or a command, as it is typed")
        preview_value = {
            "code": "_dmarc.example.org.  TXT  “v=DMARC1; p=none”",
            "caption": "A first DMARC record",
        }


class BodyBlock(blocks.StreamBlock):
    """The body of an article."""

    heading = blocks.CharBlock(
        label=_("Heading"),
        max_length=150,
        icon="title",
        template="blog/blocks/heading.html",
        description=_("Begins a section; the table of contents leads to it"),
        preview_value="Say what will come",
    )
    text = SiteTextBlock(
        label=_("Text"),
        features=RICH_TEXT_FEATURES,
        icon="pilcrow",
        description=_("Paragraphs, lists and links"),
        preview_value="<p>A list of people who <b>said yes</b> is worth more than a long one.</p>",
    )
    picture = PictureBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    code = CodeBlock()
    table = TableBlock()
    link = LinkCardBlock()
    action = CallToActionBlock()
    subscription = SubscriptionBlock()

    def words_in(self, value: Any) -> int:
        """Return how many words a reader finds in a body."""
        return sum(len(text.split()) for text in self.get_searchable_content(value))
