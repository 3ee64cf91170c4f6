"""Parts of a page that differ from view to view though the page is cached."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from blog import fragments

register = template.Library()


@register.simple_tag(takes_context=True)
def per_view(context: dict[str, Any], name: str, argument: object = "") -> SafeString:
    """Show the part of that name, made anew for each view."""
    return mark_safe(fragments.place(context["request"], name, argument))
