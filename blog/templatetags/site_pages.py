"""Template tags that every page of the public site uses."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from wagtail.models import Page

from blog import structured_data
from blog.addresses import absolute, page_address

register = template.Library()
register.filter("absolute", absolute)

#: Social networks want a country with each language.
TERRITORIES = {"en": "US", "ru": "RU"}


@register.filter
def with_territory(language: str) -> str:
    """Return a language as social networks write it: en_US."""
    return f"{language}_{TERRITORIES[language]}" if language in TERRITORIES else language


@register.simple_tag(takes_context=True)
def page_url_absolute(context: Context, page: Page) -> str:
    """Return the whole address of a page."""
    return page_address(page, context.get("request"))


@register.simple_tag(takes_context=True)
def structured(context: Context) -> SafeString:
    """Return what search engines are told about the page that is shown, as JSON-LD."""
    return structured_data.as_json(structured_data.describe(context["page"], context["request"]))


@register.simple_tag
def share_picture(page: Any) -> dict[str, Any] | None:
    """Return the picture that social networks show of a page."""
    picture = page.share_picture
    return structured_data.share_rendition(picture) if picture else None
