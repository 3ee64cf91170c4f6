"""Pages that the body of a page leads to, fetched along with those that stand around it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language
from wagtail.blocks import PageChooserBlock, RichTextBlock
from wagtail.models import Page
from wagtail.rich_text import RichText
from wagtail.rich_text.pages import PageLinkHandler

#: A link to a page as rich text is kept, and the key in it.
LINKS = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
KEY = re.compile(r'\bid="(\d{1,9})"')

_at_hand: ContextVar[Mapping[int, Page]] = ContextVar("pages_at_hand")


def keys_in(raw: Any) -> Iterator[int]:
    """Return the keys of the pages that a body, as the database has it, leads to."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name == "page" and isinstance(value, int):
                yield value
            else:
                yield from keys_in(value)
    elif isinstance(raw, str):
        yield from (int(key) for link in LINKS.findall(raw) for key in KEY.findall(link))
    elif isinstance(raw, Sequence):
        for value in raw:
            yield from keys_in(value)


@contextmanager
def at_hand(pages: Mapping[int, Page]) -> Iterator[None]:
    """Let blocks find these pages, in every language, without asking the database."""
    token = _at_hand.set(pages)
    try:
        yield
    finally:
        _at_hand.reset(token)


class SitePageChooserBlock(PageChooserBlock):
    """Chooses a page; takes one that is at hand instead of asking the database."""

    def bulk_to_python(self, values: list[int | None]) -> list[Page | None]:
        """Return the pages in the order of their keys."""
        pages = _at_hand.get({})
        keys = [key for key in values if key is not None]
        found: dict[int, Page | None] = {key: pages[key] for key in keys if key in pages}
        missing = [key for key in keys if key not in found]
        asked: list[Page | None] = super().bulk_to_python(missing) if missing else []
        found |= dict(zip(missing, asked, strict=True))
        return [found.get(key) if key else None for key in values]

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Be the same for migrations."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.PageChooserBlock", args, kwargs


class SiteText(RichText):
    """Formatted text that finds the pages that were at hand when it was read."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.pages = _at_hand.get({})

    def __html__(self) -> str:
        with at_hand(self.pages):
            html: str = super().__html__()
        return html


class SiteTextBlock(RichTextBlock):
    """Formatted text whose links to pages need no query of their own."""

    def to_python(self, value: str) -> SiteText:
        """Return the text as the database has it, ready to be shown."""
        return SiteText(value)

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Be the same for migrations."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.RichTextBlock", args, kwargs


class SitePageLinkHandler(PageLinkHandler):
    """A link to a page, in the visitor's language if it is there in it."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, str]]) -> list[Page | None]:
        """Return the pages that links lead to; of those at hand nothing is asked."""
        pages = {str(key): page for key, page in _at_hand.get({}).items()}
        missing = [attrs for attrs in attrs_list if attrs.get("id") not in pages]
        asked = super().get_many(missing) if missing else []
        pages |= {str(page.pk): page for page in asked if page}
        return [pages.get(attrs.get("id", "")) for attrs in attrs_list]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """Return the tags that links begin with."""
        return [
            format_html('<a href="{}">', _in_language(page).url) if page else "<a>"
            for page in cls.get_many(attrs_list)
        ]


def _in_language(page: Page) -> Page:
    pages = _at_hand.get({})
    if page.pk not in pages:
        return page.localized
    translations = (
        each
        for each in pages.values()
        if each.translation_key == page.translation_key
        and each.live
        and each.locale.language_code == get_language()
    )
    return next(translations, page)
