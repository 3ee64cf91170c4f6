"""The blog."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.paginator import Page as PageOfResults
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from blog.blocks import BodyBlock
from blog.forms import BlogPageForm
from blog.view_counts.models import ArticleViews, DailyViews, most_read

__all__ = ["ArticleViews", "BlogIndexPage", "BlogPage", "BlogPageQuerySet", "DailyViews"]

#: Value of the parameter `order` of the index.
MOST_READ = "most-read"


class BlogPageQuerySet(PageQuerySet):
    """Questions asked about articles."""

    def published(self) -> Self:
        """Keep what every visitor may read, newest first."""
        published: Self = self.live().public().order_by("-published_on", "-pk")
        return published

    def with_cards(self) -> Self:
        """Fetch what cards show along with the articles."""
        articles = self.select_related("picture", "author")
        with_cards: Self = articles.prefetch_related("picture__renditions")
        return with_cards


class BlogIndexPage(Page):
    """The list of all articles."""

    ARTICLES_ON_A_PAGE = 9

    intro = models.TextField(
        _("introduction"),
        max_length=500,
        blank=True,
        help_text=_("Leave empty for the standard one, in the visitor's language."),
    )

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("intro")]
    subpage_types: ClassVar[list[str]] = ["blog.BlogPage"]
    max_count = 1

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blogs")

    @property
    def intro_shown(self) -> str:
        """The introduction as written, or the standard one in the visitor's language."""
        return self.intro or gettext("How to write letters that arrive, get read and stay welcome.")

    @property
    def articles(self) -> BlogPageQuerySet:
        """The published articles under this page."""
        articles: BlogPageQuerySet = BlogPage.objects.child_of(self).published()
        return articles

    def articles_page(self, number: str | None, order: str = "") -> PageOfResults:  # type: ignore[type-arg]
        """Return one page of articles; for a number that is not, the nearest that is."""
        articles = self.articles.with_cards()
        if order == MOST_READ:
            articles = most_read(articles)
        return Paginator(articles, self.ARTICLES_ON_A_PAGE).get_page(number)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        order = request.GET.get("order", "")
        return {
            **context,
            "order": order,
            "page_obj": self.articles_page(request.GET.get("page"), order),
        }


class BlogPage(Page):
    """An article."""

    lead = models.TextField(
        _("lead"), max_length=500, help_text=_("What the article is about, in a sentence or two.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"))
    picture = models.ForeignKey(
        get_image_model_string(),
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Shown above the article and on its card."),
    )
    published_on = models.DateField(
        _("publication date"), default=timezone.localdate, db_index=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("author"),
        help_text=_("Readers see the full name from the profile."),
    )

    objects = PageManager.from_queryset(BlogPageQuerySet)()

    base_form_class = BlogPageForm
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("lead"),
        FieldPanel("picture"),
        FieldPanel("body"),
        FieldPanel("published_on"),
        FieldPanel("author"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("published_on"),
        index.FilterField("author"),
    ]
    parent_page_types: ClassVar[list[str]] = ["blog.BlogIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @property
    def author_name(self) -> str:
        """The author's name for readers, who never see an e-mail address."""
        return self.author.full_name if self.author else ""
