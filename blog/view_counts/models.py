"""What the database knows of views."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from blog.articles import BlogPageQuerySet


#: What to order articles by.
MOST_READ_FIRST = (F("views__count").desc(nulls_last=True), "-published_on", "-pk")


class ArticleViews(models.Model):
    """All views of an article; a row of its own, which no revision of the page overwrites."""

    wagtail_reference_index_ignore = True

    article = models.OneToOneField(
        "blog.BlogPage", models.CASCADE, primary_key=True, related_name="views"
    )
    count = models.PositiveBigIntegerField(default=0, db_index=True)


class DailyViews(models.Model):
    """Views of an article on a day (UTC), as far as one source has counted them."""

    wagtail_reference_index_ignore = True

    article = models.ForeignKey("blog.BlogPage", models.CASCADE, related_name="daily_views")
    day = models.DateField(db_index=True)
    source = models.CharField(max_length=32)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "day", "source"], name="one_count_of_a_day")
        ]


def most_read(articles: "BlogPageQuerySet") -> "BlogPageQuerySet":
    """Order articles by their views, the newest of equals first."""
    ordered: BlogPageQuerySet = articles.order_by(*MOST_READ_FIRST)
    return ordered


def with_views(articles: "BlogPageQuerySet", days: int) -> "BlogPageQuerySet":
    """Add `all_views` and `recent_views`, those of the last `days` days and today."""
    since = _today() - timedelta(days=days)
    recent = (
        DailyViews.objects.filter(article=OuterRef("pk"), day__gt=since)
        .order_by()
        .values("article")
        .annotate(sum=Sum("count"))
        .values("sum")
    )
    counted: BlogPageQuerySet = articles.annotate(
        all_views=Coalesce(F("views__count"), 0), recent_views=Coalesce(Subquery(recent), 0)
    )
    return counted


def _today() -> date:
    return timezone.now().date()
