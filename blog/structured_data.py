"""What search engines are told about a page, in the words of schema.org."""

import json
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.images.models import AbstractImage

from blog.addresses import absolute, page_address
from blog.models import BlogPage
from blog.pages import SitePage

#: In a script element these could end it or begin a comment; JSON reads the escapes alike.
UNSAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
#: What social networks and search engines ask of a picture.
SHARE_SIZE = "fill-1200x630|format-jpeg"


def as_json(data: dict[str, Any]) -> SafeString:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(UNSAFE))


def describe(page: SitePage, request: HttpRequest) -> dict[str, Any]:
    """Return what there is to say about a page."""
    things: list[dict[str, Any]] = [organization(), breadcrumbs(page, request)]
    if isinstance(page, BlogPage):
        things.append(article(page, request))
    return {"@context": "https://schema.org", "@graph": things}


def organization() -> dict[str, Any]:
    """Return who publishes the site."""
    return {
        "@type": "Organization",
        "@id": absolute("/#organization"),
        "name": "Mailshot",
        "url": absolute("/"),
        "logo": absolute(static("img/icon-512.png")),
    }


def breadcrumbs(page: SitePage, request: HttpRequest) -> dict[str, Any]:
    """Return the way from the home page down to a page."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": gettext("Home") if position == 1 else each.title,
                "item": page_address(each, request),
            }
            for position, each in enumerate(page.trail(request), 1)
        ],
    }


def article(page: BlogPage, request: HttpRequest) -> dict[str, Any]:
    """Return who wrote an article, when, and what it is about."""
    data: dict[str, Any] = {
        "@type": "Article",
        "headline": page.title,
        "description": page.description,
        "inLanguage": get_language(),
        "mainEntityOfPage": page_address(page, request),
        "datePublished": page.published_on.isoformat(),
        "publisher": {"@id": absolute("/#organization")},
    }
    if page.last_published_at:
        data["dateModified"] = page.last_published_at.isoformat()
    if page.author_name:
        data["author"] = {"@type": "Person", "name": page.author_name}
    if page.picture:
        data["image"] = share_rendition(page.picture)["url"]
    return data


def share_rendition(picture: AbstractImage) -> dict[str, Any]:
    """Return the picture as social networks show it: address, width, height and description."""
    rendition = picture.get_rendition(SHARE_SIZE)
    return {
        "url": absolute(rendition.url),
        "width": rendition.width,
        "height": rendition.height,
        "alt": picture.description or picture.title,
    }
