"""Blocks that lead somewhere."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from blog.page_links import SitePageChooserBlock


class LinkCardBlock(blocks.StructBlock):
    """A page elsewhere, as a card. Nothing is fetched from there, so nobody is told who reads."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    text = blocks.TextBlock(label=_("Text"), max_length=300, required=False)

    class Meta:
        icon = "link-external"
        label = _("Link card")
        template = "blog/blocks/link.html"
        description = _("A page, a film or a post elsewhere, as a card that leads there")
        preview_value = {
            "url": "https://www.rfc-editor.org/rfc/rfc8058",
            "title": "RFC 8058",
            "text": "One-click unsubscribing, in eight pages.",
        }


class CallToActionBlock(blocks.StructBlock):
    """Something that the reader may do next."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), max_length=300, required=False)
    button = blocks.CharBlock(label=_("Words on the button"), max_length=40)
    page = SitePageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(
        label=_("Address"), required=False, help_text=_("Only when it is not a page of this site.")
    )

    class Meta:
        icon = "pick"
        label = _("Call to action")
        template = "blog/blocks/action.html"
        description = _("A coloured band with a button")
        preview_value = {
            "title": "Write your first letter today",
            "text": "It takes a quarter of an hour.",
            "button": "Begin",
            "page": None,
            "url": "https://example.org/",
        }

    def clean(self, value: Any) -> Any:
        """Ask for one place to lead to; a draft, which saves itself, may do without."""
        cleaned = super().clean(value)
        is_draft = self.is_deferred_validation
        if not is_draft and bool(cleaned["page"]) == bool(cleaned["url"]):
            error = ValidationError(_("Choose a page or write an address, one of both."))
            raise StructBlockValidationError({"page": error})
        return cleaned
