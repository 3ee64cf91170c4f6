"""The home page, and pages that stand under it."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index
from wagtail.url_routing import RouteResult

from blog import reading
from blog.blocks import BodyBlock
from blog.models import BlogIndexPage
from blog.pages import SitePage
from home.blocks import HomeBodyBlock
from home.statistics import statistics


class HomePage(SitePage):
    """What visitors see first."""

    hero_heading = models.CharField(
        _("heading"),
        max_length=120,
        blank=True,
        help_text=_("Leave empty for the standard one, in the visitor's language."),
    )
    lead = models.TextField(
        _("lead"),
        max_length=500,
        blank=True,
        help_text=_("Leave empty for the standard one, in the visitor's language."),
    )
    body = StreamField(HomeBodyBlock(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("hero_heading"), FieldPanel("lead")], heading=_("Top of the page")
        ),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *SitePage.search_fields,
        index.SearchField("hero_heading"),
        index.SearchField("lead"),
        index.SearchField("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["blog.BlogIndexPage", "home.StandardPage"]
    max_count = 1

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def heading(self) -> str:
        """The heading as written, or the standard one in the visitor's language."""
        return self.hero_heading or gettext("Send letters that people are glad to get")

    @property
    def summary(self) -> str:
        """The lead as written, or the standard one in the visitor's language."""
        return self.lead or gettext(
            "Mailshot keeps your lists, writes to the people on them once or every day, week or "
            "month, and shows you letter by letter what arrived."
        )

    @property
    def blog(self) -> BlogIndexPage | None:
        blog: BlogIndexPage | None = BlogIndexPage.objects.child_of(self).live().first()
        return blog

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page; the blog, under which most are, in one go."""
        if path_components:
            blogs = BlogIndexPage.objects.child_of(self).select_related("locale")
            blog = blogs.filter(slug=path_components[0]).first()
            if blog:
                self.remember_way(request)
                return blog.route(request, path_components[1:])
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        blog = self.blog
        return {
            **context,
            "blog": blog,
            "blocks": [part.block for part in reading.parts(self.body, context["around"].led_to)],
            "has_articles": blog is not None and blog.articles.exists(),
            "statistics": statistics(),
        }


class StandardPage(SitePage):
    """A page of running text, such as the one about us or about privacy."""

    lead = models.TextField(
        _("lead"),
        max_length=500,
        blank=True,
        help_text=_("What the page is about, in a sentence or two."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"))

    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *SitePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def summary(self) -> str:
        return self.lead

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, "parts": reading.parts(self.body, context["around"].led_to)}
