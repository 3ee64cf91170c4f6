"""Questions asked about articles."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
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

    def about(self, tag_slug: str) -> Self:
        """Keep articles that bear a tag."""
        about: Self = self.filter(tagged_items__tag__slug=tag_slug)
        return about

    def around(self, article: "BlogPage", related: int) -> Self:
        """Keep the articles just before and after another, and those that share most tags with it.

        `shared` says how many tags each shares; `related` how many of those are wanted at most.
        """
        others = self.exclude(pk=article.pk).annotate(shared=_shared_tags(article))
        here = {"published_on": article.published_on}
        before = Q(published_on__lt=article.published_on) | Q(**here, pk__lt=article.pk)
        after = Q(published_on__gt=article.published_on) | Q(**here, pk__gt=article.pk)
        most_shared = others.filter(shared__gt=0).order_by("-shared", "-published_on", "-pk")
        around: Self = others.filter(
            Q(pk=_first(others.filter(before)))
            | Q(pk=_first(others.filter(after).order_by("published_on", "pk")))
            | Q(pk__in=_first(most_shared, related))
        )
        return around


def _first(articles: Any, number: int = 1) -> Subquery:
    return Subquery(articles.values("pk")[:number])


def _shared_tags(article: "BlogPage") -> Count:
    tags = TaggedArticle.objects.filter(content_object=article.pk).values("tag")
    return Count("tagged_items", filter=Q(tagged_items__tag__in=tags))


def restricted() -> Exists:
    """Return the condition that a page, or one above it, is not for everybody.

    Wagtail's `public()` means the same and asks the database when it is called.
    """
    above = Substr(OuterRef("path"), 1, Length(F("page__path")))
    return Exists(PageViewRestriction.objects.filter(page__path=above))
