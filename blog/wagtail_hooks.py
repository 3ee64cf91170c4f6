"""Connects the blog, and the counting of views, to Wagtail."""

from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry

from blog.page_links import SitePageLinkHandler
from blog.panels import add_panels
from blog.view_counts import admin
from blog.view_counts.middleware import note_article

#: Inside Wagtail's own hook, which stands before private pages.
INNERMOST = 100
#: After Wagtail's own.
LAST = 1


def find_pages_at_hand(features: FeatureRegistry) -> None:
    """Make links to pages in formatted text without a query for each."""
    features.register_link_type(SitePageLinkHandler)


hooks.register("register_rich_text_features", find_pages_at_hand, order=LAST)
hooks.register("on_serve_page", note_article, order=INNERMOST)
hooks.register("register_admin_urls", admin.report_urls)
hooks.register("register_reports_menu_item", admin.report_menu_item)
hooks.register("construct_homepage_panels", add_panels)
hooks.register("construct_homepage_panels", admin.add_panel)
