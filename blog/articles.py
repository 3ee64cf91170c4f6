"""Questions asked about articles."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Length, Substr
from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet

from blog.tags import TaggedArticle

if TYPE_CHECKING:
    from blog.models import BlogPage


class BlogPageQuerySet(PageQuerySet):
    """Questions asked about articles."""

    def published(self) -> Self:
        """Keep what every visitor may read, newest first."""
        published: Self = self.live().exclude(restricted()).order_by("-published_on", "-pk")
        return published

    def with_cards(self) -> Self:
        """Fetch what cards show along with the articles, and leave out what they do not."""
        with_cards: Self = self.without_bodies().prefetch_related("picture__renditions")
        return with_cards

    def without_bodies(self) -> Self:
        """Fetch author and picture along with the articles, and leave their bodies."""
        without: Self = self.select_related("picture", "author", "locale").defer("body")
        return without

    def with_all(self) -> Self:
        """Fetch along with an article what its page shows and whether everybody may see it."""
        related = self.select_related("picture", "author", "locale", "views")
        with_all: Self = related.annotate(is_restricted=restricted())
        return with_all

    def about(self, tag_slug: str) -> Self:
        """Keep articles that bear a tag."""
        about: Self = self.filter(tagged_items__tag__slug=tag_slug)
        return about

    def around(self, article: "BlogPage", related: int) -> Self:
        """Keep the articles just before and after another, and those that share most tags with it.

        `shared` says how many tags each shares; `related` how many of those are wanted at most.
        """
        tags = TaggedArticle.objects.filter(content_object=article.pk).values("tag")
        here = {"published_on": article.published_on}
        before = Q(published_on__lt=article.published_on) | Q(**here, pk__lt=article.pk)
        after = Q(published_on__gt=article.published_on) | Q(**here, pk__gt=article.pk)
        sharing = self.exclude(pk=article.pk).filter(tagged_items__tag__in=tags)
        most = sharing.annotate(number=Count("tagged_items")).order_by(
            "-number", "-published_on", "-pk"
        )
        around: Self = self.filter(
            Q(pk=_first(self.filter(before)))
            | Q(pk=_first(self.filter(after).order_by("published_on", "pk")))
            | Q(pk__in=_first(most, related))
        ).annotate(shared=_number_of(tags))
        return around


def _first(articles: Any, number: int = 1) -> Subquery:
    return Subquery(articles.values("pk")[:number])


def _number_of(tags: Any) -> Coalesce:
    """Return how many of some tags an article bears, counted for the rows that are shown alone."""
    borne = TaggedArticle.objects.filter(content_object=OuterRef("pk"), tag__in=tags)
    counted = borne.order_by().values("content_object").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def restricted() -> Exists:
    """Return the condition that a page, or one above it, is not for everybody.

    Wagtail's `public()` means the same and asks the database when it is called.
    """
    above = Substr(OuterRef("path"), 1, Length(F("page__path")))
    return Exists(PageViewRestriction.objects.filter(page__path=above))
