"""Most read articles in Wagtail's admin: a report and a panel of its home."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import page_permission_policy

from blog.articles import BlogPageQuerySet
from blog.models import BlogPage
from blog.view_counts.models import most_read, with_views

#: Days of the column that shows what is read at present.
RECENT = 30
WRITING = ["add", "change", "publish"]


def articles_of(request: HttpRequest) -> BlogPageQuerySet:
    """Return the articles that the editor may change, with their views."""
    pages = page_permission_policy.instances_user_has_any_permission_for(request.user, WRITING)
    articles: BlogPageQuerySet = BlogPage.objects.filter(pk__in=pages.values("pk"))
    return with_views(articles, RECENT)


class ViewsReport(ReportView):
    """How often each article was read."""

    page_title = _("Most read articles")
    header_icon = "view"
    index_url_name = "article_views"
    index_results_url_name = "article_views_results"
    permission_policy = page_permission_policy
    any_permission_required = WRITING
    default_ordering = "-all_views"
    columns: ClassVar[list[Column]] = [
        TitleColumn(
            "title",
            label=_("Title"),
            sort_key="title",
            get_url=lambda page: reverse("wagtailadmin_pages:edit", args=[page.pk]),
        ),
        NumberColumn("all_views", label=_("Views"), sort_key="all_views"),
        NumberColumn("recent_views", label=_("Last 30 days"), sort_key="recent_views"),
        Column("published_on", label=_("Publication date"), sort_key="published_on"),
    ]
    list_export: ClassVar[list[str]] = ["title", "all_views", "recent_views", "published_on", "url"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": _("Title"),
        "all_views": _("Views"),
        "recent_views": _("Last 30 days"),
        "published_on": _("Publication date"),
        "url": _("Address"),
    }

    def get_filename(self) -> str:
        return f"article-views-{timezone.localdate()}"

    def get_base_queryset(self) -> BlogPageQuerySet:
        return articles_of(self.request)


class MostReadPanel(Component):
    """The articles that are read most, on Wagtail's home."""

    name = "most_read"
    template_name = "blog/most_read_panel.html"
    order = 240
    SHOWN = 5

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        read = articles_of(request).filter(views__count__gt=0)
        return {"articles": most_read(read)[: self.SHOWN], "request": request}


class ViewsMenuItem(MenuItem):
    """The way to the report, for those who write pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_any_permission(request.user, WRITING))


def report_menu_item() -> MenuItem:
    return ViewsMenuItem(
        _("Most read articles"),
        reverse("article_views"),
        name="article-views",
        icon_name="view",
        order=600,
    )


def report_urls() -> list[URLPattern]:
    view = ViewsReport
    return [
        path("reports/article-views/", view.as_view(), name="article_views"),
        path(
            "reports/article-views/results/",
            view.as_view(results_only=True),
            name="article_views_results",
        ),
    ]


def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(MostReadPanel())
