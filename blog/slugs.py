"""Addresses in Latin letters, whatever the language of the title."""

from anyascii import anyascii
from django.utils.text import slugify


def latin_slug(title: str) -> str:
    """Return the title as it stands in an address; Cyrillic is written in Latin letters."""
    return slugify(anyascii(title))
