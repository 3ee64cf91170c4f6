"""What content managers see first in the Wagtail admin."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy

from blog.models import BlogPage

ROWS = 5


class ArticlesPanel(Component):
    """Some articles, with links to where they are written."""

    template_name = "blog/articles_panel.html"

    def __init__(self, name: str, heading: Any, order: int, **wanted: Any) -> None:
        self.name, self.heading, self.order, self.wanted = name, heading, order, wanted

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Return the articles that were changed last among those that the editor may change."""
        editor = parent_context["request"].user
        pages = page_permission_policy.instances_user_has_permission_for(editor, "change")
        articles = BlogPage.objects.filter(pk__in=pages.order_by().values("pk"), **self.wanted)
        latest = articles.select_related("author", "locale").defer("body")
        return {
            "name": self.name,
            "heading": self.heading,
            "articles": latest.order_by("-latest_revision_created_at", "-pk")[:ROWS],
        }


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Put drafts, and what was published last, on the first page of the Wagtail admin."""
    panels += [
        ArticlesPanel("drafts", _("Drafts"), 120, has_unpublished_changes=True),
        ArticlesPanel("latest-articles", _("Latest articles"), 130, live=True),
    ]
