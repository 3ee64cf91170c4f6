"""Connects the cache of pages, and what content managers are told, to Wagtail."""

from wagtail import hooks

from home.page_cache.middleware import note_page
from home.subscription_panel import add_panel

#: Inside Wagtail's own hook, which stands before private pages.
INNERMOST = 100

hooks.register("on_serve_page", note_page, order=INNERMOST)
hooks.register("construct_homepage_panels", add_panel)
