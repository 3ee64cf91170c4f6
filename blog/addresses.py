"""Whole addresses of pages, for machines that read them elsewhere."""

from typing import Any

from django.conf import settings
from wagtail.models import Page


def absolute(path: str) -> str:
    """Return the whole address of a path; what is whole already stays as it is."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SITE_URL}{path}"


def page_address(page: Page, request: Any = None) -> str:
    """Return the whole address of a page.

    SITE_URL alone says where the site is, not the host of a request or Wagtail's table of sites.
    On `request`, or on any other object in its place, Wagtail keeps what it looked up.
    """
    parts = page.get_url_parts(request)
    return absolute(parts[2] if parts and parts[2] else "/")
