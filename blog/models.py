"""The blog."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.images.models import AbstractImage
from wagtail.models import PageManager
from wagtail.search import index
from wagtail.url_routing import RouteResult

from blog import reading
from blog.articles import BlogPageQuerySet
from blog.blocks import BodyBlock
from blog.forms import BlogPageForm
from blog.listing import TAGS_SHOWN
from blog.pages import SitePage
from blog.routes import BlogRoutes
from blog.tags import Tag, TaggedArticle
from blog.view_counts import shown
from blog.view_counts.models import ArticleViews, DailyViews

__all__ = [
    "ArticleViews",
    "BlogIndexPage",
    "BlogPage",
    "DailyViews",
    "Tag",
    "TaggedArticle",
]


class BlogIndexPage(BlogRoutes, SitePage):
    """The list of all articles."""

    intro = models.TextField(
        _("introduction"),
        max_length=500,
        blank=True,
        help_text=_("Leave empty for the standard one, in the visitor's language."),
    )

    content_panels: ClassVar[list[Any]] = [*SitePage.content_panels, FieldPanel("intro")]
    search_fields: ClassVar[list[Any]] = [*SitePage.search_fields, index.SearchField("intro")]
    subpage_types: ClassVar[list[str]] = ["blog.BlogPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blogs")

    @property
    def intro_shown(self) -> str:
        """The introduction as written, or the standard one in the visitor's language."""
        return self.intro or gettext("How to write letters that arrive, get read and stay welcome.")

    @property
    def summary(self) -> str:
        return self.intro_shown

    @property
    def articles(self) -> BlogPageQuerySet:
        """The published articles under this page."""
        articles: BlogPageQuerySet = BlogPage.objects.child_of(self).published()
        return articles

    def years(self) -> list[date]:
        """Return the first days of the years in which something was published, latest first."""
        return list(self.articles.order_by().dates("published_on", "year", order="DESC"))

    def tags(self) -> models.QuerySet[Tag]:
        """Return the tags of published articles, those with most articles first."""
        published = Q(tagged_articles__content_object__in=self.articles.order_by())
        counted = Tag.objects.annotate(articles=Count("tagged_articles", filter=published))
        most: models.QuerySet[Tag] = counted.filter(articles__gt=0).order_by("-articles", "name")
        return most[:TAGS_SHOWN]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find an article in one go with all that its page shows."""
        self.remember_way(request)
        if len(path_components) == 1:
            articles = BlogPage.objects.child_of(self).live().filter(slug=path_components[0])
            article = articles.with_all().first()
            if article:
                shown.know(article.pk, article.views.count if hasattr(article, "views") else 0)
                return article.route(request, [])
        return BlogRoutes.route(self, request, path_components)


class BlogPage(SitePage):
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
    picture_alt = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("What the picture shows. Leave empty for the description that it has."),
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
    tags = ClusterTaggableManager(
        through="blog.TaggedArticle",
        blank=True,
        verbose_name=_("tags"),
        help_text=_("What the article is about. Articles that share tags are shown together."),
    )
    reading_minutes = models.PositiveSmallIntegerField(
        _("minutes to read"), default=1, editable=False
    )

    objects = PageManager.from_queryset(BlogPageQuerySet)()

    base_form_class = BlogPageForm
    content_panels: ClassVar[list[Any]] = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        FieldPanel("picture"),
        FieldPanel("picture_alt"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("published_on"), FieldPanel("author"), FieldPanel("tags")],
            heading=_("About the article"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [
        *SitePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.RelatedFields("tags", [index.SearchField("name")]),
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

    @property
    def picture_description(self) -> str:
        """What the picture shows, for readers who cannot see it."""
        return self.picture_alt or (self.picture.description if self.picture else "")

    @property
    def summary(self) -> str:
        return self.lead

    @property
    def share_picture(self) -> AbstractImage | None:
        picture: AbstractImage | None = self.picture
        return picture

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with how long it takes to read, and have the tags found, which are saved last."""
        self.reading_minutes = reading.minutes(self.body)
        super().save(*args, **kwargs)
        index.insert_or_update_object(self)

    def clean(self) -> None:
        """Refuse an address that the blog itself answers."""
        super().clean()
        if self.slug == "feed" or self.slug.isdecimal():
            raise ValidationError({"slug": _("The blog uses this address itself.")})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        blog = context["trail"][-2].specific
        return {**context, "blog": blog, **reading.surroundings(self, context["around"].led_to)}
