"""Connects the cache of pages to Wagtail."""

from wagtail import hooks

from home.page_cache.middleware import note_page

#: Inside Wagtail's own hook, which stands before private pages.
INNERMOST = 100

hooks.register("on_serve_page", note_page, order=INNERMOST)
