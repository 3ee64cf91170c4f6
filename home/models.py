"""The home page."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from blog.models import BlogIndexPage
from home.blocks import HomeBodyBlock


class HomePage(Page):
    """What visitors see first."""

    ARTICLES_SHOWN = 3

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
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("hero_heading"), FieldPanel("lead")], heading=_("Top of the page")
        ),
        FieldPanel("body"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("hero_heading"),
        index.SearchField("lead"),
        index.SearchField("body"),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["blog.BlogIndexPage"]
    max_count = 1

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def heading_shown(self) -> str:
        """The heading as written, or the standard one in the visitor's language."""
        return self.hero_heading or gettext("Send letters that people are glad to get")

    @property
    def lead_shown(self) -> str:
        """The lead as written, or the standard one in the visitor's language."""
        return self.lead or gettext(
            "Mailshot keeps your lists, writes to the people on them once or every day, week or "
            "month, and shows you letter by letter what arrived."
        )

    @property
    def blog(self) -> BlogIndexPage | None:
        blog: BlogIndexPage | None = BlogIndexPage.objects.child_of(self).live().first()
        return blog

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        blog = self.blog
        articles = blog.articles.with_cards()[: self.ARTICLES_SHOWN] if blog else []
        return {**context, "blog": blog, "articles": articles}
